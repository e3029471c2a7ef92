// The table of metrics: every number that a report, a summary, a sweep or a measure can hold, described once.
//
// To add one:
//   1. write its row in metric_rows.cpp, where readers of `elboroom list metrics` should meet it;
//   2. fill it under that name: in the trainer's averages, in evaluateInto(), or by a measure
//   (training/measure/measures).
// The terms of an objective and the critics have no rows of their own there: they come from models/spec/terms.h.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// Which direction is better.
enum class Sense { Neither, Lower, Higher };

/// Under which names a metric is found: "rate", or "rate_train" and "rate_test", or all three.
enum class Splits { None, Only, AndPlain };

/// Whether a metric is offered as a curve while training, and whether it is among those shown first.
enum class LiveCurve { None, Offered, Overview };

struct MetricRow {
    std::string name;          ///< key in JSON, column in CSV: "rate"
    std::string label;         ///< within a sentence or on an axis: "rate R"
    std::string shortLabel{};  ///< where room is scarce; empty: the label
    std::string symbol{};      ///< as formulas write it, UTF-8: "R"
    std::string unit{};        ///< "nats", "share", "s"; empty for a pure number
    Sense sense = Sense::Neither;
    std::string meaning;     ///< one sentence
    std::string equation{};  ///< how it is defined, or the paper that does; may be empty
    Splits splits = Splits::None;
    LiveCurve curve = LiveCurve::None;
    bool perMember = true;    ///< one value per member of a fleet [M]; otherwise one for all
    std::string variantOf{};  ///< not empty: the name is followed by a number, and it is a variant of this metric

    const std::string& briefLabel() const { return shortLabel.empty() ? label : shortLabel; }
};

/// All rows in the order of `elboroom list metrics`. Any thread.
const std::vector<MetricRow>& metricRows();

/// The row of a name as files have it ("rate", "rate_test", "nll_k50_train"); null when the table does not allow it.
const MetricRow* findMetric(const std::string& name);

/// "rate" of "rate_train" and "rate_test"; any other name as it is.
std::string withoutSplit(const std::string& name);

/// A name in full, as a table lists it: rows by split come as two entries. A number in a name is written K.
struct MetricEntry {
    std::string name;
    std::string label;
    std::string meaning;
};
const std::vector<MetricEntry>& metricEntries();

/// A label as a title: its first word begins with a capital letter, unless it is a formula ("log det ...").
std::string sentenceCase(const std::string& label);

}  // namespace elbo
