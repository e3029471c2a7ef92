// Experiments as TOML, with what was moved by hand.
#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/experiment_text.h"

namespace elbo::fuzz {
namespace {

std::string repeated(const std::string& part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += part;
    }
    return text;
}

}  // namespace

std::vector<std::string> seeds() {
    constexpr std::size_t kParts = 40'000;
    const std::string key = repeated("a.", kParts) + "a";
    return {
        writeExperiment(Experiment()),
        key + " = 1",
        "[" + key + "]",
        "name = \"x\"\n" + repeated("a", kParts) + " = 1",
        "\"" + repeated("a", kParts) + "\" = 1",
        "objective.beta = [" + repeated("1, ", kParts) + "1]",
        "objective.beta = " + repeated("[", kParts),
        "objective = " + repeated("{a=", kParts),
        "[objective]\nbeta = \"" + repeated("1, ", kParts) + "\"",
        "[history]\nmoves = [" + repeated("\"0: \",", 11'000) + "]",
        "[history]\nmoves = [\"0: beta = x 1, 2" + repeated("; beta = x 1, 2", 11) + "\"]",
    };
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string text = textOf(data, size);
    if (const auto experiment = accepted([&] { return parseExperiment(text, "fuzz.toml"); })) {
        const std::string written = writeExperiment(*experiment);
        require(parseExperiment(written, "written.toml") == *experiment, "an experiment reads back as it was written");
        accepted([&] {
            experiment->validate();
            return true;
        });
    }
    return 0;
}
