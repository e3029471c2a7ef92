// Bytes as gzip.
#pragma once

#include <zlib.h>

#include <new>
#include <string>

namespace elbo::fuzz {

/// One member of a gzip file, packed quickly.
inline std::string gzipped(const std::string& bytes) {
    constexpr int kGzip = 16 + MAX_WBITS, kFast = 1, kMemory = 8;
    z_stream zlib{};
    if (deflateInit2(&zlib, kFast, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string packed(deflateBound(&zlib, bytes.size()), '\0');
    std::string from = bytes;  // zlib asks for bytes that it may change
    zlib.next_in = reinterpret_cast<Bytef*>(from.data());
    zlib.avail_in = static_cast<uInt>(from.size());
    zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
    zlib.avail_out = static_cast<uInt>(packed.size());
    deflate(&zlib, Z_FINISH);
    packed.resize(zlib.total_out);
    deflateEnd(&zlib);
    return packed;
}

}  // namespace elbo::fuzz
