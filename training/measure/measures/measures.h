// The registry of measures: `elboroom measure` and the window run them all, in this order.
//
// To add one:
//   1. give its metrics rows in the table of metrics (training/metrics/metric_rows.cpp);
//   2. write one file beside this one that defines `Measure nameMeasure()` (smooth_knn_measure.cpp is a short example);
//   3. declare and list it in measures.cpp, at the place where its numbers shall stand in the output.
// The test of all measures (tst_measures) runs it on every kind of model without further ado.
#pragma once

#include <string>
#include <vector>

#include "training/measure/measures/measure.h"

namespace elbo {

const std::vector<Measure>& modelMeasures();

/// All their names without _train and _test, each once: what `--only` may ask for.
std::vector<std::string> measurableNames();

}  // namespace elbo
