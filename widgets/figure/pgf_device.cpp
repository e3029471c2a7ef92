#include "widgets/figure/pgf_device.h"

#include <QColor>
#include <QFont>
#include <QImage>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/figure/figure_source.h"
#include "widgets/figure/latex_text.h"
#include "widgets/paint/plane_map.h"

namespace elbo {
namespace {

constexpr const char* kRasterRemark = "% elboroom-raster ";
constexpr double kLeading = 1.2;    // line spacing over size of type: one text is one line, but LaTeX asks
constexpr double kFineness = 16.0;  // how much finer than a point curves are made polygons

/// Dimensions are in big points: TeX's own are a little smaller.
QString bigPoints(double value) {
    return pageNumber(value) + "bp";
}

/// Names that LaTeX takes in \includegraphics, also before 2019.
QString rasterStem(const QString& name) {
    static const QRegularExpression kOther("[^A-Za-z0-9_-]");
    const QString stem = QString(name).replace(kOther, "-");
    return stem.isEmpty() ? QStringLiteral("figure") : stem;
}

/// A line of a comment: TeX ends it where the line ends.
QString oneLine(const QString& text) {
    return text.simplified();
}

bool isNumber(const QString& text) {
    static const QRegularExpression kNumber(QString::fromUtf8("^[-\u2212+]?[0-9.,]+(?:e[-\u2212+]?[0-9]+)?$"));
    return kNumber.match(text).hasMatch();
}

}  // namespace

class PgfDevice::Engine : public PageEngine {
  public:
    Engine(const QSizeF& page, QString stem) : page_(QPointF(0.0, 0.0), page), stem_(std::move(stem)) {}

    bool end() override {
        flushText();
        return PageEngine::end();
    }

    void updateState(const QPaintEngineState& state) override {
        if (state.state() & (DirtyClipPath | DirtyClipRegion | DirtyClipEnabled)) {
            flushText();  // it belongs to the clip that it was drawn under
        }
        PageEngine::updateState(state);
    }

    void drawImage(const QRectF& rect, const QImage& image, const QRectF& source, Qt::ImageConversionFlags) override {
        flushText();
        if (rect.isEmpty() || image.isNull() || !enterClip()) {
            return;
        }
        // The lower left corner is the origin of LaTeX's box, and up is where y grows.
        const QTransform& to = transform();
        const QPointF corner = to.map(rect.bottomLeft());
        const QString box =
            QString("\\includegraphics[width=%1,height=%2]{%3}")
                .arg(bigPoints(rect.width()), bigPoints(rect.height()), rasterName(pngOf(image, source)));
        setFill(Qt::black, Qt::WindingFill);
        QStringList matrix;
        for (const double value : {to.m11(), -to.m12(), -to.m21(), to.m22()}) {
            matrix << '{' + QString::number(value + 0.0, 'f', 6) + '}';
        }
        write("\\begin{pgfscope}%\n\\pgftransformcm" + matrix.join(QString()) + '{' + point(corner) +
              "}%\n\\pgftext[left,bottom]{" + box + "}%\n\\end{pgfscope}%\n");
    }

    /// Runs that fonts tore apart are one text again, because LaTeX's letters have other widths.
    void drawTextItem(const QPointF& position, const QTextItem& item) override {
        const QFont font = item.font();
        Text next;
        next.words = item.text();
        next.at = position;
        next.width = item.width();
        next.place = transform();
        next.size = sizeOnPage(font);
        next.bold = font.weight() >= QFont::DemiBold;
        next.italic = font.italic();
        next.colour = pen().color();
        next.opacity = opacity();
        constexpr double kNear = 0.05;
        const bool goesOn = !text_.words.isEmpty() && text_.sameStyle(next) &&
                            std::abs(text_.at.y() - next.at.y()) < kNear &&
                            std::abs(text_.at.x() + text_.width - next.at.x()) < kNear;
        if (goesOn) {
            text_.words += next.words;
            text_.width += next.width;
            return;
        }
        flushText();
        text_ = next;
    }

    QString definitions() const {
        QString text;
        for (qsizetype i = 0; i < colours_.size(); ++i) {
            text += QString("\\definecolor{elboroom%1}{HTML}{%2}%\n").arg(i).arg(colours_[i]);
        }
        return text;
    }

    const std::vector<PgfRaster>& rasters() const { return rasters_; }

  protected:
    void writeShape(const QPainterPath& shape, bool filled, bool stroked) override {
        flushText();
        if (!enterClip()) {
            return;
        }
        if (isInside(shape)) {
            writeInside(shape, filled, stroked);
            return;
        }
        // TeX knows no length beyond 16 384 points: what leaves the page is cut off at its edge.
        if (filled) {
            QPainterPath part = shape.intersected(pagePath());
            part.setFillRule(shape.fillRule());
            writeInside(part, true, false);
        }
        if (stroked) {
            QPainterPath lines;
            for (const QPolygonF& fine : shape.toSubpathPolygons(QTransform::fromScale(kFineness, kFineness))) {
                const QPolygonF line = QTransform::fromScale(1.0 / kFineness, 1.0 / kFineness).map(fine);
                for (const QPolygonF& part : clippedLine(line, page_)) {
                    lines.addPolygon(part);
                }
            }
            writeInside(lines, false, true);
        }
    }

    QString clipText(const QPainterPath& area) const override {
        return shapeText(isInside(area) ? area : area.intersected(pagePath()));
    }

    QString openGroup(const QString& clip) override {
        forget();
        return "\\begin{pgfscope}%\n" + clip + "\\pgfusepath{clip}%\n";
    }

    QString closeGroup() override {
        forget();
        return QStringLiteral("\\end{pgfscope}%\n");
    }

  private:
    struct Text {
        QString words;
        QPointF at;  ///< left end of the base line, before `place`
        double width = 0.0;
        QTransform place;
        double size = 0.0;
        bool bold = false, italic = false;
        QColor colour;
        double opacity = 1.0;

        bool sameStyle(const Text& other) const {
            return place == other.place && std::abs(size - other.size) < 1e-6 && bold == other.bold &&
                   italic == other.italic && colour == other.colour && std::abs(opacity - other.opacity) < 1e-6;
        }
    };

    /// A scope has its own fill and stroke.
    void forget() {
        fill_.clear();
        stroke_.clear();
    }

    bool isInside(const QPainterPath& shape) const {
        const QRectF box = shape.controlPointRect();
        return box.left() >= 0.0 && box.top() >= 0.0 && box.right() <= page_.right() && box.bottom() <= page_.bottom();
    }

    QPainterPath pagePath() const {
        QPainterPath path;
        path.addRect(page_);
        return path;
    }

    QString point(const QPointF& at) const {
        return "\\pgfqpoint{" + bigPoints(at.x()) + "}{" + bigPoints(page_.height() - at.y()) + "}";
    }

    QString shapeText(const QPainterPath& shape) const {
        QString text;
        for (int first = 0; first < shape.elementCount();) {
            int end = first + 1;
            while (end < shape.elementCount() && !shape.elementAt(end).isMoveTo()) {
                ++end;
            }
            text += end - first > 1 ? subpath(shape, first, end) : QString();  // a point draws nothing
            first = end;
        }
        return text;
    }

    QString subpath(const QPainterPath& shape, int first, int end) const {
        const auto at = [&](int i) { return QPointF(shape.elementAt(i)); };
        const QPointF ends = at(end - 1) - at(first);
        const bool closed = end - first > 2 && std::abs(ends.x()) < 1e-6 && std::abs(ends.y()) < 1e-6;
        QString text = "\\pgfpathmoveto{" + point(at(first)) + "}%\n";
        for (int i = first + 1; i < end; ++i) {
            if (shape.elementAt(i).isCurveTo()) {
                text += "\\pgfpathcurveto{" + point(at(i)) + "}{" + point(at(i + 1)) + "}{" + point(at(i + 2)) + "}%\n";
                i += 2;
            } else if (!closed || i + 1 < end) {
                text += "\\pgfpathlineto{" + point(at(i)) + "}%\n";
            }
        }
        return text + (closed ? "\\pgfpathclose%\n" : "");
    }

    void writeInside(const QPainterPath& shape, bool filled, bool stroked) {
        const QString path = shapeText(shape);
        if (path.isEmpty()) {
            return;
        }
        if (filled) {
            setFill(brush().color(), shape.fillRule());
        }
        if (stroked) {
            setStroke();
        }
        write(path + (filled && stroked ? "\\pgfusepath{fill,stroke}%\n"
                      : filled          ? "\\pgfusepath{fill}%\n"
                                        : "\\pgfusepath{stroke}%\n"));
    }

    void setFill(const QColor& colour, Qt::FillRule rule) {
        const QString state = "\\pgfsetfillcolor{" + colourName(colour) + "}\\pgfsetfillopacity{" +
                              alphaOf(colour, opacity()) + "}" +
                              (rule == Qt::OddEvenFill ? "\\pgfseteorule%\n" : "\\pgfsetnonzerorule%\n");
        if (state != fill_) {
            fill_ = state;
            write(state);
        }
    }

    void setStroke() {
        const double width = penWidth();
        QString state = "\\pgfsetlinewidth{" + bigPoints(width) + "}\\pgfsetstrokecolor{" + colourName(pen().color()) +
                        "}\\pgfsetstrokeopacity{" + alphaOf(pen().color(), opacity()) + "}%\n";
        state += pen().capStyle() == Qt::RoundCap    ? "\\pgfsetroundcap"
                 : pen().capStyle() == Qt::SquareCap ? "\\pgfsetrectcap"
                                                     : "\\pgfsetbuttcap";
        // Qt measures a mitre from the middle of the line, PGF from its inner corner.
        state += pen().joinStyle() == Qt::RoundJoin ? QString("\\pgfsetroundjoin")
                 : pen().joinStyle() == Qt::BevelJoin
                     ? QString("\\pgfsetbeveljoin")
                     : "\\pgfsetmiterjoin\\pgfsetmiterlimit{" + pageNumber(2.0 * pen().miterLimit()) + "}";
        QString dashes;
        if (pen().style() != Qt::SolidLine) {
            for (const double dash : pen().dashPattern()) {
                dashes += "{" + bigPoints(dash * width) + "}";
            }
        }
        state +=
            "\\pgfsetdash{" + dashes + "}{" + bigPoints(dashes.isEmpty() ? 0.0 : pen().dashOffset() * width) + "}%\n";
        if (state != stroke_) {
            stroke_ = state;
            write(state);
        }
    }

    void flushText() {
        const Text text = std::exchange(text_, {});
        if (text.words.trimmed().isEmpty() || !enterClip()) {
            return;
        }
        // LaTeX's letters have other widths: numbers stay above their ticks, words keep where they begin, and nothing
        // takes more room than the layout gave it.
        const bool centred = isNumber(text.words);
        QTransform place = text.place;
        place.translate(text.at.x() + (centred ? text.width / 2.0 : 0.0), text.at.y());
        const double angle = std::atan2(-place.m12(), place.m11()) * 180.0 / M_PI;
        const double size = text.size * std::sqrt(std::abs(place.determinant()));
        const double room = text.width * std::hypot(place.m11(), place.m12());
        const QString alpha = alphaOf(text.colour, text.opacity);
        write(QString("\\pgfsetfillopacity{%1}%\n\\pgftext[%2base,x=%3,y=%4%5]")
                  .arg(alpha, centred ? QString() : QString("left,"), bigPoints(place.dx()),
                       bigPoints(page_.height() - place.dy()),
                       std::abs(angle) < 1e-6 ? QString() : ",rotate=" + pageNumber(angle)) +
              QString("{\\elboroomfit{%1}{\\color{%2}\\elboroomfont%3\\fontsize{%4}{%5}\\selectfont{}")
                  .arg(bigPoints(room), colourName(text.colour),
                       QString(text.bold ? "\\bfseries" : "") + (text.italic ? "\\itshape" : ""), bigPoints(size),
                       bigPoints(kLeading * size)) +
              latexText(text.words) + "}}%\n");
        fill_.clear();
    }

    QString colourName(const QColor& colour) {
        const QString html = colour.name().mid(1).toUpper();
        qsizetype at = colours_.indexOf(html);
        if (at < 0) {
            at = colours_.size();
            colours_ << html;
        }
        return QString("elboroom%1").arg(at);
    }

    static QString alphaOf(const QColor& colour, double opacity) {
        const double alpha = colour.alphaF() * opacity;
        return alpha < 0.999 ? pageNumber(alpha) : QString("1");
    }

    /// The same picture is the same file.
    QString rasterName(const QByteArray& png) {
        const auto known =
            std::find_if(rasters_.begin(), rasters_.end(), [&](const PgfRaster& each) { return each.png == png; });
        if (known != rasters_.end()) {
            return known->name;
        }
        rasters_.push_back({QString("%1-%2.png").arg(stem_).arg(rasters_.size() + 1), png});
        return rasters_.back().name;
    }

    QRectF page_;
    QString stem_;
    Text text_;       ///< not written yet: its next run may follow
    QString fill_;    ///< what PGF fills with, as it was told; empty: not known
    QString stroke_;  ///< and strokes with
    QStringList colours_;
    std::vector<PgfRaster> rasters_;
};

PgfDevice::PgfDevice(const QSizeF& millimetres, const QString& name)
    : PageDevice(millimetres), engine_(std::make_unique<Engine>(points(), rasterStem(name))) {}

PgfDevice::~PgfDevice() = default;

QPaintEngine* PgfDevice::paintEngine() const {
    return engine_.get();
}

const std::vector<PgfRaster>& PgfDevice::rasters() const {
    return engine_->rasters();
}

QByteArray PgfDevice::document(const QString& title, const QString& description, const QString& source) const {
    QString text = pgfSource(source);
    for (const PgfRaster& raster : rasters()) {
        text += kRasterRemark + raster.name + '\n';
    }
    for (const QString& words : {title, description}) {
        if (!words.isEmpty()) {
            text += "% " + oneLine(words) + '\n';
        }
    }
    text +=
        "% A picture for LaTeX: \\usepackage{pgf} or \\usepackage{tikz} in the preamble, then \\input of this file.\n"
        "% From another folder, where pictures lie beside it: \\usepackage{import} and \\import{folder/}{file}.\n"
        "% Its font is \\sffamily unless \\elboroomfont is another one; \\usepackage{lmodern} has every size of type.\n"
        "\\begingroup%\n"
        "\\providecommand{\\elboroomfont}{\\sffamily}%\n"
        "\\providecommand{\\elboroomfit}[2]{\\setbox0\\hbox{#2}"
        "\\ifdim\\wd0>#1\\resizebox{#1}{\\height}{\\box0}\\else\\box0\\fi}%\n" +
        engine_->definitions() + "\\begin{pgfpicture}%\n" +
        QString("\\pgfpathrectangle{\\pgfpointorigin}{\\pgfqpoint{%1}{%2}}%\n\\pgfusepath{use as bounding box,clip}%\n")
            .arg(bigPoints(points().width()), bigPoints(points().height())) +
        engine_->body() + "\\end{pgfpicture}%\n\\endgroup%\n";
    return text.toUtf8();
}

QStringList pgfRasters(const QByteArray& document, const QString& name) {
    const QRegularExpression ours('^' + QRegularExpression::escape(rasterStem(name)) + "-[0-9]+\\.png$");
    QStringList names;
    const qsizetype remark = QByteArray(kRasterRemark).size();
    for (qsizetype from = 0; document.mid(from, 1) == "%";) {
        const qsizetype end = document.indexOf('\n', from);
        const QByteArray line = document.mid(from, end < 0 ? -1 : end - from);
        from = end < 0 ? document.size() : end + 1;
        const QString named = QString::fromUtf8(line.mid(remark));
        if (line.startsWith(kRasterRemark) && ours.match(named).hasMatch()) {
            names << named;
        }
    }
    return names;
}

}  // namespace elbo
