// How much of the labels the codes know: the error of a support vector machine ([InfoVAE] Fig. 6 E).
#pragma once

#include <vector>

#include "training/measure/points/points.h"
#include "training/metrics/progress.h"

namespace elbo {

/// Share of test labels that a C-SVM with a Gaussian kernel (libsvm; C = 1, gamma = 1 / dim on standardised codes) gets
/// wrong after training on the given codes. One label per row; at least two different labels. In [0, 1]. Throws
/// MeasureStopped.
double svmError(const Points& trainCodes, const std::vector<int>& trainLabels, const Points& testCodes,
                const std::vector<int>& testLabels, const MeasureProgress& progress = {});

}  // namespace elbo
