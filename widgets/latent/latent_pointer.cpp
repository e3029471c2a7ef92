#include "widgets/latent/latent_pointer.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>
#include <cmath>

namespace elbo {
namespace {

constexpr double kZoomPerNotch = 1.2;  // a notch of a wheel is 120 eighths of a degree
constexpr double kKeyStep = 40.0;      // pixels

}  // namespace

void LatentPointer::setAreas(const QRectF& plot, const QRectF& title) {
    plot_ = plot;
    title_ = title;
}

bool LatentPointer::handle(QEvent* event) {
    switch (event->type()) {
        case QEvent::MouseButtonPress:
            return press(*static_cast<QMouseEvent*>(event));
        case QEvent::MouseMove:
            return move(*static_cast<QMouseEvent*>(event));
        case QEvent::MouseButtonRelease:
            return release(*static_cast<QMouseEvent*>(event));
        case QEvent::MouseButtonDblClick:
            if (plot_.contains(static_cast<QMouseEvent*>(event)->position())) {
                Q_EMIT doubleClicked();
                return true;
            }
            return false;
        case QEvent::Wheel:
            return wheel(*static_cast<QWheelEvent*>(event));
        case QEvent::KeyPress:
            return key(*static_cast<QKeyEvent*>(event));
        case QEvent::NativeGesture: {
            const auto* gesture = static_cast<QNativeGestureEvent*>(event);
            if (gesture->gestureType() != Qt::ZoomNativeGesture || !plot_.contains(gesture->position())) {
                return false;
            }
            Q_EMIT zoomed(gesture->position(), std::exp(gesture->value()));
            return true;
        }
        case QEvent::Leave:
            leave();
            return false;
        default:
            return false;
    }
}

void LatentPointer::leave() {
    if (inside_) {
        inside_ = false;
        Q_EMIT left();
    }
}

bool LatentPointer::press(const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton) {
        return false;
    }
    if (title_.contains(event.position())) {
        Q_EMIT titleClicked(event.modifiers());
        return true;
    }
    if (!plot_.contains(event.position())) {
        return false;
    }
    pressedAt_ = event.position();
    lastPosition_ = event.position();
    dragging_ = false;
    return true;
}

bool LatentPointer::move(const QMouseEvent& event) {
    if (pressedAt_ && (event.buttons() & Qt::LeftButton)) {
        const double distance = (event.position() - *pressedAt_).manhattanLength();
        dragging_ = dragging_ || distance >= QApplication::startDragDistance() / 2.0;
        if (dragging_) {
            Q_EMIT panned(event.position() - lastPosition_);
            lastPosition_ = event.position();
        }
        return true;
    }
    if (plot_.contains(event.position())) {
        inside_ = true;
        Q_EMIT hovered(event.position());
        return true;
    }
    leave();
    return false;
}

bool LatentPointer::release(const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton || !pressedAt_) {
        return false;
    }
    const bool click = !dragging_;
    const QPointF position = *pressedAt_;
    pressedAt_.reset();
    dragging_ = false;
    if (click) {
        Q_EMIT clicked(position, event.modifiers());
    }
    return true;
}

bool LatentPointer::wheel(const QWheelEvent& event) {
    const double turned = event.angleDelta().y();
    if (!plot_.contains(event.position()) || turned == 0.0) {
        return false;
    }
    Q_EMIT zoomed(event.position(), std::pow(kZoomPerNotch, turned / 120.0));
    return true;
}

bool LatentPointer::key(const QKeyEvent& event) {
    switch (event.key()) {
        case Qt::Key_F:
            Q_EMIT fitRequested();
            return true;
        case Qt::Key_Escape:
            Q_EMIT unpinRequested();
            return true;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            Q_EMIT zoomed(plot_.center(), kZoomPerNotch);
            return true;
        case Qt::Key_Minus:
            Q_EMIT zoomed(plot_.center(), 1.0 / kZoomPerNotch);
            return true;
        case Qt::Key_Left:
            Q_EMIT panned({kKeyStep, 0.0});
            return true;
        case Qt::Key_Right:
            Q_EMIT panned({-kKeyStep, 0.0});
            return true;
        case Qt::Key_Up:
            Q_EMIT panned({0.0, kKeyStep});
            return true;
        case Qt::Key_Down:
            Q_EMIT panned({0.0, -kKeyStep});
            return true;
        default:
            return false;
    }
}

}  // namespace elbo
