#include "app/explain_command.h"

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

#include "app/builtin_experiments.h"
#include "app/exit_codes.h"
#include "app/train_command.h"
#include "models/algebra/family_text.h"
#include "training/experiment_text.h"

namespace elbo {

namespace {

constexpr double kLargestWeight = 1e9;

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\n");
    const auto last = text.find_last_not_of(" \t\n");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::size_t indexOfMultiplier(const std::string& name, const std::string& entry) {
    const auto& names = multiplierNames();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        const std::vector<std::string> all(names.begin(), names.end());
        throw InputError("--multipliers: \"" + name + "\" in \"" + entry + "\" is no multiplier; there are " +
                         joined(nearestFirst(name, all)));
    }
    return static_cast<std::size_t>(found - names.begin());
}

double weightIn(const std::string& text, const std::string& entry) {
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    double value = 0.0;
    const auto [rest, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || rest != end || !(std::abs(value) <= kLargestWeight)) {
        throw InputError("--multipliers: \"" + text + "\" in \"" + entry +
                         "\" is no weight; write a number from -1e9 to 1e9, as in i_q=-1");
    }
    return value;
}

nlohmann::ordered_json explanationJson(const Explanation& explanation) {
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
    const auto addForm = [&](const char* key, const auto& weights, const auto& names) {
        auto form = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (weights.values[i] != 0.0) {
                form[names[i]] = weights.values[i];
            }
        }
        for (const OtherDivergence& other : explanation.others) {
            form[keyOf(other)] = other.weight;
        }
        json[key] = std::move(form);
    };
    addForm("tractable_form", explanation.tractable, termNames());
    addForm("lagrangian_form", explanation.lagrangian, multiplierNames());
    json["information"] = explanation.information == Information::Maximised   ? "maximised"
                          : explanation.information == Information::Minimised ? "minimised"
                                                                              : "neutral";
    return json;
}

void printLine(const char* label, const std::string& text) {
    std::printf("%-13s%s\n", label, text.c_str());
}

void printExplanation(const Explanation& explanation) {
    if (explanation.names.empty()) {
        printLine("Names", namesSentence(explanation));
    }
    const char* label = "Names";
    for (const ModelName& name : explanation.names) {
        printLine(label, name.text() + " [" + name.citation + "]");
        label = "";
    }
    printLine("Class", classSentence(explanation));
    printLine("Information", plainFormula(informationSentence(explanation)));
    printLine("Agreement", agreementSentence(explanation));
    printLine("Tractable", plainFormula(tractableFormula(explanation)));
    printLine("Lagrangian", plainFormula(lagrangianFormula(explanation)));
    for (const Legend& legend : legendOf(explanation)) {
        printLine("", legend.symbol + " = " + plainFormula(legend.formula) + ", " + legend.meaning);
    }
}

struct Subject {
    std::string title;
    FamilyObjective objective;
};

std::vector<Subject> subjectsOf(const ExplainOptions& options) {
    if (options.experiment.empty()) {
        const Multipliers multipliers = parseMultipliers(options.multipliers);
        return {{plainFormula(multiplierFormula(multipliers)), {multipliers, {}, {}}}};
    }
    const Experiment experiment = requestedExperiment(options.experiment, options.assignments, std::nullopt);
    if (experiment.objective.rateTerm != RateTerm::Rate) {
        throw InputError("objective.rate_term is " + fieldText(experiment, "objective.rate_term") +
                         ", which is no weighted sum of divergences and information: the family does not hold it. "
                         "Explain it with --set objective.rate_term=rate");
    }
    const std::string divergence = fieldText(experiment, "objective.divergence");
    std::vector<Subject> subjects;
    for (std::size_t member = 0; member < experiment.knobs.size(); ++member) {
        const Knobs& knobs = experiment.knobs[member];
        std::ostringstream title;
        title << experiment.name;
        if (experiment.fleetSize() > 1) {
            title << ", member " << member + 1;
        }
        title << ": beta = " << knobs.beta << ", lambda = " << knobs.lambda << ", alpha = " << knobs.alpha
              << ", divergence " << divergence;
        subjects.push_back({title.str(), objectiveOf(knobs, divergence)});
    }
    return subjects;
}

}  // namespace

Multipliers parseMultipliers(const std::string& text) {
    Multipliers multipliers;
    std::set<std::size_t> seen;
    std::stringstream entries(text);
    for (std::string entry; std::getline(entries, entry, ',');) {
        entry = trimmed(entry);
        const auto equals = entry.find('=');
        if (equals == std::string::npos) {
            throw InputError("--multipliers: \"" + entry + "\" has no weight; write NAME=WEIGHT,..., as in i_q=-1");
        }
        const std::string name = trimmed(entry.substr(0, equals));
        const std::size_t index = indexOfMultiplier(name, entry);
        if (!seen.insert(index).second) {
            throw InputError("--multipliers: " + name + " is given twice; give it once");
        }
        multipliers.values[index] = weightIn(trimmed(entry.substr(equals + 1)), entry);
    }
    if (seen.empty()) {
        throw InputError("--multipliers is empty; write NAME=WEIGHT,..., as in i_q=-1,kl_x_given_z_qp=1,kl_z_qp=1");
    }
    return multipliers;
}

int explainCommand(const ExplainOptions& options) {
    const std::vector<Subject> subjects = subjectsOf(options);
    auto list = nlohmann::ordered_json::array();
    for (const Subject& subject : subjects) {
        const Explanation explanation = explain(subject.objective);
        if (options.json) {
            list.push_back(explanationJson(explanation));
        } else {
            printLine("Objective", subject.title);
            printExplanation(explanation);
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
        command->add_option("EXPERIMENT", options->experiment, "TOML file, or a name from `elboroom list experiments`");
    CLI::Option* multipliers =
        command
            ->add_option("--multipliers", options->multipliers,
                         "The objective itself: i_p, i_q, kl_{joint,x,z,z_given_x,x_given_z}_{pq,qp}; pq is KL(p || q)")
            ->type_name("NAME=WEIGHT,...")
            ->excludes(experiment);
    command->add_option("--set", options->assignments, "Change a knob or field of the experiment: --set beta=0.5")
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
