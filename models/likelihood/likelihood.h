// The seam of likelihoods: what outputs of a decoder mean, p(x|z) = prod_i p(x_i|z).
//
// To add one: 1. a value of LikelihoodKind with its names (models/spec/model_spec.h); 2. a pair of files with a class
// derived from LikelihoodFamily; 3. its line in familyOf() (likelihood.cpp). Files, panel, `elboroom list models`,
// reference pages and the test over all likelihoods (tst_likelihoods) follow.
#pragma once

#include <torch/types.h>

#include <optional>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/model_spec.h"

namespace elbo {

struct LikelihoodBatch;

/// log p(x|z) = x . linear + x^2 . quadratic + constant: all pairs of examples and codes are matrix products.
struct ExponentialForm {
    torch::Tensor linear;     ///< [M, B, D]
    torch::Tensor quadratic;  ///< [M, B, D]; undefined: none
    torch::Tensor constant;   ///< [M, B]
};

/// A kind of p(x|z), without values. Stateless; any thread.
class LikelihoodFamily {
  public:
    virtual ~LikelihoodFamily() = default;

    /// E[x|z] and Var[x|z], [M, B, D].
    virtual torch::Tensor mean(const LikelihoodBatch& batch) const = 0;
    virtual torch::Tensor variance(const LikelihoodBatch& batch) const = 0;
    /// -log p(x|z) in nats per example, summed over data dimensions: x [B, D] or [M, B, D], result [M, B].
    virtual torch::Tensor distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const = 0;
    virtual ExponentialForm exponential(const LikelihoodBatch& batch) const = 0;
    /// Samples x ~ p(x|z), [M, B, D], as differentiable functions of standard normal noise [B, D]; values that jump are
    /// relaxed with the given temperature.
    virtual torch::Tensor sample(const LikelihoodBatch& batch, const torch::Tensor& noise, double relaxation) const = 0;
    /// Exact samples, [M, B, D].
    virtual torch::Tensor draw(const LikelihoodBatch& batch, torch::Generator& generator) const = 0;
    /// Whether p(x|z) is a probability and no density: D is never negative then.
    virtual bool discrete() const { return false; }
    /// Whether examples must lie in [0, 1].
    virtual bool unitInterval() const { return false; }
};

const LikelihoodFamily& familyOf(LikelihoodKind kind);

/// p(x|z) for a batch of codes. `location` is [M, B, D]: what the family makes of it (logits or means); `logVariance`
/// is that of a Gaussian, broadcastable to [M, B, D], else undefined.
struct LikelihoodBatch {
    LikelihoodKind kind = LikelihoodKind::Bernoulli;
    torch::Tensor location;
    torch::Tensor logVariance;

    const LikelihoodFamily& family() const { return familyOf(kind); }
    torch::Tensor mean() const { return family().mean(*this); }
    torch::Tensor variance() const { return family().variance(*this); }
    torch::Tensor distortion(const torch::Tensor& x) const { return family().distortion(*this, x); }
    torch::Tensor draw(torch::Generator& generator) const { return family().draw(*this, generator); }
};

/// Reads decoder outputs as a likelihood. Stateless apart from its slot (the learned log variance); any thread.
class Likelihood {
  public:
    /// Registers "likelihood.log_variance" when the variance is a learned scalar.
    Likelihood(ParameterLayout& layout, const ModelSpec& spec, int dataDim);

    /// Number of outputs the decoder must have.
    int outputs() const;
    void initialise(FleetParameters& parameters) const;
    /// outputs: [M, B, outputs()].
    LikelihoodBatch read(const FleetParameters& parameters, const torch::Tensor& outputs) const;
    /// The slot of the learned log variance; none where it is not learned.
    std::optional<std::size_t> logVarianceSlot() const { return logVarianceSlot_; }

  private:
    ModelSpec spec_;
    int dataDim_;
    std::optional<std::size_t> logVarianceSlot_;
};

}  // namespace elbo
