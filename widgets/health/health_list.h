// The checks of a model's health in their fixed order, each with what was found: pure data, tested without a window.
#pragma once

#include <QString>
#include <vector>

#include "training/frame/frame.h"

namespace elbo {

/// One kind of trouble.
struct HealthCheck {
    HealthKind kind = HealthKind::PosteriorCollapse;
    QString term;          ///< the papers' name: "Posterior collapse"
    QString none;          ///< that it is not there: "No sign of posterior collapse"
    QString meaning;       ///< what it would be, in one sentence without jargon
    bool measured = true;  ///< false where nothing could be measured that would give it away
    bool found = false;
    QString sentence;  ///< what happens; empty unless found
    QString evidence;  ///< the numbers, one part per member, and the step that they belong to
    std::vector<int> members;
    bool operator==(const HealthCheck&) const = default;
};

enum class HealthState { Measuring, Healthy, Trouble };

struct HealthList {
    HealthState state = HealthState::Measuring;
    QString headline;
    QString scope;                    ///< "As of step 1 200, for all 16 members"; empty while nothing is known
    std::vector<HealthCheck> checks;  ///< always all kinds, in the same order
    bool operator==(const HealthList&) const = default;
};

/// Pure; any thread. Of several members with the same trouble, `focus` speaks first.
HealthList prepareHealth(const Frame* frame, int focus);

}  // namespace elbo
