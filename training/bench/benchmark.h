// Steps per second of the training engine beside plain LibTorch autograd, measured in one run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// One objective on one tier. Rates are model-steps per second: a fleet of M counts M per step. The plain side is
/// LibTorch as its users write it (operations, autograd, torch::optim::Adam); in a fleet tier M such models are trained
/// one after the other.
struct EngineTiming {
    double fusedStepsPerSecond = 0.0;
    double plainStepsPerSecond = 0.0;
    double fusedFlopsPerSecond = 0.0;  ///< arithmetic of the fused step's matrix products alone
    double shareOfPeak = 0.0;          ///< that over the measured GEMM peak

    double ratio() const { return plainStepsPerSecond > 0.0 ? fusedStepsPerSecond / plainStepsPerSecond : 0.0; }
};

struct TierTiming {
    std::string name;
    EngineTiming elbo;
    EngineTiming mmd;
};

struct EngineBenchmark {
    double gemmPeakGflops = 0.0;  ///< single precision, one thread, 1024^3: the best of the whole run
    std::vector<TierTiming> tiers;
};

/// A fleet to time: one objective of its own, and one with a divergence.
struct BenchmarkTier {
    std::string name;
    Experiment experiment;
};

/// What tiers of images train on: the built-in digits, drawn once and binary, in batches of 128.
Experiment benchmarkDigits();

/// Times fused and plain in turns and takes medians, `seconds` per tier and objective after warm-up. The calling thread
/// must be a prepared worker (prepareWorkerThread). `progress` is told the name of what is measured next. `further`
/// tiers are timed after those of the engine itself.
EngineBenchmark benchmarkEngine(const std::vector<BenchmarkTier>& further, double seconds,
                                const std::function<void(const std::string&)>& progress);

}  // namespace elbo
