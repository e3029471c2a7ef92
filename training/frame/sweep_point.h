// What the models of a sweep came to: plain data for the rate-distortion plane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/experiment/swept_field.h"

namespace elbo {

/// The end of one model, nats per example. NaN where it was not measured.
struct SweepPoint {
    std::string folder;  ///< of its run
    Knobs knobs;
    std::vector<std::string> values;  ///< of the fields in Sweep::over
    std::uint64_t seed = 0;
    std::string failure;  ///< empty, or why it diverged
    double rateTrain = std::numeric_limits<double>::quiet_NaN();
    double distortionTrain = std::numeric_limits<double>::quiet_NaN();
    double rateTest = std::numeric_limits<double>::quiet_NaN();
    double distortionTest = std::numeric_limits<double>::quiet_NaN();
    // Standard errors of the four.
    double rateErrorTrain = std::numeric_limits<double>::quiet_NaN();
    double distortionErrorTrain = std::numeric_limits<double>::quiet_NaN();
    double rateErrorTest = std::numeric_limits<double>::quiet_NaN();
    double distortionErrorTest = std::numeric_limits<double>::quiet_NaN();
};

struct Sweep {
    std::string folder;
    Experiment experiment;           ///< its fleet are the settings of the knobs
    std::vector<SweptField> over;    ///< what is swept besides the weights
    std::size_t planned = 0;         ///< models of the whole sweep
    std::vector<SweepPoint> points;  ///< those that have ended, in the order of the plan
};

}  // namespace elbo
