// Lists of numbers as people type them into a field: "1, 500", "0.1:10:log16".
#pragma once

#include <QString>
#include <vector>

namespace elbo {

/// One number, several separated by commas, semicolons or spaces, or a range LOW:HIGH:logN or LOW:HIGH:linN with N
/// values from end to end. Throws InputError that says what was expected.
std::vector<double> parseValueList(const QString& text);

/// The inverse for lists: "1, 500"; one number where all are equal.
QString valueListText(const std::vector<double>& values);

}  // namespace elbo
