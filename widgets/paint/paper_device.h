// Text of figures measured before there is a figure.
#pragma once

#include <QImage>

#include "widgets/kit/theme.h"

namespace elbo {

/// Text is measured so much larger than it will be: Qt rounds sizes of type to whole points, the usual ones down, and
/// what fits at 7 points has to fit at 8.
inline constexpr double kPaperZoom = 10.0;

/// What figures are painted with, by kPaperZoom larger.
inline Theme zoomedPaper() {
    Theme theme = Theme::paperTheme();
    theme.fontPoints *= kPaperZoom;
    return theme;
}

/// A device whose units are points of 1/72 inch, as those of figures are.
inline const QPaintDevice* paperDevice() {
    static const QImage kPaper = [] {
        constexpr int kDotsPerMetre = 2835;  // 72 to the inch
        QImage image(1, 1, QImage::Format_RGB32);
        image.setDotsPerMeterX(kDotsPerMetre);
        image.setDotsPerMeterY(kDotsPerMetre);
        return image;
    }();
    return &kPaper;
}

}  // namespace elbo
