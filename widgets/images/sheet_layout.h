// Where the images of sheets lie: pure arithmetic.
#pragma once

#include <QRectF>
#include <QSize>
#include <vector>

namespace elbo {

/// A sheet has a pair of columns per model, one decoding and the mean of several, and a row per code; sheets of
/// examples begin with a column of these. Models that find no room beside each other go on in a band below.
struct SheetOptions {
    QSize image;              ///< pixels
    int models = 1;           ///< pairs
    int rows = 8;             ///< codes there are
    double ratio = 1.0;       ///< device pixels per unit of the painter
    double title = 0.0;       ///< height of the line that says what a sheet is of
    double titleWidth = 0.0;  ///< of its words: no sheet is narrower
    double head = 0.0;        ///< height of the names above a band; 0: none
    double headWidth = 0.0;   ///< of the widest name: no pair is narrower
    double enough = 28.0;     ///< images as high as this need not grow at the cost of rows
};

/// Painter units.
struct SheetGrid {
    struct Pair {
        QRectF head;                    ///< where the name stands
        std::vector<QRectF> decodings;  ///< by row
        std::vector<QRectF> means;      ///< beside them
    };
    struct Sheet {
        QRectF title;
        std::vector<QRectF> data;  ///< of every band by row; none in the sheet of samples
        std::vector<Pair> pairs;   ///< by model
    };
    double scale = 0.0;  ///< painter units per image pixel
    bool whole = false;  ///< image pixels are whole device pixels: paint without smoothing
    int rows = 0;        ///< codes shown
    Sheet examples, samples;
};

/// Both sheets, beside each other or one below the other, in as many bands as make the images largest. At least three
/// rows are shown, more where the images stay legible. Without rows where there are no images.
SheetGrid layoutSheets(const QRectF& area, const SheetOptions& options);

/// The height that both sheets need at this width for images of `side` (in height) and three rows.
double leastSheetHeight(double width, double side, const SheetOptions& options);

}  // namespace elbo
