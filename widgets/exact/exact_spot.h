// A place of a picture of exact quantities that has something to say.
#pragma once

#include <QRectF>
#include <QString>

namespace elbo {

/// A place of the picture and the sentence that explains it.
struct ExactSpot {
    QRectF area;
    QString text;
    int member = -1;  ///< whose place it is, where a click is to choose it
};

}  // namespace elbo
