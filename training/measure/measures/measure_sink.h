// Collects what was measured of what was asked for, in the order of the registry.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "training/measure/measures/measure.h"
#include "training/measure/measures/model_measures.h"

namespace elbo {

/// Names are those of the measure in hand, without _train and _test: the sink knows split and member. Throws
/// std::logic_error for a name that the measure in hand does not declare.
class MeasureSink {
  public:
    MeasureSink(int members, std::vector<std::string> only) : members_(members), only_(std::move(only)) {}

    /// Takes in hand the measure at `place` of the registry. Returns whether it has anything to do: names that were
    /// asked for and can be measured. Why others cannot is kept.
    bool begin(const Measure& measure, std::size_t place, const MeasureSubject& subject);

    bool wants(const std::string& name) const;
    bool wantsAny(const std::vector<std::string>& names) const;

    /// Keeps a value that is wanted.
    void put(const std::string& name, Measured value);
    /// The same of "nll_k" with the number 50.
    void putNumbered(const std::string& name, int number, Measured value);
    void putPerDimension(const std::string& name, std::vector<double> values);
    /// How many examples or draws went into the estimates: of this split, or whatever the split.
    void countOfSplit(const std::string& name, int count) { counts_[name + suffix_] = count; }
    void count(const std::string& name, int count) { counts_[name] = count; }

    /// Says why a name in full is not measured, when it was asked for.
    void refuse(const std::string& fullName, const std::string& reason);

    /// In the order of the registry, a metric's training split before its test split.
    std::vector<MeasuredMetric> measurements() const;
    const std::vector<MetricByDimension>& perDimension() const { return perDimension_; }
    /// Reasons by name in full; none for what some measure could measure.
    std::map<std::string, std::string> unavailable() const;
    const std::map<std::string, int>& counts() const { return counts_; }

  private:
    /// Place in the output: of the measure, of the name within it, training before test.
    struct Rank {
        std::size_t measure = 0;
        std::size_t name = 0;
        bool test = false;
        auto operator<=>(const Rank&) const = default;
    };
    struct Entry {
        Rank rank;
        MeasuredMetric metric;
    };

    bool asked(const std::string& fullName) const;
    std::string fullName(const std::string& name) const;
    std::size_t placeOf(const std::string& name) const;
    void keep(const std::string& name, std::size_t place, Measured value);

    int members_;
    std::vector<std::string> only_;
    std::vector<Entry> entries_;
    std::vector<MetricByDimension> perDimension_;
    std::map<std::string, std::string> refused_;
    std::map<std::string, int> counts_;

    // The measure in hand.
    std::vector<std::string> names_;
    std::set<std::string> closed_;  ///< those that it cannot measure of this subject
    std::size_t measure_ = 0;
    std::size_t member_ = 0;
    std::string suffix_;
};

}  // namespace elbo
