// An experiment for sessions under test.
#pragma once

#include <cstdint>

#include "training/experiment/experiment.h"

namespace elbo {

/// Two points and a small network: a step takes a fraction of a millisecond.
inline Experiment smallExperiment(std::int64_t steps = 1000000000) {
    Experiment experiment;
    experiment.name = "small";
    experiment.data.name = "two-points";
    experiment.data.trainSize = 200;
    experiment.data.testSize = 100;
    experiment.data.binarisation = Binarisation::None;
    experiment.model.latentDim = 1;
    experiment.model.encoder = {8};
    experiment.model.decoder = {8};
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    experiment.optimiser.batchSize = 20;
    experiment.run.steps = steps;
    return experiment;
}

}  // namespace elbo
