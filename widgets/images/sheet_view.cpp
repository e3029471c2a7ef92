#include "widgets/images/sheet_view.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/raster.h"

namespace elbo {
namespace {

constexpr double kFigureRatio = 8.0;  // on paper image pixels may be any eighth of a point
constexpr double kHeadScale = 0.85;
constexpr double kEnoughLines = 3.4;  ///< lines of text: images as high as this are legible
constexpr double kPaperSide = 9.0;    ///< points: the least image on paper

/// The words above a sheet, the shorter ones where the others find no room.
struct Words {
    const char* full;
    const char* brief;
};
constexpr Words kExamples{"Reconstructions: z ~ q(z|x)", "z ~ q(z|x)"};
constexpr Words kSamples{"Samples: z ~ p(z)", "z ~ p(z)"};

const char* const kPairWords = "pairs: one decoding of a code, the mean of five";
const char* const kPairWordsBrief = "one decoding, mean of five";

/// The longest of the texts that fits, else the last.
QString fitting(const QPainter& painter, double width, const QStringList& texts) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const QString& text) { return metrics.horizontalAdvance(text) <= width; });
    return found == texts.end() ? texts.back() : *found;
}

bool holdsSheets(const ImageFrame& images) {
    return images.sheetData.count > 0 && holdsImages(images.sheetData);
}

}  // namespace

SheetView::SheetView(QWidget* parent) : View(parent) {
    setMinimumSize(80, 60);
    setToolTip(explanation());
    setAccessibleName(title());
}

QString SheetView::explanation() const {
    return tr(
        "What a code says and what it leaves open: beside one decoding x ~ p(x|z) the mean of five of the same code. "
        "Where the mean is as sharp as the one, the code says all; where it is a blur, the decoder makes the rest up.");
}

void SheetView::ask(ViewRequest& request, const ViewSubject& /*subject*/) const {
    request.sheets = true;
}

bool SheetView::appliesTo(const Frame& frame) const {
    return std::any_of(frame.images.begin(), frame.images.end(), holdsSheets);
}

void SheetView::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    if (frame_ && !appliesTo(*frame_)) {
        frame_ = nullptr;
    }
    titles_.clear();
    std::vector<int> members;
    if (frame_) {
        for (const ImageFrame& images : frame_->images) {
            members.push_back(images.member);
        }
        order_ = orderFleet(frame_->knobs);
        titles_ = panelTitles(frame_->knobs, members, true);
    }
    setCursor(members.size() > 1 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void SheetView::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void SheetView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        update();
    }
}

SheetOptions SheetView::options(const Theme& theme, const QPaintDevice* device, double ratio) const {
    SheetOptions options;
    const ImageStrip& data = frame_->images.front().sheetData;
    options.image = QSize(data.width, data.height);
    options.models = static_cast<int>(frame_->images.size());
    options.rows = data.count;
    options.ratio = ratio;
    const double line = lineHeight(theme, device);
    options.title = std::ceil(1.15 * line);
    options.enough = kEnoughLines * line;
    if (options.models > 1) {
        options.head = std::ceil(lineHeight(theme, device, kHeadScale));
        QFont bold = textFont(theme, kHeadScale);
        bold.setBold(true);  // as the one in focus is
        const QFontMetricsF metrics(bold, device);
        for (const QString& title : titles_) {
            options.headWidth = std::max(options.headWidth, std::ceil(metrics.horizontalAdvance(title)) + 1.0);
        }
    }
    options.titleWidth =
        std::ceil(QFontMetricsF(textFont(theme), device).horizontalAdvance(QString::fromUtf8(kExamples.brief))) + 1.0;
    return options;
}

QRectF SheetView::inside(const QRectF& area, const Theme& theme, const QPaintDevice* device) const {
    const double gap = standardGap(theme, device);
    return area.adjusted(gap, gap + std::ceil(lineHeight(theme, device, 0.9)), -gap, -gap);
}

void SheetView::paintSheets(QPainter& painter, const QRectF& area, const Theme& theme, double ratio, int focus) const {
    if (!frame_) {
        return;
    }
    const QPaintDevice* device = painter.device();
    const QRectF free = inside(area, theme, device);
    const SheetGrid grid = layoutSheets(free, options(theme, device, ratio));
    const double gap = standardGap(theme, device);
    painter.save();
    painter.setFont(textFont(theme, 0.9));
    painter.setPen(theme.mutedText);
    const QRectF words(free.left(), area.top() + gap, free.width(), free.top() - area.top() - gap);
    paintText(painter, words, Qt::AlignHCenter | Qt::AlignVCenter,
              fitting(painter, words.width(), {QString(kPairWords), QString(kPairWordsBrief), QString()}));

    const auto paintColumn = [&](const std::vector<QRectF>& places, const ImageStrip& strip) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, !grid.whole);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const QImage image = stripImage(strip, static_cast<int>(i) % std::max(1, grid.rows));
            if (!image.isNull()) {
                painter.drawImage(places[i], image);
            }
        }
    };
    const auto paintSheet = [&](const SheetGrid::Sheet& sheet, const Words& about, ImageSheet ImageFrame::*part) {
        painter.setFont(textFont(theme));
        painter.setPen(theme.text);
        paintText(
            painter, sheet.title, Qt::AlignLeft | Qt::AlignVCenter,
            fitting(painter, sheet.title.width(), {QString::fromUtf8(about.full), QString::fromUtf8(about.brief)}));
        paintColumn(sheet.data, frame_->images.front().sheetData);
        for (std::size_t i = 0; i < sheet.pairs.size(); ++i) {
            const ImageFrame& images = frame_->images[i];
            if (titles_.size() > 1) {
                QFont font = textFont(theme, kHeadScale);
                font.setBold(images.member == focus);
                painter.setFont(font);
                painter.setPen(theme.text);
                paintText(painter, sheet.pairs[i].head, Qt::AlignCenter, titles_[i]);
            }
            paintColumn(sheet.pairs[i].decodings, (images.*part).decoding);
            paintColumn(sheet.pairs[i].means, (images.*part).mean);
        }
    };
    if (grid.rows > 0) {
        paintSheet(grid.examples, kExamples, &ImageFrame::sheetOfExamples);
        paintSheet(grid.samples, kSamples, &ImageFrame::sheetOfSamples);
    }
    painter.restore();
}

void SheetView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintSheets(painter, rect(), theme_, devicePixelRatioF(), focus_);
}

void SheetView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !frame_ || frame_->images.size() < 2) {
        return;
    }
    const SheetGrid grid = layoutSheets(inside(rect(), theme_, this), options(theme_, this, devicePixelRatioF()));
    for (const SheetGrid::Sheet* sheet : {&grid.examples, &grid.samples}) {
        for (std::size_t i = 0; i < sheet->pairs.size(); ++i) {
            QRectF place = sheet->pairs[i].head;
            for (const QRectF& image : sheet->pairs[i].means) {
                place |= image;
            }
            if (place.contains(event->position())) {
                chooseMember(frame_->images[i].member, event->modifiers());
                return;
            }
        }
    }
}

QSizeF SheetView::leastFigure(double width) const {
    constexpr double kLeastWidth = 98.0, kLine = 8.2, kHead = 7.0, kMargin = 4.0;
    if (!frame_) {
        return {kLeastWidth, 85.0};
    }
    SheetOptions needed = options(inPainterUnits(Theme::paperTheme(), this), this, kFigureRatio);
    needed.title = 1.2 * kLine;
    needed.head = needed.models > 1 ? kHead + 1.5 : 0.0;
    const double wide = std::max(width, kLeastWidth);
    return {kLeastWidth, kLine + kMargin + leastSheetHeight(wide - kMargin, kPaperSide, needed) + kMargin};
}

void SheetView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    paintSheets(painter, area, inPainterUnits(theme, painter.device()), kFigureRatio, -1);
}

QString SheetView::csv() const {
    QString text;
    if (!frame_) {
        return text;
    }
    const auto& all = frame_->images;
    const ImageStrip& data = all.front().sheetData;
    const auto size = static_cast<std::size_t>(data.width) * static_cast<std::size_t>(data.height);
    text = QStringLiteral(
               "# sheets: images of %1 x %2 pixels, rows from the top; mean of %3 decodings\nmember,sheet,image,index")
               .arg(data.width)
               .arg(data.height)
               .arg(ImageSheet::kDecodings);
    for (std::size_t i = 0; i < size; ++i) {
        text += QStringLiteral(",p%1").arg(i);
    }
    text += QLatin1Char('\n');
    const auto add = [&](int member, const char* sheet, const char* image, const ImageStrip& strip) {
        for (std::size_t i = 0; (i + 1) * size <= strip.pixels.size(); ++i) {
            text += QStringLiteral("%1,%2,%3,%4").arg(member).arg(sheet, image).arg(i);
            for (std::size_t k = i * size; k < (i + 1) * size; ++k) {
                text += QLatin1Char(',') + csvNumber(strip.pixels[k], 4);
            }
            text += QLatin1Char('\n');
        }
    };
    for (const ImageFrame& images : all) {
        add(images.member, "examples", "data", images.sheetData);
        add(images.member, "examples", "decoding", images.sheetOfExamples.decoding);
        add(images.member, "examples", "mean", images.sheetOfExamples.mean);
        add(images.member, "samples", "decoding", images.sheetOfSamples.decoding);
        add(images.member, "samples", "mean", images.sheetOfSamples.mean);
    }
    return text;
}

}  // namespace elbo
