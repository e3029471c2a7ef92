// What a finished run comes to, for machines and for people.
#pragma once

#include <string>

#include "training/engine/trainer.h"
#include "training/metrics/report.h"

namespace elbo {

/// One JSON object on one line: the parameters of a member, training averages under plain names, evaluations of the
/// whole splits under _train and _test, the closed form where there is one. A fleet of one gives numbers, a larger one
/// arrays of M; not-a-number is null. `report` is the finalReport() of the trainer.
std::string summaryJson(const Trainer& trainer, const Report& report);

/// The same with a finalReport() of its own: evaluates on the calling thread, which takes a while.
std::string summaryJson(const Trainer& trainer);

/// The same as aligned lines of text.
std::string summaryText(const std::string& summaryJson);

}  // namespace elbo
