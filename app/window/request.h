// From what is on the screen to what the analyst is asked: a pure function, so that it can be tested without a window.
#pragma once

#include <vector>

#include "training/frame/view_request.h"
#include "widgets/fleet/comparison.h"

namespace elbo {

/// What the window shows at this moment. Plain value.
struct OnScreen {
    bool window = true;                          ///< false while minimised or hidden: then nothing is asked for
    ViewRequest asked = ViewRequest::nothing();  ///< by the visible views
    int fleetSize = 1;
    int focus = 0;          ///< the member whose sliders are moved
    Comparison comparison;  ///< the two members that stand side by side instead of all
};

/// More pictures than this are too small to read: a larger fleet is shown by an even choice from it.
inline constexpr int kMostMembersShown = 16;

/// The members shown side by side, in the order of the fleet: two that are compared, else all of them, else an even
/// choice that holds both ends and the focused one.
std::vector<int> shownMembers(int fleetSize, int focus, const Comparison& comparison);

/// What the visible views ask for, of the members that are shown, in the detail that so many pictures can show.
ViewRequest requestFor(const OnScreen& screen);

}  // namespace elbo
