#include "widgets/latent/latent_canvas.h"

#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QPainter>
#include <cmath>
#include <stdexcept>

#include "widgets/latent/latent_painter.h"

namespace elbo {

LatentCanvas::LatentCanvas(std::shared_ptr<GlStage> stage, QWidget* parent)
    : QWidget(parent), stage_(std::move(stage)) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(kLeastCanvas);
}

LatentCanvas::~LatentCanvas() {
    stage_->with([this] {
        overlay_.release();
        surroundings_.release();
        ellipses_.release();
        points_.release();
        grid_.release();
        contours_.release();
        density_.release();
    });
}

void LatentCanvas::showContent(LatentContent content) {
    content_ = std::move(content);
    content_.picture.scene = content_.scene.get();
    colorsChanged_ = true;
    refreshAreas();
    pictureChanged();
}

void LatentCanvas::showMarks(LatentMarks marks) {
    marks_ = std::move(marks);
    pictureChanged();
}

void LatentCanvas::pictureChanged() {
    picture_ = QImage();
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
        pictureChanged();
        return true;
    }
    return pointer().handle(event) || QWidget::event(event);
}

void LatentCanvas::setUp() {
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
        fail(QString::fromUtf8(error.what()));
    }
}

void LatentCanvas::fail(const QString& reason) {
    failed_ = true;
    Q_EMIT openGlFailed(reason);
}

QSize LatentCanvas::pixels() const {
    return (QSizeF(size()) * devicePixelRatioF()).toSize();
}

void LatentCanvas::resizeEvent(QResizeEvent*) {
    refreshAreas();
    pictureChanged();
    if (onResized) {
        onResized();
    }
}

void LatentCanvas::paintEvent(QPaintEvent*) {
    if (!failed_ && (picture_.isNull() || picture_.size() != pixels())) {
        picture_ = stage_->paint(pixels(), [this] { paintPicture(); });
        if (picture_.isNull()) {
            fail(tr("The graphics driver has lost its OpenGL context."));
        }
        picture_.setDevicePixelRatio(devicePixelRatioF());
        if (overlay_.wantsFrame()) {
            pictureChanged();
        }
    }
    QPainter painter(this);
    if (picture_.isNull()) {
        painter.fillRect(rect(), content_.theme.panel);
    } else {
        painter.drawImage(0, 0, picture_);
    }
}

void LatentCanvas::upload() {
    const LatentScene& scene = *content_.scene;
    const bool newScene = uploadedScene_ != content_.scene;
    if (newScene) {
        density_.uploadDensity(scene.posterior, peakOf(content_.picture));
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

void LatentCanvas::paintPicture() {
    if (!ready_) {
        setUp();
    }
    auto* gl = QOpenGLContext::currentContext()->functions();
    const QColor& ground = content_.theme.panel;
    gl->glViewport(0, 0, pixels().width(), pixels().height());
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
    auto* gl = QOpenGLContext::currentContext()->functions();
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
        points_.render(plot, theme, codeRadius(content_.picture, compact(), theme));
    }
    if (layers.contours) {
        contours_.render(plot, theme.lineWidth);
    }
    gl->glDisable(GL_BLEND);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glViewport(0, 0, pixels().width(), pixels().height());
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
}

}  // namespace elbo
