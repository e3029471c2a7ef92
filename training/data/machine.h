// What the machine has, and the words for what does not fit into it.
#pragma once

#include <cstdint>
#include <string>

namespace elbo {

/// What there is to share.
struct Machine {
    int cores = 1;
    std::uint64_t memoryBytes = 0;  ///< that can be used without pushing other programs out, or that a limit leaves

    static Machine here();

    /// Throws InputError where so many bytes do not fit; 0 bytes of memory: nobody knows. `subject` is who needs them,
    /// "training this model"; `remedy` is what to make smaller.
    void require(std::uint64_t bytes, const std::string& subject, const std::string& remedy) const;
};

}  // namespace elbo
