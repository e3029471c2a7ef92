#include "app/runs/measure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <vector>

#include "models/spec/number_text.h"
#include "training/metrics/json_numbers.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

using Json = nlohmann::ordered_json;

std::string numberText(double value) {
    return std::isnan(value) ? "not measured" : shortNumber(value);
}

/// Letters, not bytes.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

struct Line {
    std::string name, value, unit, meaning;
};

std::string table(const std::vector<Line>& lines) {
    std::size_t name = 0, value = 0;
    for (const Line& line : lines) {
        name = std::max(name, width(line.name));
        value = std::max(value, width(line.value));
    }
    std::string text;
    for (const Line& line : lines) {
        text +=
            fmt::format("{:<{}}{:<{}}{:<7}{}\n", line.name, name + 2, line.value, value + 2, line.unit, line.meaning);
    }
    return text;
}

std::vector<double> knobValues(const Snapshot& snapshot, double Knobs::*member) {
    std::vector<double> values;
    for (const Knobs& knobs : snapshot.objective.knobs) {
        values.push_back(knobs.*member);
    }
    return values;
}

}  // namespace

std::string measuredText(const Measured& measured) {
    if (!(measured.error > 0.0)) {
        return numberText(measured.value);
    }
    return fmt::format("{:.6g} \u00b1 {:.2g}", measured.value, measured.error);
}

std::string metricUnit(const std::string& name) {
    const MetricRow* row = findMetric(name);
    return row == nullptr ? "" : row->unit;
}

std::string metricMeaning(const std::string& name) {
    const MetricRow* row = findMetric(name);
    return row == nullptr ? "" : row->meaning;
}

std::string pointMeasuresJson(const std::vector<PointValue>& values) {
    Json json;
    for (const PointValue& value : values) {
        if (value.kernel.empty()) {
            json[value.metric] = jsonNumber(value.value);
        } else {
            json[value.metric][value.kernel] = {{"biased", jsonNumber(value.biased.value_or(std::nan("")))},
                                                {"unbiased", jsonNumber(value.value)}};
        }
    }
    return json.dump();
}

std::string pointMeasuresText(const std::vector<PointValue>& values) {
    std::vector<Line> lines;
    for (const PointValue& value : values) {
        const std::string number = numberText(value.value);
        lines.push_back({value.kernel.empty() ? value.metric : fmt::format("{} {}", value.metric, value.kernel),
                         value.biased ? fmt::format("{}, biased {}", number, numberText(*value.biased)) : number, "",
                         value.meaning});
    }
    return table(lines);
}

std::string modelMeasuresJson(const ModelMeasures& measures, const Snapshot& snapshot, const Experiment& experiment) {
    Json json;
    json["experiment"] = experiment.name;
    json["step"] = snapshot.step;
    json["epoch"] = jsonNumber(snapshot.epoch);
    for (const KnobName& knob : kKnobNames) {
        json[knob.metric] = jsonMembers(knobValues(snapshot, knob.value));
    }
    Json errors = Json::object();
    for (const MeasuredMetric& measurement : measures.measurements) {
        std::vector<double> values, deviations;
        for (const Measured& measured : measurement.values) {
            values.push_back(measured.value);
            deviations.push_back(measured.error);
        }
        json[measurement.name] = jsonMembers(values);
        if (std::any_of(deviations.begin(), deviations.end(), [](double error) { return error > 0.0; })) {
            errors[measurement.name] = jsonMembers(deviations);
        }
    }
    for (const MetricByDimension& measurement : measures.perDimension) {
        json[measurement.name] =
            measurement.values.size() == 1 ? Json(measurement.values.front()) : Json(measurement.values);
    }
    json["errors"] = std::move(errors);
    json["counts"] = measures.counts;
    json["unavailable"] = measures.unavailable;
    json["health"] = Json::array();
    for (const HealthFinding& finding : measures.health) {
        json["health"].push_back({{"kind", keyOf(finding.kind)},
                                  {"member", finding.member},
                                  {"sentence", finding.sentence},
                                  {"term", finding.term},
                                  {"evidence", finding.evidence}});
    }
    json["version"] = ELBOROOM_VERSION;
    return json.dump();
}

std::string modelMeasuresText(const ModelMeasures& measures, const Snapshot& snapshot, const Experiment& experiment) {
    std::string text = fmt::format("{} at step {}\n\n", experiment.name, snapshot.step);
    std::vector<Line> lines;
    for (const MeasuredMetric& measurement : measures.measurements) {
        const std::string values =
            fmt::format("{}", fmt::join(measurement.values | std::views::transform(measuredText), "  "));
        lines.push_back({measurement.name, values, metricUnit(measurement.name), metricMeaning(measurement.name)});
    }
    for (const MetricByDimension& measurement : measures.perDimension) {
        for (const std::vector<double>& ofMember : measurement.values) {
            const std::string values = fmt::format("{:.3g}", fmt::join(ofMember, " "));
            lines.push_back({measurement.name, values, metricUnit(measurement.name), metricMeaning(measurement.name)});
        }
    }
    text += table(lines);
    for (const auto& [name, reason] : measures.unavailable) {
        text += fmt::format("{}: not measured, {}\n", name, reason);
    }
    text += measures.health.empty() ? "\nNothing unusual was found.\n" : "\n";
    for (const HealthFinding& finding : measures.health) {
        const std::string whose = experiment.fleetSize() > 1 ? fmt::format("Member {}: ", finding.member + 1) : "";
        text += fmt::format("{}{} ({}: {})\n", whose, finding.sentence, finding.term, finding.evidence);
    }
    return text;
}

}  // namespace elbo
