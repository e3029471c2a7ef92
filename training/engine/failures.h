// Why members of a fleet are paused: one text per member, and all of them as one sentence for people.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// "member 1: the distortion became non-finite at step 120; ...; member 4: ..."; empty when all are healthy.
std::string failureText(const std::vector<std::string>& failures);

/// The inverse, for `members` members: checkpoints of version 0.1 hold the sentence alone.
std::vector<std::string> failuresOf(const std::string& text, std::size_t members);

}  // namespace elbo
