#include "widgets/gl/gl_stage.h"

#include <QGuiApplication>
#include <QOpenGLFunctions>
#include <QStringList>
#include <utility>

namespace elbo {
namespace {

bool givenUp = false;

}  // namespace

std::shared_ptr<GlStage> GlStage::acquire() {
    static std::weak_ptr<GlStage> inUse;
    if (auto stage = inUse.lock()) {
        return stage;
    }
    // These platforms claim to have OpenGL and crash when it is used (Qt 6.4).
    if (givenUp || QStringList{"offscreen", "minimal", "minimalegl", "vnc"}.contains(QGuiApplication::platformName())) {
        return nullptr;
    }
    std::shared_ptr<GlStage> stage(new GlStage);
    if (!stage->begin()) {
        givenUp = true;
        return nullptr;
    }
    inUse = stage;
    return stage;
}

void GlStage::giveUp() {
    givenUp = true;
}

bool GlStage::usable() {
    return acquire() != nullptr;
}

bool GlStage::begin() {
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(0);
    format.setStencilBufferSize(0);
    surface_.setFormat(format);
    surface_.create();
    context_.setFormat(format);
    if (!context_.create() || !surface_.isValid() || !context_.makeCurrent(&surface_)) {
        return false;
    }
    const QSurfaceFormat got = context_.format();
    context_.doneCurrent();
    return !context_.isOpenGLES() && got.version() >= std::pair(3, 3);
}

GlStage::~GlStage() {
    with([this] { buffer_.reset(); });
}

bool GlStage::with(const std::function<void()>& work) {
    if (!context_.makeCurrent(&surface_)) {
        return false;
    }
    work();
    context_.doneCurrent();
    return true;
}

QImage GlStage::paint(const QSize& pixels, const std::function<void()>& draw) {
    QImage picture(pixels, QImage::Format_RGB32);
    const bool painted = with([&] {
        if (!buffer_ || buffer_->width() < pixels.width() || buffer_->height() < pixels.height()) {
            const QSize size = buffer_ ? buffer_->size().expandedTo(pixels) : pixels;
            buffer_ = std::make_unique<QOpenGLFramebufferObject>(size);
        }
        buffer_->bind();
        draw();
        auto* gl = context_.functions();
        gl->glPixelStorei(GL_PACK_ALIGNMENT, 4);
        gl->glReadPixels(0, 0, pixels.width(), pixels.height(), GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV, picture.bits());
        buffer_->release();
    });
    return painted ? picture.mirrored() : QImage();
}

}  // namespace elbo
