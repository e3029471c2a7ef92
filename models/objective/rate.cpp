#include "models/objective/rate.h"

#include <cmath>

#include "models/tensor/torch.h"

namespace elbo {

bool rateInClosedForm(const LatentModel& model) {
    // The moments of an implicit posterior stand for what it does not have.
    return model.prior().standardNormal() && (model.posterior().gaussian() || !model.posterior().density());
}

torch::Tensor rateOf(const LatentModel& model, const FleetParameters& parameters, const PosteriorBatch& posterior,
                     const torch::Tensor& z) {
    return rateInClosedForm(model) ? posterior.moments().rate() : logRatio(model, parameters, posterior, z);
}

torch::Tensor logRatio(const LatentModel& model, const FleetParameters& parameters, const PosteriorBatch& posterior,
                       const torch::Tensor& z) {
    return posterior.logDensity(z) - model.prior().logDensity(parameters, z);
}

torch::Tensor rateByQuadrature(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posterior,
                               int nodesPerAxis) {
    const torch::NoGradGuard noGradients;
    constexpr double kReach = 7.0;
    const auto options = posterior.mean.options();
    const torch::Tensor t = torch::linspace(-kReach, kReach, nodesPerAxis, options);
    const torch::Tensor along = torch::softmax(-0.5 * t.square(), 0);
    torch::Tensor nodes = t.unsqueeze(1), weights = along;
    if (model.latentDim() == 2) {
        nodes = torch::cartesian_prod({t, t});
        weights = torch::ger(along, along).flatten();
    }
    torch::Tensor rate = torch::zeros(posterior.mean.sizes().slice(0, 2), options);
    for (std::int64_t i = 0; i < nodes.size(0); ++i) {
        const torch::Tensor z = posterior.sample(nodes[i].expand_as(posterior.mean));
        rate += weights[i] * (posterior.logDensity(z) - model.prior().logDensity(parameters, z));
    }
    return rate;
}

torch::Tensor batchInformation(const PosteriorBatch& posterior, const torch::Tensor& z) {
    // The constant of the normal density cancels.
    const torch::Tensor pairs = posterior.pairs(z);  // [M, code, posterior]
    const torch::Tensor mixture = pairs.logsumexp(-1) - std::log(static_cast<double>(z.size(1)));
    return (pairs.diagonal(0, 1, 2) - mixture).mean(1);
}

torch::Tensor rateTerm(const ObjectiveSpec& spec, const PosteriorBatch& posterior, const torch::Tensor& z,
                       const torch::Tensor& rate) {
    switch (spec.rateTerm) {
        case RateTerm::Rate:
        case RateTerm::SoftFreeBits:
        case RateTerm::Cap:
            break;
        case RateTerm::Target:
            return (rate - spec.rateTarget).abs();
        case RateTerm::FreeBits:
            return posterior.moments().rateByDimension().mean(1).clamp_min(spec.freeBits).sum(-1);
        case RateTerm::Information:
            return (batchInformation(posterior, z) - spec.rateTarget).abs();
    }
    return {};
}

}  // namespace elbo
