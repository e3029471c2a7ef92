#include "widgets/objective/knob_options.h"

#include <array>

#include "models/spec/knobs.h"

namespace elbo {
namespace {

/// A weight whose standard value takes its term out of the objective, or leaves it as it is.
KnobSlider::Options termWeight(const char* name, const QString& index, double standard, const QString& explanation) {
    return {.name = name,
            .symbol = "w<sub>" + index + "</sub>",
            .explanation = explanation,
            .scale = ValueScale::decades(1e-2, 1e2, 80, true),
            .lowestEntry = -1e3,
            .highestEntry = 1e6,
            .standard = standard};
}

std::array<KnobSlider::Options, kKnobCount> makeOptions() {
    return {KnobSlider::Options{
                .name = "beta",
                .symbol = QString::fromUtf8("\u03b2"),
                .explanation = "Weight of the rate: above 1 codes are squeezed towards the prior, below 1 they may "
                               "carry more information.",
                .scale = ValueScale::decades(1e-2, 1e2, 200, true),
                .lowestEntry = 0.0,
                .highestEntry = 1e6,
                .standard = 1.0},
            KnobSlider::Options{
                .name = "lambda",
                .symbol = QString::fromUtf8("\u03bb"),
                .explanation = "Weight of the marginal divergence: large values pull all codes together, taken as one "
                               "cloud, onto the prior.",
                .scale = ValueScale::decades(1e-2, 1e4, 120, false),
                .lowestEntry = -1e3,
                .highestEntry = 1e6,
                .standard = 1.0},
            KnobSlider::Options{
                .name = "alpha",
                .symbol = QString::fromUtf8("\u03b1"),
                .explanation = "Preference for information: at 1 the rate of a single example is no longer punished, "
                               "above 1 it is rewarded.",
                .scale = ValueScale::linear(-1.0, 2.0, 300),
                .lowestEntry = -1e3,
                .highestEntry = 1e3,
                .standard = 0.0},
            termWeight("distortion", "D", 1.0, "Weight of the distortion: at 0 nothing asks for reconstruction."),
            termWeight("code_distortion", "C", 0.0,
                       "Weight of the code distortion: codes of the prior, decoded, have to be recognised again."),
            termWeight("second_divergence", "2", 0.0, "Weight of a second divergence between all codes and the prior."),
            termWeight("data_divergence", "x", 0.0, "Weight of the divergence between data and samples of the model."),
            termWeight("joint_divergence", "xz", 0.0,
                       "Weight of the divergence between examples with their codes and samples with theirs.")};
}

}  // namespace

const KnobSlider::Options& knobOptions(std::size_t place) {
    static const std::array<KnobSlider::Options, kKnobCount> kOptions = makeOptions();
    return kOptions[place];
}

}  // namespace elbo
