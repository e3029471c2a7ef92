#include "models/objective/fused_objective.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/network/mlp.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

std::vector<LayerPlace> placesOf(const ParameterLayout& layout, const Mlp& network) {
    std::vector<LayerPlace> places;
    for (const LinearLayer& layer : network.layers()) {
        const auto offset = [&](std::size_t slot) { return layout.slots()[slot].offset; };
        places.push_back({offset(layer.weight), offset(layer.bias), layer.inputs, layer.outputs});
    }
    return places;
}

ModelPlaces placesOf(const LatentModel& model) {
    const ParameterLayout& layout = *model.layout();
    const std::optional<std::size_t> slot = model.decoder().factorised()->likelihood().logVarianceSlot();
    return {placesOf(layout, *model.posterior().network().mlp()), placesOf(layout, *model.decoder().network().mlp()),
            slot ? layout.slots()[*slot].offset : -1, layout.size()};
}

/// The tensor's values, after a look at what the kernels take for granted.
template <class Real>
const Real* values(const torch::Tensor& tensor, std::int64_t rows, std::int64_t columns, const char* name) {
    if (!tensor.defined() || tensor.dim() != 2 || tensor.size(0) != rows || tensor.size(1) != columns ||
        !tensor.is_contiguous()) {
        throw std::invalid_argument(
            fmt::format("fused step: {} must be a contiguous tensor [{}, {}]", name, rows, columns));
    }
    return tensor.data_ptr<Real>();
}

}  // namespace

struct FusedObjective::Precision {
    virtual ~Precision() = default;
    virtual const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                  const Coefficients& coefficients, DivergenceKernel kernel) = 0;
};

template <class Real>
struct FusedObjective::PrecisionOf : FusedObjective::Precision {
    PrecisionOf(const LatentModel& model, std::int64_t members, CpuLevel level)
        : members(members),
          parameterCount(model.layout()->size()),
          dataDim(model.dataDim()),
          latentDim(model.latentDim()),
          fused(model.spec(), model.dataDim(), placesOf(model), static_cast<int>(members), kernelTable<Real>(level)) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel) override {
        const std::int64_t examples = x.size(0);
        const bool divergence = coefficients.uses(LossTerm::MarginalDivergence);
        const StepBatch<Real> batch{
            static_cast<int>(examples), values<Real>(x, examples, dataDim, "x"),
            values<Real>(noise.posterior, examples, latentDim, "the posterior noise"),
            divergence ? values<Real>(noise.prior, examples, latentDim, "the prior draws") : nullptr};
        const TermWeights weights{coefficients[LossTerm::Distortion].data(), coefficients[LossTerm::Rate].data(),
                                  coefficients[LossTerm::MarginalDivergence].data()};
        const Real* from = values<Real>(parameters.values(), members, parameterCount, "the parameter buffer");
        values<Real>(parameters.gradients(), members, parameterCount, "the gradient buffer");
        return fused.run(from, parameters.gradients().data_ptr<Real>(), batch, weights, kernel);
    }

    std::int64_t members;
    std::int64_t parameterCount;
    int dataDim;
    int latentDim;
    FusedStep<Real> fused;
};

bool FusedObjective::supports(const LatentModel& model, const torch::TensorOptions& options) {
    const torch::ScalarType type = c10::typeMetaToScalarType(options.dtype());
    const bool layers = model.posterior().network().mlp() != nullptr && model.decoder().network().mlp() != nullptr;
    const bool known =
        model.spec().scale != ScaleKind::Softplus && model.spec().posteriorName() == "diagonal_gaussian" &&
        model.prior().standardNormal() && model.decoder().factorised() != nullptr &&
        (model.spec().likelihood == LikelihoodKind::Bernoulli || model.spec().likelihood == LikelihoodKind::Gaussian);
    return layers && known && options.device().is_cpu() && (type == torch::kFloat32 || type == torch::kFloat64);
}

FusedObjective::FusedObjective(const LatentModel& model, std::int64_t members, const torch::TensorOptions& options,
                               CpuLevel level) {
    if (!supports(model, options)) {
        throw std::invalid_argument(
            "fused step: only float32 and float64 on the CPU, MLPs, diagonal Gaussian posteriors without a softplus, "
            "N(0, I), and Bernoulli or Gaussian likelihoods");
    }
    if (c10::typeMetaToScalarType(options.dtype()) == torch::kFloat64) {
        precision_ = std::make_unique<PrecisionOf<double>>(model, members, level);
    } else {
        precision_ = std::make_unique<PrecisionOf<float>>(model, members, level);
    }
}

FusedObjective::~FusedObjective() = default;
FusedObjective::FusedObjective(FusedObjective&&) noexcept = default;
FusedObjective& FusedObjective::operator=(FusedObjective&&) noexcept = default;

const StepTerms& FusedObjective::step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                      const Coefficients& coefficients, DivergenceKernel kernel) {
    return precision_->step(parameters, x, noise, coefficients, kernel);
}

double combineTerms(const StepTerms& terms, const Coefficients& coefficients, std::size_t member) {
    const bool weighed = !terms.importance.empty();
    double loss = weighed ? terms.importance[member] : 0.0;
    for (const TermRow& term : kTerms) {
        if (weighed && term.id <= LossTerm::Rate) {
            continue;
        }
        const std::vector<double>& value = term.id == LossTerm::Rate ? terms.weighedRate() : terms[term.id];
        const std::vector<double>& coefficient = coefficients[term.id];
        if (!value.empty() && !coefficient.empty()) {
            loss += coefficient[member] * value[member];
        }
    }
    return loss;
}

}  // namespace elbo
