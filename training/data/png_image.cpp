#include "training/data/png_image.h"

#include <fmt/format.h>
#include <png.h>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

struct Decoder {
    png_image image{};

    Decoder() { image.version = PNG_IMAGE_VERSION; }
    ~Decoder() { png_image_free(&image); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
};

}  // namespace

GreyImage readPng(const std::vector<std::uint8_t>& bytes, int width, int height, const std::string& place,
                  const std::string& remedy) {
    const auto fail = [&](const std::string& found) {
        throw InputError(fmt::format("{}: expected a PNG image of {} x {} pixels, found {}. {}", place, width, height,
                                     found, remedy));
    };
    if (bytes.empty()) {
        fail("an empty file");
    }
    Decoder decoder;
    png_image& image = decoder.image;
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) {
        fail(fmt::format("something else ({})", image.message));
    }
    if (image.width != static_cast<png_uint_32>(width) || image.height != static_cast<png_uint_32>(height)) {
        fail(fmt::format("one of {} x {}", image.width, image.height));
    }
    image.format = PNG_FORMAT_GRAY;
    GreyImage grey{width, height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
    const png_color paper{255, 255, 255};
    if (png_image_finish_read(&image, &paper, grey.pixels.data(), 0, nullptr) == 0) {
        fail(fmt::format("a damaged one ({})", image.message));
    }
    return grey;
}

}  // namespace elbo
