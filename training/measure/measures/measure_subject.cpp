#include "training/measure/measures/measure_subject.h"

#include <algorithm>
#include <utility>

#include "models/divergence/mmd.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "training/measure/evaluation.h"
#include "training/measure/measures/sample_mean.h"
#include "training/tensors/model_inputs.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Draws of a fleet of one, [N, Z], whether or not they have its dimension.
torch::Tensor ofOne(const torch::Tensor& draws) {
    return draws.dim() == 3 ? draws[0] : draws;
}

}  // namespace

FleetSubject::FleetSubject(const Snapshot& stored, const Experiment& trained, const Dataset& examples,
                           const ModelMeasureOptions& wanted)
    : snapshot(stored),
      experiment(trained),
      dataset(examples),
      options(wanted),
      model(trained.model, examples.shape()) {}

const Report& FleetSubject::evaluation() const {
    if (!evaluation_) {
        evaluation_.emplace();
        evaluateInto(*evaluation_, snapshot, experiment, dataset, {.examples = 0, .draws = 0});
    }
    return *evaluation_;
}

torch::Tensor SubjectSplit::ratesByDimension() const {
    const torch::Tensor means = posteriors.mean[0], variances = posteriors.stddev[0].square();
    return 0.5 * (means.square() + variances - 1.0 - variances.log());
}

MeasureSubject::MeasureSubject(const FleetSubject& fleet, int member)
    : fleet_(fleet),
      member_(member),
      parameters_(fleet.snapshot.parameters->member(member)),
      exact_(parameters_.layout(), parameters_.values().to(torch::kFloat64)) {
    splits_.push_back(encoded(dataset().train, "_train"));
    if (dataset().test.size() > 0) {
        splits_.push_back(encoded(dataset().test, "_test"));
    }
}

SubjectSplit MeasureSubject::encoded(const Examples& examples, const std::string& suffix) const {
    constexpr std::int64_t kBlock = 1000;
    const ModelInputs inputs(fleet_.experiment, dataset(), examples);
    SubjectSplit split;
    split.suffix = suffix;
    // In an order of which every beginning stands for the split: some measures take no more than that.
    ExamplePart all = inputs.representative(inputs.size());
    split.x = std::move(all.x);
    split.labels = std::move(all.labels);
    std::vector<Gaussian> parts;
    for (std::int64_t start = 0; start < split.x.size(0); start += kBlock) {
        parts.push_back(model()
                            .encode(parameters_, split.x.narrow(0, start, std::min(kBlock, split.x.size(0) - start)))
                            .to(torch::kFloat64));
    }
    split.posteriors = concatenated(parts);

    const std::int64_t count = std::min(SubjectSplit::kPairedCodes, split.size());
    torch::Generator generator = makeGenerator(kMeasureSeed);
    const auto normal = [&](std::int64_t rows, std::int64_t columns) {
        return torch::randn({rows, columns}, generator, torch::kFloat64);
    };
    split.codes = split.posteriors.narrow(0, count).sample(normal(count, model().latentDim()))[0];
    split.priorDraws = ofOne(model().prior().draw(exact_, normal(count, model().priorNoise())));
    split.noise = normal(split.size(), model().latentDim());
    return split;
}

bool MeasureSubject::rateSplits() const {
    return rateInClosedForm(model()) && split().posteriors.diagonal();
}

Measured MeasureSubject::rate() const {
    const Gaussian& posteriors = split().posteriors;
    if (rateSplits()) {
        return {split().ratesByDimension().sum(1).mean().item<double>(), 0.0};
    }
    if (rateInClosedForm(model())) {
        return {posteriors.rate().mean().item<double>(), 0.0};
    }
    if (model().posterior().density() && !model().posterior().gaussian()) {
        // The moments of a flow are too wide a Gaussian, whose rate would be no upper bound of the information.
        return {evaluated("rate"), evaluated("rate_error")};
    }
    if (model().latentDim() <= 2) {
        return {rateByQuadrature(model(), exact_, posteriors).mean().item<double>(), 0.0};
    }
    const torch::Tensor z = posteriors.sample(split().noise);
    return meanOf(toDoubles((posteriors.logDensity(z) - model().prior().logDensity(exact_, z))[0]));
}

LogPrior MeasureSubject::logPrior() const {
    if (model().prior().standardNormal()) {
        return {};
    }
    return [this](const torch::Tensor& z) { return model().prior().logDensity(exact_, z)[0]; };
}

torch::Tensor MeasureSubject::drawPrior(std::int64_t count, torch::Generator& generator) const {
    const torch::Tensor noise = torch::randn({count, model().priorNoise()}, generator, parameters_.values().options());
    return ofOne(model().prior().draw(parameters_, noise));
}

double MeasureSubject::evaluated(const std::string& name) const {
    return fleet_.evaluation().value(name + split().suffix, member_);
}

double MeasureSubject::kernelMean() const {
    constexpr std::int64_t kLookedAt = 200;
    const Gaussian posteriors = train().posteriors.narrow(0, std::min(kLookedAt, train().size()));
    torch::Generator generator = makeGenerator(kMeasureSeed);
    const auto normal = [&](std::int64_t columns) {
        return torch::randn({posteriors.mean.size(1), columns}, generator, torch::kFloat64);
    };
    const torch::Tensor z = posteriors.sample(normal(model().latentDim()));
    const torch::Tensor y = ofOne(model().prior().draw(exact_, normal(model().priorNoise())));
    return kernelOf(squaredDistances(z, y.unsqueeze(0)), fleet_.experiment.objective.kernel, z.size(2))
        .mean()
        .item<double>();
}

Points toPoints(const torch::Tensor& rows) {
    const torch::Tensor host = rows.to(torch::kFloat64).contiguous();
    return Eigen::Map<const Points>(host.data_ptr<double>(), host.size(0), host.size(1));
}

}  // namespace elbo
