#include "training/study/thirty_bins.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "training/data/random.h"

namespace elbo {

namespace {

using Eigen::VectorXd;

constexpr double kReach = 5.0;  // of the bins, in standard deviations
constexpr Eigen::Index kEncoderSize = 2 * kBins;
constexpr Eigen::Index kDecoderSize = kBins * kBins;
using RowMajorTable = Eigen::Array<double, kBins, kBins, Eigen::RowMajor>;

double normalBelow(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// Shares of the bins under N(mean, 1).
BinShares binned(double mean) {
    BinShares shares;
    double below = 0.0;
    for (int i = 0; i < kBins; ++i) {
        const double edge = -kReach + 2.0 * kReach * (i + 1) / kBins;
        const double upTo = i + 1 == kBins ? 1.0 : normalBelow(edge - mean);
        shares(i) = upTo - below;
        below = upTo;
    }
    return shares;
}

BinTable softmaxRows(const BinTable& logits) {
    const BinTable e = (logits.colwise() - logits.rowwise().maxCoeff()).exp();
    return e.colwise() / e.rowwise().sum();
}

/// p*(x) q(z|x).
BinTable joint(const BinTable& encoder, const ThirtyBins& data) {
    return encoder.colwise() * data.share;
}

/// Where the bins lie for the encoder: -1 to 1.
BinShares places() {
    return BinShares::LinSpaced(-1.0, 1.0);
}

double distortionOf(const BinTable& joint, const BinTable& decoder) {
    return -(joint * decoder.log().transpose()).sum();
}

double rateOf(const BinTable& joint, const BinTable& encoder, const BinShares& marginal) {
    return (joint * (encoder.rowwise() / marginal.transpose()).log()).sum();
}

}  // namespace

double divergence(const BinShares& a, const BinShares& b) {
    return (a * (a / b).log()).sum();
}

ThirtyBins ThirtyBins::separatedBy(double separation) {
    ThirtyBins data;
    data.separation = separation;
    data.ofClass = {binned(-0.5 * separation), binned(0.5 * separation)};
    data.share = kClassShares[0] * data.ofClass[0] + kClassShares[1] * data.ofClass[1];
    data.entropy = -(data.share * data.share.log()).sum();
    for (std::size_t c = 0; c < kClassShares.size(); ++c) {
        data.information += kClassShares[c] * divergence(data.ofClass[c], data.share);
    }
    return data;
}

ThirtyBins ThirtyBins::withInformation(double nats) {
    double low = 0.0, high = 2.0 * kReach;
    while (true) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) {  // neighbours among the doubles
            return separatedBy(low);
        }
        (separatedBy(middle).information < nats ? low : high) = middle;
    }
}

double BinModel::distortion(const ThirtyBins& data) const {
    return distortionOf(joint(encoder, data), decoder);
}

double BinModel::rate(const ThirtyBins& data) const {
    return rateOf(joint(encoder, data), encoder, marginal);
}

double BinModel::information(const ThirtyBins& data) const {
    return rateOf(joint(encoder, data), encoder, aggregated(data));
}

double BinModel::classInformation(const ThirtyBins& data) const {
    const BinShares all = aggregated(data);
    double information = 0.0;
    for (std::size_t c = 0; c < data.ofClass.size(); ++c) {
        const BinShares codes = (encoder.colwise() * data.ofClass[c]).colwise().sum().transpose();
        information += ThirtyBins::kClassShares[c] * divergence(codes, all);
    }
    return information;
}

BinShares BinModel::generated() const {
    return (decoder.colwise() * marginal).colwise().sum().transpose();
}

BinShares BinModel::aggregated(const ThirtyBins& data) const {
    return joint(encoder, data).colwise().sum().transpose();
}

BinShares BinModel::reconstructed(const ThirtyBins& data) const {
    return (decoder.colwise() * aggregated(data)).colwise().sum().transpose();
}

BinTable BinModel::reconstruction() const {
    return (encoder.matrix() * decoder.matrix()).array();
}

ThirtyBinsTraining::ThirtyBinsTraining(const ThirtyBins& data, const Options& options)
    : data_(data), options_(options), parameters_(kEncoderSize + kDecoderSize + kBins) {
    // Codes begin nearly alike: what they come to stand for is found by the objective.
    Random random(options.seed, 0, 0);
    for (Eigen::Index i = 0; i < parameters_.size(); ++i) {
        const bool slope = i < kBins;
        parameters_(i) = (slope ? 1.0 : 0.0) + (i < kEncoderSize ? 0.2 : 0.1) * random.normal();
    }
    mean_ = square_ = VectorXd::Zero(parameters_.size());
}

BinModel ThirtyBinsTraining::model() const {
    const auto slopes = parameters_.head(kBins).array();
    const auto offsets = parameters_.segment(kBins, kBins).array();
    BinTable logits;
    for (Eigen::Index z = 0; z < kBins; ++z) {
        logits.col(z) = -(slopes(z) * places() - offsets(z)).square();
    }
    const VectorXd marginal = parameters_.tail(kBins).array() - parameters_.tail(kBins).maxCoeff();
    const BinShares shares = marginal.array().exp();
    return {softmaxRows(logits), softmaxRows(Eigen::Map<const RowMajorTable>(parameters_.data() + kEncoderSize)),
            shares / shares.sum()};
}

double ThirtyBinsTraining::objective(VectorXd* gradient) const {
    const BinModel m = model();
    const BinTable weights = joint(m.encoder, data_);
    const double distortion = distortionOf(weights, m.decoder);
    const double rate = rateOf(weights, m.encoder, m.marginal);
    const double beyond = options_.targetRate ? rate - *options_.targetRate : rate;
    if (gradient != nullptr) {
        const double sign = options_.targetRate && beyond < 0.0 ? -1.0 : 1.0;
        const BinShares codes = weights.colwise().sum().transpose();
        // What one more unit of q(z|x) would cost; a softmax passes on its distance from the mean of the row.
        const BinTable cost = sign * (m.encoder.rowwise() / m.marginal.transpose()).log() - m.decoder.log().transpose();
        const BinTable logits = weights * (cost.colwise() - (m.encoder * cost).rowwise().sum());
        const auto slopes = parameters_.head(kBins).array();
        const auto offsets = parameters_.segment(kBins, kBins).array();
        gradient->resize(parameters_.size());
        for (Eigen::Index z = 0; z < kBins; ++z) {
            const BinShares pull = -2.0 * logits.col(z) * (slopes(z) * places() - offsets(z));
            (*gradient)(z) = (pull * places()).sum();
            (*gradient)(kBins + z) = -pull.sum();
        }
        Eigen::Map<RowMajorTable>(gradient->data() + kEncoderSize) = m.decoder.colwise() * codes - weights.transpose();
        gradient->tail(kBins) = sign * (m.marginal - codes);
    }
    return distortion + (options_.targetRate ? std::abs(beyond) : beyond);
}

void ThirtyBinsTraining::step() {
    constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
    VectorXd gradient;
    objective(&gradient);
    const double progress = static_cast<double>(step_) / static_cast<double>(options_.steps);
    const double rate = options_.learningRate * std::clamp(2.0 * (1.0 - progress), 0.0, 1.0);
    ++step_;
    const auto t = static_cast<double>(step_);
    mean_ = kBeta1 * mean_ + (1.0 - kBeta1) * gradient;
    square_ = kBeta2 * square_ + (1.0 - kBeta2) * gradient.cwiseAbs2();
    const auto scale = (square_.array() / (1.0 - std::pow(kBeta2, t))).sqrt() + kEpsilon;
    parameters_.array() -= rate / (1.0 - std::pow(kBeta1, t)) * mean_.array() / scale;
}

}  // namespace elbo
