// The plane of a sweep on the screen: a click on a run opens it.
#pragma once

#include <QWidget>

#include "widgets/kit/theme.h"
#include "widgets/rate_distortion/sweep_plane_painter.h"

namespace elbo {

/// GUI thread.
class SweepPlaneWidget : public QWidget {
    Q_OBJECT
  public:
    explicit SweepPlaneWidget(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setPlane(const SweepPlane& plane, PlaneAxes axes);

    /// What lies under the pointer (widget coordinates), as rich text; empty where there is nothing.
    QString describe(const QPointF& position) const;
    /// Where the panel lies now.
    PlanePanel panel() const;

  Q_SIGNALS:
    /// A run was clicked: its folder.
    void runChosen(const QString& folder);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

  private:
    const PlaneRun* runUnder(const QPointF& position) const;

    Theme theme_ = Theme::darkTheme();
    SweepPlane plane_;
    PlaneAxes axes_ = PlaneAxes::Distortion;
};

}  // namespace elbo
