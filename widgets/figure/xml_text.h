// Text inside the elements of SVG and of the metadata of a PDF.
#pragma once

#include <QString>

namespace elbo {

/// `text` for the inside of an element. What no XML file may hold, whatever stands for it there (most control
/// characters, halves of surrogate pairs, U+FFFE and U+FFFF), becomes U+FFFD: one of them and the whole figure would
/// be refused.
QString xmlText(const QString& text);

}  // namespace elbo
