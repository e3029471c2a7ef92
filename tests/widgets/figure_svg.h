// A view's figure as the text of an SVG, for tests that look for its words and its pictures.
#pragma once

#include <QBuffer>
#include <QSvgGenerator>

#include "widgets/chart/plotting.h"
#include "widgets/kit/view.h"

namespace elbo::sample {

inline QByteArray svgOf(const View& view, const QSize& size) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(72);
    generator.setSize(size);
    {
        QCPPainter painter(&generator);
        view.renderFigure(painter, QRectF(QPointF(0, 0), size), Theme::paperTheme());
    }
    return buffer.data();
}

}  // namespace elbo::sample
