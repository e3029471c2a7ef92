// What a thread that computes with tensors must set for itself.
#pragma once

namespace elbo {

/// As many of `wanted` threads as the machine has cores: more only wait for each other.
int usableThreads(int wanted);

/// Gradient mode, flush-to-zero, usableThreads(threads) as intra-op thread budget. Call first.
void prepareWorkerThread(int threads, bool gradients);

}  // namespace elbo
