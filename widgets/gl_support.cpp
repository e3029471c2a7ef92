#include "widgets/gl_support.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QStringList>
#include <optional>

namespace elbo {
namespace {

std::optional<bool> usable;

bool tryOpenGl() {
    // On these platforms QOpenGLWidget crashes instead of failing (Qt 6.4).
    if (QStringList{"offscreen", "minimal", "minimalegl", "vnc"}.contains(QGuiApplication::platformName())) {
        return false;
    }
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    QOffscreenSurface surface;
    surface.setFormat(format);
    surface.create();
    QOpenGLContext context;
    context.setFormat(format);
    if (!context.create() || !surface.isValid() || !context.makeCurrent(&surface)) {
        return false;
    }
    const QSurfaceFormat got = context.format();
    context.doneCurrent();
    return !context.isOpenGLES() && got.version() >= std::pair(3, 3);
}

}  // namespace

bool openGlUsable() {
    if (!usable) {
        usable = tryOpenGl();
    }
    return *usable;
}

void giveUpOpenGl() {
    usable = false;
}

}  // namespace elbo
