// Where each view stands in a figure of the whole arrangement.
#pragma once

#include <QSizeF>
#include <QString>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "widgets/figure/figure_export.h"
#include "widgets/kit/view.h"

namespace elbo {

/// The views as in the window: codes large at the top left, pictures under them, on the right the course
/// of training or the page that took its place.
std::vector<FigureItem> arrangeFigure(const std::vector<View*>& views);

/// Options of a figure of `frame`: the experiment inside with what was moved by hand till then, a title and a caption.
FigureOptions figureOptions(const Experiment& experiment, const Frame& frame);

/// Everything about the file to be written that can be known before anything is trained: its format, and a folder that
/// can be written to. Throws InputError.
void checkFigureFile(const std::string& path);

/// The least size, in millimetres, at which these views lose nothing: as in the window or below each other, whichever
/// needs less. At least as wide as the options say.
QSizeF leastFigureSize(const std::vector<View*>& views, const FigureOptions& options);

/// Enlarges the size of the options until the views fit: for sizes that nobody asked for.
void suitSize(const std::vector<View*>& views, FigureOptions& options);

/// Where the views stand in a figure of this size: as in the window, where it is too small for that in one column.
/// Throws InputError that names the least size that works when neither has room for all labels.
std::vector<FigureItem> layOutFigure(const std::vector<View*>& views, const FigureOptions& options);

}  // namespace elbo
