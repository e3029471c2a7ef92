// Sheets of decodings, [RD] Fig. 4 and 6: per model one decoding of a code beside the mean of several.
#pragma once

#include <memory>
#include <vector>

#include "widgets/fleet/fleet_order.h"
#include "widgets/images/sheet_layout.h"
#include "widgets/kit/view.h"

class QPainter;

namespace elbo {

/// Reconstructions on the left, samples on the right. GUI thread only.
class SheetView : public View {
    Q_OBJECT
  public:
    explicit SheetView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("sheets"); }
    QString title() const override { return tr("Sheets"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Pictures, 170, 260, 340}; }
    bool suits(const ViewSubject& subject) const override { return subject.data.isImage(); }
    void ask(ViewRequest& request, const ViewSubject& subject) const override;
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override;
    void setFocusMember(int member) override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    SheetOptions options(const Theme& theme, const QPaintDevice* device, double ratio) const;
    QRectF inside(const QRectF& area, const Theme& theme, const QPaintDevice* device) const;
    void paintSheets(QPainter& painter, const QRectF& area, const Theme& theme, double ratio, int focus) const;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<QString> titles_;
    FleetOrder order_;
    int focus_ = -1;
};

}  // namespace elbo
