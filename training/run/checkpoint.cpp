#include "training/run/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "models/tensor/torch.h"
#include "training/engine/failures.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/experiment/shown_text.h"
#include "training/files/atomic_file.h"
#include "training/files/safetensors.h"
#include "training/run/state_archive.h"

namespace elbo {

namespace {

constexpr const char* kFormat = "elboroom-checkpoint-2";
constexpr const char* kFailures = "failures";
constexpr const char* kHeldKnobs = "held_knobs";
constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 30;
constexpr std::size_t kLongestFailure = 500;  ///< bytes; what the program itself writes is shorter

constexpr std::array<std::pair<torch::ScalarType, const char*>, 4> kPrecisions{
    {{torch::kFloat32, "F32"}, {torch::kFloat64, "F64"}, {torch::kInt64, "I64"}, {torch::kUInt8, "U8"}}};

TensorBlob toBlob(const std::string& name, const torch::Tensor& tensor) {
    const torch::Tensor host = tensor.to(torch::kCPU).contiguous();
    const auto* const precision =
        std::find_if(kPrecisions.begin(), kPrecisions.end(), [&](auto row) { return row.first == host.scalar_type(); });
    if (precision == kPrecisions.end()) {
        throw std::invalid_argument("checkpoints hold float32, float64, int64 and uint8 tensors only");
    }
    TensorBlob blob{name, precision->second, host.sizes().vec(), {}};
    blob.bytes.resize(host.nbytes());
    std::memcpy(blob.bytes.data(), host.data_ptr(), host.nbytes());
    return blob;
}

torch::Tensor toTensor(const TensorBlob& blob) {
    const auto* const precision =
        std::find_if(kPrecisions.begin(), kPrecisions.end(), [&](auto row) { return row.second == blob.dtype; });
    torch::Tensor tensor = torch::empty(blob.shape, precision->first);  // a decoded file has no other precision
    std::memcpy(tensor.data_ptr(), blob.bytes.data(), blob.bytes.size());
    return tensor;
}

SafetensorsFile readCheckpoint(const std::string& path) {
    SafetensorsFile file = decodeSafetensors(readInputFile(path, {"a checkpoint", kMostBytes}), path);
    if (file.metadata["format"] != kFormat) {
        throw InputError(fmt::format(
            "{}: a safetensors file, but not a checkpoint of this program: metadata \"format\" is \"{}\", expected "
            "\"{}\"",
            path, shownText(file.metadata["format"]), kFormat));
    }
    return file;
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
    const auto shown = [](std::vector<std::string> failures) {
        for (std::string& failure : failures) {
            failure = shownText(failure, kLongestFailure);
        }
        return failures;
    };
    if (!file.metadata.contains(kFailures)) {
        return shown(failuresOf(file.metadata["failure"], members));
    }
    const auto list = nlohmann::json::parse(file.metadata[kFailures], nullptr, false);
    const bool texts = list.is_array() && list.size() == members &&
                       std::all_of(list.begin(), list.end(), [](const auto& item) { return item.is_string(); });
    if (!texts) {
        throw InputError(fmt::format(
            "{}: \"failures\" must be a list with one text for each of the {} members; restore the file from a copy",
            path, members));
    }
    return shown(list.get<std::vector<std::string>>());
}

StateArchive::Texts storedTexts(SafetensorsFile& file, std::size_t members, const std::string& path) {
    std::istringstream held(file.metadata[kHeldKnobs]);
    return {storedFailures(file, members, path), {std::istream_iterator<std::string>(held), {}}};
}

/// Of a stored run that is taken up by an experiment: with a history, the experiment says where the run came from, and
/// the run goes on as it was stored; without one, what it asks for is the next move.
Objective objectiveToGoOnWith(const Experiment& stored, const Experiment& asked) {
    return asked.history.moves.empty() ? asked.whole() : stored.whole();
}

/// Fields that decide shapes, data or the random streams; a run cannot change them halfway.
void requireSameRun(const Experiment& stored, const Experiment& wanted, const std::string& path) {
    const auto refuse = [&](const char* what) {
        throw InputError(
            fmt::format("{}: the checkpoint was trained with other settings in [{}]; resume changes knobs, learning "
                        "rate and steps only. Start a new run for the rest",
                        path, what));
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
    const StateArchive archive = StateArchive::of(state);
    SafetensorsFile file;
    file.metadata = {{"format", kFormat},
                     {"experiment", writeExperiment(trainer.experiment())},
                     {"layout", layoutJson(*state.parameters.layout())},
                     {"data_sha256", trainer.dataset()->sha256},
                     {"failure", failureText(state.failures)}};
    if (!file.metadata["failure"].empty()) {
        file.metadata[kFailures] = nlohmann::json(archive.texts().failures).dump();
    }
    for (const std::string& knob : archive.texts().heldKnobs) {
        file.metadata[kHeldKnobs] += knob + " ";
    }
    for (const auto& [name, tensor] : archive.tensors()) {
        file.tensors.push_back(toBlob(name, tensor));
    }
    writeFileAtomically(path, encodeSafetensors(file));
}

bool canGoOn(const Trainer& trainer) {
    const TrainerState& state = trainer.state();
    const torch::Tensor finite = torch::isfinite(state.parameters.values().detach()).all(1).to(torch::kCPU);  // [M]
    for (std::size_t member = 0; member < state.healthy.size(); ++member) {
        if (state.healthy[member] && finite[static_cast<std::int64_t>(member)].item<bool>()) {
            return true;
        }
    }
    return false;
}

Experiment checkpointExperiment(const std::string& path) {
    SafetensorsFile file = readCheckpoint(path);
    return parseExperiment(file.metadata["experiment"], path);
}

void restoreCheckpoint(const std::string& path, Trainer& trainer) {
    SafetensorsFile file = readCheckpoint(path);
    const Experiment stored = parseExperiment(file.metadata["experiment"], path);
    Experiment asked = trainer.experiment();
    const Objective wanted = objectiveToGoOnWith(stored, asked);
    asked.objective = wanted.spec;
    requireSameRun(stored, asked, path);
    if (file.metadata["data_sha256"] != trainer.dataset()->sha256) {
        throw InputError(
            fmt::format("{}: the data files changed since the checkpoint was written (SHA-256 {}, expected {}); "
                        "restore the files or start a new run",
                        path, trainer.dataset()->sha256, shownText(file.metadata["data_sha256"], 64)));
    }
    StateArchive::Tensors tensors;
    for (const TensorBlob& blob : file.tensors) {
        tensors.emplace_back(blob.name, toTensor(blob));
    }
    trainer.takeUp(stored, [&](TrainerState& state) {
        StateArchive(std::move(tensors), storedTexts(file, state.healthy.size(), path), path).restore(state);
    });
    if (wanted != stored.whole()) {
        trainer.setObjective(wanted);
    }
}

}  // namespace elbo
