// Experiments and data small enough for tests.
#pragma once

#include <memory>

#include "training/data/dataset.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Pen digits, few and with a small network.
inline Experiment smallDigits() {
    Experiment experiment;
    experiment.data.trainSize = 300;
    experiment.data.testSize = 100;
    experiment.model.encoder = {32};
    experiment.model.decoder = {32};
    experiment.optimiser.batchSize = 50;
    experiment.run.steps = 40;
    return experiment;
}

/// The linear Gaussian oracle with a linear model in double precision.
inline Experiment linearGaussian(double beta) {
    Experiment experiment;
    experiment.name = "linear-gaussian";
    experiment.data.name = "linear-gaussian";
    experiment.data.trainSize = 5000;
    experiment.data.testSize = 5000;
    experiment.data.binarisation = Binarisation::None;
    experiment.model.latentDim = 2;
    experiment.model.encoder = {};
    experiment.model.decoder = {};
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    experiment.model.noiseVariance = 0.25;
    experiment.optimiser.learningRate = 1e-2;
    experiment.optimiser.schedule = Schedule::LinearDecay;
    experiment.run.precision = Precision::Float64;
    experiment.run.steps = 4000;
    experiment.knobs = {Knobs{beta, 1.0, 0.0}};
    return experiment;
}

}  // namespace elbo
