#include "models/fleet/large_buffer.h"

#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>

#include "models/tensor/torch.h"
#endif

namespace elbo {

#if defined(__linux__)

namespace {

constexpr std::size_t kPage = std::size_t{2} << 20U;

/// Zeroed memory on a boundary of large pages, or an undefined tensor when there is none to be had.
torch::Tensor mapped(torch::IntArrayRef shape, std::size_t bytes, const torch::TensorOptions& options) {
    const std::size_t whole = (bytes + kPage - 1) / kPage * kPage + kPage;
    void* const start = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return {};
    }
    const auto address = reinterpret_cast<std::uintptr_t>(start);
    auto* const aligned = static_cast<char*>(start) + ((kPage - address % kPage) % kPage);
    // Advice only: a system without large pages serves the same memory in small ones.
    madvise(aligned, whole - kPage, MADV_HUGEPAGE);
    return torch::from_blob(
        aligned, shape, [start, whole](void*) { munmap(start, whole); }, options);
}

}  // namespace

#endif

torch::Tensor zeroBuffer(torch::IntArrayRef shape, const torch::TensorOptions& options) {
#if defined(__linux__)
    std::size_t bytes = c10::typeMetaToScalarType(options.dtype()) == torch::kFloat64 ? 8 : 4;
    for (const std::int64_t length : shape) {
        bytes *= static_cast<std::size_t>(length);
    }
    if (options.device().is_cpu() && bytes >= 2 * kPage) {
        if (torch::Tensor buffer = mapped(shape, bytes, options); buffer.defined()) {
            return buffer;
        }
    }
#endif
    return torch::zeros(shape, options);
}

}  // namespace elbo
