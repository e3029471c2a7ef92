// The critics of a fleet and their training: networks, one per member, that tell draws of q from draws of p.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/divergence/critic.h"
#include "models/objective/objective.h"
#include "training/experiment/experiment.h"
#include "training/step/adam.h"
#include "training/step/step_engine.h"

namespace elbo {

/// One critic per member with its own Adam (beta1 0.5, beta2 0.9). Thread: the training thread. Like all of training it
/// is a function of (seed, step), so that a resumed run equals an uninterrupted one.
class TrainedCritic {
  public:
    /// `inputs`: width of what it looks at. `options`: precision and device of the model's parameters. `priorNoise`: of
    /// LatentModel. `experiment`: that in force; must outlive it.
    TrainedCritic(const Experiment& experiment, LossTerm term, DivergenceKind kind, int inputs,
                  const torch::TensorOptions& options, int priorNoise);
    TrainedCritic(const TrainedCritic&) = delete;
    TrainedCritic& operator=(const TrainedCritic&) = delete;

    DivergenceKind kind() const { return kind_; }
    CriticInForce inForce() const { return {&critic_, &frozen_}; }

    /// ObjectiveSpec::criticSteps steps of every healthy member of training step `step`: on draws q [M, B, inputs] and
    /// on draws p that are made of fresh noise [B, priorNoise] for draws of the prior. `rate`: share of the critic's
    /// learning rate, which decays with the model's.
    void train(const torch::Tensor& q, const std::function<torch::Tensor(const torch::Tensor& noise)>& p,
               std::int64_t step, double rate, const std::vector<bool>& healthy);

    /// Of the last step of train(), [M].
    const std::vector<double>& loss() const { return loss_; }
    const std::vector<double>& accuracy() const { return accuracy_; }

    // What a checkpoint stores.
    FleetParameters& parameters() { return parameters_; }  ///< [M, P of a critic]
    const FleetParameters& parameters() const { return parameters_; }
    Adam& adam() { return adam_; }
    const Adam& adam() const { return adam_; }

  private:
    const ObjectiveSpec& spec_;  ///< in force
    DivergenceKind kind_;
    std::int64_t priorNoise_;
    std::uint64_t noiseSeed_;
    Critic critic_;
    FleetParameters parameters_;
    FleetParameters frozen_;  ///< the same memory, without gradients
    Adam adam_;
    std::vector<double> loss_;
    std::vector<double> accuracy_;
};

/// The critics that an objective needs; one is made when its term is first asked for. Thread: the training thread.
class TrainedCritics {
  public:
    /// `experiment`: that in force, which may take another objective; it and `model` must outlive them.
    TrainedCritics(const Experiment& experiment, const LatentModel& model, const torch::TensorOptions& options);

    /// The experiment had the objective `before` until now: critics that go on having the same task keep what they have
    /// learned.
    void objectiveChanged(const ObjectiveSpec& before);

    /// Makes the critics that these coefficients ask for, and returns them.
    CriticsInForce prepare(const Coefficients& coefficients);

    /// Trains those that prepare() returned last, on the batch x [B, D] of training step `step` and its draws.
    /// `parameters`: of the model, whose prior makes further draws.
    void train(const torch::Tensor& x, const StepSamples& draws, std::int64_t step, double rate,
               const std::vector<bool>& healthy, const FleetParameters& parameters);

    /// Whether prepare() returned this critic last.
    bool active(LossTerm term) const { return active_[term]; }
    bool anyActive() const;

    /// Null until it was asked for.
    TrainedCritic* find(LossTerm term) { return critics_[term].get(); }
    const TrainedCritic* find(LossTerm term) const { return critics_[term].get(); }
    /// Makes it where there is none: for a checkpoint that holds it. Null where the objective has no task for it.
    TrainedCritic* make(LossTerm term);

  private:
    DivergenceKind kindOf(LossTerm term) const;

    const Experiment& experiment_;  ///< in force
    const LatentModel& model_;
    torch::TensorOptions options_;
    PerTerm<std::unique_ptr<TrainedCritic>> critics_;
    PerTerm<bool> active_{};
};

}  // namespace elbo
