#include "training/run/state_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/spec/number_text.h"
#include "models/tensor/torch.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

constexpr const char* kAveragePrefix = "average.";
constexpr const char* kStepsApart = "adam.encoder_only_steps";
constexpr const char* kSoftFreeBits = "soft_free_bits.factor";
constexpr std::int64_t kMostSteps = 1'000'000'000'000;  ///< as run.steps
constexpr std::int64_t kMostCriticSteps = 1000;         ///< per step, as objective.critic_steps
constexpr double kMostSeconds = 1e12;
constexpr double kWholeWeight = 1.0 + 1e-9;  ///< of a running mean, up to rounding
constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

void StateArchive::count(const std::string& name, std::int64_t& value, std::int64_t most) {
    std::vector<std::int64_t> values{value};
    counts(name, values);
    value = values[0];
    requireCount(name, value, most);
}

void StateArchive::seconds(const std::string& name, double& value) {
    std::vector<double> none;
    numbers(name, none, value);
    requireBetween(name, {value}, 0.0, kMostSeconds);
}

void StateArchive::require(bool holds, const std::string& name, const std::string& found,
                           const std::string& allowed) const {
    if (reads_ && !holds) {
        throw InputError(
            fmt::format("{}: the tensor \"{}\" holds {}, but must hold {}; no run comes to this: restore "
                        "the file from a copy",
                        origin_, name, found, allowed));
    }
}

void StateArchive::requireCount(const std::string& name, std::int64_t value, std::int64_t most) const {
    require(value >= 0 && value <= most, name, fmt::to_string(value), fmt::format("a whole number from 0 to {}", most));
}

void StateArchive::requireBetween(const std::string& name, const std::vector<double>& values, double least,
                                  double most) const {
    for (const double value : values) {
        require(value >= least && value <= most, name, exactNumber(value),
                fmt::format("numbers from {} to {}", exactNumber(least), exactNumber(most)));
    }
}

void StateArchive::flags(const std::string& name, std::vector<bool>& values) {
    const torch::Tensor tensor = torch::empty({static_cast<std::int64_t>(values.size())}, torch::kUInt8);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::uint8_t>());
    rows(name, tensor);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int flag = tensor.data_ptr<std::uint8_t>()[i];
        require(flag <= 1, name, fmt::to_string(flag), "0 or 1 for each member");
    }
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
            std::int64_t steps = critic->adam().steps();
            count(prefix + "steps", steps, state.step * kMostCriticSteps);
            critic->adam().setSteps(steps);
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
            requireBetween(name, entry.values, 0.0, std::numeric_limits<double>::max());
            numbers(name + ".mean_square", entry.meanSquares, entry.weight);
            requireBetween(name + ".mean_square", entry.meanSquares, 0.0, kInfinity);
            requireBetween(name + ".mean_square", {entry.weight}, 0.0, kWholeWeight);
        }
    }
    std::vector<double>& factors = state.softFreeBits.factors();
    if (has(kSoftFreeBits, std::any_of(factors.begin(), factors.end(), [](double factor) { return factor != 1.0; }))) {
        numbers(kSoftFreeBits, factors);
        requireBetween(kSoftFreeBits, factors, SoftFreeBits::kLeast, 1.0);
    } else {
        std::fill(factors.begin(), factors.end(), 1.0);
    }
}

void StateArchive::averages(TrainerState& state) {
    constexpr double kLeastWeight = 0.5 * (1.0 - RunningAverages::kDecay);  // below that of the first value
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
        // The sums of a paused member stay as they became, not finite; each is divided by the weight.
        requireBetween(kAveragePrefix + name, {entry.weight}, kLeastWeight, kWholeWeight);
    }
}

void StateArchive::failures(std::vector<std::string>& failures, const std::vector<bool>& healthy) {
    if (!reads_) {
        texts_.failures = failures;
        return;
    }
    for (std::size_t member = 0; member < failures.size(); ++member) {
        failures[member] = texts_.failures.at(member_ ? static_cast<std::size_t>(*member_) : member);
        if (!healthy[member] && failures[member].empty()) {
            failures[member] = "the member was paused, and the file does not say why";
        }
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
    requireCount("steps", steps[0], kMostSteps);
    requireCount("steps", steps[1], steps[0]);  // every step is one of Adam, of all columns or of those set apart
    seconds("wall_seconds", state.wallSeconds);
    flags("healthy", state.healthy);
    std::int64_t apart = reads_ ? 0 : state.adam.stepsApart();
    if (has(kStepsApart, apart > 0)) {
        count(kStepsApart, apart, steps[0]);
    }
    state.step = steps[0];
    state.adam.setSteps(steps[1], apart);
    critics(state);
    multipliers(state);
    averages(state);
    failures(state.failures, state.healthy);
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
