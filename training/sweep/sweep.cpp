#include "training/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "models/spec/number_text.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/experiment/knob_expression.h"
#include "training/experiment/shown_text.h"
#include "training/files/atomic_file.h"

namespace elbo {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "elboroom-sweep-1";
/// With fields that are swept besides the weights, which earlier programs would overlook.
constexpr const char* kFormatOver = "elboroom-sweep-2";
constexpr std::size_t kLongestFolder = 200;
constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;  ///< of a plan

bool differs(const std::vector<Knobs>& settings, double Knobs::*weight) {
    return std::any_of(settings.begin(), settings.end(),
                       [&](const Knobs& knobs) { return knobs.*weight != settings.front().*weight; });
}

/// A value as a part of a folder's name: "[512, 512]" becomes "512-512".
std::string folderPart(const std::string& value) {
    std::string part;
    for (const char c : shortValue(value)) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '+' || c == '-';
        if (plain) {
            part += c;
        } else if (!part.empty() && part.back() != '-') {
            part += '-';
        }
    }
    while (!part.empty() && part.back() == '-') {
        part.pop_back();
    }
    return part.empty() ? "none" : part;
}

/// "member-07_train_size-500_beta-0.25_seed-1": a number to sort by, then what tells this model from the others.
std::string folderName(const SweepPlan& plan, const SweepPlan::Member& member) {
    const std::vector<Knobs>& all = plan.experiment.knobs;
    const std::size_t most = plan.variants.size() * all.size() * static_cast<std::size_t>(plan.seeds) - 1;
    const std::size_t digits = std::max<std::size_t>(2, fmt::formatted_size("{}", most));
    std::string name = fmt::format("member-{:0{}}", plan.members.size(), digits);
    for (std::size_t i = 0; i < plan.over.size(); ++i) {
        name += fmt::format("_{}-{}", shortName(plan.over, i), folderPart(plan.variants[member.variant][i]));
    }
    for (const KnobName& knob : kKnobNames) {
        if (differs(all, knob.value)) {
            name += fmt::format("_{}-{}", knob.name, exactNumber(member.knobs.*knob.value));
        }
    }
    name = name.substr(0, kLongestFolder);
    return plan.seeds > 1 ? fmt::format("{}_seed-{}", name, member.seed) : name;
}

/// The swept fields of a stored plan.
std::vector<SweptField> readOver(const Json& json, const std::string& path) {
    std::vector<SweptField> over;
    if (json["format"] != kFormatOver) {
        return over;
    }
    try {
        for (const Json& field : json.at("over")) {
            const auto values = field.at("values").get<std::vector<std::string>>();
            if (!field.contains("settings")) {
                over.push_back(sweptField(field.at("field").get<std::string>(), values));
                continue;
            }
            std::vector<ArchitecturePreset> presets;
            for (std::size_t i = 0; i < values.size(); ++i) {
                presets.push_back({values[i],
                                   field.at("labels").at(i).get<std::string>(),
                                   {},
                                   {},
                                   field.at("settings").at(i).get<std::vector<std::string>>()});
            }
            over.push_back(sweptArchitectures(presets));
        }
    } catch (const Json::exception&) {
        throw InputError(
            fmt::format("{}: \"over\" must be a list of fields with their values; restore the file, or begin the sweep "
                        "anew in another folder",
                        path));
    } catch (const InputError& error) {
        throw error.at({path});
    }
    return over;
}

/// The values of a field in a sweep, one or several.
std::string valuesText(const SweepPlan& plan, const std::string& key) {
    const auto swept =
        std::find_if(plan.over.begin(), plan.over.end(), [&](const SweptField& field) { return field.key == key; });
    if (swept == plan.over.end()) {
        return fieldText(plan.experiment, key);
    }
    return fmt::format("{}", fmt::join(swept->values, ", "));
}

/// The named architectures of a sweep, each with what it sets.
std::vector<ArchitecturePreset> architecturesOf(const SweepPlan& plan) {
    const auto swept = std::find_if(plan.over.begin(), plan.over.end(),
                                    [](const SweptField& field) { return !field.architectures.empty(); });
    return swept == plan.over.end() ? std::vector<ArchitecturePreset>() : swept->architectures;
}

std::string architectureNames(const std::vector<ArchitecturePreset>& presets) {
    std::vector<std::string> names;
    std::transform(presets.begin(), presets.end(), std::back_inserter(names),
                   [](const ArchitecturePreset& preset) { return preset.name; });
    return names.empty() ? "the experiment's" : fmt::format("{}", fmt::join(names, ", "));
}

/// Fields that say nothing about the results of a sweep.
bool mayDiffer(const std::string& key) {
    static const std::set<std::string> kFree{"title", "run.autosave_seconds", "run.keep_checkpoints"};
    return kFree.contains(key);
}

}  // namespace

SweepPlan SweepPlan::make(const Experiment& experiment, int seeds, int fleetSize, const std::vector<SweptField>& over) {
    experiment.validate();
    if (!experiment.history.moves.empty()) {
        throw InputError(
            "history.moves: what was moved by hand belongs to one run, which the models of a sweep cannot follow; "
            "leave it "
            "out by --set \"history.moves=[]\"");
    }
    if (seeds < 1 || fleetSize < 1) {
        throw InputError(fmt::format("a sweep has at least one seed and fleets of at least one member; found {} and {}",
                                     seeds, fleetSize));
    }
    const std::size_t settings = experiment.knobs.size();
    const auto count = static_cast<std::size_t>(seeds);
    std::size_t total = settings;
    for (const SweptField& field : over) {
        total = total > kMostMembers ? total : total * field.values.size();
    }
    if (total > kMostMembers / count) {
        throw InputError(
            fmt::format("the sweep has {} settings of {} {} each, but may have {} members; give fewer values or fewer "
                        "seeds",
                        total, seeds, seeds == 1 ? "seed" : "seeds", kMostMembers));
    }
    SweepPlan plan;
    plan.experiment = experiment;
    plan.seeds = seeds;
    plan.fleetSize = std::min(fleetSize, static_cast<int>(settings));
    plan.over = over;
    plan.variants = combinations(over);
    // Fleets of nearly equal size: the last one should not keep the others waiting, nor be a waste of a pass.
    const auto largest = static_cast<std::size_t>(plan.fleetSize);
    const std::size_t parts = (settings + largest - 1) / largest;
    for (std::size_t variant = 0; variant < plan.variants.size(); ++variant) {
        const std::size_t first = plan.members.size();
        for (const Knobs& knobs : experiment.knobs) {
            for (std::size_t i = 0; i < count; ++i) {
                Member member{knobs, experiment.run.seed + i, {}, variant};
                member.folder = folderName(plan, member);
                plan.members.push_back(std::move(member));
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t part = 0; part < parts; ++part) {
                Fleet fleet{experiment.run.seed + i, {}, variant};
                for (std::size_t s = part * settings / parts; s < (part + 1) * settings / parts; ++s) {
                    fleet.members.push_back(first + s * count + i);
                }
                plan.fleets.push_back(std::move(fleet));
            }
        }
        plan.ofMember(plan.members.size() - 1).validate();  // the last seed may be one too large
    }
    return plan;
}

Experiment SweepPlan::ofVariant(std::size_t variant) const {
    return withValues(experiment, over, variants.at(variant));
}

Experiment SweepPlan::ofFleet(std::size_t fleet) const {
    Experiment result = ofVariant(fleets.at(fleet).variant);
    result.run.seed = fleets[fleet].seed;
    result.knobs.clear();
    for (const std::size_t member : fleets[fleet].members) {
        result.knobs.push_back(members[member].knobs);
    }
    return result;
}

Experiment SweepPlan::ofMember(std::size_t member) const {
    Experiment result = ofVariant(members.at(member).variant);
    result.run.seed = members[member].seed;
    result.knobs = {members[member].knobs};
    return result;
}

std::vector<std::size_t> namedWeights(const std::vector<Knobs>& settings) {
    std::vector<std::size_t> places;
    for (const KnobName* knob : knobsInPlay(settings)) {
        places.push_back(static_cast<std::size_t>(knob->id));
    }
    return places;
}

std::string sweepFile(const std::string& folder) {
    return folder + "/sweep.json";
}

std::string fleetCheckpointPath(const std::string& folder, std::size_t fleet) {
    return fmt::format("{}/fleet-{}.safetensors", folder, fleet);
}

void writeSweepPlan(const std::string& folder, const SweepPlan& plan, const std::string& dataSha256) {
    Json json;
    json["format"] = plan.over.empty() ? kFormat : kFormatOver;
    json["version"] = ELBOROOM_VERSION;
    json["seeds"] = plan.seeds;
    json["fleet_size"] = plan.fleetSize;
    json["data_sha256"] = dataSha256;
    for (const SweptField& field : plan.over) {
        Json entry{{"field", field.key}, {"values", field.values}};
        for (const ArchitecturePreset& preset : field.architectures) {
            entry["labels"].push_back(preset.label);
            entry["settings"].push_back(preset.settings);
        }
        json["over"].push_back(std::move(entry));
    }
    json["experiment"] = writeExperiment(plan.experiment);
    writeFileAtomically(sweepFile(folder), json.dump(2) + "\n");
}

StoredSweep readSweepPlan(const std::string& folder) {
    const std::string path = sweepFile(folder);
    const std::string text = readInputFile(path, {"the description of a sweep", kMostBytes});
    const Json json = Json::parse(text, nullptr, false);
    const bool whole =
        json.is_object() && json.contains("format") && (json["format"] == kFormat || json["format"] == kFormatOver) &&
        json.contains("seeds") && json["seeds"].is_number_integer() && json.contains("fleet_size") &&
        json["fleet_size"].is_number_integer() && json.contains("experiment") && json["experiment"].is_string() &&
        json.contains("data_sha256") && json["data_sha256"].is_string();
    if (!whole) {
        throw InputError(
            fmt::format("{}: not the description of a sweep of this program (format \"{}\"); restore the file, or "
                        "begin the sweep anew in another folder",
                        path, kFormat));
    }
    const auto inRange = [&](const char* key) {
        const auto value = json[key].get<std::int64_t>();
        if (value < 1 || value > static_cast<std::int64_t>(kMostMembers)) {
            throw InputError(fmt::format("{}: \"{}\" is {}, but must be from 1 to {}", path, key, value, kMostMembers));
        }
        return static_cast<int>(value);
    };
    const int seeds = inRange("seeds");
    const int fleetSize = inRange("fleet_size");
    const Experiment experiment = parseExperiment(json["experiment"].get<std::string>(), path);
    const std::vector<SweptField> over = readOver(json, path);
    return {SweepPlan::make(experiment, seeds, fleetSize, over), json["data_sha256"].get<std::string>()};
}

void requireSameSweep(const SweepPlan& stored, const SweepPlan& wanted, const std::string& folder) {
    const auto refuse = [&](const std::string& what, const std::string& before, const std::string& after) {
        throw InputError(
            fmt::format("{}: the folder holds another sweep: {} is {} there and {} here; repeat the command of that "
                        "sweep to go on with it, or choose another folder with --out",
                        folder, what, shownText(before), shownText(after)));
    };
    const std::vector<ArchitecturePreset> architectures = architecturesOf(stored), others = architecturesOf(wanted);
    if (architectureNames(architectures) != architectureNames(others)) {
        refuse(kArchitectureAxis, architectureNames(architectures), architectureNames(others));
    }
    for (std::size_t i = 0; i < architectures.size(); ++i) {
        // Another version of the program may mean something else by the name.
        if (architectures[i].settings != others[i].settings) {
            refuse(architectures[i].name, fmt::format("{}", fmt::join(architectures[i].settings, ", ")),
                   fmt::format("{}", fmt::join(others[i].settings, ", ")));
        }
    }
    for (const std::string& key : experimentKeys()) {
        const std::string before = valuesText(stored, key);
        const std::string after = valuesText(wanted, key);
        if (before != after && !mayDiffer(key)) {
            refuse(key, before, after);
        }
    }
    if (stored.seeds != wanted.seeds) {
        refuse("the number of seeds", std::to_string(stored.seeds), std::to_string(wanted.seeds));
    }
}

}  // namespace elbo
