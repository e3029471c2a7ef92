// The squared error of reconstructions, from the same evaluation as distortion and rate.
#include "training/measure/measures/measure_sink.h"

namespace elbo {

Measure reconstructionMeasure() {
    Measure measure;
    measure.names = {"reconstruction_error"};
    measure.stage = "distortion and rate";
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress&) {
        sink.put("reconstruction_error", {subject.evaluated("reconstruction_error"), 0.0});
    };
    return measure;
}

}  // namespace elbo
