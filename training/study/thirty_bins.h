// The toy of [RD] section 4 and App. E: thirty bins, thirty codes, and expectations that are finite sums, so that
// nothing is sampled.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <optional>

namespace elbo {

inline constexpr int kBins = 30;  ///< values of x, and codes z

/// One share per bin or code; they add up to 1.
using BinShares = Eigen::Array<double, kBins, 1>;
/// One distribution per row.
using BinTable = Eigen::Array<double, kBins, kBins>;

/// p*(x): a class z* with probabilities 0.7 and 0.3 chooses one of two normals of unit variance; x is the bin that its
/// draw falls into, thirty equal ones from -5 to 5, the outer two open. Nats.
struct ThirtyBins {
    static constexpr std::array<double, 2> kClassShares{0.7, 0.3};

    double separation = 0.0;  ///< of the two means, in standard deviations
    std::array<BinShares, 2> ofClass;
    BinShares share;           ///< p*(x)
    double entropy = 0.0;      ///< H of p*(x)
    double information = 0.0;  ///< I(x; z*)

    static ThirtyBins separatedBy(double separation);
    /// The separation at which I(x; z*) is that many nats, below the entropy of z* (0.61).
    static ThirtyBins withInformation(double nats);
};

/// Encoder, decoder and marginal of a model, however they came about. Nats.
struct BinModel {
    BinTable encoder;    ///< q(z|x), a row per bin
    BinTable decoder;    ///< p(x|z), a row per code
    BinShares marginal;  ///< m(z)

    double distortion(const ThirtyBins& data) const;
    double rate(const ThirtyBins& data) const;
    double information(const ThirtyBins& data) const;       ///< I_q(x; z)
    double classInformation(const ThirtyBins& data) const;  ///< I(z*; z): what of the rate is about the class
    BinShares generated() const;                            ///< p(x) = sum_z m(z) p(x|z)
    BinShares aggregated(const ThirtyBins& data) const;     ///< q(z)
    BinShares reconstructed(const ThirtyBins& data) const;  ///< sum_x' p*(x') p(x|x')
    BinTable reconstruction() const;                        ///< p(x'|x) = sum_z q(z|x) p(x'|z)
};

/// KL(a || b) of two distributions.
double divergence(const BinShares& a, const BinShares& b);

/// Trains a model on p*(x) itself with Adam: D + R, or D + |R - target| ([RD] section 4). The encoder has the paper's
/// form, q(z_i|x) ~ exp(-(w_i x - b_i)^2), which makes neighbours of a bin share its codes; the decoder is a table, as
/// no single bell could hold both modes at rate 0. Thread: one at a time; same seed, same numbers.
class ThirtyBinsTraining {
  public:
    struct Options {
        std::optional<double> targetRate;  ///< nats; none: the ELBO
        std::uint64_t seed = 1;
        std::int64_t steps = 10000;  ///< the learning rate falls to 0 over the second half of them
        double learningRate = 3e-3;
    };

    ThirtyBinsTraining(const ThirtyBins& data, const Options& options);

    void step();
    BinModel model() const;

    /// w and b of the encoder, then the logits of the decoder by code, then those of the marginal.
    Eigen::VectorXd& parameters() { return parameters_; }
    /// J at the parameters, and its gradient when asked for.
    double objective(Eigen::VectorXd* gradient = nullptr) const;

  private:
    ThirtyBins data_;
    Options options_;
    Eigen::VectorXd parameters_, mean_, square_;  ///< the latter two are Adam's
    std::int64_t step_ = 0;
};

}  // namespace elbo
