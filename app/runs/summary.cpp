#include "app/runs/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/runs/report_evaluator.h"
#include "models/spec/number_text.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/move_words.h"
#include "training/measure/evaluation.h"
#include "training/metrics/json_numbers.h"

namespace elbo {

namespace {

using Json = nlohmann::ordered_json;

void addClosedForm(Json& summary, const Experiment& experiment) {
    std::vector<double> rates, distortions;
    for (const Knobs& knobs : experiment.knobs) {
        const auto point = closedForm(experiment, knobs);
        rates.push_back(point ? point->rate : std::nan(""));
        distortions.push_back(point ? point->distortion : std::nan(""));
    }
    const auto known = [](double value) { return std::isfinite(value); };
    if (std::any_of(rates.begin(), rates.end(), known)) {
        summary["rate_closed_form"] = jsonMembers(rates);
        summary["distortion_closed_form"] = jsonMembers(distortions);
    }
}

std::string valueText(const Json& value) {
    if (value.is_array()) {
        std::string text;
        for (const Json& item : value) {
            text += (text.empty() ? "" : "  ") + valueText(item);
        }
        return text;
    }
    if (value.is_number_float()) {
        return shortNumber(value.get<double>());
    }
    return value.is_null() ? "not measured" : value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::string summaryJson(const Trainer& trainer) {
    return summaryJson(trainer, finalReport(trainer));
}

std::string summaryJson(const Trainer& trainer, const Report& report) {
    const Experiment& experiment = trainer.experiment();
    Json summary;
    summary["experiment"] = experiment.name;
    summary["step"] = report.step;
    summary["epoch"] = jsonNumber(report.epoch);
    summary["wall_s"] = jsonNumber(report.wallSeconds);
    // The mean over the whole run; the last second's rate would be noise.
    summary["steps_per_s"] =
        jsonNumber(report.wallSeconds > 0.0 ? static_cast<double>(report.step) / report.wallSeconds : 0.0);
    summary["parameters"] = trainer.state().parameters.layout()->size();
    const auto add = [&](const char* name) {
        const auto found = report.values.find(name);
        summary[name] = found == report.values.end() ? Json(nullptr) : jsonMembers(found->second);
    };
    for (const KnobName& knob : kKnobNames) {
        add(knob.metric);
    }
    for (const char* name : {"loss", "distortion", "rate", "elbo", "marginal_divergence"}) {
        add(name);
    }
    for (const auto& [name, values] : report.values) {
        if (!summary.contains(name)) {
            summary[name] = jsonMembers(values);
        }
    }
    addClosedForm(summary, experiment);
    const Moves& moves = experiment.history.moves;
    constexpr std::size_t kMovesSaid = 10;
    if (const std::string moved = movesInWords(moves, report.step, nearMoves(experiment.run.steps), kMovesSaid);
        !moved.empty()) {
        summary["moved_by_hand"] = moved;
    }
    if (const std::string failure = trainer.progress().failure; !failure.empty()) {
        summary["failure"] = failure;
    }
    summary["version"] = ELBOROOM_VERSION;
    return summary.dump();
}

std::string summaryText(const std::string& summaryJson) {
    std::string text;
    const Json summary = Json::parse(summaryJson);
    for (const auto& [name, value] : summary.items()) {
        text += fmt::format("{:<28} {}\n", name, valueText(value));
    }
    return text;
}

}  // namespace elbo
