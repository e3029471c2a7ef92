// The three forms of the ELBO, [InfoVAE] Eq. 2-4, as lengths that add to the same sum.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QToolButton>

#include "widgets/exact/elbo_forms.h"
#include "widgets/exact/elbo_forms_painter.h"
#include "widgets/exact/exact_view.h"
#include "widgets/paint/eased_range.h"

namespace elbo {

/// GUI thread only.
class ElboFormsView : public ExactView {
    Q_OBJECT
  public:
    explicit ElboFormsView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("elbo-forms"); }
    QString title() const override { return tr("Three forms of the ELBO"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Exact, 340}; }
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;

    /// Whether only the ends of the bars are shown, where they differ.
    bool endsOnly() const { return endsOnly_; }
    void setEndsOnly(bool endsOnly);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void prepare() override;
    std::vector<ExactSpot> spots() const override;

  private:
    ElboFormsPicture picture() const;
    void follow();
    void glide();

    ElboDrawing drawing_;
    bool endsOnly_ = false;
    EasedRange nats_;
    QTimer glideTimer_;
    QElapsedTimer sinceGlide_;
    QToolButton* ends_ = nullptr;
};

}  // namespace elbo
