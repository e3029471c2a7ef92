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
    Experiment moved;
    for (std::int64_t step = 0; step < 40; ++step) {
        const Objective before = moved.whole();
        moved.knobs = {Knobs{0.1 * static_cast<double>(step), 1.0, 0.0}};
        moved.objective.freeBits = static_cast<double>(step / 10);
        moved.objective.divergence = step % 7 == 0 ? DivergenceKind::Stein : DivergenceKind::Mmd;
        moved.objective.critic.assign(static_cast<std::size_t>(step / 20) + 1, 8);
        recordMove(moved.history.moves, 100 * step, before, moved.whole(), false);
    }
    moved.history.step = 4000;
    return {
        writeExperiment(Experiment()),
        writeExperiment(moved),
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
        require(withinBounds(experiment->history.moves), "what was moved keeps within its bounds");
        accepted([&] {
            experiment->validate();
            return true;
        });
    }
    return 0;
}
