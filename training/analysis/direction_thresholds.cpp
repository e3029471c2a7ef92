#include "training/analysis/direction_thresholds.h"

#include "models/closed_form/linear_gaussian.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

/// Examples behind a covariance, and the most dimensions that it may have: a fraction of a second.
constexpr int kMostExamples = 5000;
constexpr std::int64_t kMostDimensions = 1024;

bool linearGaussianModel(const ModelSpec& model) {
    return model.encoder.empty() && model.decoder.empty() && model.network == "mlp" &&
           model.likelihood == LikelihoodKind::Gaussian && model.variance == VarianceKind::Fixed &&
           model.posteriorName() == "diagonal_gaussian" && model.prior == "standard_normal" && model.decoderNoise == 0;
}

}  // namespace

std::vector<double> directionThresholds(const Experiment& experiment, const ModelInputs& train) {
    const ModelSpec& model = experiment.model;
    if (!linearGaussianModel(model)) {
        return {};
    }
    if (experiment.data.name == "linear-gaussian") {
        return linearGaussianThresholds(experiment.data.spectrum, model.latentDim, model.noiseVariance);
    }
    const torch::NoGradGuard noGradients;
    torch::Tensor x = train.representative(kMostExamples).x.to(torch::kFloat64);
    if (x.size(0) < 2 || x.size(1) > kMostDimensions) {
        return {};
    }
    x = x - x.mean(0, true);
    const torch::Tensor spectrum =
        torch::linalg_eigvalsh(torch::mm(x.t(), x) / static_cast<double>(x.size(0))).contiguous();
    const double* values = spectrum.data_ptr<double>();
    return linearGaussianThresholds({values, values + spectrum.size(0)}, model.latentDim, model.noiseVariance);
}

}  // namespace elbo
