// How well a few labelled codes tell the classes of others.
#include <algorithm>
#include <cmath>

#include "training/measure/measures/class_labels.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/points/svm_error.h"

namespace elbo {

Measure svmMeasure() {
    Measure measure;
    measure.names = {"svm_error"};
    measure.stage = "classes";
    measure.whyNot = [](const MeasureSubject& subject, const std::string&) { return whyNoClasses(subject); };
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
        const SubjectSplit& train = subject.train();
        const SubjectSplit& test = subject.last();
        const auto count = std::min<std::int64_t>(mostSvmCodes(subject.model().latentDim()), train.size());
        const std::vector<int> labels(train.labels.begin(), train.labels.begin() + count);
        const double error = svmError(toPoints(train.posteriors.mean[0].narrow(0, 0, count)), labels,
                                      toPoints(test.posteriors.mean[0]), test.labels, progress);
        const auto tested = static_cast<double>(test.labels.size());
        sink.put("svm_error", {error, std::sqrt(error * (1.0 - error) / tested)});
        sink.count("svm_labels", static_cast<int>(count));
    };
    return measure;
}

}  // namespace elbo
