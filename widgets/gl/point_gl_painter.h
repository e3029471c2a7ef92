// Codes as round dots in the colours of their classes: one point sprite each.
#pragma once

#include <memory>
#include <vector>

#include "widgets/gl/gl_mesh.h"
#include "widgets/gl/gl_program.h"
#include "widgets/paint/plane_scene.h"

namespace elbo {

/// All functions with the canvas's context current.
class PointGlPainter {
  public:
    void setUp();
    void upload(const std::vector<ScenePoint>& points);
    /// `radius` in widget pixels.
    void render(const GlPlot& plot, const Theme& theme, double radius);
    void release();

  private:
    /// A dot as the shader reads it.
    struct Row {
        float x, y, label;
    };

    std::unique_ptr<QOpenGLShaderProgram> program_;
    GlMesh<Row> dots_;
};

}  // namespace elbo
