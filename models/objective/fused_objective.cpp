#include "models/objective/fused_objective.h"

#include <torch/torch.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

namespace {

const ParameterLayout::Slot* find(const ParameterLayout& layout, const std::string& name) {
    for (const ParameterLayout::Slot& slot : layout.slots()) {
        if (slot.name == name) {
            return &slot;
        }
    }
    return nullptr;
}

std::vector<LayerPlace> layersOf(const ParameterLayout& layout, const std::string& trunk) {
    std::vector<LayerPlace> layers;
    while (true) {
        const std::string name = trunk + "." + std::to_string(layers.size());
        const ParameterLayout::Slot* weight = find(layout, name + ".weight");
        const ParameterLayout::Slot* bias = find(layout, name + ".bias");
        if (weight == nullptr || bias == nullptr) {
            return layers;
        }
        layers.push_back(
            {weight->offset, bias->offset, static_cast<int>(weight->shape[0]), static_cast<int>(weight->shape[1])});
    }
}

ModelPlaces placesOf(const ParameterLayout& layout) {
    const ParameterLayout::Slot* logVariance = find(layout, "likelihood.log_variance");
    return {layersOf(layout, "encoder"), layersOf(layout, "decoder"), logVariance == nullptr ? -1 : logVariance->offset,
            layout.size()};
}

/// The tensor's values, after a look at what the kernels take for granted.
template <class Real>
const Real* values(const torch::Tensor& tensor, std::int64_t rows, std::int64_t columns, const char* name) {
    if (!tensor.defined() || tensor.dim() != 2 || tensor.size(0) != rows || tensor.size(1) != columns ||
        !tensor.is_contiguous()) {
        throw std::invalid_argument(std::string("fused step: ") + name + " must be a contiguous tensor [" +
                                    std::to_string(rows) + ", " + std::to_string(columns) + "]");
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
          fused(model.spec(), model.dataDim(), placesOf(*model.layout()), static_cast<int>(members),
                kernelTable<Real>(level)) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel) override {
        const std::int64_t examples = x.size(0);
        const bool divergence = coefficients.usesMarginalDivergence();
        const StepBatch<Real> batch{
            static_cast<int>(examples), values<Real>(x, examples, dataDim, "x"),
            values<Real>(noise.posterior, examples, latentDim, "the posterior noise"),
            divergence ? values<Real>(noise.prior, examples, latentDim, "the prior draws") : nullptr};
        const TermWeights weights{coefficients.distortion.data(), coefficients.rate.data(),
                                  coefficients.marginalDivergence.data()};
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

bool FusedObjective::supports(const ModelSpec& spec, const torch::TensorOptions& options) {
    const torch::ScalarType type = c10::typeMetaToScalarType(options.dtype());
    const bool densities = spec.encoderNoise == 0 && spec.decoderNoise == 0;
    return densities && options.device().is_cpu() && (type == torch::kFloat32 || type == torch::kFloat64);
}

FusedObjective::FusedObjective(const LatentModel& model, std::int64_t members, const torch::TensorOptions& options,
                               CpuLevel level) {
    if (!supports(model.spec(), options)) {
        throw std::invalid_argument("fused step: only float32 and float64 on the CPU, and no implicit networks");
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
    const std::vector<double>& rate = terms.rateTerm.empty() ? terms.rate : terms.rateTerm;
    const double loss =
        coefficients.distortion[member] * terms.distortion[member] + coefficients.rate[member] * rate[member];
    const auto contribution = [member](const std::vector<double>& coefficient, const std::vector<double>& term) {
        return term.empty() || coefficient.empty() ? 0.0 : coefficient[member] * term[member];
    };
    return loss + contribution(coefficients.marginalDivergence, terms.marginalDivergence) +
           contribution(coefficients.secondDivergence, terms.secondDivergence) +
           contribution(coefficients.codeDistortion, terms.codeDistortion) +
           contribution(coefficients.dataDivergence, terms.dataDivergence) +
           contribution(coefficients.jointDivergence, terms.jointDivergence) +
           contribution(coefficients.informationExcess, terms.informationExcess);
}

}  // namespace elbo
