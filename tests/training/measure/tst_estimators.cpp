// Monte Carlo estimators against closed forms and against quadrature: each within its stated error.

#include <QtTest>
#include <cmath>

#include "models/tensor/torch.h"
#include "tests/oracles.h"
#include "tests/training/measure/linear_models.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/measure/generative_bounds.h"
#include "training/measure/importance_sampling.h"
#include "training/measure/mixture_information.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

namespace {

const MeasureProgress kQuiet{};

bool close(double found, double expected, double tolerance) {
    if (std::abs(found - expected) <= tolerance) {
        return true;
    }
    qWarning("found %.12g, expected %.12g, off by %.3g, allowed %.3g", found, expected, found - expected, tolerance);
    return false;
}

/// Five standard errors, and room for the bias of a logarithm.
bool within(const Measured& found, double expected) {
    return found.error >= 0.0 && close(found.value, expected, 5.0 * found.error + 1e-9);
}

torch::Tensor drawLinear(const torch::Tensor& w, double noise, int n) {
    torch::manual_seed(5);
    return torch::mm(torch::randn({n, w.size(1)}, torch::kFloat64), w.t()) +
           std::sqrt(noise) * torch::randn({n, w.size(0)}, torch::kFloat64);
}

/// -log N(x; 0, W W^T + noise I), averaged.
double exactNll(const torch::Tensor& w, double noise, const torch::Tensor& x) {
    const torch::Tensor covariance = torch::mm(w, w.t()) + noise * torch::eye(w.size(0), torch::kFloat64);
    return (0.5 * (torch::mm(x, torch::inverse(covariance)) * x).sum(1)).mean().item<double>() +
           0.5 * torch::logdet(covariance).item<double>() + 0.5 * static_cast<double>(w.size(0)) * std::log(2.0 * M_PI);
}

torch::Tensor random(std::initializer_list<std::int64_t> shape, int seed) {
    torch::manual_seed(static_cast<std::uint64_t>(seed));
    return torch::randn(torch::IntArrayRef(shape), torch::kFloat64);
}

}  // namespace

class TestEstimators : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    /// With the true posterior as proposal every weight is p(x): no variance at all.
    void theTruePosteriorLeavesNoVariance() {
        torch::Tensor w = torch::zeros({6, 3}, torch::kFloat64);
        w[0][0] = 2.0;
        w[1][1] = 1.0;
        w[2][2] = 0.5;
        const double noise = 0.2;
        const torch::Tensor variance = noise / (w.square().sum(0) + noise);
        const LinearModel linear = makeLinear(w, variance, noise, 1.0);
        const torch::Tensor x = drawLinear(w, noise, 50);
        const ImportanceEstimate estimate =
            importanceSample(linear.model, linear.parameters, 0, x, {{5, 50}, 1.0, 1}, kQuiet);
        for (const Measured& nll : estimate.nll) {
            QVERIFY(close(nll.value, exactNll(w, noise, x), 1e-6));
            QVERIFY(nll.error < 1e-6);
        }
        QCOMPARE(estimate.logLikelihood.size(), std::size_t{50});
    }

    void importanceSamplingIsWithinItsError_data() {
        QTest::addColumn<double>("varianceFactor");
        QTest::newRow("encoder") << 1.0;
        QTest::newRow("twice the variance") << 2.0;
    }

    void importanceSamplingIsWithinItsError() {
        QFETCH(const double, varianceFactor);
        const torch::Tensor w = random({4, 3}, 2);
        const LinearModel linear = makeLinear(w, torch::full({3}, 0.25, torch::kFloat64), 0.3, 0.9);
        const torch::Tensor x = drawLinear(w, 0.3, 60);
        const double exact = exactNll(w, 0.3, x);
        const ImportanceEstimate estimate =
            importanceSample(linear.model, linear.parameters, 0, x, {{5, 50, 5000}, varianceFactor, 7}, kQuiet);
        QVERIFY(within(estimate.nll[2], exact));
        QVERIFY(estimate.nll[2].error < 0.05);
        if (varianceFactor == 1.0) {
            // Single draws give the ELBO, and the difference is the gap KL(q(z|x) || p(z|x)) of the linear model.
            const torch::Tensor precision = torch::eye(3, torch::kFloat64) + torch::mm(w.t(), w) / 0.3;
            const torch::Tensor off = 0.1 * torch::mm(torch::mm(x, w) / 0.3, torch::inverse(precision));
            const double kl = 0.5 * (0.25 * precision.trace().item<double>() +
                                     (torch::mm(off, precision) * off).sum(1).mean().item<double>() - 3.0 -
                                     torch::logdet(precision).item<double>() - 3.0 * std::log(0.25));
            QVERIFY(close(estimate.single.value - exact, kl, 5.0 * estimate.single.error));
        }
        // Bounds tighten with the number of draws.
        QVERIFY(estimate.nll[0].value > estimate.nll[1].value);
        QVERIFY(estimate.nll[1].value > estimate.nll[2].value - 3.0 * estimate.nll[2].error);
        QVERIFY(estimate.nll[1].value > exact);
    }

    void mixtureInformationAgreesWithTheOracle() {
        REQUIRE_ORACLE(json, "mixture_information.json");
        const torch::Tensor mean =
            torch::tensor(json["mean"].get<std::vector<double>>(), torch::kFloat64).view({-1, 1});
        const torch::Tensor stddev =
            torch::tensor(json["stddev"].get<std::vector<double>>(), torch::kFloat64).view({-1, 1});
        const MixtureEstimates found =
            sampleMixture(Gaussian::of(mean.unsqueeze(0), stddev.unsqueeze(0)), 70000, 3, kQuiet);
        QVERIFY(within(found.information, json["mutual_information"].get<double>()));
        QVERIFY(within(found.klMarginal, json["kl_marginal"].get<double>()));
        QVERIFY(found.information.error < 0.01 && found.klMarginal.error < 0.01);
    }

    /// Posteriors N(m_n, s^2) of data with m ~ N(0, 1 - s^2): q(z) tends to N(0, 1), and I_q to -log s per dimension.
    void informationInManyDimensions() {
        const double s = 0.6;
        const torch::Tensor means = random({4000, 3}, 4) * std::sqrt(1.0 - s * s);
        const MixtureEstimates found = sampleMixture(
            Gaussian::of(means.unsqueeze(0), torch::full({1, 4000, 3}, s, torch::kFloat64)), 4000, 5, kQuiet);
        QVERIFY(close(found.information.value, -3.0 * std::log(s), 0.08));
        QVERIFY(close(found.klMarginal.value, 0.0, 0.08));
    }

    /// E <= I_p <= G, and both tight for the true posterior.
    void generativeBoundsHoldTheInformation() {
        const torch::Tensor w = random({5, 2}, 6);
        const double noise = 0.4;
        const double information =
            0.5 * torch::logdet(torch::eye(2, torch::kFloat64) + torch::mm(w.t(), w) / noise).item<double>();
        const LinearModel rough = makeLinear(w, torch::full({2}, 0.5, torch::kFloat64), noise, 0.7);
        const GenerativeBounds loose = generativeBounds(rough.model, rough.parameters, 0, 4000, 50, 1, kQuiet);
        QVERIFY(loose.lower.value < information - 5.0 * loose.lower.error);
        QVERIFY(loose.upper.value > information - 5.0 * loose.upper.error);
        torch::Tensor diagonal = torch::zeros({5, 2}, torch::kFloat64);
        diagonal[0][0] = 1.5;
        diagonal[1][1] = 0.8;
        const LinearModel exact = makeLinear(diagonal, noise / (diagonal.square().sum(0) + noise), noise, 1.0);
        const double known = 0.5 * (1.0 + diagonal.square().sum(0) / noise).log().sum().item<double>();
        const GenerativeBounds tight = generativeBounds(exact.model, exact.parameters, 0, 4000, 5, 1, kQuiet);
        QVERIFY(within(tight.lower, known));
        QVERIFY(within(tight.upper, known));
    }

    /// A trained two-dimensional model of images: no closed form, but quadrature knows.
    void estimatorsAgreeWithQuadratureOnATrainedModel() {
        Experiment experiment = smallDigits();
        experiment.run.steps = 400;
        experiment.optimiser.learningRate = 3e-3;
        Trainer trainer(experiment, loadDataset(experiment.data));
        while (!trainer.finished()) {
            trainer.step();
        }
        const auto snapshot = trainer.snapshot();
        const auto dataset = trainer.dataset();
        const LatentModel model(experiment.model, dataset->dim);
        const torch::Tensor x = ModelInputs(experiment, *dataset, dataset->test).first(60);
        const FleetParameters& fleet = *snapshot->parameters;

        QuadratureOptions options;
        options.samples = 300;
        const ExactMeasures exact = measureExactly(model, fleet, 0, x, options, kQuiet);
        QVERIFY(exact.nll.error < 0.05 && exact.distortion.error < 0.05);
        const ElboForms& forms = exact.forms;
        const double second = forms.distortion + forms.rate;
        QVERIFY(close(forms.negativeLogLikelihood + forms.posteriorGap, second, 1e-3));
        QVERIFY(close(forms.distortion + forms.informationQ + forms.marginalKl, second, 1e-3));
        QVERIFY(exact.klPosterior.value > 0.0);

        const torch::NoGradGuard noGradients;
        const ImportanceEstimate estimate = importanceSample(model, fleet, 0, x, {{50, 5000}, 2.0, 1}, kQuiet);
        qInfo("importance sampling %.4f +- %.4f, quadrature %.4f +- %.4f", estimate.nll[1].value, estimate.nll[1].error,
              exact.nll.value, exact.nll.error);
        QVERIFY(close(estimate.nll[1].value, exact.nll.value, 2.0 * estimate.nll[1].error + exact.nll.error));
        QVERIFY(estimate.nll[1].error < 1.0);

        const Gaussian q = model.encode(fleet, x);
        const MixtureEstimates mixture = sampleMixture(q.to(torch::kFloat64), 6000, 2, kQuiet);
        QVERIFY(within(mixture.information, exact.information.value));
        QVERIFY(within(mixture.klMarginal, exact.klMarginal.value));

        const GenerativeBounds bounds = generativeBounds(model, fleet, 0, 300, 50, 1, kQuiet);
        const double information = exact.modelInformation.value;
        QVERIFY(bounds.lower.value < information + 5.0 * (bounds.lower.error + exact.modelInformation.error));
        QVERIFY(bounds.upper.value > information - 5.0 * (bounds.upper.error + exact.modelInformation.error));
    }
};

QTEST_GUILESS_MAIN(TestEstimators)
#include "tst_estimators.moc"
