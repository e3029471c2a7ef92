// Terms and gradients of a fleet of MLP models in one call, without a graph: what autograd would compute for
// J = c_D D + c_R R + c_Delta Delta, written out by hand over the kernels. No LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "models/kernels/kernel_table.h"
#include "models/spec/kernel.h"
#include "models/spec/model_spec.h"
#include "models/spec/terms.h"

namespace elbo {

/// Where a layer's weight [inputs, outputs] and bias [outputs] begin in a row of parameters.
struct LayerPlace {
    std::int64_t weight = 0;
    std::int64_t bias = 0;
    int inputs = 0;
    int outputs = 0;
};

/// Where everything lies in a row of parameters.
struct ModelPlaces {
    std::vector<LayerPlace> encoder;
    std::vector<LayerPlace> decoder;
    std::int64_t logVariance = -1;  ///< the learned log variance of the likelihood, when there is one
    std::int64_t size = 0;          ///< P
};

/// One batch, shared by the fleet; all row-major and contiguous.
template <class Real>
struct StepBatch {
    int examples = 0;                 ///< B
    const Real* x = nullptr;          ///< [B, D]
    const Real* posterior = nullptr;  ///< [B, Z], standard normal
    const Real* prior = nullptr;      ///< [B, Z], draws of p(z); null: the marginal divergence is not computed
};

/// Coefficients of the terms, [M] each; the last is read only when the batch has prior draws.
struct TermWeights {
    const double* distortion = nullptr;
    const double* rate = nullptr;
    const double* marginalDivergence = nullptr;
};

/// Terms of one batch, nats per example, [M] each; empty where they were not computed.
struct StepTerms : PerTerm<std::vector<double>> {
    std::vector<double> rateTerm;    ///< what the rate's weight multiplies; empty where that is the rate
    std::vector<double> importance;  ///< what stands in J for D and R and their weights; empty where they do themselves
    std::vector<double> gradientSum;  ///< not finite when an entry of the member's gradient is not

    const std::vector<double>& weighedRate() const { return rateTerm.empty() ? (*this)[LossTerm::Rate] : rateTerm; }
};

/// Thread: one at a time. Allocates when it is built and when the batch grows, never in between.
template <class Real>
class FusedStep {
  public:
    FusedStep(const ModelSpec& spec, int dataDim, ModelPlaces places, int members, const KernelTable<Real>& kernels);

    /// Writes (not adds) the gradient of J per member into `gradients` [M, P] for `parameters` [M, P]. The terms stay
    /// valid until the next call.
    const StepTerms& run(const Real* parameters, Real* gradients, const StepBatch<Real>& batch,
                         const TermWeights& weights, DivergenceKernel kernel);

  private:
    /// Activations of one trunk: per layer the outputs (after the activation in hidden layers), and slopes where the
    /// activation keeps them.
    struct Trunk {
        std::vector<LayerPlace> layers;
        std::vector<Real*> outputs;
        std::vector<Real*> slopes;
    };
    struct AlignedDelete {
        void operator()(Real* memory) const { ::operator delete (memory, std::align_val_t{64}); }
    };

    void reserve(int examples);
    void forward(Trunk& trunk, const Real* parameters, const Real* in);
    /// From the gradient of the last outputs, which replaces them; `inGradient` null: not wanted. Returns the sum of
    /// all gradients written.
    double backward(Trunk& trunk, const Real* parameters, Real* gradients, const Real* in, Real* inGradient);
    /// D of one member; the decoder's outputs become their gradients.
    double distortion(const Real* parameters, Real* gradients, double weight);
    void runMember(int member, const Real* parameters, Real* gradients, const TermWeights& weights,
                   DivergenceKernel kernel, bool divergence);
    double meanOverExamples(const double* perExample) const;

    ModelSpec spec_;
    int dataDim_;
    ModelPlaces places_;
    int members_;
    const KernelTable<Real>& kernels_;
    StepTerms terms_;
    Trunk encoder_;
    Trunk decoder_;

    // Per batch size.
    int capacity_ = 0;  ///< examples that the memory is for
    int examples_ = 0;
    int blocks_ = 0;
    std::unique_ptr<Real[], AlignedDelete> memory_;
    std::vector<double> perExample_;
    Real* x_ = nullptr;             ///< [blocks][D][width], and so on
    Real* noise_ = nullptr;         ///< [Z]
    Real* prior_ = nullptr;         ///< [Z]
    Real* z_ = nullptr;             ///< [Z]
    Real* zGradient_ = nullptr;     ///< [Z]
    Real* zSlope_ = nullptr;        ///< [Z]
    Real* rateSlope_ = nullptr;     ///< [Z]
    Real* hiddenGradient_[2] = {};  ///< [widest layer]
    Real* scratch_ = nullptr;
    double priorSum_ = 0.0;  ///< sum of k(y, y') over the prior draws of this batch
};

extern template class FusedStep<float>;
extern template class FusedStep<double>;

}  // namespace elbo
