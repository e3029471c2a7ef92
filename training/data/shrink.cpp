#include "training/data/shrink.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

void shrink(Examples& examples, int width, int height, int factor) {
    const int newWidth = width / factor, newHeight = height / factor;
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(examples.size()) * static_cast<std::size_t>(newWidth * newHeight));
    for (int example = 0; example < examples.size(); ++example) {
        const float* image = examples.row(example);
        for (int y = 0; y < newHeight; ++y) {
            for (int x = 0; x < newWidth; ++x) {
                double sum = 0.0;
                for (int dy = 0; dy < factor; ++dy) {
                    for (int dx = 0; dx < factor; ++dx) {
                        sum += image[(y * factor + dy) * width + x * factor + dx];
                    }
                }
                values.push_back(static_cast<float>(sum / (factor * factor)));
            }
        }
    }
    examples.values = std::move(values);
    examples.dim = newWidth * newHeight;
}

}  // namespace

void shrinkImages(Dataset& set, int factor) {
    if (factor == 1) {
        return;
    }
    if (set.imageWidth % factor != 0 || set.imageHeight % factor != 0) {
        throw InputError(fmt::format(
            "data.shrink is {}, but the images of \"{}\" have {} x {} pixels; make it a divisor of both sides", factor,
            set.name, set.imageWidth, set.imageHeight));
    }
    for (Examples* split : {&set.train, &set.validation, &set.test}) {
        shrink(*split, set.imageWidth, set.imageHeight, factor);
    }
    set.imageWidth /= factor;
    set.imageHeight /= factor;
    set.dim = set.imageWidth * set.imageHeight;
}

}  // namespace elbo
