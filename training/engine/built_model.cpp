#include "training/engine/built_model.h"

#include <stdexcept>

#include "training/experiment/input_error.h"

namespace elbo {

LatentModel builtModel(const Experiment& experiment, const DataShape& data) {
    try {
        return LatentModel(experiment.model, data);
    } catch (const std::invalid_argument& misfit) {
        throw InputError(misfit.what());
    }
}

}  // namespace elbo
