#include "training/experiment.h"

#include <cmath>

#include "training/experiment_fields.h"

namespace elbo {

namespace {

std::string draftText(const ExperimentDraft& draft, const std::string& key) {
    for (const ExperimentField& field : experimentFields()) {
        if (field.key == key) {
            return field.write(draft);
        }
    }
    return "";
}

}  // namespace

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
    const double most = std::log(static_cast<double>(optimiser.batchSize));
    if (objective.rateTerm == RateTerm::Information && objective.rateTarget >= most) {
        throw InputError("objective.rate_target is " + draftText(draft, "objective.rate_target") + ", but a batch of " +
                         std::to_string(optimiser.batchSize) + " examples can tell at most log(" +
                         std::to_string(optimiser.batchSize) +
                         ") nats of information; lower the target or raise optimiser.batch_size");
    }
}

}  // namespace elbo
