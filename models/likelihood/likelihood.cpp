#include "models/likelihood/likelihood.h"

#include <torch/torch.h>

#include <cmath>
#include <numbers>

#include "models/posterior/posterior.h"

namespace elbo {

torch::Tensor LikelihoodBatch::mean() const {
    return kind == LikelihoodKind::Bernoulli ? torch::sigmoid(location) : location;
}

torch::Tensor LikelihoodBatch::variance() const {
    if (kind == LikelihoodKind::Bernoulli) {
        const torch::Tensor p = torch::sigmoid(location);
        return p * (1.0 - p);
    }
    return logVariance.exp().expand_as(location);
}

torch::Tensor LikelihoodBatch::distortion(const torch::Tensor& x) const {
    if (kind == LikelihoodKind::Bernoulli) {
        // -x log s(l) - (1 - x) log(1 - s(l)) = softplus(l) - x l, exact for grey x too.
        return (torch::softplus(location) - location * x).sum(-1);
    }
    const torch::Tensor squared = (x - location).square() * (-logVariance).exp();
    const double constant = 0.5 * static_cast<double>(location.size(-1)) * std::log(2.0 * std::numbers::pi);
    return 0.5 * (squared + logVariance).sum(-1) + constant;
}

Likelihood::Likelihood(ParameterLayout& layout, const ModelSpec& spec, int dataDim) : spec_(spec), dataDim_(dataDim) {
    if (spec_.likelihood == LikelihoodKind::Gaussian && spec_.variance == VarianceKind::Learned) {
        logVarianceSlot_ = layout.add("likelihood.log_variance", {1, 1});
    }
}

int Likelihood::outputs() const {
    const bool network = spec_.likelihood == LikelihoodKind::Gaussian && spec_.variance == VarianceKind::Network;
    return network ? 2 * dataDim_ : dataDim_;
}

void Likelihood::initialise(FleetParameters& parameters) const {
    if (spec_.likelihood == LikelihoodKind::Gaussian && spec_.variance == VarianceKind::Learned) {
        const torch::NoGradGuard noGradients;
        parameters[logVarianceSlot_].fill_(std::log(spec_.noiseVariance));
    }
}

LikelihoodBatch Likelihood::read(const FleetParameters& parameters, const torch::Tensor& outputs) const {
    if (spec_.likelihood == LikelihoodKind::Bernoulli) {
        return {LikelihoodKind::Bernoulli, outputs, {}};
    }
    switch (spec_.variance) {
        case VarianceKind::Fixed:
            return {LikelihoodKind::Gaussian, outputs,
                    torch::full({1, 1, 1}, std::log(spec_.noiseVariance), outputs.options())};
        case VarianceKind::Learned: {
            const double floor = spec_.minimumStddev * spec_.minimumStddev;
            return {LikelihoodKind::Gaussian, outputs, (parameters[logVarianceSlot_].exp() + floor).log()};
        }
        case VarianceKind::Network:
            return {
                LikelihoodKind::Gaussian, outputs.narrow(-1, 0, dataDim_),
                scaleFromOutput(outputs.narrow(-1, dataDim_, dataDim_), spec_.scale, spec_.minimumStddev).logVariance};
    }
    return {};
}

}  // namespace elbo
