// The kernels of a training step on a CUDA device, recorded once and launched as one.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace elbo {

/// Small networks are bound by the launches of their kernels: a CUDA graph replays a whole step with one. Where
/// LibTorch was built without CUDA, or the device is another, the work simply runs. Thread: the training thread.
class StepGraph {
  public:
    explicit StepGraph(torch::Device device);
    ~StepGraph();
    StepGraph(const StepGraph&) = delete;
    StepGraph& operator=(const StepGraph&) = delete;

    /// Runs `work`, or launches its recording. The work must read and write the same memory every time and must not
    /// wait for the device. `key` tells apart works of other kernels or sizes: a new key is recorded anew. What was
    /// issued before the call is done before the work, what is issued after it comes after.
    void run(std::uint64_t key, const std::function<void()>& work);

  private:
    struct Recording;
    std::unique_ptr<Recording> recording_;
};

}  // namespace elbo
