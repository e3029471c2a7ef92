#include "training/measure/measures/measure_subject.h"

#include <torch/torch.h>

#include <algorithm>

#include "models/divergence/mmd.h"
#include "training/measure/evaluation.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

FleetSubject::FleetSubject(const Snapshot& stored, const Experiment& trained, const Dataset& examples,
                           const ModelMeasureOptions& wanted)
    : snapshot(stored), experiment(trained), dataset(examples), options(wanted), model(trained.model, examples.dim) {}

const Report& FleetSubject::evaluation() const {
    if (!evaluation_) {
        evaluation_.emplace();
        evaluateInto(*evaluation_, snapshot, experiment, dataset, {.examples = 0, .draws = 0});
    }
    return *evaluation_;
}

torch::Tensor SubjectSplit::ratesByDimension() const {
    const torch::Tensor variances = stddevs.square();
    return 0.5 * (means.square() + variances - 1.0 - variances.log());
}

MeasureSubject::MeasureSubject(const FleetSubject& fleet, int member)
    : fleet_(fleet), member_(member), parameters_(fleet.snapshot.parameters->member(member)) {
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
    split.x = inputs.first(inputs.size());
    split.labels = inputs.labels();
    std::vector<torch::Tensor> means, stddevs;
    for (std::int64_t start = 0; start < split.x.size(0); start += kBlock) {
        const DiagonalGaussian q =
            model().encode(parameters_, split.x.narrow(0, start, std::min(kBlock, split.x.size(0) - start)));
        means.push_back(q.mean[0].to(torch::kFloat64));
        stddevs.push_back(q.stddev[0].to(torch::kFloat64));
    }
    split.means = torch::cat(means);
    split.stddevs = torch::cat(stddevs);

    const std::int64_t count = std::min(SubjectSplit::kPairedCodes, split.means.size(0));
    torch::Generator generator = makeGenerator(kMeasureSeed);
    const auto normal = [&](std::int64_t rows) {
        return torch::randn({rows, split.means.size(1)}, generator, split.means.options());
    };
    split.codes = split.means.narrow(0, 0, count) + split.stddevs.narrow(0, 0, count) * normal(count);
    split.priorDraws = normal(count);
    split.noise = normal(split.means.size(0));
    return split;
}

double MeasureSubject::evaluated(const std::string& name) const {
    return fleet_.evaluation().value(name + split().suffix, member_);
}

double MeasureSubject::kernelMean() const {
    constexpr std::int64_t kLookedAt = 200;
    const std::int64_t count = std::min(kLookedAt, train().means.size(0));
    torch::Generator generator = makeGenerator(kMeasureSeed);
    const auto normal = [&] {
        return torch::randn({count, train().means.size(1)}, generator, train().means.options());
    };
    const torch::Tensor z = train().means.narrow(0, 0, count) + train().stddevs.narrow(0, 0, count) * normal();
    const torch::Tensor y = normal();
    return kernelOf(squaredDistances(z.unsqueeze(0), y.unsqueeze(0)), fleet_.experiment.kernel, z.size(1))
        .mean()
        .item<double>();
}

Points toPoints(const torch::Tensor& rows) {
    const torch::Tensor host = rows.to(torch::kFloat64).contiguous();
    return Eigen::Map<const Points>(host.data_ptr<double>(), host.size(0), host.size(1));
}

}  // namespace elbo
