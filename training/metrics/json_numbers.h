// Numbers as the project's JSON files have them.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace elbo {

/// JSON has no not-a-number and no infinity: both are null.
inline nlohmann::ordered_json jsonNumber(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

/// One value per member [M]: a number for a fleet of one, else an array.
inline nlohmann::ordered_json jsonMembers(const std::vector<double>& values) {
    if (values.size() == 1) {
        return jsonNumber(values.front());
    }
    auto list = nlohmann::ordered_json::array();
    for (const double value : values) {
        list.push_back(jsonNumber(value));
    }
    return list;
}

}  // namespace elbo
