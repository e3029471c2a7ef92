// What is happening to the model, in words: one place for every kind of trouble, lit when it is found.
#pragma once

#include <vector>

#include "widgets/health/health_list.h"
#include "widgets/kit/view.h"

class QPainter;

namespace elbo {

/// GUI thread only. Every check keeps its place, so that nothing moves when findings come and go.
class HealthPanel : public View {
    Q_OBJECT
  public:
    explicit HealthPanel(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("health"); }
    QString title() const override { return tr("Health"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Health}; }
    void ask(ViewRequest& request, const ViewSubject& subject) const override;
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;
    void setFocusMember(int member) override;

    const HealthList& list() const { return list_; }

    QSize sizeHint() const override { return {420, 560}; }
    QSize minimumSizeHint() const override { return {200, 240}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    int focus_ = -1;
    HealthList list_;
};

}  // namespace elbo
