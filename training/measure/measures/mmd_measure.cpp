// The maximum mean discrepancy between codes and prior, whatever divergence is trained.
#include "models/divergence/mmd.h"

#include "models/tensor/torch.h"
#include "training/measure/measures/measure_sink.h"

namespace elbo {

Measure mmdMeasure() {
    Measure measure;
    measure.names = {"mmd"};
    measure.stage = "codes";
    measure.whyNot = [](const MeasureSubject& subject, const std::string&) {
        return std::string(subject.split().codes.size(0) < 2 ? "at least two examples are needed" : "");
    };
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress&) {
        const SubjectSplit& split = subject.split();
        const torch::Tensor value = mmdInBlocks(split.codes.unsqueeze(0), split.priorDraws.unsqueeze(0),
                                                subject.fleet().experiment.objective.kernel, MmdEstimator::Unbiased);
        sink.put("mmd", {value.item<double>(), 0.0});
        sink.countOfSplit("mmd_codes", static_cast<int>(split.codes.size(0)));
    };
    return measure;
}

}  // namespace elbo
