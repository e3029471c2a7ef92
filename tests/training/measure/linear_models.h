// Linear models whose posteriors, likelihoods and information are known in closed form.
#pragma once

#include <string>

#include "models/latent_model.h"
#include "models/tensor/torch.h"

namespace elbo {

/// A model with x ~ N(z W^T + b, noise I) and q(z|x) = N((x - b) encoder, diag(variance)), all float64 and one member.
struct LinearModel {
    LatentModel model;
    FleetParameters parameters;
};

inline ModelSpec linearSpec(int latentDim, double noise) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {};
    spec.decoder = {};
    spec.activation = Activation::Identity;
    spec.likelihood = LikelihoodKind::Gaussian;
    spec.noiseVariance = noise;
    spec.minimumStddev = 1e-7;
    return spec;
}

/// w [D, Z], bias [D], encoder [D, Z], variance [Z].
inline LinearModel makeLinear(const torch::Tensor& w, const torch::Tensor& bias, const torch::Tensor& encoder,
                              const torch::Tensor& variance, double noise) {
    LatentModel model(linearSpec(static_cast<int>(w.size(1)), noise), static_cast<int>(w.size(0)));
    const torch::Tensor values = torch::zeros({1, model.layout()->size()}, torch::kFloat64);
    const auto put = [&](const std::string& name, const torch::Tensor& value) {
        for (const ParameterLayout::Slot& slot : model.layout()->slots()) {
            if (slot.name == name) {
                values.narrow(1, slot.offset, slot.size).copy_(value.reshape({1, -1}));
            }
        }
    };
    put("encoder.0.weight", torch::cat({encoder, torch::zeros_like(encoder)}, 1));
    put("encoder.0.bias", torch::cat({-torch::mv(encoder.t(), bias), variance.log()}));
    put("decoder.0.weight", w.t().contiguous());
    put("decoder.0.bias", bias);
    return {model, FleetParameters(model.layout(), values)};
}

/// The same with the true posterior mean times `shrink` as encoder.
inline LinearModel makeLinear(const torch::Tensor& w, const torch::Tensor& variance, double noise, double shrink) {
    const torch::Tensor precision = torch::mm(w.t(), w) + noise * torch::eye(w.size(1), torch::kFloat64);
    return makeLinear(w, torch::zeros({w.size(0)}, torch::kFloat64), torch::mm(w, torch::inverse(precision)) * shrink,
                      variance, noise);
}

}  // namespace elbo
