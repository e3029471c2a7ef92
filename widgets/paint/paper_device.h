// Text of figures measured before there is a figure.
#pragma once

#include <QImage>

namespace elbo {

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
