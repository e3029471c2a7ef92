// The three forms of the ELBO, [InfoVAE] Eq. 2-4, as lengths that add to the same sum.
#pragma once

#include <QElapsedTimer>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

#include "widgets/exact/elbo_forms.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/kit/flow_layout.h"
#include "widgets/kit/view.h"
#include "widgets/paint/eased_range.h"

namespace elbo {

/// GUI thread only. For dim z of 1 or 2, where quadrature knows every part.
class ElboFormsView : public View {
    Q_OBJECT
  public:
    explicit ElboFormsView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("elbo-forms"); }
    QString title() const override { return tr("Three forms of the ELBO"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Exact, 340}; }
    bool suits(const ViewSubject& subject) const override { return subject.hasExact(); }
    QString needs() const override { return whatExactNeeds(); }
    void ask(ViewRequest& request, const ViewSubject& /*subject*/) const override { request.exact = true; }
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void setFocusMember(int member) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override { return !frame.exactFrames.empty(); }

    /// Whether only the ends of the bars are shown, where they differ.
    bool endsOnly() const { return endsOnly_; }
    void setEndsOnly(bool endsOnly);

    QSize sizeHint() const override { return {420, 320}; }
    QSize minimumSizeHint() const override { return QSize(200, 160).expandedTo(View::minimumSizeHint()); }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

  private:
    QRectF canvas() const;
    void prepare();
    void follow();
    void glide();

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    ElboDrawing drawing_;
    int focus_ = -1;
    bool endsOnly_ = false;
    EasedRange nats_;
    QTimer glideTimer_;
    QElapsedTimer sinceGlide_;
    FlowLayout* row_ = nullptr;
    QLabel* source_ = nullptr;
    QToolButton* ends_ = nullptr;
};

}  // namespace elbo
