// The curve of a decoder by annealed importance sampling against closed forms and quadrature.

#include "training/measure/annealed_importance_sampling.h"

#include <QtTest>
#include <cmath>

#include "models/tensor/torch.h"
#include "tests/training/measure/linear_models.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/measure/measures/model_measures.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/step/worker_thread.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

namespace {

const MeasureProgress kQuiet{};

bool within(const Measured& found, double expected, double most) {
    if (std::abs(found.value - expected) <= 4.0 * found.error && found.error < most) {
        return true;
    }
    qWarning("found %.6g +- %.3g, expected %.6g", found.value, found.error, expected);
    return false;
}

/// A linear model with three codes, and data that it makes.
struct Linear {
    double noise = 0.3;
    torch::Tensor w, x;
    LinearModel model;

    Linear()
        : w(weights()), x(data(w, noise)), model(makeLinear(w, torch::full({3}, 0.2, torch::kFloat64), noise, 0.7)) {}

    static torch::Tensor weights() {
        torch::manual_seed(2);
        return torch::randn({4, 3}, torch::kFloat64);
    }
    static torch::Tensor data(const torch::Tensor& w, double noise) {
        return torch::mm(torch::randn({6, 3}, torch::kFloat64), w.t()) +
               std::sqrt(noise) * torch::randn({6, 4}, torch::kFloat64);
    }

    struct Best {
        double rate = 0.0, distortion = 0.0;
    };
    /// Of q(z|x) ~ N(z; 0, I) N(x; W z, noise I)^(1/beta), which is a Gaussian.
    Best bestAt(double beta) const {
        const torch::Tensor covariance =
            torch::inverse(torch::eye(3, torch::kFloat64) + torch::mm(w.t(), w) / (beta * noise));
        const torch::Tensor means = torch::mm(torch::mm(x, w), covariance) / (beta * noise);
        const double spread = torch::mm(torch::mm(w, covariance), w.t()).trace().item<double>();
        const double squares = (x - torch::mm(means, w.t())).square().sum(1).mean().item<double>();
        return {0.5 * (covariance.trace().item<double>() + means.square().sum(1).mean().item<double>() - 3.0 -
                       torch::logdet(covariance).item<double>()),
                2.0 * std::log(2.0 * M_PI * noise) + 0.5 * (squares + spread) / noise};
    }
};

}  // namespace

class TestAnnealedImportanceSampling : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void oneChainPassesTheWholeCurveOfALinearModel() {
        const Linear linear;
        AnnealingOptions options;
        options.betas = {4.0, 1.0, 0.5};
        options.chains = 16;
        const std::vector<AnnealedPoint> points =
            annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, options, kQuiet);
        QCOMPARE(points.size(), std::size_t{3});
        for (std::size_t i = 0; i < points.size(); ++i) {
            const AnnealedPoint& point = points[i];
            const double beta = options.betas[i];
            const Linear::Best best = linear.bestAt(beta);
            QCOMPARE(point.beta, beta);
            QVERIFY(within(point.logIntegral, -best.rate - best.distortion / beta, 0.6));
            QVERIFY(within(point.distortion, best.distortion, 1.5));
            QVERIFY(within(point.rate, best.rate, 0.8));
            QCOMPARE(point.rates.size(), std::size_t{6});
            QVERIFY(std::abs(point.rate.value + point.distortion.value / beta + point.logIntegral.value) < 1e-9);
        }
        QVERIFY(points[0].rate.value < points[1].rate.value && points[1].rate.value < points[2].rate.value);
        QVERIFY(points[0].distortion.value > points[1].distortion.value);
    }

    void itIsRepeatable() {
        const Linear linear;
        AnnealingOptions options;
        options.temperatures = 10;
        const auto once = annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, options, kQuiet);
        const auto again = annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, options, kQuiet);
        QCOMPARE(once[0].logIntegrals, again[0].logIntegrals);
        options.seed = 2;
        const auto other = annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, options, kQuiet);
        QVERIFY(once[0].logIntegrals != other[0].logIntegrals);
    }

    /// So short a way from the prior that the chains cannot follow: the error has to say so.
    void aHurriedChainKnowsItsError() {
        const Linear linear;
        AnnealingOptions hurried, careful;
        hurried.betas = careful.betas = {0.2};
        hurried.temperatures = 6;
        const Measured bad =
            annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, hurried, kQuiet)[0].logIntegral;
        const Measured good =
            annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, careful, kQuiet)[0].logIntegral;
        QVERIFY(bad.error > good.error);
    }

    void aTrainedDecoderAgreesWithQuadrature() {
        const Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        for (int step = 0; step < 200; ++step) {
            trainer.step();
        }
        const LatentModel model(experiment.model, dataset->shape());
        const torch::Tensor x = ModelInputs(experiment, *dataset, dataset->test).representative(8).x;
        const auto snapshot = trainer.snapshot();
        const FleetParameters& parameters = *snapshot->parameters;
        QuadratureOptions quadrature;
        quadrature.slope = 2.0;
        const DecoderCurve exact = measureExactly(model, parameters, 0, x, quadrature, kQuiet).curve;
        AnnealingOptions options;
        options.betas = {2.0};
        const AnnealedPoint found = annealedCurve(model, parameters, 0, x, options, kQuiet).front();
        QVERIFY(within(found.rate, exact.best.rate.value, 1.0));
        QVERIFY(within(found.distortion, exact.best.distortion.value, 2.0));
    }

    /// The measure against what is known of a linear model, whose encoder is not the best one.
    void theMeasureGivesThePriceOfTheEncoder() {
        const Linear linear;
        Experiment experiment;
        experiment.data.name = "linear-gaussian";
        experiment.data.spectrum = {2.0, 1.5, 1.0, 0.5};
        experiment.data.trainSize = experiment.data.testSize = 20;
        experiment.data.binarisation = Binarisation::None;
        experiment.model = linear.model.model.spec();
        experiment.run.precision = Precision::Float64;
        experiment.knobs = {Knobs{2.0, 1.0, 0.0}};
        const auto dataset = loadDataset(experiment.data);
        const Trainer trainer(experiment, dataset);
        Snapshot snapshot = *trainer.snapshot();
        snapshot.parameters = std::make_shared<const FleetParameters>(linear.model.parameters);
        ModelMeasureOptions options;
        options.only = {"inference_gap_test"};
        const ModelMeasures measures = measureModel(snapshot, experiment, *dataset, options);
        const torch::Tensor x = ModelInputs(experiment, *dataset, dataset->test).representative(20).x;
        const Gaussian posterior = linear.model.model.encode(linear.model.parameters, x);
        const torch::Tensor covariance =
            torch::inverse(torch::eye(3, torch::kFloat64) + torch::mm(linear.w.t(), linear.w) / (2.0 * linear.noise));
        const torch::Tensor means = torch::mm(torch::mm(x, linear.w), covariance) / (2.0 * linear.noise);
        // beta KL(q || q_beta) of two Gaussians.
        const torch::Tensor off = posterior.mean[0] - means;
        const torch::Tensor precision = torch::inverse(covariance);
        const torch::Tensor variance = posterior.stddev[0].square();
        const torch::Tensor kl =
            0.5 * ((variance * precision.diagonal()).sum(1) + (torch::mm(off, precision) * off).sum(1) - 3.0 +
                   torch::logdet(covariance) - variance.log().sum(1));
        QVERIFY(within(measures.value("inference_gap_test", 0), 2.0 * kl.mean().item<double>(), 3.0));
        QVERIFY(measures.unavailable.empty());
    }

    void aStopIsHeeded() {
        const Linear linear;
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(annealedCurve(linear.model.model, linear.model.parameters, 0, linear.x, {},
                                               MeasureProgress{{}, source.get_token()}),
                                 MeasureStopped);
    }
};

QTEST_GUILESS_MAIN(TestAnnealedImportanceSampling)
#include "tst_annealed_importance_sampling.moc"
