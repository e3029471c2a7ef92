// Data against model, for one- and two-dimensional data.
#pragma once

#include <QColor>
#include <QString>
#include <memory>
#include <vector>

#include "widgets/data/data_scene.h"
#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/view.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/eased_axis.h"

class QPainter;

namespace elbo {

/// GUI thread only.
class DataView : public View {
    Q_OBJECT
  public:
    explicit DataView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("data"); }
    QString title() const override { return tr("Data against model"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Pictures, 600, 340, 340}; }
    bool suits(const ViewSubject& subject) const override { return subject.data.dim <= 2; }
    void ask(ViewRequest& request, const ViewSubject& /*subject*/) const override { request.data = true; }
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override { return !frame.data.empty(); }
    void setFocusMember(int member) override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    /// Where the panels of the members lie, below a legend common to many.
    std::vector<QRectF> panels(const QRectF& area, const Theme& theme, const QPaintDevice* device) const;
    void paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double densityMaximum, int focus) const;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<DataScene> scenes_;
    std::vector<QString> titles_, briefTitles_;
    FleetOrder order_;
    int focus_ = -1;
    EasedAxis densityAxis_;  ///< of one-dimensional data
};

/// How one panel is headed.
struct DataPanelStyle {
    QString title;  ///< names the fleet member; empty when there is only one
    QColor titleColor;
    bool focused = false;
    bool small = false;           ///< one of many: title and plot alone
    double densityMaximum = 1.0;  ///< upper end of the density axis, one dimension
};

/// One panel: screen and figure alike.
void paintDataPanel(QPainter& painter, const QRectF& area, const DataScene& scene, const DataPanelStyle& style,
                    const Theme& theme);

/// The legend of a scene, for many panels that share it.
std::vector<LegendEntry> dataLegend(const DataScene& scene, const Theme& theme);

}  // namespace elbo
