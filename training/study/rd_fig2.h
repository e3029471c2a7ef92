// The numbers behind [RD] Fig. 2, as plain data: the same model as the makers of the data would set it, as the ELBO
// trains it, and as a target for the rate trains it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace elbo {

/// One column of the figure. Codes are sorted by the mean of the bins they stand for. Nats.
struct RdFig2Model {
    std::string name;  ///< "optimal", "elbo", "target-rate"
    double distortion = 0.0;
    double rate = 0.0;
    double information = 0.0;                    ///< I_q(x; z)
    double classInformation = 0.0;               ///< I(z*; z)
    double klGenerated = 0.0;                    ///< KL(p*(x) || p(x))
    double klReconstructed = 0.0;                ///< KL(p*(x) || reconstructions)
    std::vector<double> generated;               ///< p(x), by bin
    std::vector<double> reconstructed;           ///< distribution of the reconstructions, by bin
    std::vector<double> marginal;                ///< m(z), by code
    std::vector<double> aggregated;              ///< q(z), by code
    std::array<std::vector<double>, 2> ofClass;  ///< p(z*) q(z|z*): both classes add up to q(z)
    std::vector<double> encoder;                 ///< q(z|x), a row per bin
    std::vector<double> decoder;                 ///< p(x|z), a row per code
    std::vector<double> reconstruction;          ///< p(x'|x), a row per bin
};

struct RdFig2 {
    int bins = 0;  ///< and codes: every vector above has that many entries, or their square
    std::int64_t steps = 0;
    std::uint64_t seed = 0;
    double targetRate = 0.0;   ///< R* = I(x; z*)
    double entropy = 0.0;      ///< H of p*(x)
    double separation = 0.0;   ///< of the two means, in standard deviations
    std::vector<double> data;  ///< p*(x), by bin
    std::vector<RdFig2Model> models;
};

/// Steps that both trained models take; enough for the distributions to match.
inline constexpr std::int64_t kRdFig2Steps = 10000;

/// Trains both models for `steps` each. `proceed` is told after every step how many of the 2 x `steps` were taken and
/// ends the work by answering false; what it returns is then not finished. Under a second. One thread.
RdFig2 makeRdFig2(std::int64_t steps, std::uint64_t seed, const std::function<bool(std::int64_t)>& proceed = {});

}  // namespace elbo
