// The networks that train against the model, as lines of text. Pure functions.
#pragma once

#include <QString>
#include <QStringList>

#include "training/metrics/report.h"

namespace elbo {

/// One line of rich text for each critic at work: which divergence it serves, its loss, and how often it is right.
QStringList criticLines(const Report& report, int member);

/// What the lines mean, for a tooltip.
QString criticTip();

}  // namespace elbo
