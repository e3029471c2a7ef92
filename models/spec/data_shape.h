// What one example is: a point of so many coordinates, or an image of so many pixels.
#pragma once

namespace elbo {

/// Plain value. An image is stored row by row, so that dim = height * width * channels.
struct DataShape {
    int dim = 0;       ///< values of one example
    int height = 0;    ///< pixels; 0 when examples are points
    int width = 0;     ///< pixels; 0 when examples are points
    int channels = 1;  ///< values of one pixel

    static constexpr DataShape point(int dim) { return {dim, 0, 0, 1}; }
    static constexpr DataShape image(int height, int width, int channels = 1) {
        return {height * width * channels, height, width, channels};
    }

    constexpr bool isImage() const { return height > 0 && width > 0; }
    bool operator==(const DataShape&) const = default;
};

}  // namespace elbo
