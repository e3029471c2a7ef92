#include "tests/fuzz/mutations.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace elbo::fuzz {
namespace {

constexpr std::size_t kLongest = 65'536;  ///< bytes of an input

constexpr const char* kDigits = "0123456789";
constexpr std::array kNumbers{"0",
                              "-1",
                              "1",
                              "2",
                              "255",
                              "256",
                              "4096",
                              "4097",
                              "65536",
                              "1e308",
                              "-1e308",
                              "1e-320",
                              "1e999",
                              "-0.0",
                              "0.1",
                              "2147483647",
                              "nan",
                              "-inf",
                              "1:2:",
                              "0x7f",
                              "999999",
                              "1e12",
                              "1e15",
                              "9007199254740993",
                              "x",
                              "",
                              "1.",
                              "2147483648",
                              "9223372036854775807",
                              "-9223372036854775808",
                              "18446744073709551615",
                              "18446744073709551616"};
constexpr std::array<std::uint64_t, 12> kWords{0,    1,      7,      8,          0x7f,       0x80,
                                               0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff};
constexpr char kSigns[] = "\0\n\r\t \"'\\[]{}():;,.=#%<>&-+xX0_\x7f\x80\xbf\xc3\xed\xff";

}  // namespace

Mutations::Mutations(const std::vector<std::string>& seeds) {
    std::copy_if(seeds.begin(), seeds.end(), std::back_inserter(seeds_),
                 [](const std::string& seed) { return seed.size() <= kLongest; });
    if (seeds_.empty()) {
        seeds_.emplace_back();
    }
}

std::string Mutations::next() {
    constexpr std::size_t kMostChanges = 4;
    std::string input = seeds_[below(seeds_.size())];
    for (std::size_t changes = 1 + below(kMostChanges); changes > 0; --changes) {
        change(input);
    }
    input.resize(std::min(input.size(), kLongest));
    return input;
}

void Mutations::change(std::string& input) {
    constexpr std::array kChanges{&Mutations::changeBytes, &Mutations::changeNumber, &Mutations::changeLength,
                                  &Mutations::splice};
    (this->*kChanges[below(kChanges.size())])(input);
}

/// A bit, a sign that means something to some format, or a whole number as it lies in memory.
void Mutations::changeBytes(std::string& input) {
    if (input.empty()) {
        return;
    }
    const std::size_t at = below(input.size());
    switch (below(3)) {
        case 0:
            input[at] = static_cast<char>(input[at] ^ static_cast<char>(1U << below(8)));
            break;
        case 1:
            input[at] = kSigns[below(sizeof kSigns - 1)];
            break;
        default: {
            const std::uint64_t word = kWords[below(kWords.size())];
            const std::size_t width = std::min(std::size_t{1} << below(4), input.size() - at);
            const bool bigEndian = below(2) == 0;
            for (std::size_t i = 0; i < width; ++i) {
                input[at + i] = static_cast<char>(word >> (8 * (bigEndian ? width - 1 - i : i)) & 0xffU);
            }
        }
    }
}

/// A number in a text becomes another.
void Mutations::changeNumber(std::string& input) {
    std::size_t at = input.find_first_of(kDigits, below(input.size()));
    if (at == std::string::npos) {
        at = below(input.size() + 1);
    }
    const std::size_t end = std::min(input.find_first_not_of("0123456789.e", at), input.size());
    input.replace(at, end - at, kNumbers[below(kNumbers.size())]);
}

/// A stretch goes, is there twice, or a sign is there many times.
void Mutations::changeLength(std::string& input) {
    constexpr std::size_t kLongRun = 5000;
    const std::size_t at = below(input.size() + 1);
    const std::size_t stretch = below(std::min<std::size_t>(input.size() - at, below(2) == 0 ? 8 : kLongest) + 1);
    switch (below(4)) {
        case 0:
            input.erase(at, stretch);
            break;
        case 1:
            input.insert(at, input.substr(at, stretch));
            break;
        case 2:
            input.insert(at, below(2) == 0 ? below(8) : below(kLongRun), kSigns[below(sizeof kSigns - 1)]);
            break;
        default:
            input.resize(at);
    }
}

/// A stretch of another seed in place of one of this.
void Mutations::splice(std::string& input) {
    const std::string& other = seeds_[below(seeds_.size())];
    const std::size_t from = below(other.size() + 1), at = below(input.size() + 1);
    const std::string stretch = other.substr(from, below(std::min<std::size_t>(other.size() - from, 200) + 1));
    input.replace(at, below(2) == 0 ? 0 : stretch.size(), stretch);
}

}  // namespace elbo::fuzz
