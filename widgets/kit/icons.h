// Icons of the lab: line drawings from the resource system in the colours of the theme.
#pragma once

#include <QIcon>
#include <QString>

#include "widgets/kit/theme.h"

namespace elbo {

/// The icon resources/icons/<name>.svg in the theme's text colour, paler when disabled, accent when checked.
/// A null icon when there is no such file. GUI thread only.
QIcon themedIcon(const QString& name, const Theme& theme);

}  // namespace elbo
