#include "widgets/exact/elbo_forms_painter.h"

#include <QFontMetricsF>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/fleet/fleet_order.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/numbers.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/plane_map.h"
#include "widgets/paint/symbol_text.h"

namespace elbo {
namespace {

constexpr double kTextScale = 0.9;
// Lines of text: less room takes first the footer, then the captions.
constexpr double kFullRow = 1.9;
constexpr double kCaptionedRow = 1.5;
constexpr double kCaption = 1.1;
constexpr double kFooter = 1.2;
constexpr double kThickestBar = 2.2;  // lines of text
constexpr double kHeader = 1.2;

constexpr ElboPart kParts[] = {ElboPart::Distortion,   ElboPart::Rate,         ElboPart::NegativeLogLikelihood,
                               ElboPart::PosteriorGap, ElboPart::InformationQ, ElboPart::MarginalKl};

/// A part that takes away is hatched: its length leads back from where it is added.
void paintPart(QPainter& painter, const QRectF& area, const QColor& color, bool negative, double line) {
    QPen pen(color, std::max(0.4, line * 0.07));
    if (!negative || std::min(area.width(), area.height()) < 3.0 * pen.widthF()) {
        painter.fillRect(area, color);
        return;
    }
    QColor tint = color;
    tint.setAlphaF(0.25F);
    painter.fillRect(area, tint);
    pen.setCapStyle(Qt::FlatCap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(pen);
    // Slanted lines, cut at the sides here: not every vector format clips.
    const double step = line * 0.3;
    for (double at = step; at < area.width() + area.height(); at += step) {
        const double from = std::max(0.0, at - area.width()), to = std::min(area.height(), at);
        if (to - from > 1e-3) {
            painter.drawLine(QPointF(area.left() + at - from, area.top() + from),
                             QPointF(area.left() + at - to, area.top() + to));
        }
    }
    pen.setJoinStyle(Qt::MiterJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const double inside = pen.widthF() / 2.0;
    painter.drawRect(area.adjusted(inside, inside, -inside, -inside));
}

QColor inkOn(const QColor& ground) {
    const double light = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF();
    return light > 0.5 ? QColor(0x14171c) : QColor(Qt::white);
}

QString partText(const ElboForms& forms, ElboPart part) {
    return symbolOf(part) + QChar(0x2009) + ' ' + numberText(valueOf(forms, part));
}

/// " \u00b1 2.0", or nothing.
QString errorText(double error) {
    const QString text = plusMinus(error);
    return text.isEmpty() ? text : ' ' + text;
}

QString totalText(const ElboMember& member) {
    return QString::fromUtf8("\u2212ELBO  ") + numberText(member.negativeElbo) +
           errorText(member.forms.sampling.negativeElbo) + " nats";
}

QString testExamplesText(const ElboForms& forms) {
    return examplesText(forms.examples, forms.available, Split::Test);
}

QString footerText(const ElboDrawing& drawing, const ElboMember& member) {
    const QString entropy = drawing.dataEntropy ? numberText(*drawing.dataEntropy) : QStringLiteral("unknown");
    const double information = member.forms.informationP;
    return QString::fromUtf8("H %1    I_p %2    KL(p(z)\u2016q(z)) %3")
        .arg(entropy, std::isnan(information) ? QStringLiteral("not measured") : numberText(information),
             numberText(member.forms.reverseMarginalKl));
}

/// For tooltips.
QString richText(const QString& symbols) {
    static const QRegularExpression lowered("_(.)");
    return QString(symbols).replace(lowered, "<sub>\\1</sub>");
}

constexpr double kSquareRoom = 1.5;  ///< lines of text that the square of a part takes before its words

/// The room of a part in a caption with a number of the usual length.
double captionWidth(ElboPart part, double line, const QFont& font, const QPaintDevice* device) {
    return kSquareRoom * line + symbolTextWidth(symbolOf(part) + QString::fromUtf8(" \u22120.0000"), font, device);
}

std::vector<LegendEntry> legendOf(const Theme& theme) {
    std::vector<LegendEntry> entries;
    for (const ElboPart part : kParts) {
        entries.push_back({LegendEntry::Mark::Square, partColor(theme, part), symbolOf(part).remove('_')});
    }
    return entries;
}

}  // namespace

QColor partColor(const Theme& theme, ElboPart part) {
    switch (part) {
        case ElboPart::Distortion:
            return theme.model;
        case ElboPart::Rate:
            return theme.posterior;
        case ElboPart::NegativeLogLikelihood:
            return theme.data;
        case ElboPart::PosteriorGap:
            return theme.labels[theme.dark ? 6 : 4];  // the red of either theme
        case ElboPart::InformationQ:
            return theme.labels[5];  // beside the blue of the rate, of which it is a part
        case ElboPart::MarginalKl:
            break;
    }
    return theme.prior;
}

ElboFormsPicture::ElboFormsPicture(const QRectF& area, const ElboDrawing& drawing, const Interval& window,
                                   const Theme& theme, const QPaintDevice* device)
    : drawing_(drawing), window_(window), theme_(theme), device_(device), line_(lineHeight(theme, device, kTextScale)) {
    layout(area);
}

void ElboFormsPicture::layout(const QRectF& area) {
    const double gap = standardGap(theme_, device_);
    QRectF rest = area.adjusted(2.0 * gap, gap, -2.0 * gap, -gap);
    rest.setBottom(rest.bottom() - axisBelowHeight(theme_, device_));
    const auto count = static_cast<double>(std::max<std::size_t>(1, drawing_.members.size()));
    const auto rowHeight = [&](double height, double footers) {
        return (height / count - (kHeader + footers) * line_ - gap) / 3.0;
    };
    const double footer = rowHeight(rest.height(), kFooter) >= kFullRow * line_ ? kFooter * line_ : 0.0;
    captioned_ = footer > 0.0 || rowHeight(rest.height(), 0.0) >= kCaptionedRow * line_;
    if (!captioned_) {
        const int rows = legendRows(legendOf(theme_), rest.width(), 2, theme_, device_);
        legend_ = QRectF(rest.left(), rest.top(), rest.width(), std::ceil(line_ * rows));
        rest.setTop(legend_.bottom() + gap);
    }
    plot_ = rest;
    const double row = std::max(2.0, rowHeight(rest.height(), footer / line_));
    const double caption = captioned_ ? line_ * kCaption : 0.0;
    const double bar = std::min(kThickestBar * line_, (row - caption) * 0.8);
    double y = rest.top();
    for (std::size_t i = 0; i < drawing_.members.size(); ++i) {
        Block block;
        block.header = QRectF(rest.left(), y, rest.width(), line_ * 1.1);
        y += line_ * kHeader;
        for (Row& place : block.rows) {
            place.caption = QRectF(rest.left(), y, rest.width(), caption);
            place.bar = QRectF(rest.left(), y + caption, rest.width(), bar);
            y += row;
        }
        block.footer = QRectF(rest.left(), y, rest.width(), footer);
        y += footer + gap;
        blocks_.push_back(block);
    }
}

double ElboFormsPicture::across(double nats) const {
    const double share = (nats - window_.low) / std::max(1e-12, window_.span());
    return plot_.left() + std::clamp(share, 0.0, 1.0) * plot_.width();
}

QRectF ElboFormsPicture::place(const QRectF& bar, const ElboBar& form, const ElboSegment& segment) const {
    const double left = across(std::min(segment.from, segment.to)), right = across(std::max(segment.from, segment.to));
    // What goes left and what goes right lie side by side where they would cover each other.
    const double half = form.turns ? bar.height() / 2.0 : 0.0;
    const bool above = form.turns && segment.value < 0.0;
    return QRectF(left, bar.top() + (above ? 0.0 : half), right - left, bar.height() - half);
}

std::vector<ExactSpot> ElboFormsPicture::spots() const {
    std::vector<ExactSpot> spots;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        const ElboMember& member = drawing_.members[i];
        for (std::size_t form = 0; form < member.bars.size(); ++form) {
            const ElboBar& bar = member.bars[form];
            const auto explain = [&](const QRectF& area, ElboPart part) {
                spots.push_back(
                    {area, QString("<b>%1%2 nats</b><br>%3")
                               .arg(richText(partText(member.forms, part)),
                                    errorText(samplingErrorOf(member.forms, part)), richText(explanationOf(part)))});
            };
            for (const ElboSegment& segment : bar.segments) {
                explain(place(blocks_[i].rows[form].bar, bar, segment).adjusted(-1.0, 0.0, 1.0, 0.0), segment.part);
            }
            if (captioned_) {
                const Captions written = captions(blocks_[i].rows[form].caption, member.forms, bar);
                for (std::size_t part = 0; part < bar.order.size(); ++part) {
                    explain(written.places[part], bar.order[part]);
                }
            }
        }
        const QString whole =
            QString(
                "<b>%1</b> (%2)<br>All three forms add to this, within the error of the quadrature%3. What stands "
                "after \u00b1 is how far a part of the examples may be from all of them.<br>%4")
                .arg(totalText(member), testExamplesText(member.forms), errorText(member.forms.error),
                     richText(footerText(drawing_, member)));
        spots.push_back({blocks_[i].header, whole});
        if (!blocks_[i].footer.isEmpty()) {
            spots.push_back({blocks_[i].footer,
                             richText("H: entropy of the data, which \u2212ELBO cannot fall below. I_p: how much a "
                                      "code tells about what the model makes of it. KL(p(z)\u2016q(z)): how far the "
                                      "prior reaches where no codes are.")});
        }
    }
    return spots;
}

int ElboFormsPicture::memberAt(const QPointF& position) const {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        if (position.y() >= blocks_[i].header.top() && position.y() < blocks_[i].rows.back().bar.bottom()) {
            return drawing_.members[i].member;
        }
    }
    return -1;
}

void ElboFormsPicture::paint(QPainter& painter) const {
    painter.save();
    if (!captioned_) {
        paintLegend(painter, legend_, legendOf(theme_), theme_);
    }
    const PlaneMap map{plot_, {window_.low, window_.high, 0.0, 1.0}};
    paintAxisBelow(painter, map, QStringLiteral("nats per example"), theme_);
    if (crossesZero() && !blocks_.empty()) {
        // From the first bar down to the number of the axis that names it, behind all words.
        painter.setPen(zeroPen());
        painter.drawLine(QPointF(across(0.0), blocks_.front().rows[0].bar.top()), QPointF(across(0.0), plot_.bottom()));
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        paintBlock(painter, blocks_[i], drawing_.members[i]);
    }
    painter.restore();
}

bool ElboFormsPicture::crossesZero() const {
    return window_.low < 0.0 && window_.high > 0.0;
}

QPen ElboFormsPicture::zeroPen() const {
    QPen pen(theme_.mutedText, theme_.lineWidth);
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

void ElboFormsPicture::paintGround(QPainter& painter, const QRectF& area, double width) const {
    painter.fillRect(QRectF(area.left(), area.top(), std::min(width, area.width()), area.height()), theme_.panel);
}

void ElboFormsPicture::paintBlock(QPainter& painter, const Block& block, const ElboMember& member) const {
    const QFontMetricsF metrics(textFont(theme_, kTextScale), device_);
    // Words stand before the line of zero.
    const double total = metrics.horizontalAdvance(totalOf(block, member));
    paintGround(painter, block.header.adjusted(block.header.width() - total, 0.0, 0.0, 0.0), total);
    if (drawing_.members.size() > 1) {
        const double side = block.header.height() * 0.42;
        const QString name = memberName(drawing_.knobs, member.member);
        paintGround(painter, block.header, side * 1.6 + metrics.horizontalAdvance(name));
        painter.fillRect(QRectF(block.header.left(), block.header.center().y() - side / 2.0, side, side),
                         memberColor(theme_, orderFleet(drawing_.knobs), member.member));
        painter.setFont(textFont(theme_, kTextScale));
        painter.setPen(theme_.text);
        paintText(painter, block.header.adjusted(side * 1.6, 0.0, -total, 0.0), Qt::AlignLeft | Qt::AlignVCenter, name);
    }
    paintTotal(painter, block, member);
    for (std::size_t form = 0; form < member.bars.size(); ++form) {
        if (captioned_) {
            paintCaption(painter, block.rows[form].caption, member, member.bars[form]);
        }
        paintBar(painter, block.rows[form].bar, member, member.bars[form]);
        paintLine(painter, block.rows[form].bar.top(), block.rows[form].bar.bottom(), member);
    }
    if (!block.footer.isEmpty()) {
        painter.setFont(textFont(theme_, kTextScale));
        painter.setPen(theme_.mutedText);
        const QString footer = footerText(drawing_, member);
        paintGround(painter, block.footer, symbolTextWidth(footer, painter.font(), device_));
        paintSymbolText(painter, block.footer, footer);
    }
}

ElboFormsPicture::Captions ElboFormsPicture::captions(const QRectF& area, const ElboForms& forms,
                                                      const ElboBar& form) const {
    // Every part keeps its place while its number is of the usual length; type shrinks where a narrow panel asks for
    // it.
    Captions captions;
    double all = 0.0;
    const auto widths = [&](double scale) {
        captions.font = textFont(theme_, kTextScale * scale);
        all = 0.0;
        std::vector<double> each;
        for (const ElboPart part : form.order) {
            each.push_back(
                std::max(captionWidth(part, line_ * scale, captions.font, device_),
                         kSquareRoom * line_ * scale + symbolTextWidth(partText(forms, part), captions.font, device_)));
            all += each.back();
        }
        return each;
    };
    std::vector<double> each = widths(1.0);
    if (all > area.width()) {
        each = widths(area.width() / all);
    }
    double x = area.left();
    for (const double width : each) {
        captions.places.emplace_back(x, area.top(), width, area.height());
        x += width;
    }
    return captions;
}

void ElboFormsPicture::paintCaption(QPainter& painter, const QRectF& area, const ElboMember& member,
                                    const ElboBar& form) const {
    const Captions captions = this->captions(area, member.forms, form);
    painter.setFont(captions.font);
    for (std::size_t i = 0; i < form.order.size(); ++i) {
        const QRectF& place = captions.places[i];
        const double side = line_ * 0.55;
        paintPart(painter, QRectF(place.left(), place.center().y() - side / 2.0, side, side),
                  partColor(theme_, form.order[i]), valueOf(member.forms, form.order[i]) < 0.0, line_);
        const QString text = partText(member.forms, form.order[i]);
        const QRectF words = place.adjusted(side * 1.5, 0.0, 0.0, 0.0);
        // The line of the sum passes behind the numbers.
        painter.fillRect(QRectF(words.topLeft(), QSizeF(symbolTextWidth(text, captions.font, device_), words.height())),
                         theme_.panel);
        painter.setPen(theme_.text);
        paintSymbolText(painter, words, text);
    }
}

void ElboFormsPicture::paintBar(QPainter& painter, const QRectF& area, const ElboMember& member,
                                const ElboBar& form) const {
    painter.fillRect(area, theme_.grid);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const ElboSegment& segment : form.segments) {
        const QRectF spot = place(area, form, segment);
        if (spot.width() <= 0.0) {
            continue;
        }
        const QColor color = partColor(theme_, segment.part);
        const bool negative = segment.value < 0.0;
        paintPart(painter, spot, color, negative, line_);
        const QString text = partText(member.forms, segment.part);
        const QFont font = textFont(theme_, kTextScale);
        if (!captioned_ && spot.height() >= 0.75 * line_ &&
            symbolTextWidth(text, font, device_) + 0.5 * line_ <= spot.width()) {
            painter.setFont(font);
            if (negative) {
                paintGround(painter, spot, symbolTextWidth(text, font, device_) + 0.5 * line_);
            }
            painter.setPen(negative ? theme_.text : inkOn(color));
            paintSymbolText(painter, spot.adjusted(0.25 * line_, 0.0, 0.0, 0.0), text);
        }
    }
    // A hairline of the panel between neighbours tells small segments apart.
    painter.setPen(QPen(theme_.panel, std::max(0.5, theme_.lineWidth * 0.5)));
    for (std::size_t i = 1; i < form.segments.size(); ++i) {
        const QRectF spot = place(area, form, form.segments[i]);
        const double x = across(form.segments[i].from);
        painter.drawLine(QPointF(x, spot.top()), QPointF(x, spot.bottom()));
    }
    if (crossesZero()) {
        painter.setPen(zeroPen());
        painter.drawLine(QPointF(across(0.0), area.top()), QPointF(across(0.0), area.bottom()));
    }
    if (window_.low > 0.0) {
        // The bar begins further left than the axis: two slashes through its root.
        painter.setPen(QPen(theme_.panel, theme_.lineWidth * 1.4));
        const double lean = area.height() * 0.25, step = line_ * 0.35;
        for (const double x : {area.left() + step, area.left() + 2.0 * step}) {
            painter.drawLine(QPointF(x - lean / 2.0, area.bottom()), QPointF(x + lean / 2.0, area.top()));
        }
    }
    const double error = std::hypot(member.forms.error, member.forms.sampling.negativeElbo);
    const double low = across(form.total - error), high = across(form.total + error);
    if (high - low > 2.0 * theme_.lineWidth) {
        painter.setPen(QPen(theme_.text, theme_.lineWidth));
        const double y = area.center().y(), cap = area.height() * 0.2;
        painter.drawLine(QPointF(low, y), QPointF(high, y));
        painter.drawLine(QPointF(low, y - cap), QPointF(low, y + cap));
        painter.drawLine(QPointF(high, y - cap), QPointF(high, y + cap));
    }
}

QString ElboFormsPicture::totalOf(const Block& block, const ElboMember& member) const {
    const QString full = totalText(member) + " (" + testExamplesText(member.forms) + ')';
    const QFontMetricsF metrics(textFont(theme_, kTextScale), device_);
    // The name of the member comes first.
    const double name = drawing_.members.size() > 1
                            ? metrics.horizontalAdvance(memberName(drawing_.knobs, member.member)) + line_
                            : 0.0;
    return metrics.horizontalAdvance(full) <= block.header.width() - name ? full : totalText(member);
}

void ElboFormsPicture::paintTotal(QPainter& painter, const Block& block, const ElboMember& member) const {
    painter.setFont(textFont(theme_, kTextScale));
    painter.setPen(theme_.text);
    paintText(painter, block.header, Qt::AlignRight | Qt::AlignVCenter, totalOf(block, member));
    paintLine(painter, block.header.bottom(), block.rows.back().bar.bottom() + 0.2 * line_, member);
}

QSizeF leastElboForms(const ElboDrawing& drawing, const Theme& theme, const QPaintDevice* device) {
    constexpr double kTwoNumbers = 8.0;  // lines of text: an axis
    const QFont font = textFont(theme, kTextScale);
    const QFontMetricsF metrics(font, device);
    const double line = lineHeight(theme, device, kTextScale), gap = standardGap(theme, device);
    double width = kTwoNumbers * line;
    for (const ElboMember& member : drawing.members) {
        QString header = totalText(member);
        if (drawing.members.size() > 1) {
            header += "  " + memberName(drawing.knobs, member.member);
        } else {
            header += " (" + testExamplesText(member.forms) + ')';
        }
        width = std::max({width, metrics.horizontalAdvance(header) + line,
                          symbolTextWidth(footerText(drawing, member), font, device)});
        for (const ElboBar& form : member.bars) {
            double captions = 0.0;
            for (const ElboPart part : form.order) {
                captions += captionWidth(part, line, font, device);
            }
            width = std::max(width, captions);  // type that shrinks does so in whole points, and may not be enough
        }
    }
    const auto count = static_cast<double>(std::max<std::size_t>(1, drawing.members.size()));
    const double block = (3.0 * kFullRow + kHeader + kFooter) * line + gap;
    return {std::ceil(width + 4.0 * gap), std::ceil(count * block + 2.0 * gap + axisBelowHeight(theme, device)) + 1.0};
}

void ElboFormsPicture::paintLine(QPainter& painter, double top, double bottom, const ElboMember& member) const {
    if (!std::isfinite(member.negativeElbo) || member.negativeElbo > window_.high ||
        member.negativeElbo < window_.low) {
        return;
    }
    const double x = across(member.negativeElbo);
    QPen pen(theme_.text, theme_.lineWidth * 1.2);
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, top), QPointF(x, bottom));
}

}  // namespace elbo
