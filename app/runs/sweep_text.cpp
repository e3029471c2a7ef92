#include "app/runs/sweep_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "models/spec/number_text.h"
#include "training/experiment/swept_field.h"
#include "training/metrics/json_numbers.h"
#include "training/sweep/sweep_results.h"

namespace elbo {
namespace {

struct Spread {
    double mean = 0.0;
    double deviation = 0.0;  ///< of a sample; 0 for one value
};

Spread spreadOf(const std::vector<double>& values) {
    Spread spread;
    for (const double value : values) {
        spread.mean += value / static_cast<double>(values.size());
    }
    for (const double value : values) {
        spread.deviation += (value - spread.mean) * (value - spread.mean);
    }
    spread.deviation = values.size() > 1 ? std::sqrt(spread.deviation / static_cast<double>(values.size() - 1)) : 0.0;
    return spread;
}

/// "11.5 +- 0.7": mean and deviation over the seeds.
std::string spreadText(const std::vector<double>& values) {
    const Spread spread = spreadOf(values);
    if (values.size() > 1) {
        return fmt::format("{:.5g} +- {:.2g}", spread.mean, spread.deviation);
    }
    return values.empty() ? "-" : fmt::format("{:.5g}", spread.mean);
}

/// A value as JSON: a number or a list where it is one, else a text.
nlohmann::ordered_json jsonOf(const std::string& value) {
    const auto json = nlohmann::ordered_json::parse(value, nullptr, false);
    return json.is_number() || json.is_array() ? json : nlohmann::ordered_json(value);
}

}  // namespace

void printSettings(const Sweep& sweep) {
    const bool test = std::any_of(sweep.points.begin(), sweep.points.end(),
                                  [](const SweepPoint& p) { return std::isfinite(p.rateTest); });
    const std::vector<std::size_t> weights = namedWeights(sweep.experiment.knobs);
    const auto cell = [](std::size_t width, const std::string& text) {
        std::printf("%*s ", static_cast<int>(std::max<std::size_t>(10, width)), text.c_str());
    };
    std::vector<std::size_t> widths;  // a name may be longer than that of what it is a value of
    for (std::size_t i = 0; i < sweep.over.size(); ++i) {
        widths.push_back(shortName(sweep.over, i).size());
        for (const std::string& value : sweep.over[i].values) {
            widths.back() = std::max(widths.back(), shortValue(value).size());
        }
        cell(widths.back(), shortName(sweep.over, i));
    }
    const auto widthOf = [](std::size_t place) { return std::string(kKnobNames[place].metric).size(); };
    for (const std::size_t place : weights) {
        cell(widthOf(place), kKnobNames[place].metric);
    }
    std::printf(" %-22s %-22s %s\n", test ? "rate, test" : "rate, train",
                test ? "distortion, test" : "distortion, train", "seeds");
    for (const std::vector<std::string>& values : combinations(sweep.over)) {
        for (const Knobs& knobs : sweep.experiment.knobs) {
            std::vector<double> rates, distortions;
            std::size_t diverged = 0;
            for (const SweepPoint& point : sweep.points) {
                if (point.knobs != knobs || point.values != values) {
                    continue;
                }
                if (!point.failure.empty()) {
                    ++diverged;
                    continue;
                }
                rates.push_back(test ? point.rateTest : point.rateTrain);
                distortions.push_back(test ? point.distortionTest : point.distortionTrain);
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                cell(widths[i], shortValue(values[i]));
            }
            for (const std::size_t place : weights) {
                cell(widthOf(place), shortNumber(knobs.*kKnobNames[place].value));
            }
            std::printf(" %-22s %-22s %zu%s\n", spreadText(rates).c_str(), spreadText(distortions).c_str(),
                        rates.size(), diverged > 0 ? fmt::format(", {} diverged", diverged).c_str() : "");
        }
    }
}

void printMembers(const SweepPlan& plan, const std::string& folder) {
    nlohmann::ordered_json json;
    json["folder"] = folder;
    json["experiment"] = plan.experiment.name;
    json["members"] = nlohmann::ordered_json::array();
    const std::vector<std::string> summaries = readSummaries(folder, plan);
    for (std::size_t i = 0; i < summaries.size(); ++i) {
        const SweepPlan::Member& member = plan.members[i];
        nlohmann::ordered_json entry{{"folder", member.folder}, {"seed", member.seed}};
        for (const std::size_t place : namedWeights(plan.experiment.knobs)) {
            entry[kKnobNames[place].metric] = jsonNumber(member.knobs.*kKnobNames[place].value);
        }
        for (std::size_t field = 0; field < plan.over.size(); ++field) {
            entry[plan.over[field].key] = jsonOf(plan.variants[member.variant][field]);
        }
        entry.update(nlohmann::ordered_json::parse(summaries[i], nullptr, false));
        json["members"].push_back(std::move(entry));
    }
    std::cout << json.dump() << std::endl;
}

}  // namespace elbo
