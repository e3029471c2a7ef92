// On which examples a quantity was evaluated.
#pragma once

namespace elbo {

enum class Split { Train, Test };

}  // namespace elbo
