// The latent canvas painted by OpenGL 3.3, with a Dear ImGui overlay for the cards beside codes.
#pragma once

#include <QOpenGLWidget>
#include <string>
#include <vector>

#include "widgets/density_gl_painter.h"
#include "widgets/ellipse_gl_painter.h"
#include "widgets/imgui_overlay.h"
#include "widgets/latent_surface.h"
#include "widgets/line_gl_painter.h"
#include "widgets/point_gl_painter.h"
#include "widgets/surroundings_gl_painter.h"

namespace elbo {

/// GUI thread only. Painters are set up when the context appears and released, with it current, before it goes.
class LatentCanvas : public QOpenGLWidget, public LatentSurface {
    Q_OBJECT
  public:
    explicit LatentCanvas(QWidget* parent = nullptr);
    ~LatentCanvas() override;

    QWidget* widget() override { return this; }
    void showContent(LatentContent content) override;
    void showMarks(LatentMarks marks) override;
    PlaneMap map() const override;

  Q_SIGNALS:
    /// The driver refused a shader or the overlay: the view goes on with software painting.
    void openGlFailed(const QString& reason);

  protected:
    void initializeGL() override;
    void paintGL() override;
    void resizeGL(int width, int height) override;
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
    void refreshAreas();
    void upload();
    void paintPlane(const PlaneMap& map);
    void paintSurroundings(const LatentLayout& layout, const PlaneMap& map);
    void paintMarks(const PlaneMap& map);
    void releaseGl();

    LatentContent content_;
    LatentMarks marks_;
    std::shared_ptr<const LatentScene> uploadedScene_;
    Surroundings uploadedSurroundings_;
    bool colorsChanged_ = true;
    bool ready_ = false;
    QMetaObject::Connection contextEnds_;

    DensityGlPainter density_;
    LineGlPainter contours_, grid_;
    PointGlPainter points_;
    EllipseGlPainter ellipses_;
    SurroundingsGlPainter surroundings_;
    ImGuiOverlay overlay_;
};

}  // namespace elbo
