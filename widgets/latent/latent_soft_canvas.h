// The latent canvas painted by software: for machines without OpenGL, and for the curves of one-dimensional codes.
#pragma once

#include <QPixmap>
#include <QWidget>

#include "widgets/latent/latent_surface.h"

namespace elbo {

/// GUI thread only.
class LatentSoftCanvas : public QWidget, public LatentSurface {
    Q_OBJECT
  public:
    explicit LatentSoftCanvas(QWidget* parent = nullptr);

    QWidget* widget() override { return this; }
    void showContent(LatentContent content) override;
    void showMarks(LatentMarks marks) override;
    PlaneMap map() const override;
    bool compact() const override { return layoutNow().compact; }

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    LatentLayout layoutNow() const;
    void refreshAreas();
    /// The pinned card whose cross is at this position, 0 when there is none.
    std::uint64_t closeAt(const QPointF& position) const;

    LatentContent content_;
    LatentMarks marks_;
    QPixmap ground_;  ///< everything but the marks: moving the pointer repaints only those
};

}  // namespace elbo
