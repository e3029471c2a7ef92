// Text that came from outside, made fit for a message: short, on one line, printable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace elbo {

/// At most `longest` bytes of `text` in whole letters, "..." behind what was cut; control characters become '?', line
/// breaks and tabs blanks, so that neither a terminal nor a label obeys them.
std::string shownText(std::string_view text, std::size_t longest = 60);

}  // namespace elbo
