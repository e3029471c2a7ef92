// The registry of posteriors. No tensor.
//
// To add one: 1. a pair of files with a class derived from Posterior (posterior.h); 2. its line in posteriors.cpp.
// Files, panel, `elboroom list models`, reference pages and the test over all posteriors (tst_posteriors) read the
// registry.
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

/// Those that model.posterior may name.
const std::vector<RegistryRow>& posteriorRows();

/// The posterior of `spec`: implicit where it has encoder noise. Registers "encoder.*". Throws std::invalid_argument
/// for a name that is in no row.
std::shared_ptr<const Posterior> makePosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data);

}  // namespace elbo
