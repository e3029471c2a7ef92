// What every fuzz target shares: which inputs it begins with, how a reader may refuse, and what it must never do.
//
// To add a reader: 1. fuzz_<reader>.cpp with LLVMFuzzerTestOneInput() and seeds(); 2. its name in CMakeLists.txt, and
// its sources there where no target needs them yet; 3. seeds that are short texts as files in corpus/<reader>/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "training/experiment/input_error.h"

/// Gives the reader one input. A broken promise ends the program: a signal, or an exception that nobody catches.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace elbo::fuzz {

/// What the reader begins with besides corpus/<reader>/: binary files and long texts, which are made here.
std::vector<std::string> seeds();

inline std::string textOf(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

/// Ends the program where a promise is not kept.
inline void require(bool kept, const char* promise) {
    if (!kept) {
        std::fprintf(stderr, "Not kept: %s.\n", promise);
        std::abort();
    }
}

/// What `read` returns, or nothing where it refuses: by an InputError, whose message is short. Every other exception
/// goes on and ends the program.
template <class Read>
auto accepted(const Read& read) -> std::optional<decltype(read())> {
    constexpr std::size_t kLongestMessage = 16'384;
    try {
        return read();
    } catch (const InputError& error) {
        require(std::strlen(error.what()) <= kLongestMessage, "a message has at most 16 KiB");
        return std::nullopt;
    }
}

}  // namespace elbo::fuzz
