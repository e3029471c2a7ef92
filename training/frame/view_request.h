// What the visible views want to know: the window writes it, the analyst reads it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace elbo {

/// A rectangle of the displayed latent plane (or interval, y unused), in latent units.
struct LatentWindow {
    double xMin = -4.0, xMax = 4.0, yMin = -4.0, yMax = 4.0;
    bool operator==(const LatentWindow&) const = default;
};

/// Which plane of a latent space of more than two dimensions is shown.
struct LatentPlane {
    bool principal = false;  ///< the plane of largest variance of q(z); otherwise two coordinate axes
    int first = 0;
    int second = 1;
    bool operator==(const LatentPlane&) const = default;
};

/// A code under the pointer whose decoded image is wanted. (x, y) are coordinates of the displayed plane.
struct ProbeRequest {
    std::uint64_t id = 0;
    int member = 0;
    double x = 0.0;
    double y = 0.0;
    bool operator==(const ProbeRequest&) const = default;
};

/// Which parts of a frame are wanted.
struct WantedParts {
    bool latent = true;
    bool data = true;
    bool reconstructions = true;
    bool samples = true;
    bool manifold = true;
    bool pseudoInputs = true;  ///< images, of a prior that is made of some
    bool exact = false;        ///< exact posteriors and the forms of the ELBO, dim z = 1 or 2
    bool health = false;       ///< what is happening to the model
    bool sheets = false;       ///< several decodings of one code

    static constexpr WantedParts none() { return {false, false, false, false, false, false, false, false, false}; }
    bool operator==(const WantedParts&) const = default;
};

struct ViewRequest : WantedParts {
    std::vector<int> members{0};  ///< fleet members shown side by side, first one has the focus
    LatentWindow window;
    LatentPlane plane;
    int gridSize = 128;                  ///< G of the G x G density grid
    int codeCount = 2000;                ///< posterior means drawn
    int imageCount = 48;                 ///< pairs and samples
    int manifoldSize = 15;               ///< images per side of the latent-grid manifold
    std::vector<int> exactMembers;       ///< members whose exact quantities are measured; empty: those shown
    std::vector<int> posteriorExamples;  ///< indices of test examples whose posteriors are shown; empty: a choice
    std::vector<ProbeRequest> probes;    ///< hovered first, then pinned

    bool operator==(const ViewRequest&) const = default;

    /// What views add their wishes to.
    static ViewRequest nothing() {
        ViewRequest request;
        static_cast<WantedParts&>(request) = WantedParts::none();
        return request;
    }
    /// Whether nothing is wanted: the window is hidden.
    bool isNothing() const { return static_cast<const WantedParts&>(*this) == WantedParts::none() && probes.empty(); }
};

}  // namespace elbo
