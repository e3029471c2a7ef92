#include "app/request.h"

#include <algorithm>
#include <numeric>

namespace elbo {

namespace {

/// More pictures side by side than this are too small to read, and each costs the analyst a pass.
constexpr int kMembersSideBySide = 4;
/// Cells per side of the density grid: one member has the view to itself, several share it.
constexpr int kGrid = 128;
constexpr int kSharedGrid = 96;

}  // namespace

std::vector<int> shownMembers(int fleetSize, int focus) {
    if (fleetSize > kMembersSideBySide) {
        return {std::clamp(focus, 0, fleetSize - 1)};
    }
    std::vector<int> members(static_cast<std::size_t>(std::max(1, fleetSize)));
    std::iota(members.begin(), members.end(), 0);
    return members;
}

ViewRequest requestFor(const OnScreen& screen) {
    ViewRequest request;
    request.latent = screen.window && screen.latent;
    request.data = screen.window && screen.data;
    request.reconstructions = screen.window && screen.reconstructions;
    request.samples = screen.window && screen.samples;
    request.manifold = screen.window && screen.manifold;
    request.members = shownMembers(screen.fleetSize, screen.focus);
    request.window = screen.latentWindow;
    request.plane = screen.latentPlane;
    request.gridSize = request.members.size() > 1 ? kSharedGrid : kGrid;
    if (request.latent) {
        request.probes = screen.probes;
    }
    return request;
}

}  // namespace elbo
