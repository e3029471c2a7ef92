#include "app/cli/explain_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/cli/train_command.h"
#include "app/process/exit_codes.h"
#include "app/process/usage_error.h"
#include "models/algebra/family_text.h"
#include "models/algebra/family_training.h"
#include "models/spec/number_text.h"
#include "models/spec/terms.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/metrics/json_numbers.h"

namespace elbo {

namespace {

constexpr double kLargestWeight = 1e9;

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\n");
    const auto last = text.find_last_not_of(" \t\n");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

std::size_t indexOfMultiplier(const std::string& name, const std::string& entry) {
    const auto& names = multiplierNames();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        const std::vector<std::string> all(names.begin(), names.end());
        throw UsageError(fmt::format("--multipliers: \"{}\" in \"{}\" is no multiplier; there are {}", name, entry,
                                     joined(nearestFirst(name, all))));
    }
    return static_cast<std::size_t>(found - names.begin());
}

double weightIn(const std::string& text, const std::string& entry) {
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    double value = 0.0;
    const auto [rest, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || rest != end || !(std::abs(value) <= kLargestWeight)) {
        throw UsageError(
            fmt::format("--multipliers: \"{}\" in \"{}\" is no weight; write a number from -1e9 to 1e9, as in i_q=-1",
                        text, entry));
    }
    return value;
}

/// What is asked for, and what the answer needs to know besides.
struct Subject {
    std::string title;
    FamilyObjective objective;
    const ObjectivePreset* preset = nullptr;
    std::vector<ModelName> names{};      ///< that the weights alone do not show
    std::vector<std::string> remarks{};  ///< one sentence each
};

std::vector<std::string> remarksOf(const Subject& subject, const Explanation& explanation) {
    std::vector<std::string> remarks = subject.remarks;
    for (const std::string& sentence : circumstanceSentences(explanation)) {
        remarks.push_back(plainFormula(sentence));
    }
    return remarks;
}

nlohmann::ordered_json explanationJson(const Subject& subject, const Explanation& explanation) {
    nlohmann::ordered_json json;
    switch (explanation.tractability) {
        case Tractability::Likelihood:
            json["class"] = "likelihood";
            break;
        case Tractability::Unary:
            json["class"] = "unary";
            break;
        case Tractability::Binary:
            json["class"] = "binary";
            break;
    }
    json["names"] = nlohmann::ordered_json::array();
    for (const ModelName& name : explanation.names) {
        json["names"].push_back(name.text());
    }
    if (subject.preset != nullptr) {
        json["objective"] = subject.preset->name;
    }
    const auto addForm = [&](const char* key, const auto& weights, const auto& names) {
        auto form = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (weights.values[i] != 0.0) {
                form[names[i]] = jsonNumber(weights.values[i]);
            }
        }
        for (const OtherDivergence& other : explanation.others) {
            form[keyOf(other)] = jsonNumber(other.weight);
        }
        if (explanation.excess.weight != 0.0) {
            form["information_excess"] = jsonNumber(explanation.excess.weight);
        }
        json[key] = std::move(form);
    };
    addForm("tractable_form", explanation.tractable, termNames());
    addForm("lagrangian_form", explanation.lagrangian, multiplierNames());
    json["information"] = explanation.information == Information::Maximised   ? "maximised"
                          : explanation.information == Information::Minimised ? "minimised"
                                                                              : "neutral";
    if (explanation.excess.weight != 0.0) {
        json["information_cap"] = jsonNumber(explanation.excess.above);
    }
    for (const std::string& remark : remarksOf(subject, explanation)) {
        json["remarks"].push_back(remark);
    }
    return json;
}

void printLine(const char* label, const std::string& text) {
    std::printf("%-13s%s\n", label, text.c_str());
}

void printExplanation(const Subject& subject, const Explanation& explanation) {
    printLine("Objective", subject.title);
    if (subject.preset != nullptr) {
        printLine("", fmt::format("{} [{}]", subject.preset->title, subject.preset->citation));
    }
    if (explanation.names.empty()) {
        printLine("Names", namesSentence(explanation));
    }
    const char* label = "Names";
    for (const ModelName& name : explanation.names) {
        printLine(label, fmt::format("{} [{}]", name.text(), name.citation));
        label = "";
    }
    printLine("Class", classSentence(explanation));
    printLine("Information", plainFormula(informationSentence(explanation)));
    printLine("Agreement", agreementSentence(explanation));
    label = "Remark";
    for (const std::string& remark : remarksOf(subject, explanation)) {
        printLine(label, remark);
        label = "";
    }
    printLine("Tractable", plainFormula(tractableFormula(explanation)));
    printLine("Lagrangian", plainFormula(lagrangianFormula(explanation)));
    for (const Legend& legend : legendOf(explanation)) {
        printLine("", fmt::format("{} = {}, {}", legend.symbol, plainFormula(legend.formula), legend.meaning));
    }
}

/// "beta = 1, lambda = 1, alpha = 0", the other knobs where they are not at their initial values, and the kinds of the
/// divergences that weigh something.
std::string settingsText(const Experiment& experiment, const Knobs& knobs) {
    std::vector<std::string> parts;
    for (const KnobName& knob : kKnobNames) {
        const double value = knobs.*knob.value;
        if (static_cast<std::size_t>(knob.id) < kMainKnobs || !atInitialValue(knobs, knob)) {
            parts.push_back(fmt::format("{} = {}", knob.name, shortNumber(value)));
        }
    }
    for (const TermRow& term : kTerms) {
        if (term.kind != nullptr && term.weight(knobs, experiment.objective) != 0.0) {
            const std::string key = term.kindField;
            parts.push_back(fmt::format("{} {}", key, fieldText(experiment, "objective." + key)));
        }
    }
    return joined(parts);
}

/// The knobs with the initial multipliers of the constraints added to what these weigh.
Knobs withConstraints(Knobs knobs, const ConstraintSpec& constraints) {
    const double initial = constraints.initial;
    if (constraints.rateAtLeast) {
        knobs.beta -= initial;
    }
    if (constraints.negativeElboAtMost) {
        knobs.distortion += initial;
        knobs.beta += initial;
    }
    if (constraints.divergenceAtMost) {
        knobs.lambda += initial;
    }
    return knobs;
}

std::vector<std::string> remarksOn(const Experiment& experiment) {
    std::vector<std::string> remarks, scheduled, bounds;
    if (const int codes = experiment.objective.importanceSamples; codes > 1) {
        remarks.push_back(
            fmt::format("{} codes of each example are weighed: in place of D and R stands -log of the mean of "
                        "exp(-D - R), with their weights, over these codes. The family describes it with one code; "
                        "with more the bound comes closer to the likelihood, and the posterior matters less.",
                        codes));
    }
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        if (!experiment.schedule[place].empty()) {
            scheduled.emplace_back(kKnobNames[place].name);
        }
    }
    if (!scheduled.empty()) {
        remarks.push_back(
            fmt::format("The schedule moves {}; this is the objective of the first step.", joined(scheduled)));
    }
    const ConstraintSpec& constraints = experiment.constraints;
    const auto addBound = [&](const char* text, const std::optional<double>& bound) {
        if (bound) {
            bounds.push_back(fmt::format("{}{}", text, shortNumber(*bound)));
        }
    };
    addBound("R >= ", constraints.rateAtLeast);
    addBound("D + R <= ", constraints.negativeElboAtMost);
    addBound("Delta <= ", constraints.divergenceAtMost);
    if (!bounds.empty()) {
        remarks.push_back(
            fmt::format("Multipliers of {} move while it trains; this is the objective at their initial value, {}, up "
                        "to a constant.",
                        joined(bounds), shortNumber(constraints.initial)));
    }
    return remarks;
}

std::vector<Subject> subjectsOf(const ExplainOptions& options) {
    if (options.experiment.empty()) {
        FamilyObjective objective;
        objective.multipliers = parseMultipliers(options.multipliers);
        return {{plainFormula(multiplierFormula(objective.multipliers)), objective}};
    }
    const Experiment experiment = requestedExperiment(options.experiment, options.assignments, std::nullopt);
    if (!insideFamily(experiment.objective)) {
        throw InputError(
            fmt::format("objective.rate_term is {}, which is no weighted sum of divergences and information: the "
                        "family does not hold it. Explain it with --set objective.rate_term=rate",
                        fieldText(experiment, "objective.rate_term")));
    }
    const std::vector<Knobs> first = experiment.schedule.inForce(experiment.knobs, {}, 0);
    const ConstraintSpec& constraints = experiment.constraints;
    std::vector<Subject> subjects;
    for (std::size_t member = 0; member < first.size(); ++member) {
        std::string title = experiment.name;
        if (experiment.fleetSize() > 1) {
            title += fmt::format(", member {}", member + 1);
        }
        Subject subject;
        subject.title = fmt::format("{}: {}", title, settingsText(experiment, first[member]));
        subject.objective = objectiveOf(withConstraints(first[member], constraints), experiment.objective);
        subject.objective.excess = objectiveOf(first[member], experiment.objective).excess;  // of the weights alone
        Experiment own = experiment;
        own.knobs = {experiment.knobs[member]};
        subject.preset = presetOf(own, builtinObjectives());
        subject.remarks = remarksOn(experiment);
        if (const int codes = experiment.objective.importanceSamples; codes > 1) {
            subject.names.push_back(
                {"IWAE", {}, fmt::format("{} codes", codes), "Burda, Grosse and Salakhutdinov 2016"});
        }
        if (constraints.negativeElboAtMost && constraints.divergenceAtMost) {
            subject.names.push_back({"LagVAE", {}, "", "Zhao, Song and Ermon 2018"});
        }
        subjects.push_back(std::move(subject));
    }
    return subjects;
}

}  // namespace

MultiplierWeights parseMultipliers(const std::string& text) {
    MultiplierWeights multipliers;
    std::set<std::size_t> seen;
    std::stringstream entries(text);
    for (std::string entry; std::getline(entries, entry, ',');) {
        entry = trimmed(entry);
        const auto equals = entry.find('=');
        if (equals == std::string::npos) {
            throw UsageError(
                fmt::format("--multipliers: \"{}\" has no weight; write NAME=WEIGHT,..., as in i_q=-1", entry));
        }
        const std::string name = trimmed(entry.substr(0, equals));
        const std::size_t index = indexOfMultiplier(name, entry);
        if (!seen.insert(index).second) {
            throw UsageError(fmt::format("--multipliers: {} is given twice; give it once", name));
        }
        multipliers.values[index] = weightIn(trimmed(entry.substr(equals + 1)), entry);
    }
    if (seen.empty()) {
        throw UsageError("--multipliers is empty; write NAME=WEIGHT,..., as in i_q=-1,kl_x_given_z_qp=1,kl_z_qp=1");
    }
    return multipliers;
}

int explainCommand(const ExplainOptions& options) {
    const std::vector<Subject> subjects = subjectsOf(options);
    auto list = nlohmann::ordered_json::array();
    for (const Subject& subject : subjects) {
        Explanation explanation = explain(subject.objective);
        explanation.names.insert(explanation.names.begin(), subject.names.begin(), subject.names.end());
        if (options.json) {
            list.push_back(explanationJson(subject, explanation));
        } else {
            printExplanation(subject, explanation);
            std::printf("\n");
        }
    }
    if (options.json) {
        std::cout << (list.size() == 1 ? list.front() : list).dump() << std::endl;
    } else {
        printLine("Source", familyCitation());
    }
    return kDone;
}

void addExplain(CLI::App& app, std::function<int()>& action) {
    const auto options = std::make_shared<ExplainOptions>();
    CLI::App* command = app.add_subcommand("explain", "Say which model an objective is and what it asks for");
    CLI::Option* experiment =
        command->add_option("EXPERIMENT", options->experiment,
                            "File or folder that the window opens, or a name from `elboroom list experiments`");
    CLI::Option* multipliers =
        command
            ->add_option("--multipliers", options->multipliers,
                         "The objective itself: i_p, i_q, kl_{joint,x,z,z_given_x,x_given_z}_{pq,qp}; pq is KL(p || q)")
            ->type_name("NAME=WEIGHT,...")
            ->excludes(experiment);
    command
        ->add_option("--set", options->assignments,
                     "Change a knob or field of the experiment: --set beta=0.5, or take a named objective: --set "
                     "objective=alice")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false)
        ->excludes(multipliers);
    command->add_flag("--json", options->json, "Print one JSON object; an array of them for a fleet");
    command->callback([=, &action] {
        if (experiment->count() == 0 && multipliers->count() == 0) {
            throw CLI::RequiredError("EXPERIMENT or --multipliers");
        }
        action = [options] { return explainCommand(*options); };
    });
}

}  // namespace elbo
