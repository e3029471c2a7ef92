// A split of the data as tensors, in the form the model sees it.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "training/data/dataset.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Precision of an experiment's tensors; on the CPU, where batches are drawn.
torch::TensorOptions tensorOptions(const Experiment& experiment);

/// The same on the device where the experiment trains. Throws InputError when there is no such device.
torch::TensorOptions trainingOptions(const Experiment& experiment);

/// Some examples of a split.
struct ExamplePart {
    std::vector<int> indices;  ///< places in the split, [n]
    torch::Tensor x;           ///< [n, D]
    std::vector<int> labels;   ///< empty or [n]
};

/// Examples of one split, binarised as the experiment says: once for static and threshold, anew per epoch for
/// stochastic. Continuous data are never binarised. Immutable after construction: any thread. Reads the data set in
/// place where it can, so the data set must outlive it.
class ModelInputs {
  public:
    /// `examples` is a split of `dataset`.
    ModelInputs(const Experiment& experiment, const Dataset& dataset, const Examples& examples);

    int size() const { return size_; }
    const std::vector<int>& labels() const { return labels_; }  ///< empty or [N]

    /// Writes the examples with the given indices as seen in `epoch` into `out` [count, D], of the precision of the
    /// run. Allocates nothing.
    void batch(const int* indices, int count, std::int64_t epoch, torch::Tensor& out) const;

    /// The first `count` examples (fewer when there are not so many) with one fixed draw: for pictures that show
    /// examples by their number.
    torch::Tensor first(int count) const;

    /// The examples with the given indices with the same draw, [count, D].
    torch::Tensor at(const int* indices, int count) const;

    /// `count` examples (all when there are not more) that stand for the split, with the same draw: for numbers and
    /// clouds that rest on a part. The first of order().
    ExamplePart representative(int count) const;
    const std::vector<int>& order() const { return order_; }  ///< see training/data/representative.h, [N]

  private:
    int size_;
    int dim_;
    bool stochastic_;
    std::uint64_t seed_;
    torch::TensorOptions options_;
    torch::Tensor values_;  ///< [N, D]; grey float32 when binarised per epoch, else in the precision of the run
    std::vector<int> labels_;
    std::vector<int> order_;
};

}  // namespace elbo
