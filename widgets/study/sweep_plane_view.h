// [RD] Fig. 3 and 5 of any sweep: its runs in the plane, and on the skew axes.
#pragma once

#include <utility>

#include "widgets/kit/study_view.h"
#include "widgets/rate_distortion/sweep_plane.h"

namespace elbo {

class SweepPlaneView : public StudyView {
    Q_OBJECT
  public:
    /// `title`: of the experiment.
    SweepPlaneView(SweepPlane plane, QString title) : plane_(std::move(plane)), title_(std::move(title)) {}

    QString id() const override { return QStringLiteral("sweep-plane"); }
    QString title() const override { return title_; }
    QString explanation() const override;
    QString caption() const override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override { return sweepPlaneCsv(plane_); }

  private:
    SweepPlane plane_;
    QString title_;
};

}  // namespace elbo
