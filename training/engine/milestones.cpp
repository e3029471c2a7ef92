#include "training/engine/milestones.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"

namespace elbo {

void Milestones::keep(std::shared_ptr<const Snapshot> snapshot) {
    const auto bytes = static_cast<std::size_t>(snapshot->parameters->values().nbytes());
    capacity_ = std::min(kMost, kMostBytes / std::max<std::size_t>(1, bytes));
    if (capacity_ < kFewest) {
        capacity_ = 0;
        return;
    }
    next_ = std::max<std::int64_t>(snapshot->step + 1, std::llround(kGrowth * static_cast<double>(snapshot->step)));
    if (kept_.size() == capacity_) {
        // The older half becomes thinner: it was most likely read.
        Snapshots thinned;
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            if (i % 2 == 1 || i >= kept_.size() / 2) {
                thinned.push_back(std::move(kept_[i]));
            }
        }
        kept_ = std::move(thinned);
    }
    kept_.push_back(std::move(snapshot));
}

}  // namespace elbo
