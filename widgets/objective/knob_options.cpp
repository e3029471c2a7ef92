#include "widgets/objective/knob_options.h"

#include "models/spec/knobs.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

KnobSlider::Options optionsOf(const KnobName& knob) {
    const KnobRange& range = knob.range;
    return {.name = knob.name,
            .symbol = richSymbol(knob.symbol),
            .explanation = QString::fromUtf8(knob.words),
            .scale = range.logarithmic ? ValueScale::decades(range.low, range.high, range.steps, range.zero)
                                       : ValueScale::linear(range.low, range.high, range.steps),
            .lowestEntry = range.lowestEntry,
            .highestEntry = range.highestEntry,
            .standard = Knobs{}.*knob.value};
}

}  // namespace

const KnobSlider::Options& knobOptions(std::size_t place) {
    static const std::vector<KnobSlider::Options> kOptions = [] {
        std::vector<KnobSlider::Options> options;
        for (const KnobName& knob : kKnobNames) {
            options.push_back(optionsOf(knob));
        }
        return options;
    }();
    return kOptions[place];
}

}  // namespace elbo
