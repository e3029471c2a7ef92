#include "widgets/figure/figure_export.h"

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QFontMetricsF>
#include <QImage>
#include <QImageWriter>
#include <QPdfWriter>
#include <QSaveFile>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "widgets/chart/plotting.h"
#include "widgets/figure/csv_tables.h"
#include "widgets/figure/figure_caption.h"
#include "widgets/figure/figure_source.h"
#include "widgets/figure/pgf_device.h"
#include "widgets/figure/svg_device.h"

namespace elbo {
namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;
constexpr double kSmallest = 10.0;             ///< millimetres
constexpr double kLargest = 2000.0;            ///< millimetres
constexpr double kUsualPoints = 7.0;           ///< of type, for which views say how much room they need
constexpr double kSmallestType = 4.0;          ///< points
constexpr double kLargestType = 36.0;          ///< points
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
    if (!(options.fontPoints >= kSmallestType && options.fontPoints <= kLargestType)) {
        fail(path, QString("type of %1 points cannot be used: give %2 to %3")
                       .arg(options.fontPoints)
                       .arg(kSmallestType)
                       .arg(kLargestType));
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

QSizeF pointsOf(const QSizeF& millimetres) {
    return millimetres * kPointsPerMillimetre;
}

/// How much larger than usual the type is, and with it the room that views need.
double typeScale(const FigureOptions& options) {
    return options.fontPoints / kUsualPoints;
}

constexpr double kSide = 4.0;               // points left of a letter
constexpr double kLetterScale = 8.0 / 7.0;  // of running text: the bold letters

/// Height of the letter and title over one of several parts, and the width of both.
QSizeF headSize(const FigureItem& item, const FigureOptions& options, const Theme& theme) {
    const double scale = typeScale(options);
    const double title = QFontMetricsF(theme.font()).horizontalAdvance(item.view->title());
    return {kSide + 10.0 * scale + title, 12.0 * scale};
}

/// Everything in points of 1/72 inch; the device's logical resolution plays no part because paper type is set in
/// pixels.
void paint(QCPPainter& painter, const std::vector<FigureItem>& items, const FigureOptions& options,
           const QSizeF& points) {
    const Theme theme = figureTheme(options);
    const double scale = typeScale(options);
    painter.setPen(theme.text);
    const FigureCaption caption(options.caption, theme, points.width());
    const double height = std::max(0.5 * points.height(), points.height() - caption.height());
    caption.paint(painter, QRectF(0.0, height, points.width(), points.height() - height));
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QRectF& unit = items[i].unitRect;
        QRectF area(unit.x() * points.width(), unit.y() * height, unit.width() * points.width(),
                    unit.height() * height);
        if (items.size() > 1) {
            QFont bold = theme.font(kLetterScale);
            bold.setBold(true);
            const QRectF head(area.left() + 2.0, area.top(), area.width() - 4.0, 12.0 * scale);
            const QString letter = i < 26 ? QString(QChar('a' + static_cast<char>(i))) : QString::number(i + 1);
            painter.setPen(theme.text);
            painter.setFont(bold);
            painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, letter);
            painter.setFont(theme.font());
            painter.drawText(head.adjusted(10.0 * scale, 0.0, 0.0, 0.0),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, items[i].view->title());
            area.setTop(head.bottom());
        }
        painter.save();
        items[i].view->renderFigure(painter, area, theme);
        painter.restore();
    }
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
        writer.setDocumentXmpMetadata(figureXmp(options.title, options.description, options.experimentToml));
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
    return device.document(options.title, options.description, options.experimentToml);
}

QImage rendered(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options, int dpi) {
    const QSizeF points = pointsOf(options.millimetres);
    const QSizeF pixels = points * (dpi / 72.0);
    if (pixels.width() * pixels.height() > kMostPixels) {
        fail(path, QString("a picture of %1 x %2 pixels is too large: choose fewer dots per inch")
                       .arg(std::lround(pixels.width()))
                       .arg(std::lround(pixels.height())));
    }
    QImage image(static_cast<int>(std::lround(pixels.width())), static_cast<int>(std::lround(pixels.height())),
                 options.transparent ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
    if (image.isNull()) {
        fail(path, "there is not enough memory for the picture");
    }
    image.fill(options.transparent ? Qt::transparent : Qt::white);
    QCPPainter painter(&image);
    painter.setMode(QCPPainter::pmVectorized);  // else lines of width 1 become hairlines whatever the scale
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    painter.scale(image.width() / points.width(), image.height() / points.height());
    paint(painter, items, options, points);
    painter.end();
    const int dotsPerMetre = static_cast<int>(std::lround(dpi / 0.0254));
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    return image;
}

QByteArray png(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    QImage picture = rendered(items, path, options, options.dpi);
    if (!options.title.isEmpty()) {
        picture.setText("Title", options.title);
    }
    if (!options.description.isEmpty()) {
        picture.setText("Description", options.description);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    if (!writer.write(picture)) {
        fail(path, writer.errorString());
    }
    return pngWithSource(bytes, options.experimentToml);
}

struct NamedBytes {
    QString path;
    QByteArray bytes;
};

/// The file, and its rasters beside it.
std::vector<NamedBytes> pgf(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    const QFileInfo file(path);
    PgfDevice device(options.millimetres, file.completeBaseName());
    QCPPainter painter;
    if (!painter.begin(&device)) {
        fail(path, "the picture for LaTeX could not be started");
    }
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    paint(painter, items, options, device.points());
    painter.end();
    std::vector<NamedBytes> files{{path, device.document(options.title, options.description, options.experimentToml)}};
    for (const PgfRaster& raster : device.rasters()) {
        files.push_back({QDir(file.path()).filePath(raster.name), pngWithSource(raster.png, options.experimentToml)});
    }
    return files;
}

/// The rasters that an earlier export to this path left beside it.
QStringList rastersBeside(const QString& path) {
    constexpr qint64 kLongestHead = qint64{4} << 20;
    const QFileInfo info(path);
    QFile file(path);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QStringList files;
    for (const QString& name : pgfRasters(file.read(kLongestHead), info.completeBaseName())) {
        files << QDir(info.path()).filePath(name);
    }
    return files;
}

/// One file a table. Where there are several, their names follow that of the figure.
std::vector<NamedBytes> csv(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    std::vector<CsvTable> all;
    for (const FigureItem& item : items) {
        std::vector<CsvTable> tables = csvTables(item.view->csv());
        for (CsvTable& table : tables) {
            if (items.size() > 1) {
                table.name = tables.size() > 1 ? item.view->id() + "-" + table.name : item.view->id();
            }
            all.push_back(table);
        }
    }
    const QString source = csvSource(options.experimentToml);
    if (all.size() < 2) {
        return {{path, (source + (all.empty() ? QString() : all.front().text)).toUtf8()}};
    }
    const QFileInfo file(path);
    std::vector<NamedBytes> files;
    for (const CsvTable& table : all) {
        const QString name = file.completeBaseName() + "-" + table.name + "." + file.suffix();
        files.push_back({QDir(file.path()).filePath(name), (source + table.text).toUtf8()});
    }
    return files;
}

/// A format, told by the suffix of the file. The first file that `make` returns is the figure itself.
struct Format {
    const char* suffix;
    const char* name;  ///< in sentences
    std::vector<NamedBytes> (*make)(const std::vector<FigureItem>& items, const QString& path,
                                    const FigureOptions& options);
};

template <QByteArray (*bytes)(const std::vector<FigureItem>&, const QString&, const FigureOptions&)>
std::vector<NamedBytes> oneFile(const std::vector<FigureItem>& items, const QString& path,
                                const FigureOptions& options) {
    return {{path, bytes(items, path, options)}};
}

/// All that is said of formats comes from here. `.pgf` is another name for what LaTeX takes by \input.
constexpr Format kFormats[] = {{"pdf", "PDF", oneFile<pdf>}, {"svg", "SVG", oneFile<svg>}, {"tex", "TikZ/PGF", pgf},
                               {"pgf", "TikZ/PGF", pgf},     {"png", "PNG", oneFile<png>}, {"csv", "CSV", csv}};

/// "a, b or c"
QString enumeration(const QStringList& words) {
    return words.mid(0, words.size() - 1).join(", ") + " or " + words.last();
}

}  // namespace

QStringList figureFormats() {
    QStringList suffixes;
    for (const Format& format : kFormats) {
        suffixes << format.suffix;
    }
    return suffixes;
}

QString figureFormatNames() {
    QStringList names;
    for (const Format& format : kFormats) {
        names << format.name;
    }
    names.removeDuplicates();
    return enumeration(names);
}

QString figureSuffixes() {
    QStringList suffixes;
    for (const Format& format : kFormats) {
        suffixes << QString(".%1").arg(format.suffix);
    }
    return enumeration(suffixes);
}

QString figurePatterns() {
    return "*." + figureFormats().join(" *.");
}

Theme figureTheme(const FigureOptions& options) {
    Theme theme = Theme::paperTheme();
    theme.fontPoints = options.fontPoints;
    if (!options.font.isEmpty()) {
        theme.families.prepend(options.font);
    }
    if (options.gray) {
        theme = theme.inGray();
    }
    if (options.transparent) {
        theme.window.setAlpha(0);
        theme.panel.setAlpha(0);
    }
    return theme;
}

QSizeF leastFigureSize(const std::vector<FigureItem>& items, const FigureOptions& options) {
    const Theme theme = figureTheme(options);
    const double scale = typeScale(options);
    const auto headOf = [&](const FigureItem& item) {
        return items.size() > 1 ? headSize(item, options, theme) : QSizeF(0.0, 0.0);
    };
    double width = options.millimetres.width() * kPointsPerMillimetre;
    for (const FigureItem& item : items) {
        const double share = item.unitRect.width();
        const double least = scale * item.view->leastFigure(width * share / scale).width();
        width = std::max(width, std::max(least, headOf(item).width()) / share);
    }
    double height = 0.0;
    for (const FigureItem& item : items) {
        const double own = scale * item.view->leastFigure(width * item.unitRect.width() / scale).height();
        height = std::max(height, (own + headOf(item).height()) / item.unitRect.height());
    }
    const QSizeF least(width, height + FigureCaption(options.caption, theme, width).height());
    return least / kPointsPerMillimetre;
}

std::vector<FigureItem> stackedFigure(const std::vector<View*>& views, const FigureOptions& options) {
    const Theme theme = figureTheme(options);
    const double scale = typeScale(options);
    const double width = options.millimetres.width() * kPointsPerMillimetre;
    std::vector<double> heights;
    double total = 0.0;
    for (const View* view : views) {
        const double head = views.size() > 1 ? headSize({view}, options, theme).height() : 0.0;
        heights.push_back(scale * view->leastFigure(width / scale).height() + head);
        total += heights.back();
    }
    std::vector<FigureItem> items;
    double top = 0.0;
    for (std::size_t i = 0; i < views.size(); ++i) {
        const double share = heights[i] / total;
        items.push_back({views[i], QRectF(0.0, top, 1.0, share)});
        top += share;
    }
    return items;
}

QImage figureImage(const std::vector<FigureItem>& items, const FigureOptions& options, int dpi) {
    check(items, "figure", options);
    return rendered(items, "figure", options, dpi);
}

QStringList exportFigure(const std::vector<FigureItem>& items, const QString& path, const FigureOptions& options) {
    check(items, path, options);
    const QString suffix = QFileInfo(path).suffix().toLower();
    const auto* format = std::find_if(std::begin(kFormats), std::end(kFormats),
                                      [&](const Format& each) { return suffix == QLatin1String(each.suffix); });
    if (format == std::end(kFormats)) {
        fail(path, "the name must end in " + figureSuffixes());
    }
    const std::vector<NamedBytes> files = format->make(items, path, options);
    const QStringList before = rastersBeside(path);
    // Everything is on the disk before the first file takes its place, and the figure comes last, after what it names.
    std::vector<std::unique_ptr<QSaveFile>> saved;
    QStringList written;
    for (const auto& [name, bytes] : files) {
        saved.push_back(std::make_unique<QSaveFile>(name));
        QSaveFile& file = *saved.back();
        if (!file.open(QIODevice::WriteOnly)) {
            fail(name, "cannot be written: " + file.errorString());
        }
        if (file.write(bytes) != bytes.size() || !file.flush()) {
            fail(name, "could not be saved: " + file.errorString());
        }
        written << name;
    }
    for (auto file = saved.rbegin(); file != saved.rend(); ++file) {
        if (!(*file)->commit()) {
            fail((*file)->fileName(), "could not be saved: " + (*file)->errorString());
        }
    }
    for (const QString& raster : before) {
        if (!written.contains(raster)) {
            QFile::remove(raster);
        }
    }
    return written;
}

}  // namespace elbo
