#include "widgets/health/health_panel.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "widgets/chart/plotting.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

constexpr double kHeadlineScale = 1.5;
constexpr double kTermScale = 1.15;
constexpr double kWideAspect = 1.7;  // of the panel: then the checks stand in two columns

struct Places {
    QRectF headline;
    std::vector<QRectF> checks;
};

Places placesOf(const QRectF& area, std::size_t count, const Theme& theme, const QPaintDevice* device) {
    const double gap = standardGap(theme, device);
    Places places;
    QRectF rest = area.adjusted(3.0 * gap, gap, -3.0 * gap, -gap);
    places.headline = QRectF(rest.left(), rest.top(), rest.width(), lineHeight(theme, device, kHeadlineScale) * 1.3);
    rest.setTop(places.headline.bottom() + gap);
    const int columns = area.width() > kWideAspect * area.height() ? 2 : 1;
    const int rows = (static_cast<int>(count) + columns - 1) / columns;
    const double width = rest.width() / columns, height = rest.height() / std::max(1, rows);
    for (std::size_t i = 0; i < count; ++i) {
        const int row = static_cast<int>(i) % rows, column = static_cast<int>(i) / rows;
        places.checks.emplace_back(rest.left() + column * width, rest.top() + row * height,
                                   width - (columns > 1 ? 3.0 * gap : 0.0), height);
    }
    return places;
}

/// A tick, or a triangle with an exclamation mark: told apart without colour.
void paintSign(QPainter& painter, const QRectF& area, bool trouble, bool known, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(area.width(), area.height());
    const QRectF box(area.center().x() - side / 2.0, area.center().y() - side / 2.0, side, side);
    if (trouble) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.warning);
        painter.drawPolygon(QPolygonF{{box.center().x(), box.top() + 0.06 * side},
                                      {box.right(), box.bottom() - 0.06 * side},
                                      {box.left(), box.bottom() - 0.06 * side}});
        QPen pen(theme.panel, side * 0.11);
        pen.setCapStyle(Qt::RoundCap);
        painter.setPen(pen);
        painter.drawLine(QPointF(box.center().x(), box.top() + 0.40 * side),
                         QPointF(box.center().x(), box.top() + 0.62 * side));
        painter.drawPoint(QPointF(box.center().x(), box.top() + 0.80 * side));
    } else if (known) {
        QPen pen(theme.data, side * 0.12);
        pen.setCapStyle(Qt::RoundCap);
        pen.setJoinStyle(Qt::RoundJoin);
        painter.setPen(pen);
        painter.drawPolyline(QPolygonF{{box.left() + 0.12 * side, box.top() + 0.55 * side},
                                       {box.left() + 0.40 * side, box.top() + 0.82 * side},
                                       {box.right() - 0.08 * side, box.top() + 0.20 * side}});
    } else {
        painter.setPen(QPen(theme.mutedText, side * 0.08));
        painter.drawEllipse(box.center(), side * 0.25, side * 0.25);
    }
    painter.restore();
}

/// Lines of text from the top of `area`, as many as fit; the last one is shortened where there is more. Returns the
/// height used.
double paintWrapped(QPainter& painter, const QRectF& area, const QString& text) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    const int most = static_cast<int>(area.height() / metrics.height() + 0.1);
    QTextLayout layout(text, painter.font(), painter.device());
    layout.beginLayout();
    int lines = 0;
    for (QTextLine line = layout.createLine(); line.isValid() && lines < most; line = layout.createLine()) {
        line.setLineWidth(area.width());
        const bool last = lines + 1 == most;
        const QString shown = last ? text.mid(line.textStart()) : text.mid(line.textStart(), line.textLength());
        paintText(painter, QRectF(area.left(), area.top() + lines * metrics.height(), area.width(), metrics.height()),
                  Qt::AlignLeft | Qt::AlignVCenter, shown.trimmed());
        ++lines;
    }
    layout.endLayout();
    return lines * metrics.height();
}

void paintCheck(QPainter& painter, const QRectF& area, const HealthCheck& check, bool known, const Theme& theme) {
    const QPaintDevice* device = painter.device();
    const double term = lineHeight(theme, device, kTermScale), gap = standardGap(theme, device);
    if (check.found) {
        QColor ground = theme.warning;
        ground.setAlphaF(0.13F);
        painter.fillRect(area.adjusted(-1.5 * gap, 0.0, 1.5 * gap, -gap * 0.5), ground);
    }
    QRectF rest = area.adjusted(0.0, gap * 0.5, 0.0, -gap);
    paintSign(painter, QRectF(rest.left(), rest.top(), term, term).adjusted(1.0, 1.0, -1.0, -1.0), check.found,
              known && check.measured, theme);
    rest.setLeft(rest.left() + 1.5 * term);
    QFont font = textFont(theme, kTermScale);
    font.setBold(check.found);
    painter.setFont(font);
    painter.setPen(check.found ? theme.text : theme.mutedText);
    const std::size_t models = check.members.size();
    paintText(painter, QRectF(rest.left(), rest.top(), rest.width(), term), Qt::AlignLeft | Qt::AlignVCenter,
              models > 1 ? QString("%1, %2 models").arg(check.term).arg(models) : check.term);
    rest.setTop(rest.top() + term);
    painter.setFont(textFont(theme));
    if (!check.found) {
        paintWrapped(painter, rest, check.meaning);
        return;
    }
    // The number comes first where there is little room: the sentence is also in the tooltip.
    const double line = lineHeight(theme, device);
    QRectF numbers(rest.left(), rest.top(), rest.width(), line);
    if (rest.height() >= 1.9 * line) {
        numbers.moveTop(rest.top() + paintWrapped(painter, rest.adjusted(0.0, 0.0, 0.0, -line), check.sentence));
    } else if (rest.height() < 0.8 * line) {
        const double name = QFontMetricsF(font, device).horizontalAdvance(check.term) + term;
        numbers = QRectF(rest.left() + name, rest.top() - term, rest.width() - name, term);
    }
    painter.setPen(theme.text);
    paintText(painter, numbers, Qt::AlignLeft | Qt::AlignVCenter, check.evidence);
}

void paintHealth(QPainter& painter, const QRectF& area, const HealthList& list, const Theme& theme) {
    painter.save();
    const Places places = placesOf(area, list.checks.size(), theme, painter.device());
    const bool known = list.state != HealthState::Measuring;
    const QRectF& top = places.headline;
    paintSign(painter, QRectF(top.left(), top.top(), top.height(), top.height()).adjusted(3.0, 3.0, -3.0, -3.0),
              list.state == HealthState::Trouble, known, theme);
    QFont font = textFont(theme, kHeadlineScale);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(known ? theme.text : theme.mutedText);
    paintText(painter, top.adjusted(top.height() * 1.3, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter,
              list.headline);
    for (std::size_t i = 0; i < list.checks.size(); ++i) {
        paintCheck(painter, places.checks[i], list.checks[i], known, theme);
    }
    painter.restore();
}

}  // namespace

HealthPanel::HealthPanel(QWidget* parent) : View(parent), list_(prepareHealth(nullptr, -1)) {
    setAccessibleName(title());
}

QString HealthPanel::explanation() const {
    return tr(
        "What is going wrong, if anything: each kind of trouble has its place, with the number that gives it "
        "away and the name that the papers use.");
}

void HealthPanel::ask(ViewRequest& request, const ViewSubject& subject) const {
    request.health = true;
    // Part of a model's health is the gap to the true posteriors.
    request.exact = request.exact || subject.hasExact();
}

void HealthPanel::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    HealthList list = prepareHealth(frame_.get(), focus_);
    if (list != list_) {
        list_ = std::move(list);
        setAccessibleDescription(list_.headline);
        update();
    }
}

void HealthPanel::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void HealthPanel::setFocusMember(int member) {
    focus_ = member;
    list_ = prepareHealth(frame_.get(), focus_);
    update();
}

void HealthPanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintHealth(painter, rect(), list_, theme_);
}

bool HealthPanel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const Places places = placesOf(rect(), list_.checks.size(), theme_, this);
        for (std::size_t i = 0; i < places.checks.size(); ++i) {
            if (places.checks[i].contains(help->pos())) {
                const HealthCheck& check = list_.checks[i];
                const QString body = check.found ? check.sentence.toHtmlEscaped() + "<br>" +
                                                       check.evidence.toHtmlEscaped().replace("; ", "<br>")
                                                 : check.meaning;
                QToolTip::showText(help->globalPos(), "<b>" + check.term + "</b><br>" + body, this,
                                   places.checks[i].toAlignedRect());
                return true;
            }
        }
        QToolTip::showText(help->globalPos(), explanation(), this);
        return true;
    }
    return View::event(event);
}

void HealthPanel::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    paintHealth(painter, area, list_, inPainterUnits(theme, painter.device()));
}

QString HealthPanel::csv() const {
    QString text = "# health: " + list_.headline + "\nmember,term,sentence,evidence\n";
    if (frame_ && frame_->healthKnown) {
        for (const HealthFinding& finding : frame_->findings) {
            text += QString("%1,%2,%3,%4\n")
                        .arg(finding.member)
                        .arg(csvText(QString::fromStdString(finding.term)),
                             csvText(QString::fromStdString(finding.sentence)),
                             csvText(QString::fromStdString(finding.evidence)));
        }
    }
    return text;
}

}  // namespace elbo
