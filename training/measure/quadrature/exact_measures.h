// What VAE papers call intractable, computed: for one or two latent dimensions by quadrature over z (MATH: section 5).
#pragma once

#include <torch/types.h>

#include <limits>
#include <vector>

#include "models/latent_model.h"
#include "training/frame/frame.h"
#include "training/measure/quadrature/exact_results.h"
#include "training/measure/quadrature/likelihood_surface.h"
#include "training/metrics/progress.h"

namespace elbo {

struct QuadratureOptions {
    int cells = 128;          ///< per latent dimension at first; eight times as many in one dimension
    int maxCells = 256;       ///< refined up to here (eight times as many in one dimension)
    double tolerance = 0.01;  ///< nats: mean error of log p(x) and of the distortion above which the grid is refined
    int samples = 0;          ///< draws (z, x) of the model for I_p; 0 leaves I_p out
    std::uint64_t seed = 1;   ///< of those draws
    int available = 0;        ///< examples of the split of which x is a random part; 0: x is all there is
    std::vector<double>
        curveBetas;  ///< weights of the rate for the curve of the decoder (decoder_curve.h); may be empty
    double slope = std::numeric_limits<double>::quiet_NaN();  ///< where the encoder is held against it; NaN: nowhere
    int curveExamples = std::numeric_limits<int>::max();      ///< the first of x, which the curve rests on
};

/// Exact values for the examples x [N, D] under one member of `fleet`, whose dim z must be 1 or 2. The aggregated
/// posterior and p_D are those of the N examples. The grid covers prior and codes, is widened while mass lies at its
/// edge and refined while the error asks for it. Double precision. Any thread; throws MeasureStopped.
ExactMeasures measureExactly(const LatentModel& model, const FleetParameters& fleet, int member, const torch::Tensor& x,
                             const QuadratureOptions& options, const MeasureProgress& progress);

/// The true posteriors of a few examples x [N, D] beside the encoder's, for pictures: every density on a window of its
/// own that holds both, `columns` cells wide (and high). Names and labels are left to the caller. Throws
/// MeasureStopped.
std::vector<PosteriorPair> posteriorPairs(const LatentModel& model, const FleetParameters& fleet, int member,
                                          const torch::Tensor& x, int columns, const QuadratureOptions& options,
                                          const MeasureProgress& progress = {});

}  // namespace elbo
