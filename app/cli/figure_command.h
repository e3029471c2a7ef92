// `elboroom figure`: trains without a screen and writes pictures, of an experiment or of a paper.
#pragma once

#include "app/cli/figure_request.h"

namespace elbo {

/// Trains once and writes every file that is asked for. Needs a QApplication (any platform, also offscreen). Returns
/// the exit code; throws UsageError and InputError.
int figureCommand(const FigureRequest& request);

}  // namespace elbo
