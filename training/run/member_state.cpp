#include "training/run/member_state.h"

#include <torch/torch.h>

#include <stdexcept>
#include <string>

#include "training/engine/trainer_state.h"

namespace elbo {

void copyMember(const Trainer& fleet, int member, Trainer& lone) {
    const TrainerState& from = fleet.state();
    TrainerState& to = lone.state();
    const auto row = static_cast<std::size_t>(member);
    if (member < 0 || row >= from.knobs.size() || to.knobs.size() != 1 ||
        from.parameters.values().size(1) != to.parameters.values().size(1)) {
        throw std::invalid_argument("copyMember needs a member of the fleet and a lone trainer of the same model");
    }
    const torch::NoGradGuard noGradients;
    const auto copyRow = [member](torch::Tensor target, const torch::Tensor& source) {
        target.copy_(source.narrow(0, member, 1));
    };
    // The model, or a critic.
    const auto copyTrained = [&copyRow](FleetParameters& target, Adam& targetAdam, const FleetParameters& source,
                                        const Adam& sourceAdam) {
        copyRow(target.values(), source.values());
        copyRow(targetAdam.firstMoment(), sourceAdam.firstMoment());
        copyRow(targetAdam.secondMoment(), sourceAdam.secondMoment());
        targetAdam.setSteps(sourceAdam.steps(), sourceAdam.stepsApart());
    };
    copyTrained(to.parameters, to.adam, from.parameters, from.adam);
    for (const TermRow& term : kTerms) {
        const TrainedCritic* learned = from.critics.find(term.id);
        TrainedCritic* own = learned == nullptr ? nullptr : to.critics.make(term.id);
        if (own != nullptr) {
            copyTrained(own->parameters(), own->adam(), learned->parameters(), learned->adam());
        }
    }
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        if (from.multipliers.active(constraint) && to.multipliers.active(constraint)) {
            const Multipliers::Entry& learned = from.multipliers.entry(constraint);
            to.multipliers.entry(constraint) = {{learned.values[row]}, {learned.meanSquares[row]}, learned.weight};
        }
    }
    to.softFreeBits.factors() = {from.softFreeBits.factors()[row]};
    to.healthy = {from.healthy[row]};
    to.failures = {from.failures[row]};
    to.averages.entries().clear();
    for (const auto& [name, entry] : from.averages.entries()) {
        to.averages.entries()[name] = {{entry.sums[row]}, entry.weight};
    }
    to.step = from.step;
    lone.setKnobs({fleet.experiment().knobs[row]});
    to.held = from.held;
    to.knobs = {from.knobs[row]};
    to.wallSeconds = from.wallSeconds;
    lone.pauseClock();
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
