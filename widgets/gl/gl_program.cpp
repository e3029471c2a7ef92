#include "widgets/gl/gl_program.h"

#include <stdexcept>

#include "widgets/paint/plane_scene.h"

// The shaders live in a static library: naming them here keeps the linker from dropping them.
static void loadEmbeddedShaders() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {

QVector4D GlPlot::view() const {
    return {static_cast<float>(window.xMin), static_cast<float>(window.yMin), static_cast<float>(window.xMax),
            static_cast<float>(window.yMax)};
}

std::unique_ptr<QOpenGLShaderProgram> loadGlProgram(const QString& name) {
    loadEmbeddedShaders();
    auto program = std::make_unique<QOpenGLShaderProgram>();
    const QString path = QStringLiteral(":/shaders/") + name;
    if (!program->addCacheableShaderFromSourceFile(QOpenGLShader::Vertex, path + QStringLiteral(".vert")) ||
        !program->addCacheableShaderFromSourceFile(QOpenGLShader::Fragment, path + QStringLiteral(".frag")) ||
        !program->link()) {
        throw std::runtime_error("The shader " + name.toStdString() +
                                 " does not compile: " + program->log().toStdString());
    }
    return program;
}

std::array<QVector4D, 11> labelPalette(const Theme& theme, double opacity) {
    std::array<QVector4D, 11> palette;
    for (int label = -1; label < 10; ++label) {
        const QColor color = labelColor(theme, label);
        palette[static_cast<std::size_t>(label) + 1] = {color.redF(), color.greenF(), color.blueF(),
                                                        static_cast<float>(opacity)};
    }
    return palette;
}

}  // namespace elbo
