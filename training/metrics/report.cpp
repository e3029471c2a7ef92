#include "training/metrics/report.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "training/metrics/json_numbers.h"

namespace elbo {

double Report::value(const std::string& name, int member) const {
    const auto found = values.find(name);
    if (found == values.end() || member < 0 || static_cast<std::size_t>(member) >= found->second.size()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return found->second[static_cast<std::size_t>(member)];
}

double measuredValue(const Report& report, const std::string& name, int member) {
    for (const char* suffix : {"", "_train", "_test"}) {
        const double value = report.value(name + suffix, member);
        if (std::isfinite(value)) {
            return value;
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string reportJson(const Report& report) {
    nlohmann::ordered_json json;
    json["step"] = report.step;
    json["epoch"] = jsonNumber(report.epoch);
    json["wall_s"] = jsonNumber(report.wallSeconds);
    json["steps_per_s"] = jsonNumber(report.stepsPerSecond);
    for (const auto& [name, members] : report.values) {
        json[name] = jsonMembers(members);
    }
    return json.dump();
}

std::optional<Report> parseReport(const std::string& line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto number = [](const nlohmann::json& value) {
        return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
    };
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) {
        return std::nullopt;
    }
    Report report;
    for (const auto& [name, value] : json.items()) {
        if (name == "step") {
            report.step = value.get<std::int64_t>();
        } else if (name == "epoch") {
            report.epoch = number(value);
        } else if (name == "wall_s") {
            report.wallSeconds = number(value);
        } else if (name == "steps_per_s") {
            report.stepsPerSecond = number(value);
        } else if (value.is_array()) {
            std::transform(value.begin(), value.end(), std::back_inserter(report.values[name]), number);
        } else {
            report.values[name] = {number(value)};
        }
    }
    return report;
}

}  // namespace elbo
