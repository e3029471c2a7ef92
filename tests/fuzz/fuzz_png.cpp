// PNG images, as they are and with the checksums of their chunks set anew.
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/packed.h"
#include "training/data/png_image.h"

namespace elbo::fuzz {
namespace {

constexpr int kSide = 9;  ///< pixels that an image must have

void readImage(const std::string& bytes) {
    const std::vector<std::uint8_t> file(bytes.begin(), bytes.end());
    const auto image = accepted([&] { return readPng(file, kSide, kSide, "fuzz.png", "Use another."); });
    if (!image) {
        return;
    }
    require(image->width == kSide && image->height == kSide && image->pixels.size() == kSide * kSide,
            "an image has the size that was asked for");
    std::string rows;
    for (std::size_t y = 0; y < kSide; ++y) {
        const auto first = image->pixels.begin() + static_cast<std::ptrdiff_t>(y * kSide);
        rows += '\0' + std::string(first, first + kSide);
    }
    const std::string again = png(kSide, kSide, 8, 0, rows);
    require(readPng({again.begin(), again.end()}, kSide, kSide, "again.png", "").pixels == image->pixels,
            "grey values read back as they were written");
}

/// So many lines of so many bytes, with a filter of their own each.
std::string lines(std::size_t count, std::size_t bytes) {
    std::string rows;
    for (std::size_t y = 0; y < count; ++y) {
        rows += static_cast<char>(y % 5);
        for (std::size_t x = 0; x < bytes; ++x) {
            rows += static_cast<char>(31 * y + 7 * x);
        }
    }
    return rows;
}

}  // namespace

std::vector<std::string> seeds() {
    constexpr int kGrey = 0, kColours = 2, kPalette = 3, kGreyAlpha = 4, kColoursAlpha = 6;
    std::vector<std::string> files{png(kSide, kSide, 1, kGrey, lines(kSide, 2)),
                                   png(kSide, kSide, 8, kGrey, lines(kSide, kSide)),
                                   png(kSide, kSide, 16, kGrey, lines(kSide, 2 * kSide)),
                                   png(kSide, kSide, 8, kColours, lines(kSide, 3 * kSide)),
                                   png(kSide, kSide, 8, kGreyAlpha, lines(kSide, 2 * kSide)),
                                   png(kSide, kSide, 16, kColoursAlpha, lines(kSide, 8 * kSide)),
                                   png(kSide, kSide, 8, kPalette, lines(kSide, kSide)),
                                   png(kSide, kSide, 8, kGrey, lines(kSide - 1, kSide)),
                                   png(kSide, kSide, 8, kGrey, std::string(100'000, '\0')),
                                   png(0x7fffffffU, 0x7fffffffU, 16, kColoursAlpha, lines(1, 64)),
                                   png(0, 0, 8, kGrey, ""),
                                   "",
                                   "\x89PNG\r\n\x1a\n",
                                   "GIF89a"};
    const std::size_t header = 33;  // signature and IHDR: where a palette or a text may stand
    files.push_back(files[6]);
    files.back().insert(header, pngChunk("PLTE" + std::string(765, '\x40')) + pngChunk("tRNS" + std::string(255, 'a')));
    files.push_back(files[1]);
    files.back().insert(header, pngChunk("gAMA" + bigEndian(1)) + pngChunk("iCCPx" + std::string(200, '\0')));
    files.push_back(files[1].substr(0, files[1].size() - 20));
    return files;
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = elbo::fuzz::textOf(data, size);
    elbo::fuzz::readImage(bytes);
    elbo::fuzz::readImage(elbo::fuzz::pngSealed(bytes));
    return 0;
}
