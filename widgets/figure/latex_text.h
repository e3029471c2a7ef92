// Text of a figure as LaTeX sets it.
#pragma once

#include <QString>

namespace elbo {

/// Pure. "D = 50 %" as "D = 50 \%", a Greek letter or a sign as mathematics ("$\beta$"), raised and lowered digits as
/// indices ("z${}_{12}$"). Spaces all count. Compiles with pdflatex as it is: a letter that pdflatex does not know
/// without further packages becomes "?".
QString latexText(const QString& text);

}  // namespace elbo
