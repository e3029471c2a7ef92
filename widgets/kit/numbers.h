// Numbers as people read them: one way of writing them in formulas, tooltips and labels.
#pragma once

#include <QString>

namespace elbo {

/// Three to five significant digits, U+2212 for minus, powers of ten typeset with superscript digits, never a negative
/// zero: "94.2", "5.31", "0.0123", "\u22121.00", "1.2\u00d710\u207b\u2075", "10000". Not-a-number is an en dash,
/// infinity its sign.
QString numberText(double value);

/// A weight as it was entered: up to four decimals without trailing zeros: "1", "0.5", "1000", "\u22120.25".
QString weightText(double value);

/// A whole number with thin spaces between thousands: "12 000".
QString countText(qint64 value);

}  // namespace elbo
