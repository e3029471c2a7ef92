// What a thread that computes with tensors must set for itself.
#pragma once

namespace elbo {

/// Gradient mode, flush-to-zero, intra-op thread budget. Call first.
void prepareWorkerThread(int threads, bool gradients);

}  // namespace elbo
