// Fills the latent plane with a density: one float texture, coloured by the graphics card.
#pragma once

#include <QOpenGLTexture>
#include <memory>

#include "training/frame/frame.h"
#include "widgets/gl/gl_mesh.h"
#include "widgets/gl/gl_program.h"
#include "widgets/paint/raster.h"

namespace elbo {

/// All functions with the canvas's context current.
class DensityGlPainter {
  public:
    void setUp();
    void uploadDensity(const GridDensity& density, double peak);
    void uploadRamp(const ColorRamp& ramp);
    void render(const GlPlot& plot);
    void release();

  private:
    std::unique_ptr<QOpenGLShaderProgram> program_;
    GlRectangle plane_;
    std::unique_ptr<QOpenGLTexture> density_, ramp_;
    LatentWindow window_;
    double peak_ = 0.0;
};

}  // namespace elbo
