// Plain and gzip files as one stream of bytes.
#include <algorithm>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/gzipped.h"
#include "tests/fuzz/memory_file.h"
#include "training/data/gzip.h"

namespace elbo::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kLimit = std::size_t{4} << 20;

/// The file once more, in pieces of many sizes.
void readInPieces(const std::string& path, const Bytes& expected) {
    constexpr std::size_t kPiece = 65'521;
    ByteStream stream(path);
    Bytes piece(kPiece);
    std::size_t done = 0;
    for (std::size_t wanted = 1;; wanted = wanted * 5 % kPiece + 1) {
        require(expected.size() - done <= stream.mostRemaining(), "no more comes than was announced");
        const std::size_t n = stream.read(piece.data(), wanted);
        const auto from = expected.begin() + static_cast<std::ptrdiff_t>(done);
        require(n <= expected.size() - done &&
                    std::equal(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n), from),
                "pieces are those of the whole");
        done += n;
        require(stream.offset() == done, "a stream knows where it is");
        if (n < wanted) {
            break;
        }
    }
    require(done == expected.size(), "pieces make the whole");
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string text = "0.5, 1, 500\n";
    const std::string packed = gzipped(text);
    std::string damaged = packed;
    damaged[damaged.size() - 5] ^= 1;  // in its checksum
    return {"",
            text,
            "\x1f",
            "\x1f\x8b",
            packed,
            packed + packed,
            packed + "more",
            packed.substr(0, packed.size() - 4),
            damaged,
            gzipped(""),
            gzipped(packed),
            gzipped(std::string(100'000, 'a')),
            gzipped(std::string(kLimit + 1, '\0'))};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    static const MemoryFile kFile;
    const std::string bytes = textOf(data, size);
    kFile.write(bytes);
    if (const auto all = accepted([&] { return readBytes(kFile.path(), kLimit); })) {
        readInPieces(kFile.path(), *all);
    }
    kFile.write(gzipped(bytes));
    const std::vector<std::uint8_t> unpacked = readBytes(kFile.path(), size);
    require(std::equal(unpacked.begin(), unpacked.end(), data, data + size), "what was packed is unpacked");
    return 0;
}
