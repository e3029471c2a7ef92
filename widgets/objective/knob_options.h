// How each weight of the objective is shown as a slider, as data.
#pragma once

#include <cstddef>

#include "widgets/objective/knob_slider.h"

namespace elbo {

/// Symbol, explanation, scale and range of the weight at `place` of kKnobNames.
const KnobSlider::Options& knobOptions(std::size_t place);

}  // namespace elbo
