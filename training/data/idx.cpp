#include "training/data/idx.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "training/data/gzip.h"
#include "training/experiment/experiment.h"

namespace elbo {
namespace {

constexpr std::uint64_t kMostExamples = 50'000'000;
constexpr std::uint64_t kMostSide = 4096;  // pixels
constexpr std::uint64_t kMostBytes = 8ULL * 1024 * 1024 * 1024;
constexpr std::size_t kChunk = 1'048'576;

const char* const kWrongFile =
    "Name an IDX file of unsigned bytes, such as train-images-idx3-ubyte.gz; `elboroom list data` shows where they are "
    "looked for.";
const char* const kDownloadAgain = "The file is incomplete: copy or download it again.";

std::string hexBytes(const std::uint8_t* bytes, std::size_t n) {
    return fmt::format("{:02x}", fmt::join(bytes, bytes + n, " "));
}

/// What the first bytes of a file that is not IDX look like, or an empty text.
std::string otherFormat(const std::uint8_t* bytes, std::size_t n) {
    struct Sign {
        std::string_view start;
        const char* format;
    };
    static constexpr std::array<Sign, 9> kSigns{{{"\x89PNG", "a PNG image"},
                                                 {"\xff\xd8\xff", "a JPEG image"},
                                                 {"PK", "a zip archive"},
                                                 {"\x93NUM", "a NumPy array"},
                                                 {"\x1f\x8b", "gzip inside gzip; unpack it once"},
                                                 {"%PDF", "a PDF document"},
                                                 {"<!DO", "a web page"},
                                                 {"<htm", "a web page"},
                                                 {"<?xm", "an XML document"}}};
    for (const Sign& sign : kSigns) {
        if (n >= sign.start.size() && std::memcmp(bytes, sign.start.data(), sign.start.size()) == 0) {
            return sign.format;
        }
    }
    return "";
}

const char* typeName(std::uint8_t code) {
    switch (code) {
        case 0x08:
            return "unsigned bytes";
        case 0x09:
            return "signed bytes";
        case 0x0b:
            return "16-bit integers";
        case 0x0c:
            return "32-bit integers";
        case 0x0d:
            return "32-bit floats";
        case 0x0e:
            return "64-bit floats";
        default:
            return nullptr;
    }
}

void checkMagic(const std::string& path, const std::array<std::uint8_t, 4>& magic, std::uint8_t rank) {
    const std::array<std::uint8_t, 4> wanted{0, 0, 8, rank};
    if (magic == wanted) {
        return;
    }
    const std::string dimensions = fmt::format("{} dimension{}", rank, rank == 1 ? "" : "s");
    const std::string expected =
        fmt::format("the IDX magic {} (unsigned bytes, {})", hexBytes(wanted.data(), 4), dimensions);
    const std::string bytes = hexBytes(magic.data(), 4);
    const std::string other = otherFormat(magic.data(), 4);
    if (!other.empty()) {
        throwBadFile(path, 0, expected, fmt::format("{} ({})", bytes, other), kWrongFile);
    }
    if (magic[3] == 0 && magic[2] == 0 && magic[1] == 8) {
        throwBadFile(path, 0, expected, fmt::format("{} (byte order reversed)", bytes),
                     "Write the header with big-endian numbers, as the IDX format asks.");
    }
    if (magic[0] != 0 || magic[1] != 0 || typeName(magic[2]) == nullptr) {
        throwBadFile(path, 0, expected, bytes, kWrongFile);
    }
    if (magic[2] != 8) {
        throwBadFile(path, 2, "type 08 (unsigned bytes)",
                     fmt::format("{} ({})", hexBytes(&magic[2], 1), typeName(magic[2])),
                     "Convert the values to unsigned bytes 0 ... 255.");
    }
    if (rank == 3 && magic[3] == 1) {
        throwBadFile(path, 3, "3 dimensions (images)", "1 (a label file)",
                     "Name the images file, not the labels file.");
    }
    if (rank == 1 && magic[3] == 3) {
        throwBadFile(path, 3, "1 dimension (labels)", "3 (an images file)",
                     "Name the labels file, not the images file.");
    }
    throwBadFile(path, 3, dimensions, fmt::to_string(magic[3]), kWrongFile);
}

/// Reads and checks the header; returns the `rank` sizes.
std::vector<std::uint64_t> readHeader(ByteStream& stream, std::uint8_t rank) {
    std::array<std::uint8_t, 4> word{};
    const std::size_t n = stream.read(word.data(), 4);
    if (n == 0) {
        throwBadFile(stream.path(), 0, "an IDX header", "an empty file", kDownloadAgain);
    }
    if (n < 4) {
        throwBadFile(stream.path(), n, fmt::format("an IDX header of {} bytes", 4 + 4 * rank), "the end of the file",
                     kDownloadAgain);
    }
    checkMagic(stream.path(), word, rank);

    constexpr std::array<const char*, 3> kNames{"number of examples", "height", "width"};
    std::vector<std::uint64_t> sizes;
    for (std::uint8_t i = 0; i < rank; ++i) {
        const std::uint64_t at = stream.offset();
        const char* const name = kNames[i];
        if (stream.read(word.data(), 4) < 4) {
            throwBadFile(stream.path(), at, fmt::format("the {} (4 bytes)", name), "the end of the file",
                         kDownloadAgain);
        }
        const std::uint64_t size = std::uint64_t{word[0]} << 24 | std::uint64_t{word[1]} << 16 |
                                   std::uint64_t{word[2]} << 8 | std::uint64_t{word[3]};
        const std::uint64_t most = i == 0 ? kMostExamples : kMostSide;
        if (size == 0 || size > most) {
            throwBadFile(stream.path(), at, fmt::format("a {} from 1 to {}", name, most), fmt::to_string(size),
                         size == 0 ? kDownloadAgain : "The header is damaged or this is not an IDX file.");
        }
        sizes.push_back(size);
    }
    return sizes;
}

std::vector<std::uint8_t> readBody(ByteStream& stream, const std::vector<std::uint64_t>& sizes) {
    // Sizes are below 2^26, 2^12 and 2^12, so the product fits; it is still bounded before any memory is taken.
    std::uint64_t total = 1;
    for (const std::uint64_t size : sizes) {
        total *= size;
    }
    const std::string product = fmt::format("{} = {}", fmt::join(sizes, " x "), total);
    const std::uint64_t start = stream.offset();
    if (total > kMostBytes) {
        throwBadFile(stream.path(), 4, fmt::format("at most {} values", kMostBytes), product,
                     "The header is damaged, or the file should be split.");
    }
    const std::uint64_t most = stream.mostRemaining();
    const std::string expected = fmt::format("{} bytes behind the header", product);
    if (total > most) {
        throwBadFile(stream.path(), start, expected,
                     fmt::format("{} {}", stream.compressed() ? "gzip data for at most" : "only", most),
                     kDownloadAgain);
    }
    std::vector<std::uint8_t> body;
    if (!stream.compressed()) {
        body.reserve(total);  // that many bytes are on the disk
    }
    while (body.size() < total) {
        const std::size_t before = body.size();
        const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, total - before));
        body.resize(before + wanted);
        const std::size_t n = stream.read(body.data() + before, wanted);
        if (n < wanted) {
            throwBadFile(stream.path(), start + before + n, expected, fmt::format("the end after {}", before + n),
                         kDownloadAgain);
        }
    }
    // Asking for one byte more also makes gzip check its CRC.
    std::uint8_t extra = 0;
    if (stream.read(&extra, 1) != 0) {
        throwBadFile(stream.path(), start + total, fmt::format("the end of the file after {}", expected), "more bytes",
                     "The header and the data do not belong together: copy or download the file again.");
    }
    return body;
}

}  // namespace

bool looksLikeIdx(std::string_view head) {
    const bool gzip = head.starts_with("\x1f\x8b");
    const bool idx = head.size() >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0e;
    return gzip || idx;
}

IdxImages readIdxImages(const std::string& path) {
    ByteStream stream(path);
    const std::vector<std::uint64_t> sizes = readHeader(stream, 3);
    IdxImages images;
    images.count = static_cast<int>(sizes[0]);
    images.height = static_cast<int>(sizes[1]);
    images.width = static_cast<int>(sizes[2]);
    images.pixels = readBody(stream, sizes);
    return images;
}

int countIdxImages(const std::string& path) {
    ByteStream stream(path);
    return static_cast<int>(readHeader(stream, 3).front());
}

std::vector<std::uint8_t> readIdxLabels(const std::string& path) {
    ByteStream stream(path);
    const std::vector<std::uint64_t> sizes = readHeader(stream, 1);
    return readBody(stream, sizes);
}

void requireSameCount(const std::string& imagesPath, int images, const std::string& labelsPath, std::size_t labels) {
    if (static_cast<std::size_t>(images) != labels) {
        throwBadFile(labelsPath, 4, fmt::format("{} labels, one per image of {}", images, imagesPath),
                     fmt::to_string(labels), "Put the labels file that belongs to these images beside them.");
    }
}

}  // namespace elbo
