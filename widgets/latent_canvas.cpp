#include "widgets/latent_canvas.h"

#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QPainter>
#include <cmath>
#include <stdexcept>

#include "widgets/latent_painter.h"

namespace elbo {
LatentCanvas::LatentCanvas(QWidget* parent) : QOpenGLWidget(parent) {
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(0);
    format.setStencilBufferSize(0);
    setFormat(format);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(120, 100);
}

LatentCanvas::~LatentCanvas() {
    // The base class destroys the context when the painters are gone.
    disconnect(contextEnds_);
    makeCurrent();
    releaseGl();
    doneCurrent();
}

void LatentCanvas::showContent(LatentContent content) {
    content_ = std::move(content);
    content_.picture.scene = content_.scene.get();
    colorsChanged_ = true;
    refreshAreas();
    update();
}

void LatentCanvas::showMarks(LatentMarks marks) {
    marks_ = std::move(marks);
    update();
}

LatentLayout LatentCanvas::layoutNow() const {
    return layoutLatent(rect(), content_.picture, content_.theme, this);
}

PlaneMap LatentCanvas::map() const {
    return latentMap(layoutNow().plot, content_.picture);
}

void LatentCanvas::refreshAreas() {
    const LatentLayout layout = layoutNow();
    pointer().setAreas(layout.plot, layout.title);
}

bool LatentCanvas::event(QEvent* event) {
    if (overlay_.ready() && overlay_.handle(event)) {
        pointer().leave();
        update();
        return true;
    }
    return pointer().handle(event) || QOpenGLWidget::event(event);
}

void LatentCanvas::initializeGL() {
    // A canvas that is moved to another window gets a new context; the old one takes its objects along.
    const auto release = [this] {
        makeCurrent();
        releaseGl();
        doneCurrent();
    };
    disconnect(contextEnds_);
    contextEnds_ = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, release, Qt::DirectConnection);
    try {
        density_.setUp();
        contours_.setUp();
        grid_.setUp();
        points_.setUp();
        ellipses_.setUp();
        surroundings_.setUp();
        if (!overlay_.setUp()) {
            throw std::runtime_error("Dear ImGui finds no usable OpenGL.");
        }
        ready_ = true;
    } catch (const std::exception& error) {
        Q_EMIT openGlFailed(QString::fromUtf8(error.what()));
        return;
    }
    uploadedScene_.reset();
    uploadedSurroundings_ = {};
    colorsChanged_ = true;
}

void LatentCanvas::releaseGl() {
    overlay_.release();
    surroundings_.release();
    ellipses_.release();
    points_.release();
    grid_.release();
    contours_.release();
    density_.release();
    uploadedScene_.reset();
    ready_ = false;
}

void LatentCanvas::resizeGL(int, int) {
    refreshAreas();
    if (onResized) {
        onResized();
    }
}

void LatentCanvas::upload() {
    const LatentScene& scene = *content_.scene;
    const bool newScene = uploadedScene_ != content_.scene;
    if (newScene) {
        density_.uploadDensity(scene.posterior, scene.posteriorPeak);
        points_.upload(scene.points);
        ellipses_.upload(scene.ellipses);
    }
    if (colorsChanged_) {
        density_.uploadRamp(groundRamp(content_.theme, content_.picture.layers));
    }
    if (newScene || colorsChanged_) {
        std::vector<GlLineVertex> strip;
        for (const SceneContour& contour : scene.priorContours) {
            appendPath(strip, contour.path, content_.theme.prior, contourOpacity(contour.mass), true);
        }
        for (const SceneContour& contour : scene.posteriorContours) {
            appendPath(strip, contour.path, content_.theme.posterior, contourOpacity(contour.mass), false);
        }
        contours_.upload(strip);
    }
    uploadedScene_ = content_.scene;
    colorsChanged_ = false;
}

void LatentCanvas::paintGL() {
    auto* gl = context()->functions();
    const QColor& ground = content_.theme.panel;
    gl->glClearColor(ground.redF(), ground.greenF(), ground.blueF(), 1.0F);
    gl->glClear(GL_COLOR_BUFFER_BIT);
    if (!ready_ || !content_.scene) {
        return;
    }
    const LatentLayout layout = layoutNow();
    const PlaneMap map = latentMap(layout.plot, content_.picture);
    upload();
    paintPlane(map);
    paintSurroundings(layout, map);
    paintMarks(map);
}

void LatentCanvas::paintPlane(const PlaneMap& map) {
    auto* gl = context()->functions();
    const double ratio = devicePixelRatioF();
    const LatentLayers& layers = content_.picture.layers;
    const Theme& theme = content_.theme;
    const QRect area(static_cast<int>(std::lround(map.area.left() * ratio)),
                     static_cast<int>(std::lround((height() - map.area.bottom()) * ratio)),
                     static_cast<int>(std::lround(map.area.width() * ratio)),
                     static_cast<int>(std::lround(map.area.height() * ratio)));
    const GlPlot plot{map.window, QSizeF(area.size()), ratio};

    gl->glViewport(area.x(), area.y(), area.width(), area.height());
    gl->glScissor(area.x(), area.y(), area.width(), area.height());
    gl->glEnable(GL_SCISSOR_TEST);
    gl->glDisable(GL_DEPTH_TEST);
    gl->glDisable(GL_CULL_FACE);
    gl->glDisable(GL_BLEND);
    if (layers.density) {
        density_.render(plot);
    }
    gl->glEnable(GL_BLEND);
    gl->glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    if (!layers.density) {
        std::vector<GlLineVertex> strip;
        for (const QLineF& line : gridLines(map, theme, this)) {
            appendPath(strip, {QPolygonF{line.p1(), line.p2()}, false}, theme.grid, 1.0, false);
        }
        grid_.upload(strip);
        grid_.render(plot, theme.lineWidth * 0.5);
    }
    if (layers.ellipses) {
        ellipses_.render(plot, theme, theme.lineWidth * 0.6);
    }
    if (layers.points) {
        points_.render(plot, theme, dotRadius(theme, content_.scene->points.size()));
    }
    if (layers.contours) {
        contours_.render(plot, theme.lineWidth);
    }
    gl->glDisable(GL_BLEND);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glViewport(0, 0, static_cast<int>(width() * ratio), static_cast<int>(height() * ratio));
}

void LatentCanvas::paintSurroundings(const LatentLayout& layout, const PlaneMap& map) {
    const LatentScene& scene = *content_.scene;
    const LatentPicture& picture = content_.picture;
    const Theme& theme = content_.theme;
    const Surroundings now{
        map.window,       layout,           picture.layers,   picture.title,      scene.xAxis, scene.yAxis,
        picture.focused,  scene.wholeMass,  scene.labels,     picture.labelNames, size(),      devicePixelRatioF(),
        theme.fontPoints, theme.text.rgb(), theme.panel.rgb()};
    if (!(now == uploadedSurroundings_)) {
        uploadedSurroundings_ = now;
        QImage image(size() * now.ratio, QImage::Format_RGB32);
        image.setDevicePixelRatio(now.ratio);
        image.fill(theme.panel);
        QPainter painter(&image);
        paintLatentDecoration(painter, layout, map, picture, theme);
        painter.end();
        surroundings_.upload(image);
    }
    surroundings_.render(rect(), layout.plot);
}

void LatentCanvas::paintMarks(const PlaneMap& map) {
    const auto closed = overlay_.render({size(), devicePixelRatioF(), map, &content_.theme, &marks_, this});
    if (!closed.empty() && closeCard) {
        // The view answers with new marks; it must not do so in the middle of a paint.
        QMetaObject::invokeMethod(
            this,
            [this, closed] {
                for (std::uint64_t id : closed) {
                    closeCard(id);
                }
            },
            Qt::QueuedConnection);
    }
    if (overlay_.wantsFrame()) {
        update();
    }
}

}  // namespace elbo
