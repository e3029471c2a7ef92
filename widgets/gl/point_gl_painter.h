// Codes as round dots in the colours of their classes: one point sprite each.
#pragma once

#include <QOpenGLBuffer>
#include <QOpenGLVertexArrayObject>
#include <memory>
#include <vector>

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
    std::unique_ptr<QOpenGLShaderProgram> program_;
    std::unique_ptr<QOpenGLVertexArrayObject> vertices_;
    QOpenGLBuffer buffer_{QOpenGLBuffer::VertexBuffer};
    int count_ = 0;
};

}  // namespace elbo
