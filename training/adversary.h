// The critics of a fleet and their training: one network per member that tells its codes from prior draws.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/divergence/critic.h"
#include "training/adam.h"
#include "training/experiment.h"

namespace elbo {

/// Critics with their own parameters and their own Adam (beta1 0.5, beta2 0.9). Thread: the training thread. Like all
/// of training they are a function of (seed, step), so that a resumed run equals an uninterrupted one.
class Adversary {
  public:
    /// `options`: precision and device of the model's parameters.
    Adversary(const Experiment& experiment, const torch::TensorOptions& options);
    Adversary(const Adversary&) = delete;
    Adversary& operator=(const Adversary&) = delete;

    /// Whether the experiment's divergence needs critics.
    static bool wanted(const Experiment& experiment);

    CriticInForce inForce() const { return {&critic_, &frozen_}; }

    /// ObjectiveSpec::criticSteps steps of every healthy member on codes [M, B, Z] of training step `step`, each with
    /// prior draws of its own. `rate`: share of the critic's learning rate, which decays with the model's.
    void train(const torch::Tensor& codes, std::int64_t step, double rate, const std::vector<bool>& healthy);

    /// Of the last step of train(), [M].
    const std::vector<double>& loss() const { return loss_; }
    const std::vector<double>& accuracy() const { return accuracy_; }

    // What a checkpoint stores.
    FleetParameters& parameters() { return parameters_; }  ///< [M, P of a critic]
    const FleetParameters& parameters() const { return parameters_; }
    Adam& adam() { return adam_; }
    const Adam& adam() const { return adam_; }

  private:
    ObjectiveSpec spec_;
    std::uint64_t seed_;
    Critic critic_;
    FleetParameters parameters_;
    FleetParameters frozen_;  ///< the same memory, without gradients
    Adam adam_;
    std::vector<double> loss_;
    std::vector<double> accuracy_;
};

}  // namespace elbo
