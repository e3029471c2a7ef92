#include "training/engine/step_rate.h"

#include <algorithm>

namespace elbo {

namespace {

constexpr std::chrono::milliseconds kWindow{1000};
/// Marks that follow closer than this replace the last one: 32 of them span the window however fast training goes.
constexpr std::chrono::milliseconds kSpacing{40};

}  // namespace

void StepRate::mark(Clock::time_point now, std::int64_t steps) {
    if (size_ > 1 && now - back(1).at < kSpacing) {
        marks_[(next_ + marks_.size() - 1) % marks_.size()] = {now, steps};
        return;
    }
    marks_[next_] = {now, steps};
    next_ = (next_ + 1) % marks_.size();
    size_ = std::min(size_ + 1, marks_.size());
}

double StepRate::perSecond() const {
    if (size_ < 2) {
        return 0.0;
    }
    const Mark& last = back(0);
    std::size_t age = 1;
    while (age + 1 < size_ && last.at - back(age).at < kWindow) {
        ++age;
    }
    const std::chrono::duration<double> span = last.at - back(age).at;
    return span.count() > 0.0 ? static_cast<double>(last.steps - back(age).steps) / span.count() : 0.0;
}

}  // namespace elbo
