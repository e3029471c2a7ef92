#include "widgets/figure/figure_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QImageWriter>
#include <QPdfWriter>
#include <QSaveFile>
#include <cmath>
#include <stdexcept>

#include "widgets/chart/plotting.h"
#include "widgets/figure/svg_device.h"

namespace elbo {
namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;
constexpr double kSmallest = 10.0;             ///< millimetres
constexpr double kLargest = 2000.0;            ///< millimetres
constexpr double kMostPixels = 200e6;          ///< of a PNG
constexpr qsizetype kLongestSource = 1 << 20;  ///< characters of an experiment, as experimentInFigure accepts them

[[noreturn]] void fail(const QString& path, const QString& reason) {
    throw std::runtime_error((path + ": " + reason).toStdString());
}

void check(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    const auto inside = [](double value) { return value >= kSmallest && value <= kLargest; };
    if (items.empty()) {
        fail(path, "there is nothing to export");
    }
    if (!inside(options.millimetres.width()) || !inside(options.millimetres.height())) {
        fail(path, QString("a figure of %1 x %2 mm cannot be made: each side must be from %3 to %4 mm")
                       .arg(options.millimetres.width())
                       .arg(options.millimetres.height())
                       .arg(kSmallest)
                       .arg(kLargest));
    }
    if (options.dpi < 36 || options.dpi > 2400) {
        fail(path, QString("%1 dots per inch cannot be used: give 36 to 2400").arg(options.dpi));
    }
    if (options.experimentToml.size() > kLongestSource) {
        fail(path, "the experiment is too long to be carried inside a figure");
    }
    for (const FigureItem& item : items) {
        const bool fits = QRectF(-1e-9, -1e-9, 1.0 + 2e-9, 1.0 + 2e-9).contains(item.unitRect);
        if (item.view == nullptr || item.unitRect.isEmpty() || !fits) {
            fail(path, "a part of the figure lies outside of it");
        }
    }
}

/// Everything in points of 1/72 inch; the device's logical resolution plays no part because paper type is set in
/// pixels.
void paint(QCPPainter& painter, const std::vector<FigureItem>& items, const FigureOptions& options,
           const QSizeF& points) {
    const Theme theme = Theme::paperTheme();
    double captionHeight = 0.0;
    painter.setPen(theme.text);
    if (!options.caption.isEmpty()) {
        const QFont font = theme.font();
        painter.setFont(font);
        const QRectF room(4.0, 0.0, points.width() - 8.0, points.height());
        const auto flags = Qt::AlignLeft | Qt::TextWordWrap;
        const QRectF box = QFontMetricsF(font).boundingRect(room, flags, options.caption);
        captionHeight = std::min(box.height() + 6.0, 0.5 * points.height());
        painter.drawText(QRectF(4.0, points.height() - captionHeight + 2.0, room.width(), captionHeight), flags,
                         options.caption);
    }
    const double height = points.height() - captionHeight;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QRectF& unit = items[i].unitRect;
        QRectF area(unit.x() * points.width(), unit.y() * height, unit.width() * points.width(),
                    unit.height() * height);
        if (items.size() > 1) {
            QFont bold = theme.font(8.0 / theme.fontPoints);
            bold.setBold(true);
            const QRectF head(area.left() + 2.0, area.top(), area.width() - 4.0, 12.0);
            const QString letter = i < 26 ? QString(QChar('a' + static_cast<char>(i))) : QString::number(i + 1);
            painter.setPen(theme.text);
            painter.setFont(bold);
            painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, letter);
            painter.setFont(theme.font());
            painter.drawText(head.adjusted(10.0, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                             items[i].view->title());
            area.setTop(head.bottom());
        }
        painter.save();
        items[i].view->renderFigure(painter, area, theme);
        painter.restore();
    }
}

QSizeF pointsOf(const QSizeF& millimetres) {
    return millimetres * kPointsPerMillimetre;
}

QByteArray pdf(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    const QSizeF points = pointsOf(options.millimetres);
    // Qt rounds pages to whole points. The next larger page is asked for, the figure drawn into its lower left corner,
    // and the page then cut to size.
    const QSizeF page(std::ceil(points.width()), std::ceil(points.height()));
    QByteArray bytes;
    {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter writer(&buffer);
        writer.setResolution(72);
        writer.setCreator("ELBO Room " ELBOROOM_VERSION);
        writer.setTitle(options.title);
        writer.setDocumentXmpMetadata(figureXmp(options.title, options.experimentToml));
        if (!options.experimentToml.isEmpty()) {
            writer.addFileAttachment("experiment.toml", options.experimentToml.toUtf8(), "application/toml");
        }
        const bool sized = writer.setPageSize(QPageSize(page, QPageSize::Point, "figure", QPageSize::ExactMatch)) &&
                           writer.setPageMargins(QMarginsF());
        QCPPainter painter;
        if (!sized || !painter.begin(&writer)) {
            fail(path, "the PDF could not be started");
        }
        painter.setMode(QCPPainter::pmVectorized);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.translate(0.0, page.height() - points.height());
        paint(painter, items, options, points);
        painter.end();
    }
    // Patched in place, so that the offsets in the cross-reference table stay right.
    const auto patch = [&](const QByteArray& from, const QByteArray& to) {
        const qsizetype at = bytes.indexOf(from);
        if (at < 0 || from.size() != to.size()) {
            fail(path, "the PDF has an unexpected form");
        }
        bytes.replace(at, from.size(), to);
    };
    const auto box = [](const QSizeF& size) {
        return "/MediaBox [0 0 " + QByteArray::number(size.width(), 'f', 6) + " " +
               QByteArray::number(size.height(), 'f', 6) + "]";
    };
    const QByteArray wanted = box(points);
    const QByteArray written = box(page);
    if (wanted.size() == written.size()) {  // 999.7 points round up to a figure more; then the page keeps whole points
        patch(written, wanted);
    }
    // A figure is the same figure tomorrow.
    const QByteArray dated = "/CreationDate (D:";
    const qsizetype at = bytes.indexOf(dated);
    if (at >= 0) {
        const QByteArray date = bytes.mid(at + dated.size(), 14);
        patch(dated + date, dated + "20000101000000");
    }
    return bytes;
}

QByteArray svg(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    SvgDevice device(options.millimetres);
    QCPPainter painter;
    if (!painter.begin(&device)) {
        fail(path, "the SVG could not be started");
    }
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    paint(painter, items, options, device.points());
    painter.end();
    return device.document(options.title, options.caption, options.experimentToml);
}

QByteArray png(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    const QSizeF points = pointsOf(options.millimetres);
    const QSizeF pixels = points * (options.dpi / 72.0);
    if (pixels.width() * pixels.height() > kMostPixels) {
        fail(path, QString("a picture of %1 x %2 pixels is too large: choose fewer dots per inch")
                       .arg(std::lround(pixels.width()))
                       .arg(std::lround(pixels.height())));
    }
    QImage image(static_cast<int>(std::lround(pixels.width())), static_cast<int>(std::lround(pixels.height())),
                 QImage::Format_RGB32);
    if (image.isNull()) {
        fail(path, "there is not enough memory for the picture");
    }
    image.fill(Qt::white);
    QCPPainter painter(&image);
    painter.setMode(QCPPainter::pmVectorized);  // else lines of width 1 become hairlines whatever the scale
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    painter.scale(image.width() / points.width(), image.height() / points.height());
    paint(painter, items, options, points);
    painter.end();
    const int dotsPerMetre = static_cast<int>(std::lround(options.dpi / 0.0254));
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    if (!options.title.isEmpty()) {
        image.setText("Title", options.title);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    if (!writer.write(image)) {
        fail(path, writer.errorString());
    }
    return pngWithSource(bytes, options.experimentToml);
}

QByteArray csv(const std::vector<FigureItem>& items, const FigureOptions& options) {
    QString text = csvSource(options.experimentToml);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QString block = items[i].view->csv();
        if (i > 0) {
            text += "\n";
        }
        if (items.size() > 1 && !block.startsWith('#')) {
            text += "# " + items[i].view->title() + "\n";
        }
        text += block;
        if (!text.endsWith('\n')) {
            text += "\n";
        }
    }
    return text.toUtf8();
}

}  // namespace

QStringList figureFormats() {
    return {"pdf", "svg", "png", "csv"};
}

void exportFigure(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    check(items, path, options);
    const QString format = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (format == "pdf") {
        bytes = pdf(items, path, options);
    } else if (format == "svg") {
        bytes = svg(items, path, options);
    } else if (format == "png") {
        bytes = png(items, path, options);
    } else if (format == "csv") {
        bytes = csv(items, options);
    } else {
        fail(path, "the name must end in .pdf, .svg, .png or .csv");
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        fail(path, "cannot be written: " + file.errorString());
    }
    if (file.write(bytes) != bytes.size() || !file.commit()) {
        fail(path, "could not be saved: " + file.errorString());
    }
}

}  // namespace elbo
