#include "widgets/data/data_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStringList>
#include <algorithm>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/csv.h"
#include "widgets/kit/panel_grid.h"
#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

constexpr std::size_t kMostLarge = 3;  ///< members side by side; more are small multiples

void addGrid(QString& text, const GridDensity& grid, int member) {
    const auto columns = static_cast<std::size_t>(std::max(1, grid.columns));
    for (std::size_t i = 0; i < grid.values.size(); ++i) {
        const std::size_t rowIndex = i / columns;
        const auto column = static_cast<double>(i % columns), row = static_cast<double>(rowIndex);
        text += QString::number(member) + QLatin1Char(',') +
                csvFloat(grid.window.xMin + (column + 0.5) * (grid.window.xMax - grid.window.xMin) / grid.columns);
        if (grid.rows != 1) {
            text += QLatin1Char(',') +
                    csvFloat(grid.window.yMin + (row + 0.5) * (grid.window.yMax - grid.window.yMin) / grid.rows);
        }
        text += QLatin1Char(',') + csvFloat(grid.values[i]) + QLatin1Char('\n');
    }
}

void addPoints(QString& text, const std::vector<float>& xs, const std::vector<float>& ys, int member) {
    for (std::size_t i = 0; i < xs.size(); ++i) {
        text += QString::number(member) + QLatin1Char(',') + csvFloat(xs[i]);
        if (i < ys.size()) {
            text += QLatin1Char(',') + csvFloat(ys[i]);
        }
        text += QLatin1Char('\n');
    }
}

/// What one table of the CSV holds.
struct DataTable {
    const char* name;
    GridDensity DataFrame::*grid;  ///< null: points
    std::vector<float> DataFrame::*xs;
    std::vector<float> DataFrame::*ys;
};
constexpr DataTable kTables[] = {
    {"density of the data", &DataFrame::data, nullptr, nullptr},
    {"density of the model", &DataFrame::model, nullptr, nullptr},
    {"examples", nullptr, &DataFrame::dataX, &DataFrame::dataY},
    {"model samples", nullptr, &DataFrame::sampleX, &DataFrame::sampleY},
    {"reconstructions", nullptr, &DataFrame::reconstructionX, &DataFrame::reconstructionY},
};

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

QSizeF DataView::leastFigure(double width) const {
    const std::size_t count = scenes_.size();
    if (count <= kMostLarge) {
        return {120.0 * static_cast<double>(std::max<std::size_t>(1, count)), 100.0};
    }
    const int columns = panelColumns({width, 0.75 * width}, count);
    const int rows = (static_cast<int>(count) + columns - 1) / columns;
    return {std::max(120.0, 36.0 * columns), 15.0 + 42.0 * rows};
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
    if (!frame_ || frame_->data.empty()) {
        return text;
    }
    for (const DataTable& part : kTables) {
        const DataFrame& first = frame_->data.front();
        const bool line = part.grid != nullptr ? (first.*part.grid).rows == 1 : (first.*part.ys).empty();
        text += QStringLiteral("%1# %2\nmember,%3%4\n")
                    .arg(QLatin1String(text.isEmpty() ? "" : "\n"), QLatin1String(part.name),
                         QLatin1String(line ? "x" : "x1,x2"), QLatin1String(part.grid != nullptr ? ",density" : ""));
        for (const DataFrame& data : frame_->data) {
            if (part.grid != nullptr) {
                addGrid(text, data.*part.grid, data.member);
            } else {
                addPoints(text, data.*part.xs, data.*part.ys, data.member);
            }
        }
    }
    return text;
}

}  // namespace elbo
