// The safetensors format, read strictly and sealed: a damaged file is an error and never other numbers.
//
// A file is an 8-byte little-endian header length, a JSON header padded with spaces to a multiple of 8 bytes, and the
// tensors in row-major little-endian order. Any safetensors reader reads what is written here.
//
// The seal. The header begins with {"__metadata__":{"sha256":"<64 hex digits>". The digits are the lower-case SHA-256
// of the whole file (length, header with its padding, data) with these 64 digits replaced by 64 times '0'. So every
// byte of the file is under the seal, the seal's own digits by comparison.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

struct TensorBlob {
    std::string name;
    std::string dtype;                ///< "F32", "F64", "I64" or "U8"
    std::vector<std::int64_t> shape;  ///< empty: one number
    std::vector<std::byte> bytes;     ///< product(shape) x element size, row-major, little-endian

    bool operator==(const TensorBlob&) const = default;
};

struct SafetensorsFile {
    std::map<std::string, std::string> metadata;  ///< UTF-8; the seal is not part of it
    std::vector<TensorBlob> tensors;              ///< in the order of the header

    bool operator==(const SafetensorsFile&) const = default;
};

/// The bytes of a file, sealed. Tensors are laid out with the widest elements first, so that each is aligned. Throws
/// std::invalid_argument for what cannot be written: an unknown dtype, a size that does not match, a name used twice,
/// the reserved names "__metadata__" and "sha256", text that is not UTF-8.
std::string encodeSafetensors(const SafetensorsFile& file);

/// Reads the bytes of a file. `origin` names it in messages. Throws InputError with offset and expectation when
/// anything at all is wrong with the header, or when the seal is missing or broken. Memory taken is in proportion to
/// `bytes`.
SafetensorsFile decodeSafetensors(std::string_view bytes, const std::string& origin);

/// Whether the file at `path` is as long as its header says, which it reads alone: a look at what nobody changed on
/// purpose. Only decodeSafetensors() finds damage inside.
bool isWholeSafetensors(const std::string& path);

}  // namespace elbo
