#include "training/metrics/report.h"

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

}  // namespace elbo
