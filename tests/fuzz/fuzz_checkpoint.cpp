// The header of a checkpoint: the input is what follows its seal. Length, seal and data are always right, so that
// nothing but the header can be refused.
#include <algorithm>
#include <charconv>
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sealed.h"
#include "training/experiment/experiment_text.h"
#include "training/files/safetensors.h"

namespace elbo::fuzz {
namespace {

/// The largest end of a tensor that the header names, of those that a test can afford.
std::size_t dataSize(std::string_view header) {
    constexpr std::string_view kOffsets = "\"data_offsets\":[";
    constexpr std::size_t kMost = 65'536;
    std::size_t size = 0;
    for (std::size_t at = header.find(kOffsets); at != std::string_view::npos; at = header.find(kOffsets, at + 1)) {
        const std::size_t comma = std::min(header.find(',', at), header.size() - 1);
        std::size_t end = 0;
        const auto [rest, error] = std::from_chars(header.data() + comma + 1, header.data() + header.size(), end);
        size = error == std::errc() && end <= kMost ? std::max(size, end) : size;
    }
    return size;
}

std::string checkpoint(const std::string& rest) {
    const std::string header = std::string(kSealPrefix) + std::string(kSealDigits, '0') + rest;
    std::string file;
    for (std::size_t byte = 0; byte < kLengthBytes; ++byte) {
        file += static_cast<char>(header.size() >> (8 * byte) & 0xffU);
    }
    return sealed(file + header + std::string(dataSize(header), '\1'));
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string file = encodeSafetensors({{{"experiment", writeExperiment(Experiment())}}, {}});
    return {file.substr(kLengthBytes + kSealPrefix.size() + kSealDigits)};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string bytes = checkpoint(textOf(data, size));
    const auto file = accepted([&] { return decodeSafetensors(bytes, "fuzz.safetensors"); });
    if (file) {
        require(decodeSafetensors(encodeSafetensors(*file), "again") == *file, "what is read can be written and read");
        const auto text = file->metadata.find("experiment");
        if (text != file->metadata.end()) {
            accepted([&] { return parseExperiment(text->second, "fuzz.safetensors"); });
        }
    }
    return 0;
}
