#include "models/spec/number_text.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cfenv>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace elbo {

namespace {

/// Arithmetic as the standard has it while this lives: writing a number out needs it, and threads that train do not.
class StandardArithmetic {
  public:
    StandardArithmetic() {
        std::fegetenv(&before_);
        std::fesetenv(FE_DFL_ENV);
    }
    ~StandardArithmetic() { std::fesetenv(&before_); }
    StandardArithmetic(const StandardArithmetic&) = delete;
    StandardArithmetic& operator=(const StandardArithmetic&) = delete;

  private:
    std::fenv_t before_{};
};

std::string shortestText(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

bool isSubnormal(double value) {
    constexpr std::uint64_t kExponent = 0x7ff0'0000'0000'0000U;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return (bits & kExponent) == 0 && (bits << 1U) != 0;
}

std::string shortNumber(double value) {
    if (isSubnormal(value)) {
        const StandardArithmetic arithmetic;
        return fmt::format("{:.6g}", value);
    }
    return std::isnan(value) ? "nan" : fmt::format("{:.6g}", value);
}

std::string exactNumber(double value) {
    if (std::isnan(value)) {
        return "nan";  // whatever its sign bit
    }
    if (isSubnormal(value)) {
        const StandardArithmetic arithmetic;
        return shortestText(value);
    }
    return shortestText(value);
}

}  // namespace elbo
