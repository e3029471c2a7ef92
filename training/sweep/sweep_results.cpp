#include "training/sweep/sweep_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/experiment/shown_text.h"
#include "training/files/csv.h"
#include "training/metrics/json_numbers.h"

namespace elbo {
namespace {

using Json = nlohmann::ordered_json;

/// A summary as an object; an empty object for a text that is none.
Json parsed(const std::string& summary) {
    Json json = Json::parse(summary, nullptr, false);
    return json.is_object() ? json : Json::object();
}

/// Empty for a run that ended well.
std::string failureOf(const Json& summary) {
    constexpr std::size_t kLongestFailure = 500;
    const auto found = summary.find("failure");
    return found != summary.end() && found->is_string() ? shownText(found->get<std::string>(), kLongestFailure) : "";
}

/// The summary of the run in `folder`; empty where it has none that can be read, as long as it runs.
std::string summaryIn(const std::string& folder) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;
    try {
        return readInputFile(folder + "/summary.json", {"a summary", kMostBytes});
    } catch (const InputError&) {
        return {};
    }
}

/// Names of all numbers in the order in which the summaries have them; those with a column of their own left out.
std::vector<std::string> metricNames(const std::vector<Json>& summaries) {
    const auto hasOwnColumn = [](const std::string& name) {
        return std::any_of(kKnobNames.begin(), kKnobNames.end(),
                           [&](const KnobName& knob) { return name == knob.metric; });
    };
    std::vector<std::string> names;
    for (const Json& summary : summaries) {
        for (const auto& [name, value] : summary.items()) {
            const bool number = value.is_number() || value.is_null();
            if (number && !hasOwnColumn(name) && std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

}  // namespace

std::vector<std::string> readSummaries(const std::string& folder, const SweepPlan& plan) {
    std::vector<std::string> summaries;
    for (const SweepPlan::Member& member : plan.members) {
        const std::string text = summaryIn(fmt::format("{}/{}", folder, member.folder));
        const bool whole = Json::parse(text, nullptr, false).is_object();
        summaries.push_back(whole ? text.substr(0, text.find_last_not_of("\r\n") + 1) : "");
    }
    return summaries;
}

std::string sweepTable(const SweepPlan& plan, const std::vector<std::string>& summaries) {
    std::vector<Json> all;
    std::transform(summaries.begin(), summaries.end(), std::back_inserter(all), parsed);
    const std::vector<std::string> names = metricNames(all);
    const std::vector<std::size_t> weights = namedWeights(plan.experiment.knobs);
    std::string table = "folder";
    for (const std::size_t place : weights) {
        table += fmt::format(",{}", kKnobNames[place].metric);
    }
    for (const SweptField& field : plan.over) {
        table += "," + field.key;
    }
    table += ",seed,state";
    for (const std::string& name : names) {
        table += "," + csvCell(name);
    }
    table += ",failure\n";
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].empty()) {
            continue;
        }
        const SweepPlan::Member& member = plan.members.at(i);
        const std::string failure = failureOf(all[i]);
        table += member.folder;
        for (const std::size_t place : weights) {
            table += "," + jsonNumber(member.knobs.*kKnobNames[place].value).dump();
        }
        for (const std::string& value : plan.variants[member.variant]) {
            table += "," + csvCell(value);
        }
        table += fmt::format(",{},{}", member.seed, failure.empty() ? "finished" : "diverged");
        for (const std::string& name : names) {
            const auto value = all[i].find(name);
            table += ",";
            if (value != all[i].end() && value->is_number()) {
                table += value->dump();
            }
        }
        table += fmt::format(",{}\n", failure.empty() ? "" : csvText(failure));
    }
    return table;
}

Sweep readSweep(const std::string& folder) {
    const SweepPlan plan = readSweepPlan(folder).plan;
    const std::vector<std::string> summaries = readSummaries(folder, plan);
    Sweep sweep{folder, plan.experiment, plan.over, plan.members.size(), {}};
    for (std::size_t i = 0; i < summaries.size(); ++i) {
        const Json summary = parsed(summaries[i]);
        if (summary.empty()) {
            continue;
        }
        const SweepPlan::Member& member = plan.members[i];
        SweepPoint point;
        point.folder = fmt::format("{}/{}", folder, member.folder);
        point.knobs = member.knobs;
        point.values = plan.variants[member.variant];
        point.seed = member.seed;
        point.failure = failureOf(summary);
        for (const auto& [name, value] : {std::pair<const char*, double*>{"rate_train", &point.rateTrain},
                                          {"distortion_train", &point.distortionTrain},
                                          {"rate_test", &point.rateTest},
                                          {"distortion_test", &point.distortionTest},
                                          {"rate_error_train", &point.rateErrorTrain},
                                          {"distortion_error_train", &point.distortionErrorTrain},
                                          {"rate_error_test", &point.rateErrorTest},
                                          {"distortion_error_test", &point.distortionErrorTest}}) {
            const auto found = summary.find(name);
            if (found != summary.end() && found->is_number()) {
                *value = found->get<double>();
            }
        }
        sweep.points.push_back(std::move(point));
    }
    return sweep;
}

}  // namespace elbo
