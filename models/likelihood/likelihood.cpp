#include "models/likelihood/likelihood.h"

#include <cmath>

#include "models/likelihood/bernoulli.h"
#include "models/likelihood/continuous_bernoulli.h"
#include "models/likelihood/gaussian_likelihood.h"
#include "models/posterior/gaussian.h"
#include "models/tensor/torch.h"

namespace elbo {

const LikelihoodFamily& familyOf(LikelihoodKind kind) {
    static const BernoulliFamily kBernoulli;
    static const GaussianFamily kGaussian;
    static const ContinuousBernoulliFamily kContinuousBernoulli;
    switch (kind) {
        case LikelihoodKind::Bernoulli:
            return kBernoulli;
        case LikelihoodKind::Gaussian:
            return kGaussian;
        case LikelihoodKind::ContinuousBernoulli:
            return kContinuousBernoulli;
    }
    return kBernoulli;
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
    if (logVarianceSlot_) {
        const torch::NoGradGuard noGradients;
        parameters[*logVarianceSlot_].fill_(std::log(spec_.noiseVariance));
    }
}

LikelihoodBatch Likelihood::read(const FleetParameters& parameters, const torch::Tensor& outputs) const {
    if (spec_.likelihood != LikelihoodKind::Gaussian) {
        return {spec_.likelihood, outputs, {}};
    }
    switch (spec_.variance) {
        case VarianceKind::Fixed:
            return {LikelihoodKind::Gaussian, outputs,
                    torch::full({1, 1, 1}, std::log(spec_.noiseVariance), outputs.options())};
        case VarianceKind::Learned: {
            const double floor = spec_.minimumStddev * spec_.minimumStddev;
            return {LikelihoodKind::Gaussian, outputs, (parameters[*logVarianceSlot_].exp() + floor).log()};
        }
        case VarianceKind::Network:
            return {
                LikelihoodKind::Gaussian, outputs.narrow(-1, 0, dataDim_),
                scaleFromOutput(outputs.narrow(-1, dataDim_, dataDim_), spec_.scale, spec_.minimumStddev).logVariance};
    }
    return {};
}

}  // namespace elbo
