// A view that shows one number: the step of the frame.
#pragma once

#include <QPainter>

#include "widgets/chart/plotting.h"
#include "widgets/kit/view.h"

namespace elbo {

class StepView : public View {
  public:
    using View::View;

    QString id() const override { return "step"; }
    QString title() const override { return "Step"; }
    QString explanation() const override { return "How many steps the optimiser has taken."; }
    Placement placement() const override { return {Area::Course, 1}; }

    void showFrame(std::shared_ptr<const Frame> frame) override {
        frame_ = std::move(frame);
        update();
    }
    void setTheme(const Theme& theme) override {
        theme_ = theme;
        update();
    }
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override {
        painter.setPen(theme.text);
        painter.drawText(area, Qt::AlignCenter, text());
    }
    QString csv() const override { return "step\n" + text() + "\n"; }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter painter(this);
        painter.setPen(theme_.text);
        painter.drawText(rect(), Qt::AlignCenter, text());
    }

  private:
    QString text() const { return frame_ == nullptr ? QString() : QString::number(frame_->report.step); }

    std::shared_ptr<const Frame> frame_;
    Theme theme_;
};

}  // namespace elbo
