// IDX files, the format of MNIST: a big-endian header (magic, sizes) and unsigned bytes, plain or gzip.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Images as stored: [count, height, width], row-major, ink is 255 in MNIST.
struct IdxImages {
    int count = 0;
    int height = 0;
    int width = 0;
    std::vector<std::uint8_t> pixels;
};

/// Whether a file that begins with these bytes may be IDX: two zeros and a type of values, or gzip around anything.
bool looksLikeIdx(std::string_view head);

/// Reads an image file (magic 00 00 08 03), plain or gzip by content. The file is hostile until parsed: sizes are
/// checked against the bytes that are there before memory is taken, and memory grows only with bytes that arrive.
/// Throws InputError naming the file, the byte offset, what was expected, what was found and a remedy.
IdxImages readIdxImages(const std::string& path);

/// How many images such a file says it holds, from its header alone; throws like readIdxImages().
int countIdxImages(const std::string& path);

/// Reads a label file (magic 00 00 08 01) in the same manner.
std::vector<std::uint8_t> readIdxLabels(const std::string& path);

/// Throws InputError when the number of labels is not the number of images.
void requireSameCount(const std::string& imagesPath, int images, const std::string& labelsPath, std::size_t labels);

}  // namespace elbo
