// How the rate is shared out among the latent dimensions.

#include "models/tensor/torch.h"
#include "training/measure/measures/measure_sink.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

Measure rateByDimensionMeasure() {
    Measure measure;
    measure.names = {"rate_per_dim"};
    measure.stage = "codes";
    measure.whyNot = [](const MeasureSubject& subject, const std::string&) {
        return std::string(subject.rateSplits() ? ""
                                                : "the rate of this posterior against this prior is no sum over latent "
                                                  "dimensions");
    };
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress&) {
        sink.putPerDimension("rate_per_dim", toDoubles(subject.split().ratesByDimension().mean(0)));
    };
    return measure;
}

}  // namespace elbo
