#include "training/measure/measures/class_labels.h"

#include <algorithm>

namespace elbo {

std::string whyNoClasses(const MeasureSubject& subject) {
    const std::vector<int>& labels = subject.train().labels;
    if (labels.empty()) {
        return "these data have no labels";
    }
    const auto [lowest, highest] = std::minmax_element(labels.begin(), labels.end());
    return *lowest == *highest ? "all labels are the same" : "";
}

}  // namespace elbo
