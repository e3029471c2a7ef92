// Text that came from a file or was typed, for places where Qt looks for markup.
#pragma once

#include <QString>

namespace elbo {

/// The text for a tooltip, or a label that takes markup, so that it is read as it stands: what Qt would take for rich
/// text, with pictures that it would load, is escaped.
QString plainTip(const QString& text);

}  // namespace elbo
