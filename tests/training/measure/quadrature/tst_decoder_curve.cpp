// The rate-distortion curve of a decoder against closed forms, and what has to hold for any decoder.

#include <QtTest>
#include <cmath>

#include "models/closed_form/linear_gaussian.h"
#include "models/tensor/torch.h"
#include "tests/training/measure/linear_models.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/measure/quadrature/decoder_curve.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

namespace {

const MeasureProgress kQuiet{};

bool close(double found, double expected, double tolerance) {
    if (std::abs(found - expected) <= tolerance) {
        return true;
    }
    qWarning("found %.12g, expected %.12g, off by %.3g", found, expected, found - expected);
    return false;
}

/// Data of a linear model: N draws of N(0, W W^T + noise I).
torch::Tensor drawLinear(const torch::Tensor& w, double noise, int n) {
    torch::manual_seed(5);
    return torch::mm(torch::randn({n, w.size(1)}, torch::kFloat64), w.t()) +
           std::sqrt(noise) * torch::randn({n, w.size(0)}, torch::kFloat64);
}

/// D and R of q(z|x) ~ N(z; 0, I) N(x; W z, noise I)^(1/beta), which is a Gaussian, averaged over x [N, D].
RateDistortionPoint bestOf(const torch::Tensor& w, double noise, const torch::Tensor& x, double beta) {
    const std::int64_t dim = w.size(1);
    const torch::Tensor identity = torch::eye(dim, torch::kFloat64);
    const torch::Tensor covariance = torch::inverse(identity + torch::mm(w.t(), w) / (beta * noise));
    const torch::Tensor means = torch::mm(torch::mm(x, w), covariance) / (beta * noise);
    const double spread = torch::mm(torch::mm(w, covariance), w.t()).trace().item<double>();
    const double squares = (x - torch::mm(means, w.t())).square().sum(1).mean().item<double>();
    RateDistortionPoint point;
    point.distortion =
        0.5 * static_cast<double>(x.size(1)) * std::log(2.0 * M_PI * noise) + 0.5 * (squares + spread) / noise;
    point.rate = 0.5 * (covariance.trace().item<double>() + means.square().sum(1).mean().item<double>() -
                        static_cast<double>(dim) - torch::logdet(covariance).item<double>());
    return point;
}

ExactMeasures measured(const LinearModel& linear, const torch::Tensor& x, const std::vector<double>& betas,
                       double slope) {
    QuadratureOptions options;
    options.curveBetas = betas;
    options.slope = slope;
    return measureExactly(linear.model, linear.parameters, 0, x, options, kQuiet);
}

/// A small model of digits after some steps, and its test examples.
struct Trained {
    Experiment experiment = smallDigits();
    std::shared_ptr<const Dataset> dataset = loadDataset(experiment.data);
    Trainer trainer{experiment, dataset};
    LatentModel model{experiment.model, dataset->shape()};
    torch::Tensor x = ModelInputs(experiment, *dataset, dataset->test).representative(40).x;

    Trained() {
        for (int step = 0; step < 200; ++step) {
            trainer.step();
        }
    }

    ExactMeasures measured(double slope, const std::vector<double>& betas = decoderCurveBetas()) const {
        QuadratureOptions options;
        options.curveBetas = betas;
        options.slope = slope;
        return measureExactly(model, *trainer.snapshot()->parameters, 0, x, options, kQuiet);
    }
};

}  // namespace

class TestDecoderCurve : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theCurveOfALinearModelIsKnown_data() {
        QTest::addColumn<int>("latentDim");
        QTest::newRow("line") << 1;
        QTest::newRow("plane") << 2;
    }

    void theCurveOfALinearModelIsKnown() {
        QFETCH(const int, latentDim);
        torch::manual_seed(2);
        const torch::Tensor w = torch::randn({3, latentDim}, torch::kFloat64);
        const double noise = 0.3;
        const torch::Tensor x = drawLinear(w, noise, 20);
        const LinearModel linear = makeLinear(w, torch::full({latentDim}, 0.2, torch::kFloat64), noise, 0.7);
        const std::vector<double> betas{0.1, 0.5, 1.0, 4.0, 30.0};
        const ExactMeasures exact = measured(linear, x, betas, 2.5);
        QCOMPARE(exact.curve.points.size(), betas.size() + 1);  // and the weight in force
        QCOMPARE(exact.curve.examples, 20);
        for (const DecoderCurvePoint& point : exact.curve.points) {
            const RateDistortionPoint best = bestOf(w, noise, x, point.beta);
            QVERIFY(close(point.rate.value, best.rate, 1e-6));
            QVERIFY(close(point.distortion.value, best.distortion, 1e-6));
            QVERIFY(point.rate.error < 1e-6 && point.distortion.error < 1e-5);
        }
        // What the encoder costs, from two closed forms.
        const RateDistortionPoint best = bestOf(w, noise, x, 2.5);
        const double gap = exact.distortion.value + 2.5 * exact.rate.value - best.distortion - 2.5 * best.rate;
        QVERIFY(gap > 0.1);
        QVERIFY(close(exact.curve.inferenceGap.value, gap, 1e-6));
        QVERIFY(exact.curve.inferenceGap.error < 1e-5);
        QVERIFY(close(exact.curve.best.rate.value, best.rate, 1e-6));
        QCOMPARE(exact.curve.rate, exact.rate.value);
        QVERIFY(close(exact.curve.distortion, exact.distortion.value, 1e-12));
    }

    /// A decoder at the optimum of a linear beta-VAE leaves a linear encoder nothing to do better.
    void theOptimumOfTheWholeModelLiesOnIt() {
        const std::vector<double> spectrum{4.0, 2.0};
        const double noise = 0.5, beta = 1.5;
        const torch::Tensor w =
            torch::diag(torch::tensor({std::sqrt(4.0 - beta * noise), std::sqrt(2.0 - beta * noise)}, torch::kFloat64));
        // Two points along each axis have exactly these eigenvalues.
        const double a = std::sqrt(2.0 * 4.0), b = std::sqrt(2.0 * 2.0);
        const torch::Tensor x = torch::tensor({{a, 0.0}, {-a, 0.0}, {0.0, b}, {0.0, -b}}, torch::kFloat64);
        const RateDistortionPoint expected = linearGaussianOptimum(spectrum, 2, noise, beta);
        const LinearModel linear = makeLinear(w, torch::full({2}, 0.2, torch::kFloat64), noise, 1.0);
        const ExactMeasures exact = measured(linear, x, {}, beta);
        QVERIFY(close(exact.curve.best.rate.value, expected.rate, 1e-6));
        QVERIFY(close(exact.curve.best.distortion.value, expected.distortion, 1e-6));
    }

    void atWeightOneItIsTheLikelihood() {
        const Trained trained;
        const ExactMeasures exact = trained.measured(1.0);
        const DecoderCurve& curve = exact.curve;
        QVERIFY(close(curve.best.rate.value + curve.best.distortion.value, exact.nll.value, 1e-9));
        QVERIFY(close(curve.inferenceGap.value, exact.klPosterior.value, 1e-6));
    }

    void itFallsWithTheSlopeOfItsWeight() {
        const Trained trained;
        const std::vector<DecoderCurvePoint> points = trained.measured(1.0).curve.points;
        QVERIFY(points.size() > 8);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const DecoderCurvePoint& here = points[i];
            QVERIFY(here.rate.value >= 0.0);
            // A convex curve lies above the tangent at each of its points; the slope is -beta.
            for (const DecoderCurvePoint& other : points) {
                const double tangent = here.distortion.value - here.beta * (other.rate.value - here.rate.value);
                const double error =
                    other.distortion.error + here.distortion.error + here.beta * (other.rate.error + here.rate.error);
                QVERIFY2(other.distortion.value >= tangent - error - 1e-9, qPrintable(QString::number(here.beta)));
            }
            QVERIFY(i == 0 || (points[i - 1].beta > here.beta && points[i - 1].rate.value <= here.rate.value &&
                               points[i - 1].distortion.value >= here.distortion.value));
        }
    }

    void theSlopeIsMinusTheWeight() {
        const Trained trained;
        const double beta = 0.8, step = 0.05;
        const std::vector<DecoderCurvePoint> points =
            trained.measured(1.0, {beta * (1.0 + step), beta * (1.0 - step)}).curve.points;
        QCOMPARE(points.size(), std::size_t{3});
        const DecoderCurvePoint& heavy = points[1];
        const DecoderCurvePoint& light = points[2];
        QCOMPARE(heavy.beta, beta * (1.0 + step));
        const double slope = (heavy.distortion.value - light.distortion.value) / (heavy.rate.value - light.rate.value);
        QVERIFY(close(slope, -beta, 0.015));
    }

    void noEncoderLiesBelowIt() {
        const Trained trained;
        const ExactMeasures exact = trained.measured(3.0);
        for (const DecoderCurvePoint& point : exact.curve.points) {
            const double least = point.distortion.value + point.beta * point.rate.value;
            const double error = point.distortion.error + point.beta * point.rate.error + exact.distortion.error;
            QVERIFY(exact.distortion.value + point.beta * exact.rate.value >= least - error - 1e-9);
        }
        QVERIFY(exact.curve.inferenceGap.value > 0.0);
    }

    void aPartOfTheExamplesHasItsError() {
        const Trained trained;
        QuadratureOptions options;
        options.curveBetas = {1.0};
        options.slope = 1.0;
        options.curveExamples = 10;
        options.available = 100;
        const ExactMeasures part =
            measureExactly(trained.model, *trained.trainer.snapshot()->parameters, 0, trained.x, options, kQuiet);
        QCOMPARE(part.curve.examples, 10);
        QVERIFY(part.curve.inferenceGap.error > trained.measured(1.0).curve.inferenceGap.error);
        QVERIFY(part.curve.best.distortion.error > part.curve.points.front().distortion.error);
    }

    /// At next to no weight of the rate the best code of this example lies far outside the grid.
    void whatTheGridDoesNotHoldIsLeftOut() {
        const torch::Tensor w = torch::full({1, 1}, 0.1, torch::kFloat64);
        const torch::Tensor x = torch::full({1, 1}, 4.0, torch::kFloat64);
        const LinearModel linear = makeLinear(w, torch::full({1}, 0.5, torch::kFloat64), 1.0, 1.0);
        const DecoderCurve curve = measured(linear, x, {1e-4, 1.0}, std::nan("")).curve;
        QCOMPARE(curve.points.size(), std::size_t{1});
        QCOMPARE(curve.points.front().beta, 1.0);
        QVERIFY(std::isnan(curve.inferenceGap.value) && std::isnan(curve.best.rate.value));
    }

    void theSlopeIsThatOfTheObjective() {
        const Experiment experiment;
        Knobs knobs{3.0, 1.0, 0.5};
        QCOMPARE(slopeInForce(experiment, experiment.objective, knobs), 2.5);
        knobs.distortion = 2.0;
        QCOMPARE(slopeInForce(experiment, experiment.objective, knobs), 1.25);
        knobs.alpha = 3.0;
        QVERIFY(std::isnan(slopeInForce(experiment, experiment.objective, knobs)));
        ObjectiveSpec target;
        target.rateTerm = RateTerm::Target;
        QVERIFY(std::isnan(slopeInForce(experiment, target, Knobs{})));
        QVERIFY(!whyNoSlope(experiment, target, Knobs{}).empty());
    }

    void aStopIsHeeded() {
        const torch::Tensor w = torch::ones({2, 2}, torch::kFloat64);
        const LinearModel linear = makeLinear(w, torch::full({2}, 0.2, torch::kFloat64), 0.3, 1.0);
        const LatentGrid grid{LatentAxis::over(-7, 7, 64), LatentAxis::over(-7, 7, 64)};
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(decoderCurve(linear.model, linear.parameters, PriorValues(2), drawLinear(w, 0.3, 3),
                                              grid, {{0, 0, 0}, {0, 0, 0}, 0.0}, {decoderCurveBetas(), 1.0, 3},
                                              MeasureProgress{{}, source.get_token()}),
                                 MeasureStopped);
    }
};

QTEST_GUILESS_MAIN(TestDecoderCurve)
#include "tst_decoder_curve.moc"
