// Figures for papers: one view, or several arranged, as PDF, SVG, TikZ/PGF, PNG or CSV, each with its experiment
// inside.
#pragma once

#include <QImage>
#include <QRectF>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <vector>

#include "widgets/figure/figure_source.h"
#include "widgets/kit/theme.h"
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
    QString description;             ///< of the document, not drawn
    QString caption;                 ///< drawn under the figure; empty: nothing
    QString font;                    ///< family; empty: Arial, Helvetica or what stands in for them
    double fontPoints = 7.0;         ///< of running text
    bool gray = false;               ///< without colour
    bool transparent = false;        ///< no white ground
};

/// What figures with these options are painted with.
Theme figureTheme(const FigureOptions& options);

/// The least width and the height, both in millimetres, at which these items lose nothing, when the figure has the
/// width of the options or, where that is too little, the least that does. Caption and headings included. GUI thread.
QSizeF leastFigureSize(const std::vector<FigureItem>& items, const FigureOptions& options);

/// The views below each other, each as high as it needs in proportion, over the whole width.
std::vector<FigureItem> stackedFigure(const std::vector<View*>& views, const FigureOptions& options);

/// A picture of the figure as a PNG shows it, at this many dots per inch: for previews and the clipboard. Throws
/// std::runtime_error.
QImage figureImage(const std::vector<FigureItem>& items, const FigureOptions& options, int dpi);

/// "pdf", "svg", "tex", "pgf", "png", "csv": told apart by the file's suffix. ".pgf" is ".tex" by the name that others
/// give it.
QStringList figureFormats();
/// For sentences: "PDF, SVG, TikZ/PGF, PNG or CSV", and ".pdf, .svg, .tex, .pgf, .png or .csv".
QString figureFormatNames();
QString figureSuffixes();
/// For dialogs that choose files: "*.pdf *.svg ...".
QString figurePatterns();

/// Draws the items on white paper (figureTheme) and replaces `path` in one move: a failed export leaves an older
/// file as it was. Several items get bold letters and titles. CSV is one tidy table a file: where there are several,
/// "fig.csv" becomes "fig-codes.csv" and "fig-densities.csv". What cannot be a line in a picture for LaTeX is a raster
/// beside it, "fig-1.png"; those of an earlier export that are no longer needed are removed. The same call writes the
/// same bytes. Returns the files written, the figure first. GUI thread. Throws std::runtime_error with a message for
/// the user.
QStringList exportFigure(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options);

}  // namespace elbo
