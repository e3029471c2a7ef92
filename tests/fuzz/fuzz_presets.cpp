// Objectives that have a name, as TOML.
#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/input_file.h"
#include "training/experiment/objective_preset.h"

namespace elbo::fuzz {

std::vector<std::string> seeds() {
    std::string deep = "[[objective]]\n";
    for (int i = 0; i < 40'000; ++i) {
        deep += "a.";
    }
    return {readInputFile(ELBOROOM_SOURCE_DIR "/resources/objectives.toml", {"objectives", 1U << 20}), deep + "a = 1"};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string text = textOf(data, size);
    const auto presets = accepted([&] { return parsePresets(text, "objectives.toml"); });
    if (!presets) {
        return 0;
    }
    for (const ObjectivePreset& preset : *presets) {
        const Experiment begun = withPreset(Experiment(), preset);
        const ObjectivePreset* named = presetOf(begun, *presets);
        const bool stays = begun.history == MoveHistory{} &&
                           accepted([&] { return withPreset(begun, preset) == begun; }).value_or(false);
        require(named != nullptr || !stays, "what a preset sets has its name");
    }
    return 0;
}
