// The rate-distortion curve of a decoder and its prior: what the best of all encoders would reach, by quadrature over
// one or two latent dimensions (Huang et al. 2020; Alemi et al. 2018).
#pragma once

#include <torch/types.h>

#include <limits>
#include <string>
#include <vector>

#include "models/latent_model.h"
#include "training/experiment/experiment.h"
#include "training/frame/exact_frame.h"
#include "training/measure/quadrature/likelihood_surface.h"
#include "training/measure/quadrature/prior_values.h"
#include "training/metrics/progress.h"

namespace elbo {

/// Weights of the rate in even steps of their logarithm, from the end where a code says nothing to the one where it is
/// nearly free: enough for a smooth curve.
std::vector<double> decoderCurveBetas();

/// The weight of R over that of D in an objective: where an encoder that is trained for it should meet the curve, whose
/// slope there is minus this. Not-a-number where R is not punished, or where something else stands in its place.
double slopeInForce(const Experiment& experiment, const ObjectiveSpec& objective, const Knobs& knobs);

/// Why slopeInForce() is not a number, so that "not measured, because" may come before it; empty where it is one.
std::string whyNoSlope(const Experiment& experiment, const ObjectiveSpec& objective, const Knobs& knobs);

struct DecoderCurveOptions {
    std::vector<double> betas;                                ///< of the points; may be empty
    double slope = std::numeric_limits<double>::quiet_NaN();  ///< where the encoder is held against the curve
    int available = 0;                                        ///< examples that those of the curve are a part of
};

/// What the encoder in force reaches, nats: by example, and how far quadrature may be off in the mean distortion.
struct EncoderPoint {
    std::vector<double> distortions, rates;  ///< [N]
    double distortionError = 0.0;
};

/// For every beta the encoder that makes D + beta R least for this decoder and prior is q(z|x) ~ p(z) p(x|z)^(1/beta):
/// its distortion is a mean over it, its rate is -log Z - D / beta, Z its integral. Means over the examples x [N, D],
/// float64; `parameters` holds one member in float64. Points that the grid does not resolve are left out. Any thread;
/// throws MeasureStopped.
DecoderCurve decoderCurve(const LatentModel& model, const FleetParameters& parameters, const PriorValues& prior,
                          const torch::Tensor& x, const LatentGrid& grid, const EncoderPoint& encoder,
                          const DecoderCurveOptions& options, const MeasureProgress& progress);

}  // namespace elbo
