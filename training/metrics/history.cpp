#include "training/metrics/history.h"

#include <algorithm>
#include <utility>

namespace elbo {

void History::add(std::shared_ptr<const Report> report) {
    if (!reports_.empty() && report->step < reports_.back()->step) {
        reports_.clear();
    }
    if (!reports_.empty() && report->step == reports_.back()->step) {
        reports_.back() = std::move(report);
        return;
    }
    reports_.push_back(std::move(report));
    thin();
}

void History::insert(std::shared_ptr<const Report> report) {
    const auto place = std::lower_bound(
        reports_.begin(), reports_.end(), report->step,
        [](const std::shared_ptr<const Report>& other, std::int64_t step) { return other->step < step; });
    if (place != reports_.end() && (*place)->step == report->step) {
        *place = std::move(report);
        return;
    }
    reports_.insert(place, std::move(report));
    thin();
}

void History::thin() {
    if (reports_.size() <= kCapacity) {
        return;
    }
    const std::size_t old = kCapacity * 3 / 4;
    ReportHistory thinned;
    thinned.reserve(kCapacity);
    for (std::size_t i = 0; i < reports_.size(); ++i) {
        if (i >= old || i % 2 == 0) {
            thinned.push_back(reports_[i]);
        }
    }
    reports_ = std::move(thinned);
}

}  // namespace elbo
