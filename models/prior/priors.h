// The registry of priors. No tensor.
//
// To add one: 1. a pair of files with a class derived from Prior (prior.h); 2. its line in priors.cpp. What it is made
// of are fields of ModelSpec; one that is made by the encoder has a constructor that takes the data's shape and the
// posterior as well. Files, panel, `elboroom list models`, reference pages and the test over all priors
// (tst_priors) read the registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/spec/data_shape.h"
#include "models/spec/model_spec.h"
#include "models/spec/registry.h"

namespace elbo {

class ParameterLayout;
class Posterior;
class Prior;

const std::vector<RegistryRow>& priorRows();

/// The prior that `spec` names, of a model with this posterior; registers "prior.*". Throws std::invalid_argument for a
/// name that is in no row.
std::shared_ptr<const Prior> makePrior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                       const std::shared_ptr<const Posterior>& posterior);

}  // namespace elbo
