// On how many examples a number rests, and how far it may be off for it.
#pragma once

#include <QString>
#include <string>

#include "training/frame/frame.h"
#include "widgets/kit/split.h"

namespace elbo {

/// "300 of 10 000 test examples, \u00b1 1.2", "all 10 000 test examples": of the evaluation of `metric` on that split
/// in `report`, which is the frame's or one of its history; empty where it holds none. Pure.
QString evaluatedOn(const Frame& frame, const Report& report, const std::string& metric, Split split, int member);

/// "300 of 10 000 test examples" where that many are known to be there, "all 10 000 test examples", or just "300 test
/// examples" for `available` of 0. Pure.
QString examplesText(qint64 used, qint64 available, Split split);

/// "\u00b1 1.2": an error is known to about one digit; rounded up. Empty for 0 and for not-a-number. Pure.
QString plusMinus(double error);

}  // namespace elbo
