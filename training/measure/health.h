// What is happening to a model, in words: findings with the number behind them and the papers' term.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "models/spec/knobs.h"
#include "models/spec/objective_spec.h"
#include "training/frame/exact_frame.h"

namespace elbo {

struct Dataset;
struct ObjectiveSpec;
class LatentModel;

/// A model that has hardly begun is not ill: every rate starts near 0. Steps.
inline constexpr std::int64_t kFirstJudgement = 100;

/// The numbers of one member that findings are read from; NaN: not known, and what needs it is left unsaid. Nats per
/// example.
struct HealthNumbers {
    static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

    int member = 0;
    int latentDim = 0;
    std::int64_t step = -1;  ///< that they belong to
    Knobs knobs;
    double rate = kUnknown;
    double distortion = kUnknown;
    double dataEntropy = kUnknown;  ///< H
    double elboTrain = kUnknown;
    double elboTest = kUnknown;
    double logDetCov = kUnknown;     ///< log det Cov[q(z)] / dim z
    double shape = kUnknown;         ///< lower bound of KL(q(z) || p(z)), see prior_shape.h
    double activeUnits = kUnknown;   ///< share, 0 ... 1
    double information = kUnknown;   ///< I_q
    double klPosterior = kUnknown;   ///< E KL(q(z|x) || p(z|x)), exact or -ELBO - nll
    double inferenceGap = kUnknown;  ///< D + beta R above the least that any encoder reaches with this decoder
    double kernelMean = kUnknown;    ///< mean kernel value between codes and prior draws; only where an MMD is trained
};

/// The numbers of one member of `model`: `metric` gives the value of a metric by name (NaN: not measured), `kernelMean`
/// is asked where `objective` trains an MMD with these knobs, `shape` always (prior_shape.h; NaN: not known).
HealthNumbers healthNumbers(const ObjectiveSpec& objective, const Dataset& dataset, const LatentModel& model,
                            const Knobs& knobs, int member, const std::function<double(const char* name)>& metric,
                            const std::function<double()>& kernelMean, const std::function<double()>& shape);

/// Whether a kernel whose mean value between codes and prior draws is this tells no codes apart: its gradient vanishes.
bool kernelSaturated(double meanKernel);

/// All findings that the numbers give grounds for; empty for a healthy member. Pure; any thread.
std::vector<HealthFinding> healthFindings(const HealthNumbers& numbers);

}  // namespace elbo
