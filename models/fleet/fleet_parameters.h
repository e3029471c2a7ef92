// Parameters of M models of one architecture in one flat [M, P] buffer.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// Columns of a flat buffer.
struct ColumnRange {
    std::int64_t first = 0;
    std::int64_t count = 0;
};

/// Names, shapes and offsets of the parameters of one model. Filled while the architecture is built, then constant.
class ParameterLayout {
  public:
    struct Slot {
        std::string name;
        std::vector<std::int64_t> shape;  ///< without the leading fleet dimension
        std::int64_t offset = 0;          ///< in elements from the start of a row
        std::int64_t size = 0;
    };

    /// Appends a parameter and returns its index.
    std::size_t add(std::string name, std::vector<std::int64_t> shape);

    const std::vector<Slot>& slots() const { return slots_; }
    /// P, the number of parameters of one model.
    std::int64_t size() const { return size_; }

  private:
    std::vector<Slot> slots_;
    std::int64_t size_ = 0;
};

/// One buffer [M, P] with a view per parameter. Trainable buffers also own a gradient buffer [M, P]: each view is a
/// detached leaf that aliases its slice and whose .grad aliases the same slice of the gradients, so autograd
/// accumulates in place. Frozen buffers have no gradients; pointing a model at one evaluates a snapshot without a lock.
/// Thread: a trainable buffer belongs to the training thread; a frozen one may be read anywhere.
class FleetParameters {
  public:
    /// A trainable buffer of zeros.
    FleetParameters(std::shared_ptr<const ParameterLayout> layout, std::int64_t members, torch::TensorOptions options);

    /// A frozen buffer over `values` [M, P], which must not change afterwards.
    FleetParameters(std::shared_ptr<const ParameterLayout> layout, torch::Tensor values);

    /// Parameter `slot` of all members, [M, shape...].
    const torch::Tensor& operator[](std::size_t slot) const { return views_[slot]; }

    const torch::Tensor& values() const { return values_; }        ///< [M, P]
    const torch::Tensor& gradients() const { return gradients_; }  ///< [M, P]; undefined when frozen
    std::int64_t members() const { return values_.size(0); }
    const std::shared_ptr<const ParameterLayout>& layout() const { return layout_; }

    /// One member's row as a frozen fleet of one. No copy.
    FleetParameters member(std::int64_t index) const;

    /// An immutable copy on the CPU for readers in other threads.
    std::shared_ptr<const FleetParameters> freeze() const;

  private:
    void makeViews(bool trainable);

    std::shared_ptr<const ParameterLayout> layout_;
    torch::Tensor values_;
    torch::Tensor gradients_;
    std::vector<torch::Tensor> views_;
};

}  // namespace elbo
