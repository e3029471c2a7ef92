#include "training/measure/measures/measure_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

const MetricRow& rowOf(const std::string& name) {
    const auto& rows = metricRows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const MetricRow& row) { return row.name == name; });
    if (found == rows.end()) {
        throw std::logic_error(fmt::format("\"{}\" is measured and not in the table of metrics", name));
    }
    return *found;
}

}  // namespace

bool MeasureSink::begin(const Measure& measure, std::size_t place, const MeasureSubject& subject) {
    names_ = measure.names;
    closed_.clear();
    measure_ = place;
    member_ = static_cast<std::size_t>(subject.member());
    suffix_ = subject.split().suffix;
    for (const std::string& name : names_) {
        const std::string reason = measure.whyNot ? measure.whyNot(subject, name) : "";
        if (!reason.empty()) {
            closed_.insert(name);
            refuse(fullName(name), reason);
        }
    }
    return wantsAny(names_);
}

bool MeasureSink::asked(const std::string& name) const {
    return only_.empty() || std::any_of(only_.begin(), only_.end(), [&](const std::string& wanted) {
               return wanted == name || wanted == withoutSplit(name) || withoutSplit(wanted) == name;
           });
}

std::string MeasureSink::fullName(const std::string& name) const {
    return rowOf(name).splits == Splits::None ? name : name + suffix_;
}

std::size_t MeasureSink::placeOf(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
        throw std::logic_error(fmt::format("a measure puts \"{}\" and does not declare it", name));
    }
    return static_cast<std::size_t>(found - names_.begin());
}

bool MeasureSink::wants(const std::string& name) const {
    placeOf(name);
    return !closed_.contains(name) && asked(fullName(name));
}

bool MeasureSink::wantsAny(const std::vector<std::string>& names) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return wants(name); });
}

void MeasureSink::put(const std::string& name, Measured value) {
    if (wants(name)) {
        keep(fullName(name), placeOf(name), value);
    }
}

void MeasureSink::putNumbered(const std::string& name, int number, Measured value) {
    const MetricRow& row = rowOf(name);
    // Variants are had with their metric, and stand before it.
    if (only_.empty() || std::find(only_.begin(), only_.end(), row.variantOf) != only_.end()) {
        keep(fmt::format("{}{}{}", name, number, suffix_), placeOf(row.variantOf), value);
    }
}

void MeasureSink::keep(const std::string& name, std::size_t place, Measured value) {
    auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.metric.name == name; });
    if (found == entries_.end()) {
        entries_.push_back({{measure_, place, name.ends_with("_test")},
                            {name, std::vector<Measured>(static_cast<std::size_t>(members_))}});
        found = entries_.end() - 1;
    }
    found->metric.values[member_] = value;
}

void MeasureSink::putPerDimension(const std::string& name, std::vector<double> values) {
    if (!wants(name)) {
        return;
    }
    const std::string full = fullName(name);
    auto found = std::find_if(perDimension_.begin(), perDimension_.end(),
                              [&](const MetricByDimension& metric) { return metric.name == full; });
    if (found == perDimension_.end()) {
        perDimension_.push_back({full, std::vector<std::vector<double>>(static_cast<std::size_t>(members_))});
        found = perDimension_.end() - 1;
    }
    found->values[member_] = std::move(values);
}

void MeasureSink::refuse(const std::string& name, const std::string& reason) {
    if (asked(name)) {
        refused_[name] = reason;
    }
}

std::vector<MeasuredMetric> MeasureSink::measurements() const {
    std::vector<Entry> entries = entries_;
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.rank < b.rank; });
    std::vector<MeasuredMetric> metrics;
    for (Entry& entry : entries) {
        metrics.push_back(std::move(entry.metric));
    }
    return metrics;
}

std::map<std::string, std::string> MeasureSink::unavailable() const {
    std::map<std::string, std::string> reasons = refused_;
    for (const Entry& entry : entries_) {
        reasons.erase(entry.metric.name);
    }
    return reasons;
}

}  // namespace elbo
