// Images of the model: reconstructions, samples, the examples that its prior learns, and the grid of decoded codes.
#pragma once

#include <QImage>
#include <memory>
#include <vector>

#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/view.h"

class QPainter;

namespace elbo {

/// One class for the views of images. GUI thread only.
class ImageGridView : public View {
    Q_OBJECT
  public:
    enum class Kind { Reconstructions, Samples, PseudoInputs, Manifold };

    explicit ImageGridView(Kind kind, QWidget* parent = nullptr);

    QString id() const override;
    QString title() const override;
    QString explanation() const override;
    Placement placement() const override { return {Area::Pictures, 200, 260, 340}; }
    bool suits(const ViewSubject& subject) const override;
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
    /// How the panels of one painting look.
    struct PanelStyle {
        const Theme& theme;
        double ratio = 1.0;  ///< device pixels per unit of the painter
        bool small = false;  ///< one of many: few images, no words but the title
        int focus = -1;      ///< the member that stands out
    };

    const ImageStrip& strip(const ImageFrame& images) const;
    /// Whether the images need a line that says what colours mean.
    bool keyed() const { return kind_ == Kind::Reconstructions || kind_ == Kind::PseudoInputs; }
    void paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double ratio, int focus) const;
    void paintPanel(QPainter& painter, const QRectF& area, std::size_t index, const PanelStyle& style) const;
    /// Where the panels of the members lie, below a legend common to many.
    std::vector<QRectF> panels(const QRectF& area, const Theme& theme, const QPaintDevice* device) const;
    double paintKey(QPainter& painter, const QRectF& area, const Theme& theme) const;
    void paintTiles(QPainter& painter, const QRectF& area, const ImageFrame& images, const PanelStyle& style) const;
    /// Every how many codes of the latent grid are shown on a screen, so that each can be told from its neighbours.
    static int sparseness(const ImageFrame& images, const QRectF& area, const PanelStyle& style);
    void paintMosaic(QPainter& painter, const QRectF& area, std::size_t index, const PanelStyle& style) const;

    Kind kind_;
    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    double heaviest_ = 0.0;        ///< weight of any member, PseudoInputs only
    std::vector<QImage> mosaics_;  ///< one per member, Manifold only
    std::vector<QString> titles_, briefTitles_;
    FleetOrder order_;
    int focus_ = -1;
};

}  // namespace elbo
