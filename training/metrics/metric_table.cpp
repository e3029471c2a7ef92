#include "training/metrics/metric_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "training/metrics/metric_rows.h"

namespace elbo {

namespace {

bool isNumber(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Whether `base`, a name without its split, is one of this row.
bool named(const MetricRow& row, const std::string& base) {
    return row.variantOf.empty() ? base == row.name
                                 : base.starts_with(row.name) && isNumber(base.substr(row.name.size()));
}

}  // namespace

const std::vector<MetricRow>& metricRows() {
    static const std::vector<MetricRow> kRows = makeMetricRows();
    return kRows;
}

std::string withoutSplit(const std::string& name) {
    for (const std::string suffix : {"_train", "_test"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) {
            return name.substr(0, name.size() - suffix.size());
        }
    }
    return name;
}

const MetricRow* findMetric(const std::string& name) {
    const std::string base = withoutSplit(name);
    const bool split = base.size() != name.size();
    const auto& rows = metricRows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const MetricRow& row) {
        return named(row, base) && row.splits != (split ? Splits::None : Splits::Only);
    });
    return found == rows.end() ? nullptr : &*found;
}

const std::vector<MetricEntry>& metricEntries() {
    static const std::vector<MetricEntry> kEntries = [] {
        std::vector<MetricEntry> entries;
        for (const MetricRow& row : metricRows()) {
            const std::string name = row.variantOf.empty() ? row.name : row.name + "K";
            if (row.splits != Splits::Only) {
                entries.push_back({name, row.label, row.meaning});
            }
            if (row.splits != Splits::None) {
                for (const auto& [split, examples] : {std::pair{"train", "training"}, std::pair{"test", "test"}}) {
                    entries.push_back({fmt::format("{}_{}", name, split), fmt::format("{}, {}", row.label, split),
                                       fmt::format("{} Evaluated on the {} examples.", row.meaning, examples)});
                }
            }
        }
        return entries;
    }();
    return kEntries;
}

std::string sentenceCase(const std::string& label) {
    const auto small = [&](std::size_t i) {
        return i < label.size() && std::islower(static_cast<unsigned char>(label[i])) != 0;
    };
    std::string title = label;
    if (small(0) && small(1) && !label.starts_with("log ")) {
        title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    }
    return title;
}

}  // namespace elbo
