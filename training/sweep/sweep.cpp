#include "training/sweep/sweep.h"
#include "training/experiment/input_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "training/experiment/experiment_text.h"
#include "training/experiment/knob_expression.h"
#include "training/files/atomic_file.h"

namespace elbo {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "elboroom-sweep-1";

/// As people write it: the shortest text that reads back as the same number.
std::string shortest(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string padded(std::size_t number, std::size_t most) {
    const std::string digits = std::to_string(number);
    const std::size_t width = std::max<std::size_t>(2, std::to_string(most).size());
    return std::string(width - std::min(width, digits.size()), '0') + digits;
}

/// "member-07_beta-0.25_seed-1": a number to sort by, then what tells this model from the others.
std::string folderName(const SweepPlan& plan, std::size_t place, const Knobs& knobs, std::uint64_t seed) {
    const std::vector<Knobs>& all = plan.experiment.knobs;
    std::string name = "member-" + padded(place, all.size() * static_cast<std::size_t>(plan.seeds) - 1);
    const auto add = [&](const char* knob, double Knobs::*value) {
        if (std::any_of(all.begin(), all.end(), [&](const Knobs& k) { return k.*value != all.front().*value; })) {
            name += std::string("_") + knob + "-" + shortest(knobs.*value);
        }
    };
    add("beta", &Knobs::beta);
    add("lambda", &Knobs::lambda);
    add("alpha", &Knobs::alpha);
    return plan.seeds > 1 ? name + "_seed-" + std::to_string(seed) : name;
}

/// Fields that say nothing about the results of a sweep.
bool mayDiffer(const std::string& key) {
    static const std::set<std::string> kFree{"title", "run.autosave_seconds"};
    return kFree.contains(key);
}

}  // namespace

SweepPlan SweepPlan::make(const Experiment& experiment, int seeds, int fleetSize) {
    experiment.validate();
    if (seeds < 1 || fleetSize < 1) {
        throw InputError("a sweep has at least one seed and fleets of at least one member; found " +
                         std::to_string(seeds) + " and " + std::to_string(fleetSize));
    }
    const std::size_t settings = experiment.knobs.size();
    const auto count = static_cast<std::size_t>(seeds);
    if (settings > kMostMembers / count) {
        throw InputError("the sweep has " + std::to_string(settings) + " settings of " + std::to_string(seeds) +
                         (seeds == 1 ? " seed" : " seeds") + " each, but may have " + std::to_string(kMostMembers) +
                         " members; give fewer values or fewer seeds");
    }
    SweepPlan plan{experiment, seeds, std::min(fleetSize, static_cast<int>(settings)), {}, {}};
    for (const Knobs& knobs : experiment.knobs) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t seed = experiment.run.seed + i;
            plan.members.push_back({knobs, seed, folderName(plan, plan.members.size(), knobs, seed)});
        }
    }
    // Fleets of nearly equal size: the last one should not keep the others waiting, nor be a waste of a pass.
    const auto largest = static_cast<std::size_t>(plan.fleetSize);
    const std::size_t parts = (settings + largest - 1) / largest;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t part = 0; part < parts; ++part) {
            Fleet fleet{experiment.run.seed + i, {}};
            for (std::size_t s = part * settings / parts; s < (part + 1) * settings / parts; ++s) {
                fleet.members.push_back(s * count + i);
            }
            plan.fleets.push_back(std::move(fleet));
        }
    }
    plan.ofMember(plan.members.size() - 1).validate();  // the last seed may be one too large
    return plan;
}

Experiment SweepPlan::ofFleet(std::size_t fleet) const {
    Experiment result = experiment;
    result.run.seed = fleets.at(fleet).seed;
    result.knobs.clear();
    for (const std::size_t member : fleets[fleet].members) {
        result.knobs.push_back(members[member].knobs);
    }
    return result;
}

Experiment SweepPlan::ofMember(std::size_t member) const {
    Experiment result = experiment;
    result.run.seed = members.at(member).seed;
    result.knobs = {members[member].knobs};
    return result;
}

std::string sweepFile(const std::string& folder) {
    return folder + "/sweep.json";
}

std::string fleetCheckpointPath(const std::string& folder, std::size_t fleet) {
    return folder + "/fleet-" + std::to_string(fleet) + ".safetensors";
}

void writeSweepPlan(const std::string& folder, const SweepPlan& plan, const std::string& dataSha256) {
    Json json;
    json["format"] = kFormat;
    json["version"] = ELBOROOM_VERSION;
    json["seeds"] = plan.seeds;
    json["fleet_size"] = plan.fleetSize;
    json["data_sha256"] = dataSha256;
    json["experiment"] = writeExperiment(plan.experiment);
    writeFileAtomically(sweepFile(folder), json.dump(2) + "\n");
}

StoredSweep readSweepPlan(const std::string& folder) {
    const std::string path = sweepFile(folder);
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw InputError(path + ": cannot be opened; this is not the folder of a sweep, or its permissions forbid it");
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Json json = Json::parse(text, nullptr, false);
    const bool whole = json.is_object() && json.contains("format") && json["format"] == kFormat &&
                       json.contains("seeds") && json["seeds"].is_number_integer() && json.contains("fleet_size") &&
                       json["fleet_size"].is_number_integer() && json.contains("experiment") &&
                       json["experiment"].is_string() && json.contains("data_sha256") &&
                       json["data_sha256"].is_string();
    if (!whole) {
        throw InputError(path + ": not the description of a sweep of this program (format \"" + kFormat +
                         "\"); restore the file, or begin the sweep anew in another folder");
    }
    const auto inRange = [&](const char* key) {
        const auto value = json[key].get<std::int64_t>();
        if (value < 1 || value > static_cast<std::int64_t>(kMostMembers)) {
            throw InputError(path + ": \"" + key + "\" is " + std::to_string(value) + ", but must be from 1 to " +
                             std::to_string(kMostMembers));
        }
        return static_cast<int>(value);
    };
    const int seeds = inRange("seeds");
    const int fleetSize = inRange("fleet_size");
    return {SweepPlan::make(parseExperiment(json["experiment"].get<std::string>(), path), seeds, fleetSize),
            json["data_sha256"].get<std::string>()};
}

void requireSameSweep(const SweepPlan& stored, const SweepPlan& wanted, const std::string& folder) {
    const auto refuse = [&](const std::string& what, const std::string& before, const std::string& after) {
        throw InputError(folder + ": the folder holds another sweep: " + what + " is " + before + " there and " +
                         after +
                         " here; repeat the command of that sweep to go on with it, or choose another folder with "
                         "--out");
    };
    for (const std::string& key : experimentKeys()) {
        const std::string before = fieldText(stored.experiment, key);
        const std::string after = fieldText(wanted.experiment, key);
        if (before != after && !mayDiffer(key)) {
            refuse(key, before, after);
        }
    }
    if (stored.seeds != wanted.seeds) {
        refuse("the number of seeds", std::to_string(stored.seeds), std::to_string(wanted.seeds));
    }
}

}  // namespace elbo
