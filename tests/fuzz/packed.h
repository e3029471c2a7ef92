// Zip archives and PNG images, made byte by byte: what their checksums would refuse at once shall reach the reader.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace elbo::fuzz {

/// CRC-32 as zip and PNG use it.
inline std::uint32_t checksum(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

inline std::string littleEndian(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xffU);
    }
    return text;
}

inline std::string bigEndian(std::uint32_t value) {
    const std::string text = littleEndian(value, 4);
    return {text.rbegin(), text.rend()};
}

/// The name of an entry and its bytes.
using ZipFile = std::pair<std::string, std::string>;

/// A zip archive that stores its entries as they are.
inline std::string zipped(const std::vector<ZipFile>& files) {
    constexpr std::uint64_t kVersion = 20;
    std::string body, directory;
    for (const auto& [name, bytes] : files) {
        // Flags, method (none) and time (none) are zero.
        const std::string common = littleEndian(kVersion, 2) + std::string(8, '\0') + littleEndian(checksum(bytes), 4) +
                                   littleEndian(bytes.size(), 4) + littleEndian(bytes.size(), 4) +
                                   littleEndian(name.size(), 2) + littleEndian(0, 2);
        directory +=
            "PK\1\2" + littleEndian(kVersion, 2) + common + std::string(10, '\0') + littleEndian(body.size(), 4) + name;
        body += "PK\3\4" + common + name + bytes;
    }
    return body + directory + "PK\5\6" + std::string(4, '\0') + littleEndian(files.size(), 2) +
           littleEndian(files.size(), 2) + littleEndian(directory.size(), 4) + littleEndian(body.size(), 4) +
           std::string(2, '\0');
}

inline std::string pngChunk(const std::string& typeAndBody) {
    return bigEndian(static_cast<std::uint32_t>(typeAndBody.size() - 4)) + typeAndBody +
           bigEndian(checksum(typeAndBody));
}

/// A PNG that says it has `width` x `height` pixels of `depth` bits in `colour`; `rows` are its lines, each behind the
/// byte of its filter.
inline std::string png(std::uint32_t width, std::uint32_t height, int depth, int colour, const std::string& rows) {
    std::string packed(compressBound(static_cast<uLong>(rows.size())), '\0');
    auto size = static_cast<uLongf>(packed.size());
    if (compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()),
                 static_cast<uLong>(rows.size())) != Z_OK) {
        throw std::bad_alloc();
    }
    packed.resize(size);
    return std::string("\x89PNG\r\n\x1a\n") +
           pngChunk("IHDR" + bigEndian(width) + bigEndian(height) + static_cast<char>(depth) +
                    static_cast<char>(colour) + std::string(3, '\0')) +
           pngChunk("IDAT" + packed) + pngChunk("IEND");
}

/// `file` with the right checksum behind every chunk that lies in it whole.
inline std::string pngSealed(std::string file) {
    constexpr std::size_t kSignature = 8, kFrame = 12;
    for (std::size_t at = kSignature; at + kFrame <= file.size();) {
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            length = length << 8 | static_cast<unsigned char>(file[at + i]);
        }
        if (length > file.size() - at - kFrame) {
            break;
        }
        file.replace(at + 8 + length, 4, bigEndian(checksum(file.substr(at + 4, length + 4))));
        at += kFrame + length;
    }
    return file;
}

}  // namespace elbo::fuzz
