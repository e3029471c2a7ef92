// A split of the data as tensors, in the form the model sees it.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "training/data/dataset.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Precision of an experiment's tensors; on the CPU, where batches are drawn.
torch::TensorOptions tensorOptions(const Experiment& experiment);

/// The same on the device where the experiment trains. Throws InputError when there is no such device.
torch::TensorOptions trainingOptions(const Experiment& experiment);

/// Examples of one split, binarised as the experiment says: once for static and threshold, anew per epoch for
/// stochastic. Continuous data are never binarised. Immutable after construction: any thread. Reads the data set in
/// place where it can, so the data set must outlive it.
class ModelInputs {
  public:
    /// `examples` is a split of `dataset`; at most the first `limit` of them are used.
    ModelInputs(const Experiment& experiment, const Dataset& dataset, const Examples& examples,
                int limit = std::numeric_limits<int>::max());

    int size() const { return size_; }
    const std::vector<int>& labels() const { return labels_; }  ///< empty or [N]

    /// Writes the examples with the given indices as seen in `epoch` into `out` [count, D], of the precision of the
    /// run. Allocates nothing.
    void batch(const int* indices, int count, std::int64_t epoch, torch::Tensor& out) const;

    /// The first `count` examples (fewer when there are not so many) with one fixed draw, for evaluations and pictures.
    torch::Tensor first(int count) const;

  private:
    int size_;
    int dim_;
    bool stochastic_;
    std::uint64_t seed_;
    torch::TensorOptions options_;
    torch::Tensor values_;  ///< [N, D]; grey float32 when binarised per epoch, else in the precision of the run
    std::vector<int> labels_;
};

}  // namespace elbo
