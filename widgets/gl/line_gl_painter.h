// Lines of the latent plane with soft edges and dashes: one mitred triangle strip through all paths.
#pragma once

#include <QColor>
#include <memory>
#include <vector>

#include "widgets/gl/gl_mesh.h"
#include "widgets/gl/gl_program.h"
#include "widgets/paint/plane_scene.h"

namespace elbo {

/// A corner of the strip as the shader reads it.
struct GlLineVertex {
    float x, y;                  ///< plane units
    float mitreX, mitreY, side;  ///< offset for a half width of one pixel; side is -1 or 1
    float along, dashed;         ///< length of the path before it in plane units; 0 or 1
    float red, green, blue, opacity;
};

/// Appends a path to a strip. Corners do not overlap, so that a translucent line has no beads. Both axes must have the
/// same scale.
void appendPath(std::vector<GlLineVertex>& strip, const ContourPath& path, const QColor& color, double opacity,
                bool dashed);

/// All functions with the canvas's context current.
class LineGlPainter {
  public:
    void setUp();
    void upload(const std::vector<GlLineVertex>& strip);
    /// `width` in widget pixels.
    void render(const GlPlot& plot, double width);
    void release();

  private:
    std::unique_ptr<QOpenGLShaderProgram> program_;
    GlMesh<GlLineVertex> strip_;
};

}  // namespace elbo
