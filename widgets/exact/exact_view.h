// What the views of exact quantities have in common: a line that says what was measured, and a picture below it whose
// places explain themselves.
#pragma once

#include <QLabel>
#include <vector>

#include "widgets/exact/exact_spot.h"
#include "widgets/kit/flow_layout.h"
#include "widgets/kit/view.h"

namespace elbo {

/// GUI thread only. For dim z of 1 or 2, where quadrature knows every part.
class ExactView : public View {
    Q_OBJECT
  public:
    bool suits(const ViewSubject& subject) const override { return subject.hasExact(); }
    QString needs() const override;
    void ask(ViewRequest& request, const ViewSubject& /*subject*/) const override { request.exact = true; }
    bool appliesTo(const Frame& frame) const override { return !frame.exactFrames.empty(); }
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void setFocusMember(int member) override;

    QSize sizeHint() const override { return {420, 320}; }
    QSize minimumSizeHint() const override { return QSize(200, 160).expandedTo(View::minimumSizeHint()); }

  protected:
    explicit ExactView(QWidget* parent);

    /// Puts it at the right end of the line. A view has at least one.
    void addControl(QWidget* control);
    /// What the line leaves to the picture.
    QRectF canvas() const;
    /// Makes the drawing data of frame_ (may be null) with the stress on focus_: only after one of them has changed.
    virtual void prepare() = 0;
    /// The places of the picture on the canvas.
    virtual std::vector<ExactSpot> spots() const = 0;

    bool event(QEvent* event) override;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    int focus_ = -1;

  private:
    void renew();

    QLabel* source_ = nullptr;
    FlowLayout* line_ = nullptr;
    std::vector<QWidget*> controls_;
};

}  // namespace elbo
