// Explicit random generators: the project never draws from a global one.
#pragma once

#include <ATen/core/Generator.h>

#include <cstdint>

namespace elbo {

/// A generator of the CPU seeded with `seed`.
at::Generator makeGenerator(std::uint64_t seed);

}  // namespace elbo
