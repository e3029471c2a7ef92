// How much of the labels the codes know: the error of a support vector machine ([InfoVAE] Fig. 6 E).
#pragma once

#include <cstdint>
#include <vector>

#include "training/measure/points/points.h"
#include "training/metrics/progress.h"

namespace elbo {

/// How many codes of this dimension one machine is trained on at most: libsvm cannot be stopped while it trains, and
/// with so many it is done in about a second. 1000, fewer above a thousand dimensions.
int mostSvmCodes(std::int64_t dim);

/// Share of test labels that a C-SVM with a Gaussian kernel (libsvm; C = 1, gamma = 1 / dim on standardised codes) gets
/// wrong after training on the given codes. One label per row; at least two different labels. In [0, 1]. Throws
/// MeasureStopped before and after training, and between blocks of predictions.
double svmError(const Points& trainCodes, const std::vector<int>& trainLabels, const Points& testCodes,
                const std::vector<int>& testLabels, const MeasureProgress& progress = {});

}  // namespace elbo
