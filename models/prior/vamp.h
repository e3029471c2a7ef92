// The aggregated posterior of learned examples as prior: the VampPrior (Tomczak and Welling 2018) with learned weights.
#pragma once

#include <memory>

#include "models/posterior/posterior.h"
#include "models/prior/prior.h"
#include "models/spec/data_shape.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// p(z) = sum_k w_k q(z|u_k) for K = ModelSpec::priorComponents pseudo-inputs u_k that the model's own encoder sees.
/// Pseudo-inputs and logits of the weights are parameters; gradients go into the encoder as well. Where data lie
/// between 0 and 1 a pseudo-input is the sigmoid of its parameters, so that it does too and every entry keeps a
/// gradient. It starts from training examples with equal weights, and from noise where nobody gives it any. Densities
/// and draws encode all K. The posterior has to have a density. Draws move with encoder and pseudo-inputs; the weights
/// are trained through log densities alone.
class VampPrior : public Prior {
  public:
    /// Registers "prior.pseudo_inputs" [K, D] and "prior.logits" [1, K]; shares `posterior` with the model.
    VampPrior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
              std::shared_ptr<const Posterior> posterior);

    /// The last column of the noise chooses the component.
    torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const override;
    torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor reach(const FleetParameters& parameters) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int startingExamples() const override { return components_; }
    /// Of data between 0 and 1, values are kept where the sigmoid is not flat: 0 and 1 become logits of -2 and 2.
    void startFrom(FleetParameters& parameters, const torch::Tensor& x) const override;
    std::optional<PseudoInputs> pseudoInputs(const FleetParameters& parameters) const override;
    int noise() const override { return posterior_->noise() + 1; }
    NetworkCost cost() const override;
    NetworkCost costOfAny() const override;

  private:
    torch::Tensor inputs(const FleetParameters& parameters) const;  ///< [M, K, D]

    int latentDim_;
    int components_;
    bool squashed_;  ///< whether parameters become pseudo-inputs through a sigmoid
    std::shared_ptr<const Posterior> posterior_;
    std::size_t inputs_ = 0;
    std::size_t logits_ = 0;
};

}  // namespace elbo
