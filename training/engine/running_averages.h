// Averages of training terms over the last batches.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace elbo {

/// Exponential moving averages of the training terms with bias correction, so that the first value counts fully.
class RunningAverages {
  public:
    /// Adds one batch; values [M]. A value that is not finite stays in the average of its member for good: that member
    /// is paused from then on. Of a term that is switched off the average is forgotten, so that it does not grow stale.
    void add(const std::string& name, const std::vector<double>& values);
    void forget(const std::string& name) { entries_.erase(name); }
    /// Corrected averages by name, [M] each.
    std::map<std::string, std::vector<double>> values() const;

    struct Entry {
        std::vector<double> sums;
        double weight = 0.0;
    };
    std::map<std::string, Entry>& entries() { return entries_; }
    const std::map<std::string, Entry>& entries() const { return entries_; }

    /// Weight of the past after one step: a window of about fifty steps.
    static constexpr double kDecay = 0.98;

  private:
    std::map<std::string, Entry> entries_;
};

}  // namespace elbo
