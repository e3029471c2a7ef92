// Densities and image strips as QImage: the two things of a figure that are rasters.
#pragma once

#include <QColor>
#include <QImage>
#include <array>

#include "training/frame/frame.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// 256 colours from no density to the peak.
using ColorRamp = std::array<QRgb, 256>;

/// The theme's sequential map, or its first part only.
ColorRamp densityRamp(const Theme& theme, double part = 1.0);
/// From the theme's panel towards one colour, for a density that shares its place with others.
ColorRamp tintRamp(const Theme& theme, const QColor& color, double strength);

/// Place of a density on the ramp, 0 to 1. The square root keeps the flanks of a peaked density visible.
double densityShade(double value, double peak);

/// One pixel per cell, top row = largest y. Null for an empty grid.
QImage densityImage(const GridDensity& density, double peak, const ColorRamp& ramp);

/// Whether the strip holds pictures, not points written as one row of numbers.
bool holdsImages(const ImageStrip& strip);

/// One image of a strip in grey, 0 black and 1 white. Null when the strip does not have it.
QImage stripImage(const ImageStrip& strip, int index);

}  // namespace elbo
