#include "app/window/request.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>

#include "widgets/exact/shown_exact.h"

namespace elbo {

namespace {

/// How much is asked for each of so many members: a small picture shows less, and each costs the analyst a pass.
struct Detail {
    int upTo = 0;  ///< members
    int grid = 0;
    int codes = 0;
    int images = 0;
    int manifold = 0;
};
constexpr Detail kDetails[] = {
    {1, 128, 2000, 48, 15}, {4, 96, 2000, 48, 15}, {9, 64, 800, 24, 9}, {16, 48, 500, 12, 7}};

}  // namespace

std::vector<int> shownMembers(int fleetSize, int focus, const Comparison& comparison) {
    if (comparison.active() && comparison.b < fleetSize) {
        return {comparison.a, comparison.b};
    }
    std::vector<int> members(static_cast<std::size_t>(std::clamp(fleetSize, 1, kMostMembersShown)));
    std::iota(members.begin(), members.end(), 0);
    if (fleetSize <= kMostMembersShown) {
        return members;
    }
    for (int& member : members) {
        member = (member * (fleetSize - 1) + (kMostMembersShown - 1) / 2) / (kMostMembersShown - 1);
    }
    // The focused one takes the place of its nearest neighbour between the ends.
    const int wanted = std::clamp(focus, 0, fleetSize - 1);
    if (wanted != members.front() && wanted != members.back()) {
        *std::min_element(members.begin() + 1, members.end() - 1,
                          [wanted](int a, int b) { return std::abs(a - wanted) < std::abs(b - wanted); }) = wanted;
    }
    return members;
}

ViewRequest requestFor(const OnScreen& screen) {
    ViewRequest request = screen.window ? screen.asked : ViewRequest::nothing();
    request.members = shownMembers(screen.fleetSize, screen.focus, screen.comparison);
    if (request.members.size() > kMostExact) {
        // The others would find no room, and each costs a quadrature.
        request.exactMembers = {std::clamp(screen.focus, 0, screen.fleetSize - 1)};
    }
    const auto detail = std::find_if(std::begin(kDetails), std::end(kDetails) - 1, [&](const Detail& each) {
        return static_cast<int>(request.members.size()) <= each.upTo;
    });
    request.gridSize = detail->grid;
    request.codeCount = detail->codes;
    request.imageCount = detail->images;
    request.manifoldSize = detail->manifold;
    return request;
}

}  // namespace elbo
