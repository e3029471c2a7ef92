// How long the measures of the window and of `elboroom measure` take, on one thread.
#pragma once

#include <functional>
#include <string>

namespace elbo {

/// Seconds; medians of several rounds for what takes less than a second.
struct MeasureBenchmark {
    double mmdSeconds = 0.0;           ///< unbiased MMD of 10,000 codes in 10 dimensions against as many prior draws
    double quadratureSeconds = 0.0;    ///< exact values of 1,000 images of 784 pixels, dim z = 2, 128 x 128 cells
    double densitySeconds = 0.0;       ///< exact aggregated-posterior density of 10,000 codes on 256 x 256 cells
    double henzeZirklerSeconds = 0.0;  ///< 10,000 codes in 10 dimensions
    double mixtureSeconds = 0.0;       ///< 4,000 draws against a mixture of 10,000 posteriors in 10 dimensions
};

/// The calling thread must be a prepared worker (prepareWorkerThread). `progress` is told what is measured next.
MeasureBenchmark benchmarkMeasures(const std::function<void(const std::string&)>& progress);

}  // namespace elbo
