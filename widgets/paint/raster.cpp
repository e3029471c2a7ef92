#include "widgets/paint/raster.h"

#include <algorithm>
#include <cmath>

namespace elbo {

ColorRamp densityRamp(const Theme& theme, double part) {
    ColorRamp ramp{};
    for (std::size_t i = 0; i < ramp.size(); ++i) {
        ramp[i] = theme.density(part * static_cast<double>(i) / (ramp.size() - 1)).rgb();
    }
    return ramp;
}

ColorRamp tintRamp(const Theme& theme, const QColor& color, double strength) {
    const QColor& from = theme.panel;
    ColorRamp ramp{};
    for (std::size_t i = 0; i < ramp.size(); ++i) {
        const double part = strength * static_cast<double>(i) / (ramp.size() - 1);
        const auto mix = [part](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * part)); };
        ramp[i] = qRgb(mix(from.red(), color.red()), mix(from.green(), color.green()), mix(from.blue(), color.blue()));
    }
    return ramp;
}

double densityShade(double value, double peak) {
    return peak > 0.0 && value > 0.0 ? std::sqrt(std::min(1.0, value / peak)) : 0.0;
}

QImage densityImage(const GridDensity& density, double peak, const ColorRamp& ramp) {
    const auto cells = static_cast<std::size_t>(std::max(0, density.columns)) * std::max(0, density.rows);
    if (cells == 0 || density.values.size() != cells) {
        return {};
    }
    QImage image(density.columns, density.rows, QImage::Format_RGB32);
    for (int row = 0; row < density.rows; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(density.rows - 1 - row));
        const float* values = density.values.data() + static_cast<std::size_t>(row) * density.columns;
        for (int column = 0; column < density.columns; ++column) {
            line[column] = ramp[static_cast<std::size_t>(std::lround(densityShade(values[column], peak) * 255.0))];
        }
    }
    return image;
}

bool holdsImages(const ImageStrip& strip) {
    return strip.height > 1 && strip.width > 1;
}

QImage stripImage(const ImageStrip& strip, int index) {
    const auto size = static_cast<std::size_t>(std::max(0, strip.width)) * std::max(0, strip.height);
    if (index < 0 || index >= strip.count || size == 0 || strip.pixels.size() < size * (index + 1)) {
        return {};
    }
    QImage image(strip.width, strip.height, QImage::Format_Grayscale8);
    const float* pixel = strip.pixels.data() + size * index;
    for (int row = 0; row < strip.height; ++row) {
        uchar* line = image.scanLine(row);
        for (int column = 0; column < strip.width; ++column, ++pixel) {
            line[column] =
                static_cast<uchar>(std::lround(std::clamp(std::isfinite(*pixel) ? *pixel : 0.0F, 0.0F, 1.0F) * 255.0F));
        }
    }
    return image;
}

}  // namespace elbo
