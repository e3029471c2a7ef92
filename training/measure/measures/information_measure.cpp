// The information between examples and codes, its bounds, and how far the mixture of all posteriors is from the prior.

#include "models/tensor/torch.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/sample_mean.h"
#include "training/measure/mixture_information.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Draws z ~ q(z) against the mixture.
constexpr int kMixtureDraws = 4000;

std::string whyNot(const MeasureSubject& subject, const std::string& name) {
    return name == "mi_q_lower" && !subject.dataset().entropy ? "the entropy of these data is not known" : "";
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const SubjectSplit& split = subject.split();
    if (sink.wantsAny({"mi_q", "kl_marginal"})) {
        const MixtureEstimates mixture =
            sampleMixture(split.posteriors, kMixtureDraws, kMeasureSeed, progress, subject.logPrior());
        sink.put("mi_q", mixture.information);
        sink.put("kl_marginal", mixture.klMarginal);
        sink.count("mixture_draws", kMixtureDraws);
    }
    sink.put("mi_q_upper", subject.rate());
    if (sink.wants("mi_q_lower")) {
        const torch::Tensor code = split.posteriors.sample(split.noise)[0].to(split.x.scalar_type());
        const torch::Tensor distortion = subject.model().decode(subject.parameters(), code).distortion(split.x)[0];
        const Measured mean = meanOf(toDoubles(distortion));
        sink.put("mi_q_lower", {*subject.dataset().entropy - mean.value, mean.error});
    }
}

}  // namespace

Measure informationMeasure() {
    return {{"mi_q", "mi_q_lower", "mi_q_upper", "kl_marginal"}, "codes", whyNot, run};
}

}  // namespace elbo
