// Cells of the tables that views hand out as CSV: one way of writing numbers and words.
#pragma once

#include <QString>
#include <initializer_list>

namespace elbo {

/// With a point, and as many significant digits as needed, at most these: "0.25", "1e-05", "nan".
QString csvNumber(double value, int digits = 10);

/// With as many digits as single precision holds.
QString csvFloat(double value);

/// Cells as csvNumber writes them, with commas between them.
QString csvNumbers(std::initializer_list<double> values, int digits = 10);

/// In quotation marks: words that may hold commas, quotation marks or line ends.
QString csvText(const QString& text);

}  // namespace elbo
