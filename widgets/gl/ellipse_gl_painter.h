// One-sigma ellipses of posteriors: one instanced ring each.
#pragma once

#include <memory>
#include <vector>

#include "widgets/gl/gl_mesh.h"
#include "widgets/gl/gl_program.h"
#include "widgets/paint/plane_scene.h"

namespace elbo {

/// All functions with the canvas's context current.
class EllipseGlPainter {
  public:
    void setUp();
    void upload(const std::vector<SceneEllipse>& ellipses);
    /// `width` in widget pixels.
    void render(const GlPlot& plot, const Theme& theme, double width);
    void release();

  private:
    /// An ellipse as the shader reads it.
    struct Row {
        float x, y, axx, ayx, ayy, label;
    };

    std::unique_ptr<QOpenGLShaderProgram> program_;
    GlMesh<Row> rings_;
};

}  // namespace elbo
