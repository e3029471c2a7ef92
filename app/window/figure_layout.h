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

/// Options of a figure of `frame`: the experiment inside, a title, and for several views a caption that says what they
/// show.
FigureOptions figureOptions(const Experiment& experiment, const Frame& frame, bool severalViews);

/// Everything about the file to be written that can be known before anything is trained: its format, and a folder that
/// can be written to. Throws InputError.
void checkFigureFile(const std::string& path);

/// Parses "85x60mm" (also "85x60"). Throws InputError.
QSizeF parseMillimetres(const QString& text);

}  // namespace elbo
