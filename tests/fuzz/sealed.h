// The seal of a safetensors file, set anew: what a checksum would refuse at once shall reach the reader.
#pragma once

#include <string>
#include <string_view>

#include "training/files/sha256.h"

namespace elbo::fuzz {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kSealDigits = 64;
constexpr std::string_view kSealPrefix = R"({"__metadata__":{"sha256":")";

/// `file` with the right digits where those of the seal stand; as it is where it is too short for them.
inline std::string sealed(std::string file) {
    constexpr std::size_t kBegin = kLengthBytes + kSealPrefix.size();
    if (file.size() >= kBegin + kSealDigits) {
        file.replace(kBegin, kSealDigits, kSealDigits, '0');
        file.replace(kBegin, kSealDigits, sha256Hex(file.data(), file.size()));
    }
    return file;
}

}  // namespace elbo::fuzz
