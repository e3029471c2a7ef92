#include "training/run/checkpoint.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "training/engine/failures.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"
#include "training/files/safetensors.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

constexpr const char* kFormat = "elboroom-checkpoint-2";
constexpr const char* kAveragePrefix = "average.";
constexpr const char* kStepsApart = "adam.encoder_only_steps";
constexpr const char* kSoftFreeBits = "soft_free_bits.factor";

std::string dtypeName(torch::ScalarType type) {
    switch (type) {
        case torch::kFloat32:
            return "F32";
        case torch::kFloat64:
            return "F64";
        case torch::kInt64:
            return "I64";
        case torch::kUInt8:
            return "U8";
        default:
            throw std::invalid_argument("checkpoints hold float32, float64, int64 and uint8 tensors only");
    }
}

TensorBlob toBlob(const std::string& name, const torch::Tensor& tensor) {
    const torch::Tensor host = tensor.detach().to(torch::kCPU).contiguous();
    TensorBlob blob{name, dtypeName(host.scalar_type()), host.sizes().vec(), {}};
    blob.bytes.resize(host.nbytes());
    std::memcpy(blob.bytes.data(), host.data_ptr(), host.nbytes());
    return blob;
}

const TensorBlob& blobNamed(const SafetensorsFile& file, const std::string& name, const std::string& path) {
    const auto found = std::find_if(file.tensors.begin(), file.tensors.end(),
                                    [&](const TensorBlob& blob) { return blob.name == name; });
    if (found == file.tensors.end()) {
        throw InputError(path + ": the tensor \"" + name + "\" is missing; this is not a complete checkpoint");
    }
    return *found;
}

bool stores(const SafetensorsFile& file, const std::string& name) {
    return std::any_of(file.tensors.begin(), file.tensors.end(),
                       [&](const TensorBlob& blob) { return blob.name == name; });
}

/// Copies a stored tensor into one of the same shape and precision.
void copyInto(const torch::Tensor& target, const SafetensorsFile& file, const std::string& name,
              const std::string& path) {
    const TensorBlob& blob = blobNamed(file, name, path);
    if (blob.shape != target.sizes().vec() || blob.dtype != dtypeName(target.scalar_type())) {
        throw InputError(path + ": the tensor \"" + name +
                         "\" has another shape or precision than the experiment asks for; open the checkpoint with "
                         "the experiment it carries");
    }
    const torch::NoGradGuard noGradients;
    torch::Tensor host = torch::empty_like(target, torch::kCPU);
    std::memcpy(host.data_ptr(), blob.bytes.data(), blob.bytes.size());
    target.copy_(host);
}

std::vector<double> doublesOf(const TensorBlob& blob, const std::string& path) {
    if (blob.dtype != "F64") {
        throw InputError(path + ": the tensor \"" + blob.name + "\" should be F64, found " + blob.dtype);
    }
    std::vector<double> values(blob.bytes.size() / sizeof(double));
    std::memcpy(values.data(), blob.bytes.data(), blob.bytes.size());
    return values;
}

SafetensorsFile readCheckpoint(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw InputError(path + ": cannot be opened; check the path and its permissions");
    }
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    SafetensorsFile file = decodeSafetensors(bytes, path);
    if (file.metadata["format"] != kFormat) {
        throw InputError(path +
                         ": a safetensors file, but not a checkpoint of this program: metadata \"format\" is \"" +
                         file.metadata["format"] + "\", expected \"" + kFormat + "\"");
    }
    return file;
}

/// The names of the knobs that are held, with a space after each.
std::string heldNames(const KnobFlags& held) {
    std::string names;
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        names += held[knob] ? std::string(kKnobNames[knob].name) + " " : "";
    }
    return names;
}

KnobFlags heldFlags(const std::string& names) {
    KnobFlags held;
    std::istringstream words(names);
    for (std::string word; words >> word;) {
        for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
            held[knob] = held[knob] || word == kKnobNames[knob].name;
        }
    }
    return held;
}

/// "critic.", "critic.data.": what the tensors of a critic begin with.
std::string criticPrefix(const TermRow& term) {
    const std::string suffix = term.critic.suffix == nullptr ? "" : term.critic.suffix;  // "_data"
    return "critic." + (suffix.empty() ? "" : suffix.substr(1) + ".");
}

/// Parameters and moments: of the model, or with a prefix of a critic.
void addTrained(SafetensorsFile& file, const std::string& prefix, const FleetParameters& parameters, const Adam& adam) {
    file.tensors.push_back(toBlob(prefix + "parameters", parameters.values()));
    file.tensors.push_back(toBlob(prefix + "adam.first_moment", adam.firstMoment()));
    file.tensors.push_back(toBlob(prefix + "adam.second_moment", adam.secondMoment()));
}

void restoreTrained(const SafetensorsFile& file, const std::string& prefix, FleetParameters& parameters, Adam& adam,
                    const std::string& path) {
    copyInto(parameters.values(), file, prefix + "parameters", path);
    copyInto(adam.firstMoment(), file, prefix + "adam.first_moment", path);
    copyInto(adam.secondMoment(), file, prefix + "adam.second_moment", path);
}

void addCritics(const TrainedCritics& critics, SafetensorsFile& file) {
    for (const TermRow& term : kTerms) {
        if (const TrainedCritic* critic = critics.find(term.id)) {
            const std::string prefix = criticPrefix(term);
            addTrained(file, prefix, critic->parameters(), critic->adam());
            file.tensors.push_back(toBlob(prefix + "steps", torch::tensor({critic->adam().steps()}, torch::kInt64)));
        }
    }
}

/// The critics that the file holds and the objective still has a task for.
void restoreCritics(TrainedCritics& critics, const SafetensorsFile& file, const std::string& path) {
    for (const TermRow& term : kTerms) {
        const std::string prefix = criticPrefix(term);
        TrainedCritic* critic =
            term.critic.suffix != nullptr && stores(file, prefix + "parameters") ? critics.make(term.id) : nullptr;
        if (critic != nullptr) {
            restoreTrained(file, prefix, critic->parameters(), critic->adam(), path);
            torch::Tensor steps = torch::zeros({1}, torch::kInt64);
            copyInto(steps, file, prefix + "steps", path);
            critic->adam().setSteps(steps[0].item<std::int64_t>());
        }
    }
}

std::string meanSquareTensor(Constraint constraint) {
    return multiplierTensor(constraint) + ".mean_square";
}

/// What the trainer adjusts by itself: mean squares have their weight behind them, as averages do.
void addMultipliers(const TrainerState& state, SafetensorsFile& file) {
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        if (state.multipliers.active(constraint)) {
            const Multipliers::Entry& entry = state.multipliers.entry(constraint);
            std::vector<double> squares = entry.meanSquares;
            squares.push_back(entry.weight);
            file.tensors.push_back(toBlob(multiplierTensor(constraint), torch::tensor(entry.values, torch::kFloat64)));
            file.tensors.push_back(toBlob(meanSquareTensor(constraint), torch::tensor(squares, torch::kFloat64)));
        }
    }
    const std::vector<double>& factors = state.softFreeBits.factors();
    if (std::any_of(factors.begin(), factors.end(), [](double factor) { return factor != 1.0; })) {
        file.tensors.push_back(toBlob(kSoftFreeBits, torch::tensor(factors, torch::kFloat64)));
    }
}

/// Of a constraint that the file knows nothing of, the multiplier begins anew.
void restoreMultipliers(TrainerState& state, const SafetensorsFile& file, const std::string& path) {
    const auto restore = [&](std::vector<double>& values, const std::string& name) {
        torch::Tensor stored = torch::zeros({static_cast<std::int64_t>(values.size())}, torch::kFloat64);
        copyInto(stored, file, name, path);
        values = toDoubles(stored);
    };
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        if (state.multipliers.active(constraint) && stores(file, multiplierTensor(constraint))) {
            Multipliers::Entry& entry = state.multipliers.entry(constraint);
            restore(entry.values, multiplierTensor(constraint));
            entry.meanSquares.push_back(0.0);
            restore(entry.meanSquares, meanSquareTensor(constraint));
            entry.weight = entry.meanSquares.back();
            entry.meanSquares.pop_back();
        }
    }
    if (stores(file, kSoftFreeBits)) {
        restore(state.softFreeBits.factors(), kSoftFreeBits);
    }
}

/// Names, shapes and offsets within a row, so that other software can take the flat buffer apart.
std::string layoutJson(const ParameterLayout& layout) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const ParameterLayout::Slot& slot : layout.slots()) {
        json.push_back({{"name", slot.name}, {"shape", slot.shape}, {"offset", slot.offset}});
    }
    return json.dump();
}

/// Why members were paused. Version 0.1 stored no more than the sentence for people.
std::vector<std::string> storedFailures(SafetensorsFile& file, std::size_t members, const std::string& path) {
    if (!file.metadata.contains("failures")) {
        return failuresOf(file.metadata["failure"], members);
    }
    const auto list = nlohmann::json::parse(file.metadata["failures"], nullptr, false);
    const bool texts = list.is_array() && list.size() == members &&
                       std::all_of(list.begin(), list.end(), [](const auto& item) { return item.is_string(); });
    if (!texts) {
        throw InputError(path + ": \"failures\" must be a list with one text for each of the " +
                         std::to_string(members) + " members; restore the file from a copy");
    }
    return list.get<std::vector<std::string>>();
}

/// Fields that decide shapes, data or the random streams; a run cannot change them halfway.
void requireSameRun(const Experiment& stored, const Experiment& wanted, const std::string& path) {
    const auto refuse = [&](const std::string& what) {
        throw InputError(path + ": the checkpoint was trained with other settings in [" + what +
                         "]; resume changes knobs, learning rate and steps only. Start a new run for the rest");
    };
    if (!(stored.model == wanted.model)) {
        refuse("model");
    }
    if (!(stored.data == wanted.data)) {
        refuse("data");
    }
    if (stored.fleetSize() != wanted.fleetSize() || stored.objective.divergence != wanted.objective.divergence ||
        stored.objective.critic != wanted.objective.critic) {
        refuse("objective");
    }
    if (stored.run.seed != wanted.run.seed || stored.run.precision != wanted.run.precision) {
        refuse("run");
    }
    if (stored.optimiser.batchSize != wanted.optimiser.batchSize) {
        refuse("optimiser");
    }
}

}  // namespace

void saveCheckpoint(const std::string& path, const Trainer& trainer) {
    const TrainerState& state = trainer.state();
    SafetensorsFile file;
    file.metadata = {{"format", kFormat},
                     {"experiment", writeExperiment(trainer.experiment())},
                     {"layout", layoutJson(*state.parameters.layout())},
                     {"data_sha256", trainer.dataset()->sha256},
                     {"failure", failureText(state.failures)}};
    if (!file.metadata["failure"].empty()) {
        file.metadata["failures"] = nlohmann::json(state.failures).dump();
    }
    if (any(state.held)) {
        file.metadata["held_knobs"] = heldNames(state.held);
    }
    addTrained(file, "", state.parameters, state.adam);
    file.tensors.push_back(toBlob("steps", torch::tensor({state.step, state.adam.steps()}, torch::kInt64)));
    file.tensors.push_back(toBlob("wall_seconds", torch::tensor({state.wallSeconds}, torch::kFloat64)));
    torch::Tensor healthy = torch::empty({static_cast<std::int64_t>(state.healthy.size())}, torch::kUInt8);
    std::copy(state.healthy.begin(), state.healthy.end(), healthy.data_ptr<std::uint8_t>());
    file.tensors.push_back(toBlob("healthy", healthy));
    if (state.adam.stepsApart() > 0) {
        file.tensors.push_back(toBlob(kStepsApart, torch::tensor({state.adam.stepsApart()}, torch::kInt64)));
    }
    addCritics(state.critics, file);
    addMultipliers(state, file);
    for (const auto& [name, entry] : state.averages.entries()) {
        std::vector<double> values = entry.sums;
        values.push_back(entry.weight);
        file.tensors.push_back(toBlob(kAveragePrefix + name, torch::tensor(values, torch::kFloat64)));
    }
    writeFileAtomically(path, encodeSafetensors(file));
}

Experiment checkpointExperiment(const std::string& path) {
    SafetensorsFile file = readCheckpoint(path);
    return parseExperiment(file.metadata["experiment"], path);
}

void restoreCheckpoint(const std::string& path, Trainer& trainer) {
    SafetensorsFile file = readCheckpoint(path);
    requireSameRun(parseExperiment(file.metadata["experiment"], path), trainer.experiment(), path);
    if (file.metadata["data_sha256"] != trainer.dataset()->sha256) {
        throw InputError(path + ": the data files changed since the checkpoint was written (SHA-256 " +
                         trainer.dataset()->sha256 + ", expected " + file.metadata["data_sha256"] +
                         "); restore the files or start a new run");
    }
    TrainerState& state = trainer.state();
    restoreTrained(file, "", state.parameters, state.adam, path);
    torch::Tensor steps = torch::zeros({2}, torch::kInt64);
    copyInto(steps, file, "steps", path);
    state.step = steps[0].item<std::int64_t>();
    torch::Tensor apart = torch::zeros({1}, torch::kInt64);
    if (stores(file, kStepsApart)) {
        copyInto(apart, file, kStepsApart, path);
    }
    state.adam.setSteps(steps[1].item<std::int64_t>(), apart[0].item<std::int64_t>());
    restoreCritics(state.critics, file, path);
    restoreMultipliers(state, file, path);
    torch::Tensor wall = torch::zeros({1}, torch::kFloat64);
    copyInto(wall, file, "wall_seconds", path);
    state.wallSeconds = wall.item<double>();
    torch::Tensor healthy = torch::zeros({static_cast<std::int64_t>(state.healthy.size())}, torch::kUInt8);
    copyInto(healthy, file, "healthy", path);
    for (std::size_t member = 0; member < state.healthy.size(); ++member) {
        state.healthy[member] = healthy[static_cast<std::int64_t>(member)].item<std::uint8_t>() != 0;
    }
    state.failures = storedFailures(file, state.healthy.size(), path);
    state.averages.entries().clear();
    for (const TensorBlob& blob : file.tensors) {
        if (blob.name.rfind(kAveragePrefix, 0) == 0) {
            std::vector<double> values = doublesOf(blob, path);
            if (values.size() != state.healthy.size() + 1) {
                throw InputError(path + ": \"" + blob.name + "\" holds " + std::to_string(values.size()) +
                                 " values, expected " + std::to_string(state.healthy.size() + 1));
            }
            const double weight = values.back();
            values.pop_back();
            state.averages.entries()[blob.name.substr(std::strlen(kAveragePrefix))] = {std::move(values), weight};
        }
    }
    state.held = heldFlags(file.metadata["held_knobs"]);
    trainer.setKnobs(trainer.experiment().knobs);  // the schedule's values at the restored step
    trainer.pauseClock();
}

}  // namespace elbo
