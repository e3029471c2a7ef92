#include "widgets/figure/figure_caption.h"

#include <QFontMetricsF>
#include <QTextLayout>
#include <QTextOption>
#include <algorithm>

namespace elbo {
namespace {

constexpr double kScale = 6.0 / 7.0;  // of running text
constexpr double kSide = 4.0;         // points left and right
constexpr double kAbove = 3.0;
constexpr double kBelow = 3.0;

/// The text with spaces that do not break, letter for letter, where a line may not end: within the thousands of a
/// number, and between a sign of plus or minus and its number.
QString bound(QString text) {
    constexpr QChar kThinSpace(0x2009), kPlusMinus(0x00b1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        // A line may break at a thin space.
        if (text[i] == kThinSpace || (text[i] == QLatin1Char(' ') && i > 0 && text[i - 1] == kPlusMinus)) {
            text[i] = QChar(QChar::Nbsp);
        }
    }
    return text;
}

/// A word that is longer than a line is torn apart, so that nothing leaves the page.
QStringList wrapped(const QString& text, const QFont& font, double width) {
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    QStringList lines;
    for (const QString& paragraph : text.split('\n', Qt::SkipEmptyParts)) {
        QTextLayout layout(bound(paragraph), font);
        layout.setTextOption(option);
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(std::max(1.0, width));
            lines << paragraph.mid(line.textStart(), line.textLength()).trimmed();
        }
        layout.endLayout();
    }
    return lines;
}

}  // namespace

FigureCaption::FigureCaption(const QString& text, const Theme& theme, double width)
    : font_(theme.font(kScale)), lines_(wrapped(text, font_, width - 2.0 * kSide)) {}

double FigureCaption::height() const {
    return lines_.isEmpty() ? 0.0
                            : kAbove + QFontMetricsF(font_).height() * static_cast<double>(lines_.size()) + kBelow;
}

void FigureCaption::paint(QPainter& painter, const QRectF& area) const {
    const QFontMetricsF metrics(font_);
    painter.setFont(font_);
    double baseline = area.top() + kAbove + metrics.ascent();
    for (const QString& line : lines_) {
        painter.drawText(QPointF(area.left() + kSide, baseline), line);
        baseline += metrics.height();
    }
}

}  // namespace elbo
