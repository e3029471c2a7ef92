#include "widgets/latent/latent_camera.h"

#include <algorithm>
#include <cmath>

#include "widgets/paint/plane_map.h"

namespace elbo {
namespace {

constexpr int kGlideMilliseconds = 280;
constexpr double kAir = 1.25;  // of the content's size
constexpr double kLost = 0.6;  // content that fills less of the plot than this gets a closer look

/// How much of the plane a plot of these proportions has to span to hold a window.
double spanOf(const LatentWindow& window, const QSizeF& plot) {
    return std::max((window.xMax - window.xMin) / plot.width(), (window.yMax - window.yMin) / plot.height());
}

LatentWindow withAir(const LatentWindow& content) {
    const QPointF middle((content.xMin + content.xMax) / 2.0, (content.yMin + content.yMax) / 2.0);
    return zoomedAbout(content, middle, 1.0 / kAir);
}

}  // namespace

LatentCamera::LatentCamera(QObject* parent) : QObject(parent) {
    glide_.setStartValue(0.0);
    glide_.setEndValue(1.0);
    glide_.setDuration(kGlideMilliseconds);
    glide_.setEasingCurve(QEasingCurve::OutCubic);
    connect(&glide_, &QVariantAnimation::valueChanged, this, [this](const QVariant& part) {
        window_ = between(start_, target_, part.toDouble());
        Q_EMIT moved();
    });
}

void LatentCamera::setFollowing(bool following) {
    if (following_ != following) {
        following_ = following;
        Q_EMIT followingChanged(following);
    }
}

void LatentCamera::moveTo(const LatentWindow& window) {
    glide_.stop();
    window_ = target_ = window;
    Q_EMIT moved();
    Q_EMIT targetChanged();
}

void LatentCamera::glideTo(const LatentWindow& window) {
    if (target_ == window) {
        return;
    }
    glide_.stop();
    start_ = window_;
    target_ = window;
    glide_.start();
    Q_EMIT targetChanged();
}

void LatentCamera::setWindow(const LatentWindow& window) {
    setFollowing(false);
    moveTo(window);
}

void LatentCamera::pan(double dx, double dy) {
    setFollowing(false);
    moveTo(shifted(window_, dx, dy));
}

void LatentCamera::zoom(const QPointF& about, double factor) {
    setFollowing(false);
    moveTo(zoomedAbout(window_, about, factor));
}

void LatentCamera::fit(const LatentWindow& content) {
    glideTo(withAir(content));
}

void LatentCamera::follow(const LatentWindow& content, const QSizeF& plot) {
    if (!following_) {
        return;
    }
    if (!contains(target_, content) || spanOf(content, plot) < kLost * spanOf(target_, plot)) {
        fit(content);
    }
}

}  // namespace elbo
