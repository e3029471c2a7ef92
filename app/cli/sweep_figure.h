// Figures of the folder of a sweep.
#pragma once

#include "app/cli/figure_request.h"

namespace elbo {

/// Whether the request is for a figure of a whole sweep, not of one of its models: its source is the folder of one, and
/// it names no view, or only the sheets.
bool isSweepFigure(const FigureRequest& request);

/// Without a view the plane of the sweep; the sheets have a column per weight of one family: that of the assignments
/// (architecture=NAME, FIELD=VALUE), else that of the best ELBO. Returns the exit code. Throws InputError, UsageError.
int sweepFigureCommand(const FigureRequest& request);

}  // namespace elbo
