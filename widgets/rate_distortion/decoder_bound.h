// The curve below which no encoder can take one decoder: from what quadrature measured to what the plane draws.
#pragma once

#include <QString>
#include <cstdint>
#include <limits>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/kit/split.h"

namespace elbo {

/// Of one fleet member.
struct DecoderBound {
    int member = 0;
    std::vector<CurvePoint> curve;  ///< by rising rate, close enough for straight lines between
    CurvePoint best;                ///< at the weight of the rate in force; not-a-number where there is none
    double gap = std::numeric_limits<double>::quiet_NaN();  ///< D + beta R of the encoder above that of `best`, nats
    double gapError = std::numeric_limits<double>::quiet_NaN();
    int examples = 0;
    std::int64_t step = -1;  ///< that it was measured at
};

/// Those that the frame holds. They are of test examples: for the training split there are none. A curve of a part of
/// the examples is moved up or down until the point of its own step, which rests on others, lies as far above it as the
/// encoder does on that part: the difference between examples is much larger than that between encoders. Pure.
std::vector<DecoderBound> decoderBounds(const Frame& frame, Split split);

/// The measured points as they are, and where the encoders stand against them, as tables; empty where there are none.
QString decoderBoundsCsv(const Frame& frame);

}  // namespace elbo
