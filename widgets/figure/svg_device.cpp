#include "widgets/figure/svg_device.h"

#include <QFont>
#include <QImage>
#include <QStringList>

#include "widgets/figure/figure_source.h"
#include "widgets/figure/page_device.h"
#include "widgets/figure/xml_text.h"

namespace elbo {
namespace {

QString pathData(const QPainterPath& path) {
    QString data;
    const auto point = [&](const QPainterPath::Element& e) { data += pageNumber(e.x) + " " + pageNumber(e.y) + " "; };
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
        text += QString(" %1-opacity=\"%2\"").arg(name, pageNumber(alpha));
    }
    return text;
}

QString matrixAttribute(const QTransform& transform) {
    QStringList numbers;
    for (const double value : {transform.m11(), transform.m12(), transform.m21(), transform.m22()}) {
        numbers << QString::number(value, 'g', 8);
    }
    return QString(" transform=\"matrix(%1 %2 %3)\"")
        .arg(numbers.join(' '), pageNumber(transform.dx()), pageNumber(transform.dy()));
}

}  // namespace

class SvgDevice::Engine : public PageEngine {
  public:
    void drawImage(const QRectF& rect, const QImage& image, const QRectF& source, Qt::ImageConversionFlags) override {
        if (!enterClip()) {
            return;
        }
        const QString at =
            QString("x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\"")
                .arg(pageNumber(rect.x()), pageNumber(rect.y()), pageNumber(rect.width()), pageNumber(rect.height()));
        write(QString("<image %1 preserveAspectRatio=\"none\"%2%3%4 xlink:href=\"data:image/png;base64,%5\"/>\n")
                  .arg(at, matrixAttribute(transform()),
                       smooth() ? QString() : QString(" style=\"image-rendering:pixelated\""),
                       opacity() < 0.999 ? QString(" opacity=\"%1\"").arg(pageNumber(opacity())) : QString(),
                       QString::fromLatin1(pngOf(image, source).toBase64())));
    }

    void drawTextItem(const QPointF& position, const QTextItem& item) override {
        if (!enterClip()) {
            return;
        }
        const QFont font = item.font();
        // The figure may be opened where the first family is missing.
        QStringList families;
        for (const QString& family : font.families()) {
            families << (family.contains(' ') ? "'" + family + "'" : family);
        }
        families << "sans-serif";
        QString style =
            QString(" font-family=\"%1\" font-size=\"%2\"").arg(families.join(", "), pageNumber(sizeOnPage(font)));
        if (font.weight() >= QFont::DemiBold) {
            style += " font-weight=\"bold\"";
        }
        if (font.italic()) {
            style += " font-style=\"italic\"";
        }
        QTransform place = transform();
        place.translate(position.x(), position.y());
        const bool upright = place.type() <= QTransform::TxTranslate;
        const QString where = upright
                                  ? QString(" x=\"%1\" y=\"%2\"").arg(pageNumber(place.dx()), pageNumber(place.dy()))
                                  : matrixAttribute(place);
        write(QString("<text%1%2%3 xml:space=\"preserve\">%4</text>\n")
                  .arg(where, style, colourAttributes("fill", pen().color(), opacity()), xmlText(item.text())));
    }

    const QString& definitions() const { return definitions_; }

  protected:
    void writeShape(const QPainterPath& shape, bool filled, bool stroked) override {
        if (!enterClip()) {
            return;
        }
        QString style = filled ? colourAttributes("fill", brush().color(), opacity()) : QString(" fill=\"none\"");
        if (filled && shape.fillRule() == Qt::OddEvenFill) {
            style += " fill-rule=\"evenodd\"";
        }
        if (stroked) {
            style += strokeAttributes();
        }
        write(QString("<path d=\"%1\"%2/>\n").arg(pathData(shape), style));
    }

    QString clipText(const QPainterPath& area) const override { return pathData(area); }

    QString openGroup(const QString& clip) override {
        qsizetype number = clipShapes_.indexOf(clip) + 1;
        if (number == 0) {
            clipShapes_ << clip;
            number = clipShapes_.size();
            definitions_ += QString("<clipPath id=\"clip%1\"><path d=\"%2\"/></clipPath>\n").arg(number).arg(clip);
        }
        return QString("<g clip-path=\"url(#clip%1)\">\n").arg(number);
    }

    QString closeGroup() override { return QStringLiteral("</g>\n"); }

  private:
    QString strokeAttributes() const {
        const double width = penWidth();
        QString text = colourAttributes("stroke", pen().color(), opacity()) +
                       QString(" stroke-width=\"%1\"").arg(pageNumber(width));
        if (pen().capStyle() != Qt::FlatCap) {
            text += pen().capStyle() == Qt::RoundCap ? " stroke-linecap=\"round\"" : " stroke-linecap=\"square\"";
        }
        text += pen().joinStyle() == Qt::RoundJoin   ? " stroke-linejoin=\"round\""
                : pen().joinStyle() == Qt::BevelJoin ? " stroke-linejoin=\"bevel\""
                                                     : "";
        if (pen().style() != Qt::SolidLine) {
            QStringList dashes;
            for (const double dash : pen().dashPattern()) {
                dashes << pageNumber(dash * width);
            }
            text += QString(" stroke-dasharray=\"%1\"").arg(dashes.join(' '));
        }
        return text;
    }

    QStringList clipShapes_;
    QString definitions_;
};

SvgDevice::SvgDevice(const QSizeF& millimetres) : PageDevice(millimetres), engine_(std::make_unique<Engine>()) {}

SvgDevice::~SvgDevice() = default;

QPaintEngine* SvgDevice::paintEngine() const {
    return engine_.get();
}

QByteArray SvgDevice::document(const QString& title, const QString& description, const QString& source) const {
    QString text = QString(
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                       "version=\"1.1\" width=\"%1mm\" height=\"%2mm\" viewBox=\"0 0 %3 %4\">\n")
                       .arg(pageNumber(millimetres().width()), pageNumber(millimetres().height()),
                            pageNumber(points().width()), pageNumber(points().height()));
    if (!title.isEmpty()) {
        text += "<title>" + xmlText(title) + "</title>\n";
    }
    if (!description.isEmpty()) {
        text += "<desc>" + xmlText(description) + "</desc>\n";
    }
    text += svgSource(source);
    if (!engine_->definitions().isEmpty()) {
        text += "<defs>\n" + engine_->definitions() + "</defs>\n";
    }
    return (text + engine_->body() + "</svg>\n").toUtf8();
}

}  // namespace elbo
