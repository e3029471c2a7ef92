#include "widgets/paint/eased_range.h"

#include <algorithm>
#include <cmath>

namespace elbo {

void EasedRange::follow(const Interval& data, double atLeast) {
    if (!std::isfinite(data.low) || !std::isfinite(data.high) || data.high < data.low) {
        return;
    }
    Interval wanted = data;
    if (wanted.span() < atLeast) {
        const double centre = 0.5 * (wanted.low + wanted.high);
        wanted = {centre - 0.5 * atLeast, centre + 0.5 * atLeast};
    }
    const double margin = kMargin * wanted.span();
    wanted = {wanted.low - margin, wanted.high + margin};
    if (!std::isnan(pinnedLow_)) {
        wanted.low = pinnedLow_;
    }
    if (!std::isnan(pinnedHigh_)) {
        wanted.high = pinnedHigh_;
    }
    if (!started_) {
        started_ = true;
        target_ = current_ = wanted;
        return;
    }
    const bool leaves = data.low < target_.low || data.high > target_.high;
    const bool small = wanted.span() < kLeastFill * target_.span();
    const bool pinMoved = (!std::isnan(pinnedLow_) && target_.low != pinnedLow_) ||
                          (!std::isnan(pinnedHigh_) && target_.high != pinnedHigh_);
    if (small || pinMoved) {
        target_ = wanted;
    } else if (leaves) {
        target_ = {std::min(target_.low, wanted.low), std::max(target_.high, wanted.high)};
        // Data that wander off in one direction leave empty room behind them, which is given back at once.
        if (wanted.span() < kLeastFill * target_.span()) {
            target_ = wanted;
        }
    }
}

void EasedRange::pinLow(double low) {
    pinnedLow_ = low;
}

void EasedRange::pinHigh(double high) {
    pinnedHigh_ = high;
}

bool EasedRange::advance(double seconds) {
    if (settled()) {
        return false;
    }
    const double share = 1.0 - std::exp(-std::max(0.0, seconds) / kTimeConstant);
    current_.low += share * (target_.low - current_.low);
    current_.high += share * (target_.high - current_.high);
    // Closer than a fraction of a pixel: done, so that the picture comes to rest.
    const double near = 5e-4 * target_.span();
    if (std::abs(current_.low - target_.low) < near && std::abs(current_.high - target_.high) < near) {
        current_ = target_;
    }
    return !settled();
}

void EasedRange::jump() {
    current_ = target_;
}

void EasedRange::reset() {
    *this = EasedRange{};
}

}  // namespace elbo
