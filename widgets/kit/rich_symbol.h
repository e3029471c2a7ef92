// Symbols of the objective as Qt rich text, and as plain text.
#pragma once

#include <QString>

namespace elbo {

/// "w_xz", the symbol of a knob, as a slanted letter with a subscript; letters are slanted and digits upright.
QString richSymbol(const char* symbol);

/// A label in which such symbols occur: they become rich text where they have an index, the rest stays as it is.
QString richSymbols(const QString& label);

/// Text with such symbols in it, where no letter can stand lower: an index that Unicode has no lowered letter for
/// follows in brackets, "w₂", "w(D)".
QString plainSymbols(const QString& text);

}  // namespace elbo
