// Architectures that have a name, as TOML.
#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/architecture_preset.h"
#include "training/experiment/input_file.h"

namespace elbo::fuzz {
namespace {

/// As in the file, with these settings.
std::string table(const std::string& name, const std::string& settings) {
    return "[[architecture]]\nname = \"" + name +
           "\"\nlabel = \"(-)\"\nsource = \"Nobody\"\nexplanation = \"Something.\"\nsettings = [" + settings + "]\n";
}

}  // namespace

std::vector<std::string> seeds() {
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += table("a" + std::to_string(i), R"("model.latent_dim=3", "model.encoder=[8, 8]")");
    }
    return {readInputFile(ELBOROOM_SOURCE_DIR "/resources/architectures.toml", {"architectures", 1U << 20}),
            many,
            table("mixture", R"("model.prior=gaussian_mixture", "model.prior_components=5")"),
            table("flow", R"("model.posterior=iaf", "model.prior=maf")"),
            table("elsewhere", R"("objective.beta=4")"),
            table("unknown", R"("model.encoders=[8]")"),
            table("large", R"("model.latent_dim=99999999999999999999", "model.encoder=[65536, 65536]")"),
            table("twice", "") + table("twice", ""),
            "[[architecture]]\nname = \"x\"\n",
            "[architecture]\nname = \"x\"\n",
            ""};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string text = textOf(data, size);
    const auto presets = accepted([&] { return parseArchitectures(text, "architectures.toml"); });
    if (!presets) {
        return 0;
    }
    for (const ArchitecturePreset& preset : *presets) {
        const Experiment begun = withArchitecture(Experiment(), preset);
        Experiment rest = begun;
        rest.model = Experiment().model;
        require(rest == Experiment(), "an architecture changes the model alone");
        const auto again = accepted([&] { return withArchitecture(begun, preset); });
        require(!again || *again == begun, "an architecture that is in force changes nothing");
    }
    return 0;
}
