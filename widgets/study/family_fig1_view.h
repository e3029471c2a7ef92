// [Family] Fig. 1: information and likelihood while beta-VAEs learn two Gaussians.
#pragma once

#include "training/study/family_fig1.h"
#include "widgets/kit/study_view.h"

namespace elbo {

class FamilyFig1View : public StudyView {
    Q_OBJECT
  public:
    explicit FamilyFig1View(FamilyFig1 study) : study_(std::move(study)) {}

    QString id() const override { return QStringLiteral("family-fig1"); }
    QString title() const override { return tr("Information and likelihood below beta = 1"); }
    QString explanation() const override;
    QString caption() const override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;

  private:
    FamilyFig1 study_;
};

}  // namespace elbo
