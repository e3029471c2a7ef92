// What the measures of classes need of the labels.
#pragma once

#include <string>

#include "training/measure/measures/measure_subject.h"

namespace elbo {

/// Why classes cannot be told apart in these data; empty where they can.
std::string whyNoClasses(const MeasureSubject& subject);

}  // namespace elbo
