// The registry of priors. No tensor.
//
// To add one: 1. a pair of files with a class derived from Prior (prior.h); 2. its line in priors.cpp. What it is made
// of are fields of ModelSpec. Files, panel, `elboroom list models`, reference pages and the test over all priors
// (tst_priors) read the registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/spec/model_spec.h"
#include "models/spec/registry.h"

namespace elbo {

class ParameterLayout;
class Prior;

const std::vector<RegistryRow>& priorRows();

/// The prior that `spec` names; registers "prior.*". Throws std::invalid_argument for a name that is in no row.
std::shared_ptr<const Prior> makePrior(const ModelSpec& spec, ParameterLayout& layout);

}  // namespace elbo
