// What the measures of a stored model are asked to spend.
#pragma once

#include <string>
#include <vector>

namespace elbo {

struct ModelMeasureOptions {
    std::vector<std::string> only;        ///< metric names, with or without _train and _test; empty: all
    std::vector<int> draws{5, 50, 5000};  ///< K of the importance sampling, ascending
    double varianceFactor = 1.0;          ///< of its proposal
    int examples = 0;         ///< examples per split for quadrature and importance sampling; 0: what a minute allows
    int samples = 1000;       ///< draws of the model for I_p and its bounds
    std::string cacheFolder;  ///< of the classifier; empty: none
};

}  // namespace elbo
