// How a slider's whole-numbered positions become values: linear, or logarithmic with an exact zero at the far left.
#pragma once

#include <vector>

namespace elbo {

/// Plain value. Positions run from 0 to positions().
struct ValueScale {
    double low = 0.0;   ///< smallest value of the scale (of its logarithmic part)
    double high = 1.0;  ///< largest value
    int steps = 100;    ///< positions of the linear or logarithmic part, without the zero
    bool logarithmic = false;
    bool exactZero = false;  ///< the leftmost stretch of the slider means exactly 0

    static ValueScale linear(double low, double high, int steps);
    /// Decades from `low` to `high`; with `exactZero`, a stretch at the far left means 0.
    static ValueScale decades(double low, double high, int stepsPerDecade, bool exactZero);

    int positions() const;
    /// The value at a position, rounded to three significant digits (a hundredth on a linear scale) so that a slider
    /// gives numbers one can say aloud.
    double value(int position) const;
    /// The nearest position; values beyond the scale give its ends.
    int position(double value) const;
    /// Values worth a mark: 0, the powers of ten, or the whole numbers.
    std::vector<double> marks() const;
};

}  // namespace elbo
