#include "models/spec/number_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace elbo {

std::string shortNumber(double value) {
    return std::isnan(value) ? "nan" : fmt::format("{:.6g}", value);
}

std::string exactNumber(double value) {
    if (std::isnan(value)) {
        return "nan";  // whatever its sign bit
    }
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace elbo
