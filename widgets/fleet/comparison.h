// Two members of a fleet side by side, in numbers.
#pragma once

#include <QString>
#include <array>
#include <cstdint>
#include <vector>

#include "training/frame/frame.h"

namespace elbo {

/// Which two members stand side by side, the lower one first; none while `b` is negative.
struct Comparison {
    int a = -1;
    int b = -1;
    bool active() const { return b >= 0; }
    bool holds(int member) const { return active() && (member == a || member == b); }
    bool operator==(const Comparison&) const = default;
};

/// One quantity of both members; not-a-number where it is unknown.
struct ComparedQuantity {
    QString name;         ///< "rate R"
    QString explanation;  ///< one sentence
    double a = 0.0, b = 0.0;
    double difference() const { return b - a; }
};

struct ComparedNumbers {
    std::vector<ComparedQuantity> quantities;  ///< rate, distortion, ELBO, divergence
    bool onTest = false;                       ///< measured on test examples; otherwise running averages over batches
    std::int64_t step = 0;                     ///< of the measurement
};

/// The newest evaluation on test examples where there is one, else the running averages. Pure.
ComparedNumbers compareMembers(const Frame& frame, const Comparison& pair);

/// A pair of two members, or none where they are one and the same. Pure.
Comparison comparisonOf(int one, int other);

/// The comparison after `focus` has moved to another member: it takes the place of the one that had the focus before,
/// unless it is already there. Pure.
Comparison withFocus(const Comparison& pair, int before, int focus);

}  // namespace elbo
