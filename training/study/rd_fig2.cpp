#include "training/study/rd_fig2.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "training/study/thirty_bins.h"

namespace elbo {

namespace {

constexpr double kTargetRate = 0.5;

std::vector<double> values(const BinShares& shares) {
    return {shares.begin(), shares.end()};
}

/// Row by row.
std::vector<double> values(const BinTable& table) {
    std::vector<double> result;
    for (Eigen::Index row = 0; row < kBins; ++row) {
        for (Eigen::Index column = 0; column < kBins; ++column) {
            result.push_back(table(row, column));
        }
    }
    return result;
}

/// Codes have no order of their own: a reader sees clusters when like stands beside like.
BinModel sorted(const BinModel& model, const ThirtyBins& data) {
    const BinTable joint = model.encoder.colwise() * data.share;
    const BinShares bins = BinShares::LinSpaced(0.0, kBins - 1.0);
    std::array<double, kBins> means{};
    for (Eigen::Index z = 0; z < kBins; ++z) {
        means[static_cast<std::size_t>(z)] = (joint.col(z) * bins).sum() / joint.col(z).sum();
    }
    std::array<Eigen::Index, kBins> order{};
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
        return means[static_cast<std::size_t>(a)] < means[static_cast<std::size_t>(b)];
    });
    BinModel result;
    for (Eigen::Index z = 0; z < kBins; ++z) {
        const Eigen::Index from = order[static_cast<std::size_t>(z)];
        result.encoder.col(z) = model.encoder.col(from);
        result.decoder.row(z) = model.decoder.row(from);
        result.marginal(z) = model.marginal(from);
    }
    return result;
}

/// Made with knowledge of the classes: as many codes for each as its share, and within a class nothing to tell.
BinModel optimalModel(const ThirtyBins& data) {
    BinModel model;
    const auto first = static_cast<Eigen::Index>(std::lround(ThirtyBins::kClassShares[0] * kBins));
    for (Eigen::Index z = 0; z < kBins; ++z) {
        const std::size_t c = z < first ? 0 : 1;
        const double codes = static_cast<double>(c == 0 ? first : kBins - first);
        const double share = ThirtyBins::kClassShares[c];
        model.encoder.col(z) = share * data.ofClass[c] / data.share / codes;
        model.decoder.row(z) = data.ofClass[c].transpose();
        model.marginal(z) = share / codes;
    }
    return model;
}

RdFig2Model record(std::string name, const BinModel& model, const ThirtyBins& data) {
    RdFig2Model result;
    result.name = std::move(name);
    result.distortion = model.distortion(data);
    result.rate = model.rate(data);
    result.information = model.information(data);
    result.classInformation = model.classInformation(data);
    result.klGenerated = std::max(0.0, divergence(data.share, model.generated()));
    result.klReconstructed = std::max(0.0, divergence(data.share, model.reconstructed(data)));
    result.generated = values(model.generated());
    result.reconstructed = values(model.reconstructed(data));
    result.marginal = values(model.marginal);
    result.aggregated = values(model.aggregated(data));
    for (std::size_t c = 0; c < data.ofClass.size(); ++c) {
        const BinShares bins = ThirtyBins::kClassShares[c] * data.ofClass[c];
        result.ofClass[c] = values(BinShares((model.encoder.colwise() * bins).colwise().sum().transpose()));
    }
    result.encoder = values(model.encoder);
    result.decoder = values(model.decoder);
    result.reconstruction = values(model.reconstruction());
    return result;
}

}  // namespace

RdFig2 makeRdFig2(std::int64_t steps, std::uint64_t seed, const std::function<bool(std::int64_t)>& proceed) {
    const ThirtyBins data = ThirtyBins::withInformation(kTargetRate);
    RdFig2 figure{kBins, steps, seed, kTargetRate, data.entropy, data.separation, values(data.share), {}};
    figure.models.push_back(record("optimal", optimalModel(data), data));
    const std::pair<const char*, std::optional<double>> kObjectives[] = {{"elbo", {}}, {"target-rate", kTargetRate}};
    std::int64_t taken = 0;
    for (const auto& [name, target] : kObjectives) {
        ThirtyBinsTraining training(data, {.targetRate = target, .seed = seed, .steps = steps});
        for (std::int64_t i = 0; i < steps; ++i) {
            training.step();
            if (proceed && !proceed(++taken)) {
                return figure;
            }
        }
        figure.models.push_back(record(name, sorted(training.model(), data), data));
    }
    return figure;
}

}  // namespace elbo
