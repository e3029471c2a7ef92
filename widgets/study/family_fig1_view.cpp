#include "widgets/study/family_fig1_view.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "widgets/chart/plot_style.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

constexpr int kDigits = 8;     ///< of the numbers in the table
constexpr double kWide = 1.6;  ///< times as wide as high: from there on the panels stand side by side

QString betaText(double beta) {
    return QString::fromUtf8("β = %1").arg(beta);
}

using Value = double FamilyFig1Point::*;

/// One panel: what of a point is drawn, and a level that the curves are held against.
struct Panel {
    QString letter, title;
    Value value;
    double level;
    QString levelText;
    double lowest, highest;  ///< of the axis
};

class Picture {
  public:
    Picture(QCPPainter& painter, const FamilyFig1& study, const Theme& theme)
        : painter_(painter),
          study_(study),
          theme_(theme),
          onPaper_(inPainterUnits(theme, painter.device())),
          line_(lineHeight(onPaper_, painter.device())) {
        for (const FamilyFig1Curve& curve : study.curves) {
            colours_.try_emplace(curve.beta, theme.members[colours_.size() % theme.members.size()]);
            if (!curve.points.empty()) {
                last_ = std::max(last_, static_cast<double>(curve.points.back().step));
            }
        }
    }

    void paint(const QRectF& area);

  private:
    std::vector<LegendEntry> legend() const;
    std::vector<Panel> panels() const;
    double highest(Value value) const;
    void paintPanel(const QRectF& area, const Panel& panel);
    void addLevel(QCustomPlot& plot, const Panel& panel) const;
    void addCurve(QCustomPlot& plot, const FamilyFig1Curve& curve, Value value) const;

    QCPPainter& painter_;
    const FamilyFig1& study_;
    const Theme& theme_;
    const Theme onPaper_;
    const double line_;
    std::map<double, QColor, std::greater<>> colours_;
    double last_ = 10.0;
};

std::vector<LegendEntry> Picture::legend() const {
    std::vector<LegendEntry> entries;
    for (const auto& [beta, colour] : colours_) {
        entries.push_back({LegendEntry::Mark::Line, colour, betaText(beta)});
    }
    if (std::any_of(study_.curves.begin(), study_.curves.end(), [](const auto& curve) { return curve.capped; })) {
        entries.push_back({LegendEntry::Mark::Dashes, theme_.text,
                           QString("the same, information capped at %1 nats").arg(study_.cap)});
    }
    return entries;
}

double Picture::highest(Value value) const {
    double most = 0.0;
    for (const FamilyFig1Curve& curve : study_.curves) {
        for (const FamilyFig1Point& point : curve.points) {
            most = std::max(most, std::isfinite(point.*value) ? point.*value : 0.0);
        }
    }
    return most;
}

std::vector<Panel> Picture::panels() const {
    const double likelihood = highest(&FamilyFig1Point::negativeLogLikelihood);
    const double margin = 0.08 * std::max(0.1, likelihood - study_.entropy);
    return {{"a", "information I(x; z) (nats)", &FamilyFig1Point::information, study_.cap, "cap", 0.0,
             1.06 * std::max(highest(&FamilyFig1Point::information), study_.cap)},
            {"b", QString("%1log p(x) (nats)").arg(QChar(0x2212)), &FamilyFig1Point::negativeLogLikelihood,
             study_.entropy, "entropy of the data", study_.entropy - margin, likelihood + margin}};
}

void Picture::addLevel(QCustomPlot& plot, const Panel& panel) const {
    QCPGraph* level = plot.addGraph();
    level->setData({1.0, last_}, {panel.level, panel.level}, true);
    QPen pen(theme_.mutedText, 0.6 * theme_.lineWidth, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({1.5, 2.5});
    level->setPen(pen);
    auto* text = new QCPItemText(&plot);
    text->setText(panel.levelText);
    text->setFont(theme_.font(0.85));
    text->setColor(theme_.mutedText);
    text->setPadding(QMargins(2, 0, 0, 0));
    text->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    text->position->setCoords(1.0, panel.level);
}

void Picture::addCurve(QCustomPlot& plot, const FamilyFig1Curve& curve, Value value) const {
    QCPGraph* graph = plot.addGraph();
    for (const FamilyFig1Point& point : curve.points) {
        if (point.step > 0 && std::isfinite(point.*value)) {  // a logarithmic axis has no 0
            graph->addData(static_cast<double>(point.step), point.*value);
        }
    }
    graph->setAntialiased(true);
    graph->setPen(curvePen(theme_, colours_.at(curve.beta), 1.0, curve.capped ? Qt::DashLine : Qt::SolidLine));
}

void Picture::paintPanel(const QRectF& area, const Panel& panel) {
    LaidOutPlot plot;
    plot.setBackground(QBrush(theme_.panel));
    QSharedPointer<QCPAxisTickerLog> decades(new QCPAxisTickerLog);
    decades->setLogBase(10.0);
    plot.xAxis->setTicker(decades);
    plot.xAxis->setScaleType(QCPAxis::stLogarithmic);
    styleAxes(*plot.axisRect(), theme_, true, true);
    plot.xAxis->setLabel("training step");
    plot.yAxis->setLabel(panel.title);
    plot.xAxis->setRange(1.0, last_);
    plot.yAxis->setRange(panel.lowest, panel.highest);
    addLevel(plot, panel);
    for (const FamilyFig1Curve& curve : study_.curves) {
        addCurve(plot, curve, panel.value);
    }
    renderPlot(plot, painter_, area);
    QFont bold = theme_.font(8.0 / theme_.fontPoints);
    bold.setBold(true);
    painter_.setFont(bold);
    painter_.setPen(theme_.text);
    painter_.drawText(QRectF(area.left(), area.top(), 2.0 * line_, line_),
                      Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, panel.letter);
}

void Picture::paint(const QRectF& area) {
    const auto entries = legend();
    const QRectF room = area.adjusted(2.0 * line_, 0.0, 0.0, 0.0);
    const int rows = legendRows(entries, room.width(), 3, onPaper_, painter_.device());
    const double head = line_ * rows;
    paintLegend(painter_, QRectF(room.topLeft(), QSizeF(room.width(), head)), entries, onPaper_);
    const QRectF rest = area.adjusted(0.0, head, 0.0, 0.0);
    const bool beside = rest.width() > kWide * rest.height();
    const QSizeF size(beside ? rest.width() / 2.0 : rest.width(), beside ? rest.height() : rest.height() / 2.0);
    const auto both = panels();
    paintPanel(QRectF(rest.topLeft(), size), both[0]);
    paintPanel(QRectF(beside ? QPointF(rest.center().x(), rest.top()) : QPointF(rest.left(), rest.center().y()), size),
               both[1]);
}

}  // namespace

QString FamilyFig1View::explanation() const {
    return tr(
        "Below beta = 1 the information grows first and the likelihood gets worse; once it stops growing, the "
        "likelihood recovers.");
}

QString FamilyFig1View::caption() const {
    return QString(
               "a, Information between example and code. b, Negative log likelihood, which cannot fall below the "
               "entropy of the data. Both by quadrature; standard deviations of encoder and decoder are %1 at least. "
               "After Zhao et al. (2018), Fig. 1.")
        .arg(study_.leastStddev);
}

QSizeF FamilyFig1View::leastFigure(double width) const {
    // Each panel is as high as the name of its axis is long.
    return width >= 320.0 ? QSizeF(320.0, 135.0) : QSizeF(190.0, 265.0);
}

void FamilyFig1View::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    Picture(painter, study_, theme).paint(area.adjusted(2.0, 2.0, -2.0, -2.0));
}

QString FamilyFig1View::csv() const {
    QString text = QString(
                       "# %1: nats per example; entropy of the data %2, cap %3\n"
                       "# entropy_minus_distortion: the paper's estimate of mi_q; a lower bound, tight where the "
                       "decoder matches the encoder\n"
                       "beta,capped,step,mi_q,entropy_minus_distortion,rate,kl_marginal,nll,error\n")
                       .arg(title(), csvNumber(study_.entropy, kDigits), csvNumber(study_.cap, kDigits));
    for (const FamilyFig1Curve& curve : study_.curves) {
        for (const FamilyFig1Point& point : curve.points) {
            text += QString("%1,%2,%3,").arg(curve.beta).arg(curve.capped ? 1 : 0).arg(point.step) +
                    csvNumbers({point.information, study_.entropy - point.distortion, point.rate, point.klMarginal,
                                point.negativeLogLikelihood, point.error},
                               kDigits) +
                    '\n';
        }
    }
    return text;
}

}  // namespace elbo
