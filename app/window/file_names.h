// What a file is called that nobody has named yet.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>

#include "training/experiment/experiment.h"

namespace elbo {

/// "ring-beta-vae-step-800": the experiment, the objective of its members, and the step where there is one. Letters,
/// digits, dots, hyphens and underscores only, so that it is a name of a file anywhere.
QString fileStem(const Experiment& experiment, std::optional<std::int64_t> step = std::nullopt);

}  // namespace elbo
