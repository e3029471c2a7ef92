#include "models/objective/importance.h"

#include <cmath>
#include <memory>
#include <vector>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

/// log q(z|x) of a posterior whose own parameters are held: it changes with the code alone.
class HeldPosterior {
  public:
    HeldPosterior(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                  const PosteriorBatch& posterior)
        : frozen_(parameters.layout(), parameters.values()) {
        const torch::NoGradGuard noGradients;
        if (const Gaussian* gaussian = posterior.gaussian()) {
            batch_ = std::make_unique<GaussianBatch>(gaussian->detached());
        } else {
            batch_ = model.posterior().of(frozen_, x);
        }
    }

    torch::Tensor logDensity(const torch::Tensor& z) const { return batch_->logDensity(z); }

  private:
    FleetParameters frozen_;  // the batch refers to it
    std::unique_ptr<PosteriorBatch> batch_;
};

/// A weight per member beside [M, K, B].
torch::Tensor perMember(const torch::Tensor& weight) {
    return weight.view({-1, 1, 1});
}

}  // namespace

WeighedCodes weighCodes(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                        const PosteriorBatch& posterior, const torch::Tensor& first, const torch::Tensor& noise,
                        const torch::Tensor& distortionWeight, const torch::Tensor& rateWeight, CodeGradient gradient) {
    const std::int64_t examples = x.size(0);
    const std::int64_t codesPerExample = noise.size(0) / examples;
    const bool held = gradient != CodeGradient::Path;
    std::vector<torch::Tensor> codes{first}, densities;
    for (std::int64_t k = 0; k < codesPerExample; ++k) {
        if (k > 0) {
            codes.push_back(posterior.sample(noise.narrow(0, k * examples, examples)));
        }
        if (!held) {
            densities.push_back(posterior.logDensity(codes.back()));  // of a flow's last sample it costs nothing
        }
    }
    const torch::Tensor z = torch::stack(codes, 1);  // [M, K, B, Z]
    if (held) {
        const HeldPosterior density(model, parameters, x, posterior);
        for (std::int64_t k = 0; k < codesPerExample; ++k) {
            densities.push_back(density.logDensity(z.select(1, k)));
        }
    }
    const torch::Tensor flat = z.flatten(1, 2);  // [M, K B, Z]
    const auto perCode = [&](const torch::Tensor& values) { return values.reshape({-1, codesPerExample, examples}); };
    const torch::Tensor distortion =
        perCode(model.decoder().distortion(parameters, flat, x.repeat({codesPerExample, 1})));
    const torch::Tensor rate = torch::stack(densities, 1) - perCode(model.prior().logDensity(parameters, flat));
    const torch::Tensor exponent = -(perMember(distortionWeight) * distortion + perMember(rateWeight) * rate);
    if (gradient == CodeGradient::Dreg && z.requires_grad()) {
        // All gradients that meet at a code count w so far.
        const torch::Tensor weight = torch::softmax(exponent.detach(), 1);
        const torch::Tensor factor = (1.0 + perMember(rateWeight) * (weight - 1.0)).unsqueeze(-1);
        z.register_hook([factor](const torch::Tensor& arrived) { return arrived * factor; });
    }
    return {std::log(static_cast<double>(codesPerExample)) - exponent.logsumexp(1), distortion.detach().mean(1),
            rate.detach().mean(1)};
}

}  // namespace elbo
