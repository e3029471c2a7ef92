// Data against model, for one- and two-dimensional data.
#pragma once

#include <QColor>
#include <QString>
#include <memory>
#include <vector>

#include "widgets/data_scene.h"
#include "widgets/eased_axis.h"
#include "widgets/view.h"

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
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override { return !frame.data.empty(); }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double densityMaximum) const;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<DataScene> scenes_;
    EasedAxis densityAxis_;  ///< of one-dimensional data
};

/// One panel: screen and figure alike. `title` names the fleet member, empty when there is only one.
void paintDataPanel(QPainter& painter, const QRectF& area, const DataScene& scene, const QString& title,
                    const QColor& titleColor, double densityMaximum, const Theme& theme);

}  // namespace elbo
