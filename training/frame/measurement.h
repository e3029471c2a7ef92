// What was found out about a snapshot beyond what every frame shows: plain data, carried by the frames that follow.
#pragma once

#include <cstdint>
#include <vector>

#include "training/frame/exact_frame.h"

namespace elbo {

struct Measurement {
    std::int64_t step = -1;               ///< of the snapshot
    std::vector<ExactFrame> exactFrames;  ///< one per requested member, dim z = 1 or 2
    std::vector<HealthFinding> findings;
    bool healthKnown = false;
};

}  // namespace elbo
