#include "training/run/member_state.h"

#include <stdexcept>
#include <string>

#include "training/engine/trainer_state.h"
#include "training/run/state_archive.h"

namespace elbo {

void copyMember(const Trainer& fleet, int member, Trainer& lone) {
    const TrainerState& from = fleet.state();
    TrainerState& to = lone.state();
    const auto row = static_cast<std::size_t>(member);
    if (member < 0 || row >= from.knobs.size() || to.knobs.size() != 1 ||
        from.parameters.values().size(1) != to.parameters.values().size(1)) {
        throw std::invalid_argument("copyMember needs a member of the fleet and a lone trainer of the same model");
    }
    Experiment own = lone.experiment();
    own.objective = fleet.experiment().objective;
    own.knobs = {fleet.experiment().knobs[row]};
    lone.takeUp(own, [&](TrainerState& state) { StateArchive::of(from).ofMember(member).restore(state); });
    to.held = from.held;
    to.knobs = {from.knobs[row]};
}

Report memberReport(const Report& fleet, int member) {
    Report report;
    report.step = fleet.step;
    report.epoch = fleet.epoch;
    report.wallSeconds = fleet.wallSeconds;
    report.stepsPerSecond = fleet.stepsPerSecond;
    for (const auto& [name, values] : fleet.values) {
        report.values[name] = {fleet.value(name, member)};
    }
    return report;
}

}  // namespace elbo
