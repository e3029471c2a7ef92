// From what is on the screen to what the analyst is asked: a pure function, so that it can be tested without a window.
#pragma once

#include <vector>

#include "training/view_request.h"

namespace elbo {

/// What the window shows at this moment. Plain value.
struct OnScreen {
    bool window = true;  ///< false while minimised or hidden: then nothing is asked for
    bool latent = false;
    bool data = false;
    bool reconstructions = false;
    bool samples = false;
    bool manifold = false;
    int fleetSize = 1;
    int focus = 0;  ///< the member whose sliders are moved
    LatentWindow latentWindow;
    LatentPlane latentPlane;
    std::vector<ProbeRequest> probes;
};

/// The members shown side by side, in the order of the fleet: all of a small fleet, the focused one of a large fleet.
std::vector<int> shownMembers(int fleetSize, int focus);

ViewRequest requestFor(const OnScreen& screen);

}  // namespace elbo
