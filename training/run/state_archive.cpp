#include "training/run/state_archive.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstring>

#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

constexpr const char* kAveragePrefix = "average.";
constexpr const char* kStepsApart = "adam.encoder_only_steps";
constexpr const char* kSoftFreeBits = "soft_free_bits.factor";

/// "critic.", "critic.data.": what the tensors of a term's critic begin with.
std::string criticPrefix(const TermRow& term) {
    const std::string suffix = term.critic.suffix;  // "_data"
    return suffix.empty() ? "critic." : fmt::format("critic.{}.", suffix.substr(1));
}

}  // namespace

bool StateArchive::has(const std::string& name, bool worthWriting) const {
    return reads_ ? std::any_of(tensors_.begin(), tensors_.end(), [&](const auto& part) { return part.first == name; })
                  : worthWriting;
}

const torch::Tensor& StateArchive::stored(const std::string& name) const {
    const auto found =
        std::find_if(tensors_.begin(), tensors_.end(), [&](const auto& part) { return part.first == name; });
    if (found == tensors_.end()) {
        throw InputError(
            fmt::format("{}: the tensor \"{}\" is missing; this is not a complete checkpoint", origin_, name));
    }
    return found->second;
}

void StateArchive::rows(const std::string& name, const torch::Tensor& values) {
    if (!reads_) {
        tensors_.emplace_back(name, values.detach());
        return;
    }
    const torch::Tensor& all = stored(name);
    const torch::Tensor own = member_ ? all.narrow(0, *member_, 1) : all;
    if (own.sizes() != values.sizes() || own.scalar_type() != values.scalar_type()) {
        throw InputError(
            fmt::format("{}: the tensor \"{}\" has another shape or precision than the experiment asks for; open the "
                        "checkpoint with the experiment it carries",
                        origin_, name));
    }
    const torch::NoGradGuard noGradients;
    torch::Tensor target = values;
    target.copy_(own);
}

void StateArchive::numbers(const std::string& name, std::vector<double>& values) {
    const torch::Tensor tensor = torch::tensor(values, torch::kFloat64);
    rows(name, tensor);
    values = toDoubles(tensor);
}

// The shared number stands behind those of the members, where no row of a member reaches it.
void StateArchive::numbers(const std::string& name, std::vector<double>& values, double& shared) {
    if (!reads_) {
        std::vector<double> all = values;
        all.push_back(shared);
        rows(name, torch::tensor(all, torch::kFloat64));
        return;
    }
    const torch::Tensor& all = stored(name);
    const std::int64_t members = all.numel() - 1;
    const auto wanted = static_cast<std::int64_t>(values.size());
    if (all.scalar_type() != torch::kFloat64 || all.dim() != 1 || (!member_ && members != wanted)) {
        throw InputError(fmt::format("{}: \"{}\" holds {} values, expected {} of precision F64", origin_, name,
                                     all.numel(), wanted + 1));
    }
    if (wanted > 0) {
        values = toDoubles(member_ ? all.narrow(0, *member_, 1) : all.narrow(0, 0, members));
    }
    shared = all[members].item<double>();
}

void StateArchive::counts(const std::string& name, std::vector<std::int64_t>& values) {
    if (!reads_) {
        tensors_.emplace_back(name, torch::tensor(values, torch::kInt64));
        return;
    }
    const torch::Tensor& all = stored(name);
    if (all.scalar_type() != torch::kInt64 || all.numel() != static_cast<std::int64_t>(values.size())) {
        throw InputError(fmt::format("{}: the tensor \"{}\" should hold {} whole numbers; restore the file from a copy",
                                     origin_, name, values.size()));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = all[static_cast<std::int64_t>(i)].item<std::int64_t>();
    }
}

void StateArchive::seconds(const std::string& name, double& value) {
    std::vector<double> none;
    numbers(name, none, value);
}

void StateArchive::flags(const std::string& name, std::vector<bool>& values) {
    const torch::Tensor tensor = torch::empty({static_cast<std::int64_t>(values.size())}, torch::kUInt8);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::uint8_t>());
    rows(name, tensor);
    std::transform(tensor.data_ptr<std::uint8_t>(), tensor.data_ptr<std::uint8_t>() + values.size(), values.begin(),
                   [](std::uint8_t flag) { return flag != 0; });
}

void StateArchive::trained(const std::string& prefix, const FleetParameters& parameters, Adam& adam) {
    rows(prefix + "parameters", parameters.values());
    rows(prefix + "adam.first_moment", adam.firstMoment());
    rows(prefix + "adam.second_moment", adam.secondMoment());
}

/// Reads the critics that are stored and that the objective still has a task for.
void StateArchive::critics(TrainerState& state) {
    for (const TermRow& term : kTerms) {
        if (term.critic.suffix == nullptr) {
            continue;
        }
        const std::string prefix = criticPrefix(term);
        TrainedCritic* critic = state.critics.find(term.id);
        if (reads_ && has(prefix + "parameters", true)) {
            critic = state.critics.make(term.id);
        }
        if (critic != nullptr && has(prefix + "parameters", true)) {
            trained(prefix, critic->parameters(), critic->adam());
            std::vector<std::int64_t> steps{critic->adam().steps()};
            counts(prefix + "steps", steps);
            critic->adam().setSteps(steps[0]);
        }
    }
}

/// What the trainer adjusts by itself. A multiplier that is not stored begins anew.
void StateArchive::multipliers(TrainerState& state) {
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        const std::string& name = multiplierTensor(constraint);
        if (state.multipliers.active(constraint) && has(name, true)) {
            Multipliers::Entry& entry = state.multipliers.entry(constraint);
            numbers(name, entry.values);
            numbers(name + ".mean_square", entry.meanSquares, entry.weight);
        }
    }
    std::vector<double>& factors = state.softFreeBits.factors();
    if (has(kSoftFreeBits, std::any_of(factors.begin(), factors.end(), [](double factor) { return factor != 1.0; }))) {
        numbers(kSoftFreeBits, factors);
    } else {
        std::fill(factors.begin(), factors.end(), 1.0);
    }
}

void StateArchive::averages(TrainerState& state) {
    auto& entries = state.averages.entries();
    if (reads_) {
        entries.clear();
        for (const auto& [name, tensor] : tensors_) {
            if (name.rfind(kAveragePrefix, 0) == 0) {
                entries[name.substr(std::strlen(kAveragePrefix))].sums.resize(state.healthy.size());
            }
        }
    }
    for (auto& [name, entry] : entries) {
        numbers(kAveragePrefix + name, entry.sums, entry.weight);
    }
}

void StateArchive::failures(std::vector<std::string>& failures) {
    if (!reads_) {
        texts_.failures = failures;
        return;
    }
    for (std::size_t member = 0; member < failures.size(); ++member) {
        failures[member] = texts_.failures.at(member_ ? static_cast<std::size_t>(*member_) : member);
    }
}

void StateArchive::heldKnobs(KnobFlags& held) {
    std::vector<std::string>& names = texts_.heldKnobs;
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        const char* name = kKnobNames[knob].name;
        if (reads_) {
            held[knob] = std::find(names.begin(), names.end(), name) != names.end();
        } else if (held[knob]) {
            names.emplace_back(name);
        }
    }
}

void StateArchive::exchange(TrainerState& state) {
    trained("", state.parameters, state.adam);
    std::vector<std::int64_t> steps{state.step, state.adam.steps()};
    counts("steps", steps);
    seconds("wall_seconds", state.wallSeconds);
    flags("healthy", state.healthy);
    std::vector<std::int64_t> apart{reads_ ? 0 : state.adam.stepsApart()};
    if (has(kStepsApart, apart[0] > 0)) {
        counts(kStepsApart, apart);
    }
    state.step = steps[0];
    state.adam.setSteps(steps[1], apart[0]);
    critics(state);
    multipliers(state);
    averages(state);
    failures(state.failures);
    heldKnobs(state.held);
}

StateArchive StateArchive::of(const TrainerState& state) {
    StateArchive archive;
    archive.exchange(const_cast<TrainerState&>(state));  // which only looks while it writes
    return archive;
}

StateArchive StateArchive::ofMember(int member) const {
    StateArchive archive(tensors_, texts_, origin_);
    archive.member_ = member;
    return archive;
}

void StateArchive::restore(TrainerState& state) const {
    StateArchive archive = *this;
    archive.reads_ = true;
    archive.exchange(state);
}

}  // namespace elbo
