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
#include "widgets/paint/paper_device.h"

namespace elbo {
namespace {

constexpr double kHeadlineScale = 1.5;
constexpr double kTermScale = 1.15;
constexpr double kScopeScale = 0.9;
constexpr double kWideAspect = 1.7;  // of the panel: then the checks stand in two columns
constexpr double kMargins = 6.0;     // gaps left and right together
/// What fits is measured with sentences a hair narrower than they will be: letters of the true size are rounded, and a
/// line could break earlier.
constexpr double kHair = 0.99;

struct Places {
    QRectF headline;
    QRectF scope;
    std::vector<QRectF> checks;
};

int wrappedLines(const QString& text, const QFont& font, const QPaintDevice* device, double width) {
    QTextLayout layout(text, font, device);
    layout.beginLayout();
    int lines = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1.0, width));
        ++lines;
    }
    layout.endLayout();
    return lines;
}

/// Left of the words stands the sign.
double indent(const Theme& theme, const QPaintDevice* device) {
    return 1.5 * lineHeight(theme, device, kTermScale);
}

/// The heights of checks that stand below each other: all the same where that is enough for every sentence. Else those
/// with a finding get what their words need, as far as there is room, and the others share the rest by their words.
std::vector<double> heightsOf(const std::vector<HealthCheck>& checks, std::size_t first, std::size_t count,
                              const QSizeF& room, const Theme& theme, const QPaintDevice* device) {
    const double line = lineHeight(theme, device);
    const double least = lineHeight(theme, device, kTermScale) + 1.5 * standardGap(theme, device);
    const double width = room.width() - indent(theme, device), equal = room.height() / static_cast<double>(count);
    std::vector<double> heights(count, equal);
    std::vector<double> more(count, 0.0);   // than the least
    std::vector<double> words(count, 0.0);  // lines of a check without a finding
    double wanted = 0.0, quiet = 0.0;
    bool enough = true;
    for (std::size_t i = 0; i < count; ++i) {
        const HealthCheck& check = checks[first + i];
        if (check.found) {
            more[i] = line * (wrappedLines(check.sentence, textFont(theme), device, width) +
                              wrappedLines(check.evidence, textFont(theme), device, width));
            wanted += more[i];
        } else {
            words[i] = wrappedLines(check.meaning, textFont(theme), device, width);
            quiet += words[i];
        }
        enough = enough && least + more[i] <= equal;
    }
    const double spare = std::max(0.0, room.height() - least * static_cast<double>(count));
    if (enough || wanted <= 0.0) {
        return heights;
    }
    const double share = std::min(1.0, spare / wanted), rest = std::max(0.0, spare - wanted);
    for (std::size_t i = 0; i < count; ++i) {
        heights[i] = least + (checks[first + i].found ? share * more[i] : rest * words[i] / std::max(1.0, quiet));
    }
    return heights;
}

Places placesOf(const QRectF& area, const HealthList& list, const Theme& theme, const QPaintDevice* device) {
    const double gap = standardGap(theme, device);
    Places places;
    QRectF rest = area.adjusted(kMargins / 2.0 * gap, gap, -kMargins / 2.0 * gap, -gap);
    places.headline = QRectF(rest.left(), rest.top(), rest.width(), lineHeight(theme, device, kHeadlineScale) * 1.3);
    places.scope = QRectF(rest.left(), places.headline.bottom(), rest.width(), lineHeight(theme, device, kScopeScale));
    rest.setTop(places.scope.bottom() + gap);
    const std::size_t count = list.checks.size();
    const std::size_t columns = area.width() > kWideAspect * area.height() ? 2 : 1;
    const std::size_t rows = (count + columns - 1) / columns;
    const double width = rest.width() / static_cast<double>(columns);
    for (std::size_t first = 0; first < count; first += rows) {
        const double left = rest.left() + static_cast<double>(first / rows) * width;
        const QSizeF room(width - (columns > 1 ? 3.0 * gap : 0.0), rest.height());
        double top = rest.top();
        for (const double height : heightsOf(list.checks, first, std::min(rows, count - first), room, theme, device)) {
            places.checks.emplace_back(left, top, room.width(), height);
            top += height;
        }
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

/// Type in which these texts, below each other, fit the area to their last word: that of the theme, or a little
/// smaller.
QFont fittedFont(const QStringList& texts, const QRectF& area, const Theme& theme, const QPaintDevice* device) {
    constexpr double kSmallest = 0.8, kStep = 0.05;
    for (double scale = 1.0;; scale -= kStep) {
        const QFont font = textFont(theme, scale);
        int lines = 0;
        for (const QString& text : texts) {
            lines += wrappedLines(text, font, device, area.width());
        }
        if (lines * QFontMetricsF(font, device).height() <= area.height() || scale - kStep < kSmallest) {
            return font;
        }
    }
}

/// The name of a check as it is written.
QString headingOf(const HealthCheck& check, bool known) {
    const std::size_t models = check.members.size();
    return models > 1                                 ? QString("%1, %2 models").arg(check.term).arg(models)
           : check.found || !known || !check.measured ? check.term
                                                      : check.none;
}

/// Type of a check's name: bold where something was found. Where the name is too long for `width` it is set smaller, at
/// the least as its sentences are.
QFont headingFont(const HealthCheck& check, bool known, double width, const Theme& theme, const QPaintDevice* device) {
    constexpr double kStep = 0.05;
    for (double scale = kTermScale;; scale -= kStep) {
        QFont font = textFont(theme, scale);
        font.setBold(check.found);
        if (QFontMetricsF(font, device).horizontalAdvance(headingOf(check, known)) <= width || scale - kStep < 0.99) {
            return font;
        }
    }
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
    rest.setLeft(rest.left() + indent(theme, device));
    const QFont font = headingFont(check, known, rest.width(), theme, device);
    painter.setFont(font);
    painter.setPen(check.found ? theme.text : theme.mutedText);
    paintText(painter, QRectF(rest.left(), rest.top(), rest.width(), term), Qt::AlignLeft | Qt::AlignVCenter,
              headingOf(check, known));
    rest.setTop(rest.top() + term);
    if (!check.found) {
        painter.setFont(fittedFont({check.meaning}, rest, theme, device));
        paintWrapped(painter, rest, check.meaning);
        return;
    }
    painter.setFont(fittedFont({check.sentence, check.evidence}, rest, theme, device));
    // The number comes first where there is little room: the sentence is also in the tooltip.
    const double line = QFontMetricsF(painter.font(), device).height();
    painter.setPen(theme.text);
    if (rest.height() < 0.8 * line) {
        const double name = QFontMetricsF(font, device).horizontalAdvance(check.term) + term;
        const QRectF beside(rest.left() + name, rest.top() - term, rest.width() - name, term);
        paintText(painter, beside, Qt::AlignLeft | Qt::AlignVCenter, check.evidence);
        return;
    }
    const double numbers = line * wrappedLines(check.evidence, painter.font(), device, rest.width());
    if (rest.height() - numbers >= 0.9 * line) {
        rest.setTop(rest.top() + paintWrapped(painter, rest.adjusted(0.0, 0.0, 0.0, -numbers), check.sentence));
    }
    paintWrapped(painter, rest, check.evidence);
}

void paintHealth(QPainter& painter, const QRectF& area, const HealthList& list, const Theme& theme) {
    painter.save();
    const Places places = placesOf(area, list, theme, painter.device());
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
    painter.setFont(textFont(theme, kScopeScale));
    painter.setPen(theme.mutedText);
    paintText(painter, places.scope.adjusted(top.height() * 1.3, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter,
              list.scope);
    for (std::size_t i = 0; i < list.checks.size(); ++i) {
        paintCheck(painter, places.checks[i], list.checks[i], known, theme);
    }
    painter.restore();
}

double headingWidth(const HealthCheck& check, const HealthList& list, const Theme& theme, const QPaintDevice* device) {
    QFont font = textFont(theme, kTermScale);
    font.setBold(check.found);
    return QFontMetricsF(font, device).horizontalAdvance(headingOf(check, list.state != HealthState::Measuring)) +
           indent(theme, device);
}

/// The width at which no line that does not wrap is cut, with the checks below each other.
double leastWidth(const HealthList& list, const Theme& theme, const QPaintDevice* device) {
    QFont headline = textFont(theme, kHeadlineScale);
    headline.setBold(true);
    const double beside = 1.3 * 1.3 * lineHeight(theme, device, kHeadlineScale);
    double width = beside + std::max(QFontMetricsF(headline, device).horizontalAdvance(list.headline),
                                     QFontMetricsF(textFont(theme, kScopeScale), device).horizontalAdvance(list.scope));
    for (const HealthCheck& check : list.checks) {
        width = std::max(width, headingWidth(check, list, theme, device));
    }
    return std::ceil(width + kMargins * standardGap(theme, device));
}

/// Whether a picture of this size says every sentence to its end, measured by kHair narrower than it is.
bool saysAll(const QSizeF& size, const HealthList& list, const Theme& theme, const QPaintDevice* device) {
    const Places places = placesOf(QRectF(QPointF(0.0, 0.0), size), list, theme, device);
    const double line = lineHeight(theme, device);
    const double heading = lineHeight(theme, device, kTermScale) + 1.5 * standardGap(theme, device);
    for (std::size_t i = 0; i < list.checks.size(); ++i) {
        const HealthCheck& check = list.checks[i];
        const double width = places.checks[i].width() - indent(theme, device);
        int lines = 0;
        for (const QString& text :
             check.found ? QStringList{check.sentence, check.evidence} : QStringList{check.meaning}) {
            lines += wrappedLines(text, textFont(theme), device, width);
        }
        if (heading + lines * line > places.checks[i].height() + 0.01 * line ||
            kHair * headingWidth(check, list, theme, device) > places.checks[i].width()) {
            return false;
        }
    }
    return true;
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
        const Places places = placesOf(rect(), list_, theme_, this);
        for (std::size_t i = 0; i < places.checks.size(); ++i) {
            if (places.checks[i].contains(help->pos())) {
                const HealthCheck& check = list_.checks[i];
                const QString body = check.found ? check.sentence.toHtmlEscaped() + "<br>" +
                                                       check.evidence.toHtmlEscaped().replace("; ", "<br>")
                                                 : check.meaning.toHtmlEscaped();
                const bool clear = !check.found && check.measured && list_.state != HealthState::Measuring;
                QToolTip::showText(help->globalPos(), "<b>" + (clear ? check.none : check.term) + "</b><br>" + body,
                                   this, places.checks[i].toAlignedRect());
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

QSizeF HealthPanel::leastFigure(double width) const {
    const Theme paper = zoomedPaper();
    const double line = lineHeight(paper, paperDevice());
    const double least = leastWidth(list_, paper, paperDevice());
    const double margins = kMargins * standardGap(paper, paperDevice());
    const double wide = kHair * (std::max(kPaperZoom * width, least) - margins) + margins;
    const auto fits = [&](double height) { return saysAll({wide, height}, list_, paper, paperDevice()); };
    // Lower than this the checks stand in two columns: of use only where one column fits already.
    const double turn = 1.001 * wide / kWideAspect;
    const bool flat = fits(turn);
    double low = flat ? 8.0 * line : turn, high = flat ? turn : 300.0 * line;
    while (high - low > 0.25 * line) {
        const double middle = (low + high) / 2.0;
        (fits(middle) ? high : low) = middle;
    }
    return QSizeF(least, high) / kPaperZoom;
}

QString HealthPanel::csv() const {
    QString text = "# health: " + list_.headline + "\nmember,step,term,sentence,evidence\n";
    if (frame_ && frame_->healthKnown) {
        for (const HealthFinding& finding : frame_->findings) {
            text += QString("%1,%2,%3,%4,%5\n")
                        .arg(finding.member)
                        .arg(finding.step)
                        .arg(csvText(QString::fromStdString(finding.term)),
                             csvText(QString::fromStdString(finding.sentence)),
                             csvText(QString::fromStdString(finding.evidence)));
        }
    }
    return text;
}

}  // namespace elbo
