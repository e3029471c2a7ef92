// The numbers behind [Family] Fig. 1, as plain data: information and likelihood while beta-VAEs learn two Gaussians,
// with and without a cap on the information.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// One model at one step; nats per example over p*(x) itself, by quadrature over x and z.
struct FamilyFig1Point {
    std::int64_t step = 0;
    double information = 0.0;  ///< I_q(x; z)
    double distortion = 0.0;   ///< H - D is the paper's estimate of the information ([Family] C.1)
    double rate = 0.0;
    double klMarginal = 0.0;             ///< KL(q(z) || p(z))
    double negativeLogLikelihood = 0.0;  ///< -E log p(x)
    double error = 0.0;                  ///< of the quadrature
};

struct FamilyFig1Curve {
    double beta = 1.0;
    bool capped = false;
    std::vector<FamilyFig1Point> points;
    std::string failure;  ///< why the model was paused; empty when all is well
};

struct FamilyFig1 {
    double entropy = 0.0;      ///< H of p*(x): no model's negative log likelihood is lower
    double cap = 0.0;          ///< I*, nats
    double leastStddev = 0.0;  ///< of encoder and decoder: with the networks, what limits the information
    std::vector<FamilyFig1Curve> curves;
};

struct FamilyFig1Options {
    int points = 44;     ///< of a curve, at even distances on a logarithmic axis of steps
    int examples = 400;  ///< that stand for p*(x), each for as much of its mass as any other; I_q is at most their log
};

/// Throws InputError unless the experiment trains a fleet on two Gaussians with one latent dimension.
void checkFamilyFig1(const Experiment& experiment);

/// Trains the fleet of the experiment, and beside it, on a second thread, its members below beta = 1 with
/// objective.rate_term = "cap" at objective.rate_target. `proceed` is told on the calling thread what share of the work
/// is done, some times a second, and ends it by answering false; what it returns is then not finished. Throws
/// InputError.
FamilyFig1 makeFamilyFig1(const Experiment& experiment, const std::function<bool(double)>& proceed = {},
                          const FamilyFig1Options& options = {});

}  // namespace elbo
