#include "widgets/figure/page_device.h"

#include <QBuffer>
#include <QImage>
#include <QPixmap>
#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;

}  // namespace

QString pageNumber(double value) {
    QString text = QString::number(value, 'f', 3);
    while (text.endsWith('0')) {
        text.chop(1);
    }
    if (text.endsWith('.')) {
        text.chop(1);
    }
    return text == "-0" ? QString("0") : text;
}

double sizeOnPage(const QFont& font) {
    return font.pixelSize() > 0 ? font.pixelSize() : std::max(1.0, std::round(font.pointSizeF()));
}

QByteArray pngOf(const QImage& image, const QRectF& source) {
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    const QImage part = source == QRectF(image.rect()) ? image : image.copy(source.toAlignedRect());
    part.save(&buffer, "PNG");
    return png;
}

QSizeF PageDevice::points() const {
    return millimetres_ * kPointsPerMillimetre;
}

int PageDevice::metric(PaintDeviceMetric metric) const {
    switch (metric) {
        case PdmWidth:
            return static_cast<int>(std::ceil(points().width()));
        case PdmHeight:
            return static_cast<int>(std::ceil(points().height()));
        case PdmWidthMM:
            return static_cast<int>(std::ceil(millimetres_.width()));
        case PdmHeightMM:
            return static_cast<int>(std::ceil(millimetres_.height()));
        case PdmDpiX:
        case PdmDpiY:
        case PdmPhysicalDpiX:
        case PdmPhysicalDpiY:
            return 72;
        case PdmDepth:
            return 32;
        case PdmDevicePixelRatio:
            return 1;
        case PdmDevicePixelRatioScaled:
            return static_cast<int>(QPaintDevice::devicePixelRatioFScale());
        default:
            return QPaintDevice::metric(metric);
    }
}

PageEngine::PageEngine()
    : QPaintEngine(QPaintEngine::PrimitiveTransform | QPaintEngine::PixmapTransform | QPaintEngine::PainterPaths |
                   QPaintEngine::Antialiasing | QPaintEngine::AlphaBlend | QPaintEngine::ConstantOpacity |
                   QPaintEngine::PaintOutsidePaintEvent) {}

bool PageEngine::begin(QPaintDevice*) {
    setActive(true);
    return true;
}

bool PageEngine::end() {
    body_ += openClip_.isEmpty() ? QString() : closeGroup();
    openClip_.clear();
    setActive(false);
    return true;
}

void PageEngine::updateState(const QPaintEngineState& state) {
    pen_ = state.pen();
    brush_ = state.brush();
    opacity_ = state.opacity();
    transform_ = state.transform();
    smooth_ = state.renderHints().testFlag(QPainter::SmoothPixmapTransform);
    const DirtyFlags dirty = state.state();
    if (dirty & DirtyClipPath) {
        clip(state.clipPath(), state.clipOperation());
    } else if (dirty & DirtyClipRegion) {
        QPainterPath path;
        path.addRegion(state.clipRegion());
        clip(path, state.clipOperation());
    } else if (dirty & DirtyClipEnabled) {
        clipped_ = state.isClipEnabled();
    }
}

void PageEngine::clip(const QPainterPath& path, Qt::ClipOperation operation) {
    clipped_ = operation != Qt::NoClip;
    clipKnown_ = false;
    if (operation != Qt::IntersectClip) {
        clips_.clear();
    }
    if (clipped_) {
        clips_.push_back(transform_.map(path));
    }
}

bool PageEngine::enterClip() {
    const bool clipped = clipped_ && !clips_.empty();
    if (clipped && !clipKnown_) {
        QPainterPath area = clips_.front();
        for (std::size_t i = 1; i < clips_.size(); ++i) {
            area = area.intersected(clips_[i]);
        }
        clipText_ = clipText(area);
        clipKnown_ = true;
    }
    if (clipped && clipText_.isEmpty()) {
        return false;
    }
    const QString wanted = clipped ? clipText_ : QString();
    if (wanted != openClip_) {
        body_ += openClip_.isEmpty() ? QString() : closeGroup();
        body_ += wanted.isEmpty() ? QString() : openGroup(wanted);
        openClip_ = wanted;
    }
    return true;
}

double PageEngine::penWidth() const {
    const double scale = pen_.isCosmetic() ? 1.0 : std::sqrt(std::abs(transform_.determinant()));
    return (pen_.widthF() > 0.0 ? pen_.widthF() : 1.0) * scale;
}

void PageEngine::drawPath(const QPainterPath& path) {
    writePath(path, true);
}

void PageEngine::drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) {
    QPainterPath path;
    path.moveTo(points[0]);
    for (int i = 1; i < count; ++i) {
        path.lineTo(points[i]);
    }
    if (mode != PolylineMode) {
        path.closeSubpath();
        path.setFillRule(mode == WindingMode ? Qt::WindingFill : Qt::OddEvenFill);
    }
    writePath(path, mode != PolylineMode);
}

void PageEngine::drawPixmap(const QRectF& rect, const QPixmap& pixmap, const QRectF& source) {
    drawImage(rect, pixmap.toImage(), source, Qt::AutoColor);
}

void PageEngine::writePath(const QPainterPath& path, bool fillable) {
    const bool filled = fillable && brush_.style() != Qt::NoBrush && brush_.color().alpha() > 0;
    const bool stroked = pen_.style() != Qt::NoPen && pen_.color().alpha() > 0;
    if (!path.isEmpty() && (filled || stroked)) {
        writeShape(transform_.map(path), filled, stroked);
    }
}

}  // namespace elbo
