// What all OpenGL painters of the latent canvas share: programs from the resource system and the view of the plot.
#pragma once

#include <QOpenGLShaderProgram>
#include <QSizeF>
#include <QString>
#include <QVector4D>
#include <array>
#include <memory>

#include "training/frame/view_request.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// The plot as the shaders see it. The viewport is the plot.
struct GlPlot {
    LatentWindow window;
    QSizeF size;         ///< device pixels
    double ratio = 1.0;  ///< device pixels per widget pixel

    QVector4D view() const;
};

/// Compiles :/shaders/<name>.vert and .frag. With the context current. Throws std::runtime_error with the driver's
/// message.
std::unique_ptr<QOpenGLShaderProgram> loadGlProgram(const QString& name);

/// Colours of codes without a class and of the ten classes, as the shaders index them.
std::array<QVector4D, 11> labelPalette(const Theme& theme, double opacity);

}  // namespace elbo
