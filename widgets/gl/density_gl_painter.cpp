#include "widgets/gl/density_gl_painter.h"

namespace elbo {

void DensityGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("density_fill"));
    program_->bind();
    program_->setUniformValue("density", 0);
    program_->setUniformValue("ramp", 1);
    program_->release();
    plane_.setUp();
}

void DensityGlPainter::uploadDensity(const GridDensity& density, double peak) {
    window_ = density.window;
    const auto cells = static_cast<std::size_t>(std::max(0, density.columns)) * std::max(0, density.rows);
    peak_ = cells > 0 && density.values.size() == cells ? peak : 0.0;
    if (peak_ <= 0.0) {
        return;
    }
    if (!density_ || density_->width() != density.columns || density_->height() != density.rows) {
        density_ = std::make_unique<QOpenGLTexture>(QOpenGLTexture::Target2D);
        density_->setFormat(QOpenGLTexture::R32F);
        density_->setSize(density.columns, density.rows);
        density_->setMipLevels(1);
        density_->allocateStorage(QOpenGLTexture::Red, QOpenGLTexture::Float32);
        density_->setMinMagFilters(QOpenGLTexture::Linear, QOpenGLTexture::Linear);
        density_->setWrapMode(QOpenGLTexture::ClampToEdge);
    }
    density_->setData(QOpenGLTexture::Red, QOpenGLTexture::Float32, density.values.data());
}

void DensityGlPainter::uploadRamp(const ColorRamp& ramp) {
    QImage image(static_cast<int>(ramp.size()), 1, QImage::Format_RGB32);
    std::copy(ramp.begin(), ramp.end(), reinterpret_cast<QRgb*>(image.scanLine(0)));
    ramp_ = std::make_unique<QOpenGLTexture>(image, QOpenGLTexture::DontGenerateMipMaps);
    ramp_->setMinMagFilters(QOpenGLTexture::Nearest, QOpenGLTexture::Nearest);
    ramp_->setWrapMode(QOpenGLTexture::ClampToEdge);
}

void DensityGlPainter::render(const GlPlot& plot) {
    if (peak_ <= 0.0 || !density_ || !ramp_) {
        return;
    }
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("extent", GlPlot{window_, {}, 1.0}.view());
    program_->setUniformValue("peak", static_cast<float>(peak_));
    density_->bind(0);
    ramp_->bind(1);
    plane_.draw();
    ramp_->release(1);
    density_->release(0);
    program_->release();
}

void DensityGlPainter::release() {
    ramp_.reset();
    density_.reset();
    plane_.release();
    program_.reset();
}

}  // namespace elbo
