// Cells of comma-separated values, for every table that this floor and the program write.
#pragma once

#include <string>

namespace elbo {

/// Text between quotes, quotes inside doubled (RFC 4180).
std::string csvText(const std::string& text);

/// The text itself where it stands for itself, else csvText().
std::string csvCell(const std::string& text);

}  // namespace elbo
