// One-sigma ellipses of posteriors: one instanced ring each.
#pragma once

#include <QOpenGLBuffer>
#include <QOpenGLVertexArrayObject>
#include <memory>
#include <vector>

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
    std::unique_ptr<QOpenGLShaderProgram> program_;
    std::unique_ptr<QOpenGLVertexArrayObject> vertices_;
    QOpenGLBuffer buffer_{QOpenGLBuffer::VertexBuffer};
    int count_ = 0;
};

}  // namespace elbo
