// Title, legend and axes over OpenGL: painted once by QPainter into a picture, laid around the plot as a texture.
#pragma once

#include <QImage>
#include <QOpenGLTexture>
#include <QRectF>
#include <memory>

#include "widgets/gl/gl_mesh.h"
#include "widgets/gl/gl_program.h"

namespace elbo {

/// All functions with the canvas's context current. Text looks as it does without OpenGL, and costs nothing while
/// neither window nor size changes.
class SurroundingsGlPainter {
  public:
    void setUp();
    /// A picture of the whole canvas, in device pixels.
    void upload(const QImage& picture);
    /// Draws what lies outside `plot`; `canvas` is the rectangle of the canvas, both in widget pixels.
    void render(const QRectF& canvas, const QRectF& plot);
    void release();

  private:
    std::unique_ptr<QOpenGLShaderProgram> program_;
    GlRectangle part_;
    std::unique_ptr<QOpenGLTexture> picture_;
};

}  // namespace elbo
