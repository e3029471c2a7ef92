// The latent canvas painted by OpenGL 3.3, with a Dear ImGui overlay for the cards beside codes.
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>
#include <string>
#include <vector>

#include "widgets/gl/density_gl_painter.h"
#include "widgets/gl/ellipse_gl_painter.h"
#include "widgets/gl/gl_stage.h"
#include "widgets/gl/line_gl_painter.h"
#include "widgets/gl/point_gl_painter.h"
#include "widgets/gl/surroundings_gl_painter.h"
#include "widgets/latent/imgui_overlay.h"
#include "widgets/latent/latent_surface.h"

namespace elbo {

/// GUI thread only. An ordinary widget, whose picture is made anew on the stage when what it shows has changed.
class LatentCanvas : public QWidget, public LatentSurface {
    Q_OBJECT
  public:
    explicit LatentCanvas(std::shared_ptr<GlStage> stage, QWidget* parent = nullptr);
    ~LatentCanvas() override;

    QWidget* widget() override { return this; }
    void showContent(LatentContent content) override;
    void showMarks(LatentMarks marks) override;
    PlaneMap map() const override;
    bool compact() const override { return layoutNow().compact; }

  Q_SIGNALS:
    /// The driver refused a shader or the overlay: the view goes on with software painting.
    void openGlFailed(const QString& reason);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

  private:
    /// What the surroundings of the plot depend on: while it stays the same, their picture does.
    struct Surroundings {
        LatentWindow window;
        LatentLayout layout;
        LatentLayers layers;
        QString title, xAxis, yAxis;
        bool focused = false, wholeMass = false;
        std::vector<int> labels;
        std::vector<std::string> labelNames;
        QSize size;
        double ratio = 0.0, fontPoints = 0.0;
        QRgb text = 0, ground = 0;
        bool operator==(const Surroundings&) const = default;
    };

    LatentLayout layoutNow() const;
    QSize pixels() const;
    void refreshAreas();
    void pictureChanged();
    void setUp();
    void fail(const QString& reason);
    void paintPicture();
    void upload();
    void paintPlane(const PlaneMap& map);
    void paintSurroundings(const LatentLayout& layout, const PlaneMap& map);
    void paintMarks(const PlaneMap& map);

    const std::shared_ptr<GlStage> stage_;
    QImage picture_;  ///< as last painted; null when something has changed
    LatentContent content_;
    LatentMarks marks_;
    std::shared_ptr<const LatentScene> uploadedScene_;
    Surroundings uploadedSurroundings_;
    bool colorsChanged_ = true;
    bool ready_ = false;
    bool failed_ = false;

    DensityGlPainter density_;
    LineGlPainter contours_, grid_;
    PointGlPainter points_;
    EllipseGlPainter ellipses_;
    SurroundingsGlPainter surroundings_;
    ImGuiOverlay overlay_;
};

}  // namespace elbo
