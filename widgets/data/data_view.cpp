#include "widgets/data/data_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStringList>
#include <algorithm>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/panel_grid.h"
#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

constexpr std::size_t kMostLarge = 3;  ///< members side by side; more are small multiples

QString number(double value) {
    return QString::number(value, 'g', 7);
}

void addGrid(QString& text, const char* name, const GridDensity& grid, int member) {
    const bool line = grid.rows == 1;
    text += QStringLiteral("# density of the %1, member %2\n").arg(QLatin1String(name)).arg(member);
    text += line ? QStringLiteral("x,density\n") : QStringLiteral("x1,x2,density\n");
    const auto columns = static_cast<std::size_t>(std::max(1, grid.columns));
    for (std::size_t i = 0; i < grid.values.size(); ++i) {
        const std::size_t rowIndex = i / columns;
        const auto column = static_cast<double>(i % columns), row = static_cast<double>(rowIndex);
        text += number(grid.window.xMin + (column + 0.5) * (grid.window.xMax - grid.window.xMin) / grid.columns);
        if (!line) {
            text += QLatin1Char(',') +
                    number(grid.window.yMin + (row + 0.5) * (grid.window.yMax - grid.window.yMin) / grid.rows);
        }
        text += QLatin1Char(',') + number(grid.values[i]) + QLatin1Char('\n');
    }
    text += QLatin1Char('\n');
}

void addPoints(QString& text, const char* name, const std::vector<float>& xs, const std::vector<float>& ys,
               int member) {
    text += QStringLiteral("# %1, member %2\n").arg(QLatin1String(name)).arg(member);
    text += ys.empty() ? QStringLiteral("x\n") : QStringLiteral("x1,x2\n");
    for (std::size_t i = 0; i < xs.size(); ++i) {
        text += number(xs[i]);
        if (i < ys.size()) {
            text += QLatin1Char(',') + number(ys[i]);
        }
        text += QLatin1Char('\n');
    }
    text += QLatin1Char('\n');
}

}  // namespace

DataView::DataView(QWidget* parent) : View(parent) {
    setMinimumSize(120, 90);
    setToolTip(explanation());
    setAccessibleName(title());
    connect(&densityAxis_, &EasedAxis::moved, this, qOverload<>(&QWidget::update));
}

QString DataView::explanation() const {
    return tr(
        "Density of the data p*(x) against the model's p(x), the average of p(x|z) over the prior. All members of a "
        "fleet are shown on the same axes.");
}

void DataView::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    scenes_.clear();
    double peak = 0.0;
    if (frame_) {
        std::vector<int> members;
        for (const DataFrame& data : frame_->data) {
            scenes_.push_back(prepareDataScene(data));
            peak = std::max(peak, scenes_.back().peak);
            members.push_back(data.member);
        }
        order_ = orderFleet(frame_->knobs);
        titles_ = panelTitles(frame_->knobs, members, false);
        briefTitles_ = panelTitles(frame_->knobs, members, true);
    }
    if (peak > 0.0) {
        densityAxis_.hold(peak);
    }
    update();
}

void DataView::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void DataView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        update();
    }
}

void DataView::mousePressEvent(QMouseEvent* event) {
    const std::vector<QRectF> cells = panels(rect(), theme_, this);
    const int panel = cells.size() > 1 ? panelAt(cells, event->position()) : -1;
    if (event->button() == Qt::LeftButton && panel >= 0) {
        chooseMember(scenes_[static_cast<std::size_t>(panel)].member, event->modifiers());
    }
}

std::vector<QRectF> DataView::panels(const QRectF& area, const Theme& theme, const QPaintDevice* device) const {
    const double top =
        scenes_.size() > kMostLarge ? std::ceil(lineHeight(theme, device, 0.9) + standardGap(theme, device)) : 0.0;
    return panelGrid(area.adjusted(0.0, top, 0.0, 0.0), scenes_.size());
}

void DataView::paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double densityMaximum,
                           int focus) const {
    const std::vector<QRectF> cells = panels(area, theme, painter.device());
    DataPanelStyle style;
    style.small = cells.size() > kMostLarge;
    style.densityMaximum = densityMaximum;
    if (style.small) {
        const double gap = standardGap(theme, painter.device());
        const QRectF legend = area.adjusted(gap, gap, -gap, 0.0);
        paintLegend(painter, QRectF(legend.topLeft(), QSizeF(legend.width(), lineHeight(theme, painter.device(), 0.9))),
                    dataLegend(scenes_.front(), theme), theme);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells.size() > 1) {
            style.title = style.small ? briefTitles_[i] : titles_[i];
        }
        style.titleColor = memberColor(theme, order_, scenes_[i].member);
        style.focused = cells.size() > 1 && scenes_[i].member == focus;
        paintDataPanel(painter, cells[i], scenes_[i], style, theme);
    }
}

void DataView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintPanels(painter, rect(), theme_, densityAxis_.maximum(), focus_);
}

void DataView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    double peak = 0.0;
    for (const DataScene& scene : scenes_) {
        peak = std::max(peak, scene.peak);
    }
    paintPanels(painter, area, inPainterUnits(theme, painter.device()), EasedAxis::holding(peak), -1);
}

QString DataView::csv() const {
    QString text;
    if (frame_) {
        for (const DataFrame& data : frame_->data) {
            addGrid(text, "data", data.data, data.member);
            addGrid(text, "model", data.model, data.member);
            addPoints(text, "examples", data.dataX, data.dataY, data.member);
            addPoints(text, "model samples", data.sampleX, data.sampleY, data.member);
            addPoints(text, "reconstructions", data.reconstructionX, data.reconstructionY, data.member);
        }
        text.chop(1);
    }
    return text;
}

}  // namespace elbo
