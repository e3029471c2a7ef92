// What the legend of the rate-distortion plane says, and the strokes that it explains.
#pragma once

#include <QPen>
#include <vector>

#include "widgets/kit/theme.h"
#include "widgets/paint/key_item.h"
#include "widgets/rate_distortion/rate_distortion.h"

namespace elbo {

QPen optimumPen(const Theme& theme);
QPen stepPen(const Theme& theme);
QPen hullPen(const Theme& theme);
/// Of the best that any encoder could do for one decoder.
QPen boundPen(const Theme& theme, const QColor& colour);
/// Of the ticks across a trail where something was moved by hand.
QPen tickPen(const Theme& theme);

/// Whether each member of the fleet has an entry; otherwise its name stands beside its point.
bool namedInLegend(const RateDistortionDrawing& drawing);

/// An entry for everything that is drawn and does not say itself what it is. GUI thread.
std::vector<Key> planeKeys(const RateDistortionDrawing& drawing, const Theme& theme);

}  // namespace elbo
