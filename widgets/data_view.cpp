#include "widgets/data_view.h"

#include <QPainter>
#include <QStringList>
#include <algorithm>

#include "widgets/axes_painter.h"
#include "widgets/member_name.h"
#include "widgets/plotting.h"

namespace elbo {
namespace {

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
    setMinimumSize(160, 120);
    setToolTip(explanation());
    setAccessibleName(title());
    connect(&densityAxis_, &EasedAxis::moved, this, qOverload<>(&QWidget::update));
}

QString DataView::explanation() const {
    return tr("Density of the data p*(x) against the model's p(x), the average of p(x|z) over the prior.");
}

void DataView::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    scenes_.clear();
    double peak = 0.0;
    if (frame_) {
        for (const DataFrame& data : frame_->data) {
            scenes_.push_back(prepareDataScene(data));
            peak = std::max(peak, scenes_.back().peak);
        }
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

void DataView::paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double densityMaximum) const {
    const double width = area.width() / static_cast<double>(std::max<std::size_t>(1, scenes_.size()));
    for (std::size_t i = 0; i < scenes_.size(); ++i) {
        const int member = scenes_[i].member;
        const QString title = scenes_.size() > 1 ? memberName(frame_->knobs, member) : QString();
        const QColor color = theme.members[static_cast<std::size_t>(std::max(0, member)) % theme.members.size()];
        paintDataPanel(painter, QRectF(area.left() + width * static_cast<double>(i), area.top(), width, area.height()),
                       scenes_[i], title, color, densityMaximum, theme);
    }
}

void DataView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintPanels(painter, rect(), theme_, densityAxis_.maximum());
}

void DataView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    double peak = 0.0;
    for (const DataScene& scene : scenes_) {
        peak = std::max(peak, scene.peak);
    }
    paintPanels(painter, area, inPainterUnits(theme, painter.device()), EasedAxis::holding(peak));
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
