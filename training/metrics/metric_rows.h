// The rows of the table of metrics. Part of metric_table.cpp.
#pragma once

#include <vector>

#include "training/metrics/metric_table.h"

namespace elbo {

/// In order.
std::vector<MetricRow> makeMetricRows();

}  // namespace elbo
