#include "training/engine/running_averages.h"

namespace elbo {

void RunningAverages::add(const std::string& name, const std::vector<double>& values) {
    Entry& entry = entries_[name];
    if (entry.sums.size() != values.size()) {
        entry = {std::vector<double>(values.size(), 0.0), 0.0};
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        entry.sums[i] = kDecay * entry.sums[i] + (1.0 - kDecay) * values[i];
    }
    entry.weight = kDecay * entry.weight + (1.0 - kDecay);
}

std::map<std::string, std::vector<double>> RunningAverages::values() const {
    std::map<std::string, std::vector<double>> result;
    for (const auto& [name, entry] : entries_) {
        std::vector<double>& values = result[name];
        for (const double sum : entry.sums) {
            values.push_back(sum / entry.weight);
        }
    }
    return result;
}

}  // namespace elbo
