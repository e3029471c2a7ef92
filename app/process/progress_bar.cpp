#include "app/process/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace elbo {

ProgressBar::ProgressBar(std::string label, std::int64_t first, std::int64_t last)
    : label_(std::move(label)), first_(first), last_(last), visible_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    clear();
}

bool ProgressBar::due() const {
    return visible_ && Clock::now() - lastDraw_ > std::chrono::milliseconds(150);
}

void ProgressBar::draw(std::int64_t step, const std::string& note) {
    if (!visible_) {
        return;
    }
    lastDraw_ = Clock::now();
    constexpr int kWidth = 24;
    const double share = last_ > 0 ? std::clamp(static_cast<double>(step) / static_cast<double>(last_), 0.0, 1.0) : 1.0;
    const int filled = static_cast<int>(std::lround(share * kWidth));
    const std::string bar = fmt::format("{:.<{}}", std::string(static_cast<std::size_t>(filled), '#'), kWidth);
    const double seconds = std::chrono::duration<double>(lastDraw_ - start_).count();
    const double rate = seconds > 0.0 ? static_cast<double>(step - first_) / seconds : 0.0;
    const std::string left =
        rate > 0.0 ? fmt::format("{} left", durationText(static_cast<double>(last_ - step) / rate)) : "";
    std::fprintf(stderr, "\r\x1b[K%s [%s] %lld/%lld  %.0f steps/s  %s  %s", label_.c_str(), bar.c_str(),
                 static_cast<long long>(step), static_cast<long long>(last_), rate, left.c_str(), note.c_str());
    std::fflush(stderr);
}

void ProgressBar::clear() {
    if (visible_) {
        std::fputs("\r\x1b[K", stderr);
        std::fflush(stderr);
    }
}

std::string durationText(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(std::max(0.0, seconds)));
    if (whole < 60) {
        return fmt::format("{} s", whole);
    }
    return whole < 3600 ? fmt::format("{} min {:02} s", whole / 60, whole % 60)
                        : fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace elbo
