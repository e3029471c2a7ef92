// The knobs of a fleet as people write them: numbers, lists, ranges and grids.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/spec/knobs.h"

namespace elbo {

/// The largest fleet that an experiment may describe.
constexpr std::size_t kMostMembers = 4096;

/// The values of one knob.
struct KnobValues {
    std::vector<double> values;
    bool crossed = false;  ///< each value meets every setting of the other knobs; else there is one value per member
};

/// Reads one of
///   0.5                        the same for every member
///   0.1, 0.5, 1                one value per member; commas, semicolons or spaces between them
///   0.1:10:log16, 0:1:lin5     so many values from end to end, evenly spaced in the logarithm or linearly, rounded to
///                              six significant digits; also as an item of a list: 0, 0.1:10:log16
///   x 0, 0.5, 1                a grid: each of these with every setting of the other knobs
/// Throws InputError that names the text, the character and what was expected there.
KnobValues parseKnobValues(const std::string& text);

/// What parseKnobValues reads as exactly these finite values: "1, 500"; five or more that are evenly spaced as a range
/// is become one again, "0, 0.1:10:log16". Empty for none.
std::string knobValuesText(const std::vector<double>& values);

/// The columns of the fleet before they are put together; a column without values holds the initial one.
struct KnobColumns : PerKnob<KnobValues> {
    /// The shortest columns that describe `knobs`: one value where all members agree. When nothing varies, beta carries
    /// the size of the fleet.
    static KnobColumns of(const std::vector<Knobs>& knobs);
    /// Whether a column is a grid.
    bool crossed() const;
    /// Lists stand side by side: one member per value of the longest, columns of one value hold for all. Then every
    /// distinct member so made is repeated for each value of each grid column; the last of them varies fastest. Throws
    /// InputError for other lengths and for more than kMostMembers.
    std::vector<Knobs> assemble() const;
};

}  // namespace elbo
