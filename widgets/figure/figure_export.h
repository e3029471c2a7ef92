// Figures for papers: one view, or several arranged, as PDF, SVG, PNG or CSV, each with its experiment inside.
#pragma once

#include <QRectF>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <vector>

#include "widgets/figure/figure_source.h"
#include "widgets/kit/view.h"

namespace elbo {

/// A view and the part of the figure it takes, in units of the figure's width and height.
struct FigureItem {
    const View* view = nullptr;
    QRectF unitRect{0.0, 0.0, 1.0, 1.0};
};

struct FigureOptions {
    QSizeF millimetres{89.0, 66.0};  ///< one column of most journals
    int dpi = 300;                   ///< PNG only
    QString experimentToml;          ///< carried inside; empty: nothing
    QString title;                   ///< of the document, not drawn
    QString caption;                 ///< drawn under the figure; empty: nothing
};

/// "pdf", "svg", "png", "csv": told apart by the file's suffix.
QStringList figureFormats();

/// Draws the items on white paper (Theme::paperTheme) and replaces `path` in one move: a failed export leaves an older
/// file as it was. Several items get bold letters and titles. The same call writes the same bytes. GUI thread. Throws
/// std::runtime_error with a message for the user.
void exportFigure(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options);

}  // namespace elbo
