// Lists of numbers as people read them in a field: "1, 500".
#pragma once

#include <QString>
#include <vector>

namespace elbo {

/// What parseKnobValues reads back as the same list: "1, 500"; one number where all are equal.
QString valueListText(const std::vector<double>& values);

}  // namespace elbo
