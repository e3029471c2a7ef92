#include "training/step/step_graph.h"

#ifdef ELBOROOM_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#endif

namespace elbo {

#ifdef ELBOROOM_CUDA

namespace {

/// Runs before a recording, in which libraries choose their kernels and take their workspaces.
constexpr int kWarmUps = 3;

}  // namespace

struct StepGraph::Recording {
    explicit Recording(torch::Device device) : stream(at::cuda::getStreamFromPool(false, device.index())) {}

    void run(std::uint64_t wanted, const std::function<void()>& work) {
        if (wanted != key) {
            key = wanted;
            runs = 0;
            graph.reset();
        }
        const at::cuda::CUDAStream caller = at::cuda::getCurrentCUDAStream(stream.device_index());
        at::cuda::CUDAEvent ready, done;
        ready.record(caller);
        ready.block(stream);
        {
            // Recording is not allowed on the default stream.
            const c10::cuda::CUDAStreamGuard guard(stream);
            if (runs < kWarmUps) {
                work();
                ++runs;
            } else {
                if (!graph) {
                    graph = std::make_unique<at::cuda::CUDAGraph>();
                    graph->capture_begin();
                    work();
                    graph->capture_end();
                }
                graph->replay();
            }
        }
        done.record(stream);
        done.block(caller);
    }

    at::cuda::CUDAStream stream;
    std::unique_ptr<at::cuda::CUDAGraph> graph;
    std::uint64_t key = 0;
    int runs = 0;
};

StepGraph::StepGraph(torch::Device device)
    : recording_(device.is_cuda() ? std::make_unique<Recording>(device) : nullptr) {}

void StepGraph::run(std::uint64_t key, const std::function<void()>& work) {
    recording_ ? recording_->run(key, work) : work();
}

#else

struct StepGraph::Recording {};

StepGraph::StepGraph(torch::Device /*device*/) {}

void StepGraph::run(std::uint64_t /*key*/, const std::function<void()>& work) {
    work();
}

#endif

StepGraph::~StepGraph() = default;

}  // namespace elbo
