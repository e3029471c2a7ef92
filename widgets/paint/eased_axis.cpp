#include "widgets/paint/eased_axis.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr int kGlideMilliseconds = 280;
constexpr double kAir = 1.08;
constexpr double kUnseenChange = 0.02;

}  // namespace

EasedAxis::EasedAxis(QObject* parent) : QObject(parent) {
    glide_.setStartValue(0.0);
    glide_.setEndValue(1.0);
    glide_.setDuration(kGlideMilliseconds);
    glide_.setEasingCurve(QEasingCurve::OutCubic);
    connect(&glide_, &QVariantAnimation::valueChanged, this, [this](const QVariant& part) {
        maximum_ = start_ + (target_ - start_) * part.toDouble();
        Q_EMIT moved();
    });
}

double EasedAxis::holding(double peak) {
    return std::max(1e-6, peak * kAir);
}

void EasedAxis::hold(double peak) {
    const double wanted = holding(peak);
    if (maximum_ <= 0.0) {
        maximum_ = target_ = wanted;
        return;
    }
    if (std::abs(wanted - target_) < kUnseenChange * target_) {
        return;
    }
    glide_.stop();
    start_ = maximum_;
    target_ = wanted;
    glide_.start();
}

}  // namespace elbo
