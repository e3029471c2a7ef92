// Results of quadrature over the latent space as plain data that a frame can carry.
#pragma once

#include <vector>

#include "training/frame/exact_frame.h"
#include "training/metrics/measured.h"

namespace elbo {

/// Nats per example. Errors say what halving the resolution changes, the one of I_p is a standard error.
struct ExactMeasures {
    int examples = 0;
    int nodesX = 0;  ///< of the final grid
    int nodesY = 0;  ///< 1 for one latent dimension
    Measured nll;    ///< -log p(x)
    Measured distortion;
    Measured rate;  ///< closed form
    Measured klPosterior;
    Measured klMarginal;
    Measured klMarginalReverse;          ///< KL(p(z) || q(z))
    Measured information;                ///< I_q of the N examples, at most log N
    Measured modelInformation;           ///< I_p; not measured without samples
    DecoderCurve curve;                  ///< empty unless asked for
    ElboForms forms;                     ///< the same numbers by form; their sums come from separate integrals
    std::vector<double> logLikelihood;   ///< log p(x_n), [N]
    std::vector<double> posteriorMeans;  ///< of the true posterior, [N, dim z]
    std::vector<double> encoderMeans;    ///< of q(z|x), [N, dim z]
};

}  // namespace elbo
