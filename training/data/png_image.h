// PNG images as grey values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// [height, width], row-major; 0 is black, 255 white.
struct GreyImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

/// Decodes a PNG of any depth and colour; what is transparent becomes white. Throws InputError that begins with
/// `place`, says what was expected and found and ends with `remedy`: for what is no PNG, is damaged, or is not as large
/// as it should be. The size is read before memory for pixels is taken.
GreyImage readPng(const std::vector<std::uint8_t>& bytes, int width, int height, const std::string& place,
                  const std::string& remedy);

}  // namespace elbo
