#include "models/fleet/generator.h"

#include <ATen/CPUGeneratorImpl.h>

namespace elbo {

at::Generator makeGenerator(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

}  // namespace elbo
