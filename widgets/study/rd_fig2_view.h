// [RD] Fig. 2: what three models of the same data make of them, the second of which ignores its code.
#pragma once

#include "training/study/rd_fig2.h"
#include "widgets/kit/study_view.h"

namespace elbo {

class RdFig2View : public StudyView {
    Q_OBJECT
  public:
    explicit RdFig2View(RdFig2 study) : study_(std::move(study)) {}

    QString id() const override { return QStringLiteral("rd-fig2"); }
    QString title() const override { return tr("ELBO and target rate on thirty bins"); }
    QString explanation() const override;
    QString caption() const override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;

  private:
    RdFig2 study_;
};

}  // namespace elbo
