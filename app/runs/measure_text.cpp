#include "app/runs/measure_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "training/metrics/json_numbers.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

using Json = nlohmann::ordered_json;

std::string shortText(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return std::isnan(value) ? "not measured" : text;
}

/// Letters, not bytes.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns) {
    return text + std::string(columns > width(text) ? columns - width(text) : 0, ' ');
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
            padded(line.name, name + 2) + padded(line.value, value + 2) + padded(line.unit, 7) + line.meaning + "\n";
    }
    return text;
}

std::string kindName(HealthKind kind) {
    switch (kind) {
        case HealthKind::PosteriorCollapse:
            return "posterior_collapse";
        case HealthKind::OverDispersed:
            return "over_dispersed";
        case HealthKind::UnderDispersed:
            return "under_dispersed";
        case HealthKind::InformationPreference:
            return "information_preference";
        case HealthKind::Overfitting:
            return "overfitting";
        case HealthKind::AmortisationGap:
            return "amortisation_gap";
        case HealthKind::KernelSaturated:
            return "kernel_saturated";
        case HealthKind::OutsideProposition2:
            return "outside_proposition_2";
    }
    return "";
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
        return shortText(measured.value);
    }
    char text[64];
    std::snprintf(text, sizeof text, "%.6g \u00b1 %.2g", measured.value, measured.error);
    return text;
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
        lines.push_back({value.metric + (value.kernel.empty() ? "" : " " + value.kernel),
                         shortText(value.value) + (value.biased ? ", biased " + shortText(*value.biased) : ""), "",
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
        json["health"].push_back({{"kind", kindName(finding.kind)},
                                  {"member", finding.member},
                                  {"sentence", finding.sentence},
                                  {"term", finding.term},
                                  {"evidence", finding.evidence}});
    }
    json["version"] = ELBOROOM_VERSION;
    return json.dump();
}

std::string modelMeasuresText(const ModelMeasures& measures, const Snapshot& snapshot, const Experiment& experiment) {
    std::string text = experiment.name + " at step " + std::to_string(snapshot.step) + "\n\n";
    std::vector<Line> lines;
    for (const MeasuredMetric& measurement : measures.measurements) {
        std::string values;
        for (const Measured& measured : measurement.values) {
            values += (values.empty() ? "" : "  ") + measuredText(measured);
        }
        lines.push_back({measurement.name, values, metricUnit(measurement.name), metricMeaning(measurement.name)});
    }
    for (const MetricByDimension& measurement : measures.perDimension) {
        for (std::size_t member = 0; member < measurement.values.size(); ++member) {
            std::string values;
            for (const double value : measurement.values[member]) {
                char number[16];
                std::snprintf(number, sizeof number, "%.3g", value);
                values += (values.empty() ? "" : " ") + std::string(number);
            }
            lines.push_back({measurement.name, values, metricUnit(measurement.name), metricMeaning(measurement.name)});
        }
    }
    text += table(lines);
    for (const auto& [name, reason] : measures.unavailable) {
        text += name + ": not measured, " + reason + "\n";
    }
    text += measures.health.empty() ? "\nNothing unusual was found.\n" : "\n";
    for (const HealthFinding& finding : measures.health) {
        const std::string whose =
            experiment.fleetSize() > 1 ? "Member " + std::to_string(finding.member + 1) + ": " : "";
        text += whose + finding.sentence + " (" + finding.term + ": " + finding.evidence + ")\n";
    }
    return text;
}

}  // namespace elbo
