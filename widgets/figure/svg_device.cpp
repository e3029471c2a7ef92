#include "widgets/figure/svg_device.h"

#include <QBuffer>
#include <QFont>
#include <QImage>
#include <QPaintEngine>
#include <QPainterPath>
#include <QPen>
#include <QPixmap>
#include <QTransform>
#include <cmath>
#include <vector>

#include "widgets/figure/figure_source.h"

namespace elbo {
namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;

/// Thousandths of a point are finer than any printer, and short.
QString coordinate(double value) {
    QString text = QString::number(value, 'f', 3);
    while (text.endsWith('0')) {
        text.chop(1);
    }
    if (text.endsWith('.')) {
        text.chop(1);
    }
    return text == "-0" ? QString("0") : text;
}

QString pathData(const QPainterPath& path) {
    QString data;
    const auto point = [&](const QPainterPath::Element& e) { data += coordinate(e.x) + " " + coordinate(e.y) + " "; };
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element element = path.elementAt(i);
        if (element.isMoveTo()) {
            data += "M";
        } else if (element.isLineTo()) {
            data += "L";
        } else if (element.isCurveTo()) {
            data += "C";
        }
        point(element);
    }
    return data.trimmed();
}

QString colourAttributes(const char* name, const QColor& colour, double opacity) {
    QString text = QString(" %1=\"%2\"").arg(name, colour.name());
    const double alpha = colour.alphaF() * opacity;
    if (alpha < 0.999) {
        text += QString(" %1-opacity=\"%2\"").arg(name, coordinate(alpha));
    }
    return text;
}

QString matrixAttribute(const QTransform& transform) {
    QStringList numbers;
    for (const double value : {transform.m11(), transform.m12(), transform.m21(), transform.m22()}) {
        numbers << QString::number(value, 'g', 8);
    }
    return QString(" transform=\"matrix(%1 %2 %3)\"")
        .arg(numbers.join(' '), coordinate(transform.dx()), coordinate(transform.dy()));
}

}  // namespace

/// Shapes are written in page coordinates, so that only text and images carry a transform. Everything under one clip
/// stands in one group.
class SvgDevice::Engine : public QPaintEngine {
  public:
    Engine()
        : QPaintEngine(QPaintEngine::PrimitiveTransform | QPaintEngine::PixmapTransform | QPaintEngine::PainterPaths |
                       QPaintEngine::Antialiasing | QPaintEngine::AlphaBlend | QPaintEngine::ConstantOpacity |
                       QPaintEngine::PaintOutsidePaintEvent) {}

    bool begin(QPaintDevice*) override {
        setActive(true);
        return true;
    }
    bool end() override {
        setActive(false);
        return true;
    }
    Type type() const override { return QPaintEngine::User; }

    void updateState(const QPaintEngineState& state) override {
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

    void drawPath(const QPainterPath& path) override { write(path, true); }

    void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override {
        QPainterPath path;
        path.moveTo(points[0]);
        for (int i = 1; i < count; ++i) {
            path.lineTo(points[i]);
        }
        if (mode != PolylineMode) {
            path.closeSubpath();
            path.setFillRule(mode == WindingMode ? Qt::WindingFill : Qt::OddEvenFill);
        }
        write(path, mode != PolylineMode);
    }
    using QPaintEngine::drawPolygon;

    void drawPixmap(const QRectF& rect, const QPixmap& pixmap, const QRectF& source) override {
        drawImage(rect, pixmap.toImage(), source, Qt::AutoColor);
    }

    void drawImage(const QRectF& rect, const QImage& image, const QRectF& source, Qt::ImageConversionFlags) override {
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        const QImage part = source == QRectF(image.rect()) ? image : image.copy(source.toAlignedRect());
        part.save(&buffer, "PNG");
        const QString at =
            QString("x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\"")
                .arg(coordinate(rect.x()), coordinate(rect.y()), coordinate(rect.width()), coordinate(rect.height()));
        emitElement(QString("<image %1 preserveAspectRatio=\"none\"%2%3%4 xlink:href=\"data:image/png;base64,%5\"/>")
                        .arg(at, matrixAttribute(transform_),
                             smooth_ ? QString() : QString(" style=\"image-rendering:pixelated\""),
                             opacity_ < 0.999 ? QString(" opacity=\"%1\"").arg(coordinate(opacity_)) : QString(),
                             QString::fromLatin1(png.toBase64())));
    }

    void drawTextItem(const QPointF& position, const QTextItem& item) override {
        const QFont font = item.font();
        // The figure may be opened where the first family is missing.
        QStringList families;
        for (const QString& family : font.families()) {
            families << (family.contains(' ') ? "'" + family + "'" : family);
        }
        families << "sans-serif";
        const double size = font.pixelSize() > 0 ? font.pixelSize() : font.pointSizeF();
        QString style = QString(" font-family=\"%1\" font-size=\"%2\"").arg(families.join(", "), coordinate(size));
        if (font.weight() >= QFont::DemiBold) {
            style += " font-weight=\"bold\"";
        }
        if (font.italic()) {
            style += " font-style=\"italic\"";
        }
        QTransform place = transform_;
        place.translate(position.x(), position.y());
        const bool upright = place.type() <= QTransform::TxTranslate;
        const QString where = upright
                                  ? QString(" x=\"%1\" y=\"%2\"").arg(coordinate(place.dx()), coordinate(place.dy()))
                                  : matrixAttribute(place);
        emitElement(
            QString("<text%1%2%3 xml:space=\"preserve\">%4</text>")
                .arg(where, style, colourAttributes("fill", pen_.color(), opacity_), item.text().toHtmlEscaped()));
    }

    QString definitions() const { return definitions_; }
    QString body() const { return body_ + (openClip_ != 0 ? "</g>\n" : ""); }

  private:
    void clip(const QPainterPath& path, Qt::ClipOperation operation) {
        clipped_ = operation != Qt::NoClip;
        clipNumber_ = 0;
        if (operation != Qt::IntersectClip) {
            clips_.clear();
        }
        if (clipped_) {
            clips_.push_back(transform_.map(path));
        }
    }

    /// The clip in force: its number in the definitions, 0 for none, -1 where nothing is left to see.
    int clipNumber() {
        if (!clipped_ || clips_.empty()) {
            return 0;
        }
        if (clipNumber_ == 0) {
            QPainterPath area = clips_.front();
            for (std::size_t i = 1; i < clips_.size(); ++i) {
                area = area.intersected(clips_[i]);
            }
            const QString shape = pathData(area);
            clipNumber_ = shape.isEmpty() ? -1 : static_cast<int>(clipShapes_.indexOf(shape)) + 1;
            if (clipNumber_ == 0) {
                clipShapes_ << shape;
                clipNumber_ = static_cast<int>(clipShapes_.size());
                definitions_ +=
                    QString("<clipPath id=\"clip%1\"><path d=\"%2\"/></clipPath>\n").arg(clipNumber_).arg(shape);
            }
        }
        return clipNumber_;
    }

    /// Puts the next element into a group with the clip in force, opening and closing groups as needed.
    void emitElement(const QString& element) {
        const int wanted = clipNumber();
        if (wanted < 0) {
            return;
        }
        if (wanted != openClip_) {
            body_ += openClip_ != 0 ? "</g>\n" : "";
            body_ += wanted != 0 ? QString("<g clip-path=\"url(#clip%1)\">\n").arg(wanted) : QString();
            openClip_ = wanted;
        }
        body_ += element + "\n";
    }

    void write(const QPainterPath& path, bool fillable) {
        const bool filled = fillable && brush_.style() != Qt::NoBrush && brush_.color().alpha() > 0;
        const bool stroked = pen_.style() != Qt::NoPen && pen_.color().alpha() > 0;
        if (path.isEmpty() || (!filled && !stroked)) {
            return;
        }
        QString style = filled ? colourAttributes("fill", brush_.color(), opacity_) : QString(" fill=\"none\"");
        if (filled && path.fillRule() == Qt::OddEvenFill) {
            style += " fill-rule=\"evenodd\"";
        }
        if (stroked) {
            style += strokeAttributes();
        }
        emitElement(QString("<path d=\"%1\"%2/>").arg(pathData(transform_.map(path)), style));
    }

    QString strokeAttributes() const {
        const double scale = pen_.isCosmetic() ? 1.0 : std::sqrt(std::abs(transform_.determinant()));
        const double width = (pen_.widthF() > 0.0 ? pen_.widthF() : 1.0) * scale;
        QString text =
            colourAttributes("stroke", pen_.color(), opacity_) + QString(" stroke-width=\"%1\"").arg(coordinate(width));
        if (pen_.capStyle() != Qt::FlatCap) {
            text += pen_.capStyle() == Qt::RoundCap ? " stroke-linecap=\"round\"" : " stroke-linecap=\"square\"";
        }
        text += pen_.joinStyle() == Qt::RoundJoin   ? " stroke-linejoin=\"round\""
                : pen_.joinStyle() == Qt::BevelJoin ? " stroke-linejoin=\"bevel\""
                                                    : "";
        if (pen_.style() != Qt::SolidLine) {
            QStringList dashes;
            for (const double dash : pen_.dashPattern()) {
                dashes << coordinate(dash * width);
            }
            text += QString(" stroke-dasharray=\"%1\"").arg(dashes.join(' '));
        }
        return text;
    }

    QPen pen_;
    QBrush brush_;
    QTransform transform_;
    double opacity_ = 1.0;
    bool smooth_ = false;
    bool clipped_ = false;
    std::vector<QPainterPath> clips_;  ///< in page coordinates; their intersection counts
    int clipNumber_ = 0;               ///< of clips_, see clipNumber(); 0: not yet known
    QStringList clipShapes_;
    int openClip_ = 0;
    QString definitions_;
    QString body_;
};

SvgDevice::SvgDevice(const QSizeF& millimetres) : millimetres_(millimetres), engine_(std::make_unique<Engine>()) {}

SvgDevice::~SvgDevice() = default;

QSizeF SvgDevice::points() const {
    return millimetres_ * kPointsPerMillimetre;
}

QPaintEngine* SvgDevice::paintEngine() const {
    return engine_.get();
}

QByteArray SvgDevice::document(const QString& title, const QString& description, const QString& source) const {
    QString text = QString(
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                       "version=\"1.1\" width=\"%1mm\" height=\"%2mm\" viewBox=\"0 0 %3 %4\">\n")
                       .arg(coordinate(millimetres_.width()), coordinate(millimetres_.height()),
                            coordinate(points().width()), coordinate(points().height()));
    if (!title.isEmpty()) {
        text += "<title>" + title.toHtmlEscaped() + "</title>\n";
    }
    if (!description.isEmpty()) {
        text += "<desc>" + description.toHtmlEscaped() + "</desc>\n";
    }
    text += svgSource(source);
    if (!engine_->definitions().isEmpty()) {
        text += "<defs>\n" + engine_->definitions() + "</defs>\n";
    }
    return (text + engine_->body() + "</svg>\n").toUtf8();
}

int SvgDevice::metric(PaintDeviceMetric metric) const {
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

}  // namespace elbo
