// Bounds of the information between code and sample under the decoder, for any number of latent dimensions.
#include "training/measure/generative_bounds.h"

#include "training/measure/measures/measure_sink.h"

namespace elbo {

Measure generativeBoundsMeasure() {
    Measure measure;
    measure.names = {"mi_p_lower", "mi_p_upper"};
    measure.stage = "samples";
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
        constexpr int kDraws = 50;
        const int samples = subject.options().samples;
        const GenerativeBounds bounds = generativeBounds(subject.model(), *subject.fleet().snapshot.parameters,
                                                         subject.member(), samples, kDraws, kMeasureSeed, progress);
        sink.put("mi_p_lower", bounds.lower);
        sink.put("mi_p_upper", bounds.upper);
        sink.count("model_samples", samples);
    };
    return measure;
}

}  // namespace elbo
