#include "widgets/gl/surroundings_gl_painter.h"

namespace elbo {

void SurroundingsGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("surroundings"));
    program_->bind();
    program_->setUniformValue("picture", 0);
    program_->release();
    part_.setUp();
}

void SurroundingsGlPainter::upload(const QImage& picture) {
    if (!picture_ || picture_->width() != picture.width() || picture_->height() != picture.height()) {
        picture_ = std::make_unique<QOpenGLTexture>(QOpenGLTexture::Target2D);
        picture_->setFormat(QOpenGLTexture::RGBA8_UNorm);
        picture_->setSize(picture.width(), picture.height());
        picture_->setMipLevels(1);
        picture_->allocateStorage(QOpenGLTexture::BGRA, QOpenGLTexture::UInt8);
        picture_->setMinMagFilters(QOpenGLTexture::Nearest, QOpenGLTexture::Nearest);
        picture_->setWrapMode(QOpenGLTexture::ClampToEdge);
    }
    picture_->setData(QOpenGLTexture::BGRA, QOpenGLTexture::UInt8, picture.constBits());
}

void SurroundingsGlPainter::render(const QRectF& canvas, const QRectF& plot) {
    if (!picture_) {
        return;
    }
    // The line around the plot lies on its first pixels.
    const QRectF inside = plot.adjusted(1.0, 1.0, 0.0, 0.0);
    const QRectF parts[] = {QRectF(canvas.topLeft(), QPointF(canvas.right(), inside.top())),
                            QRectF(QPointF(canvas.left(), inside.bottom()), canvas.bottomRight()),
                            QRectF(QPointF(canvas.left(), inside.top()), inside.bottomLeft()),
                            QRectF(inside.topRight(), QPointF(canvas.right(), inside.bottom()))};
    program_->bind();
    picture_->bind(0);
    for (const QRectF& part : parts) {
        program_->setUniformValue("part", QVector4D(static_cast<float>(part.left() / canvas.width()),
                                                    static_cast<float>(part.top() / canvas.height()),
                                                    static_cast<float>(part.right() / canvas.width()),
                                                    static_cast<float>(part.bottom() / canvas.height())));
        part_.draw();
    }
    picture_->release(0);
    program_->release();
}

void SurroundingsGlPainter::release() {
    picture_.reset();
    part_.release();
    program_.reset();
}

}  // namespace elbo
