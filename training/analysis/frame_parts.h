// The parts of a frame for one fleet member: latent space, data plane, images, probes.
#pragma once

#include <torch/types.h>

#include "models/latent_model.h"
#include "training/analysis/latent_projection.h"
#include "training/data/dataset.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "training/frame/view_request.h"
#include "training/measure/aggregated_posterior.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

/// Posteriors of training examples that stand for all under one member, float32.
struct Codes {
    ExamplePart examples;            ///< [N]
    torch::Tensor mean;              ///< [N, Z]
    torch::Tensor stddev;            ///< [N, Z]
    torch::Tensor factor;            ///< [N, Z, Z], lower triangular; undefined: independent dimensions
    torch::Tensor momentMean;        ///< [Z], float64
    torch::Tensor momentCovariance;  ///< [Z, Z], float64
};

/// Computes parts of frames; holds references only, lives for one call of the analyst. All `parameters` are fleets of
/// one.
struct FrameParts {
    const Experiment& experiment;
    const Dataset& dataset;
    const LatentModel& model;
    const ModelInputs& train;
    const ModelInputs& test;

    Codes encode(const FleetParameters& parameters, int count) const;
    LatentFrame latent(const FleetParameters& parameters, const Codes& codes, int member,
                       const ViewRequest& request) const;
    /// One- and two-dimensional data only.
    DataFrame data(const FleetParameters& parameters, int member, const ViewRequest& request) const;
    ImageFrame images(const FleetParameters& parameters, int member, const ViewRequest& request) const;
    Probe probe(const FleetParameters& parameters, const Codes& codes, const ProbeRequest& request,
                const LatentPlane& plane) const;
    /// Mean value of the divergence's kernel between codes and prior draws.
    double kernelMean(const FleetParameters& parameters, const Codes& codes, DivergenceKernel kernel) const;

  private:
    /// Standard normal noise made draws of the prior, in float32 or float64 as the noise is: [N, Z].
    torch::Tensor priorDraws(const FleetParameters& parameters, const torch::Tensor& noise) const;
    GridDensity priorDensity(const FleetParameters& parameters, const LatentProjection& projection,
                             const LatentWindow& window, int columns, int rows) const;
    ImageStrip strip(const torch::Tensor& rows) const;
    /// Decodings of these codes, [N, Z].
    ImageSheet sheet(const FleetParameters& parameters, const torch::Tensor& codes) const;
    void addPosteriorCurves(LatentFrame& frame, const Codes& codes, const LatentWindow& window, int columns) const;
};

}  // namespace elbo
