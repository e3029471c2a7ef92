// Images of the model: reconstructions, samples, and the grid of decoded codes.
#pragma once

#include <QImage>
#include <memory>
#include <vector>

#include "widgets/view.h"

class QPainter;

namespace elbo {

/// One class for the three views of images. GUI thread only.
class ImageGridView : public View {
    Q_OBJECT
  public:
    enum class Kind { Reconstructions, Samples, Manifold };

    explicit ImageGridView(Kind kind, QWidget* parent = nullptr);

    QString id() const override;
    QString title() const override;
    QString explanation() const override;
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const ImageStrip& strip(const ImageFrame& images) const;
    void paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double ratio) const;
    void paintPanel(QPainter& painter, const QRectF& area, std::size_t index, const Theme& theme, double ratio) const;
    void paintTiles(QPainter& painter, const QRectF& area, const ImageFrame& images, const Theme& theme,
                    double ratio) const;
    void paintMosaic(QPainter& painter, const QRectF& area, std::size_t index, const Theme& theme, double ratio) const;

    Kind kind_;
    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<QImage> mosaics_;  ///< one per member, Manifold only
};

}  // namespace elbo
