#include "training/experiment.h"

#include "training/experiment_fields.h"

namespace elbo {

void Experiment::validate() const {
    if (knobs.empty()) {
        throw InputError(
            "the fleet has no member, but objective.beta, objective.lambda and objective.alpha must each have "
            "at least one value");
    }
    const ExperimentDraft draft(*this);
    if (const ExperimentField* field = firstOutOfRange(draft)) {
        throw InputError(mustBe(*field, field->write(draft)));
    }
}

}  // namespace elbo
