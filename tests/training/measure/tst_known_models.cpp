// Models of MNIST whose likelihood, rate and distortion are known: probabilistic PCA, and the corner R = 0.

#include <Eigen/Eigenvalues>
#include <QtTest>
#include <cmath>

#include "models/tensor/torch.h"
#include "tests/training/measure/linear_models.h"
#include "training/bench/measure_benchmark.h"
#include "training/data/image_sets.h"
#include "training/engine/trainer.h"
#include "training/measure/importance_sampling.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/step/worker_thread.h"

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

/// Grey training and test images of MNIST, [60000, 784] and [10000, 784], float64; empty where the files are not here.
struct Mnist {
    torch::Tensor train, test;

    static const Mnist& get() {
        static const Mnist kMnist = [] {
            Mnist mnist;
            if (findImageSet("mnist")) {
                DataSpec spec;
                spec.name = "mnist";
                spec.trainSize = 60000;
                spec.testSize = 10000;
                spec.binarisation = Binarisation::None;
                const auto dataset = loadDataset(spec);
                const auto tensor = [](const Examples& examples) {
                    auto* data = const_cast<float*>(examples.values.data());
                    return torch::from_blob(data, {examples.size(), examples.dim}, torch::kFloat32).to(torch::kFloat64);
                };
                mnist.train = tensor(dataset->train);
                mnist.test = tensor(dataset->test);
            }
            return mnist;
        }();
        return kMnist;
    }
};

#define REQUIRE_MNIST()                                                   \
    if (!Mnist::get().train.defined()) {                                  \
        QSKIP("MNIST is not on the search path (see ELBOROOM_DATA_DIR)"); \
    }

/// Probabilistic PCA by Tipping and Bishop: the maximum of the likelihood in closed form.
LinearModel pca(const torch::Tensor& x, int latentDim, double& noise) {
    const torch::Tensor mean = x.mean(0);
    const torch::Tensor centred = x - mean;
    const torch::Tensor covariance = torch::mm(centred.t(), centred) / static_cast<double>(x.size(0));
    const std::int64_t d = x.size(1);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
        Eigen::Map<const Eigen::MatrixXd>(covariance.data_ptr<double>(), d, d));
    const Eigen::Index k = latentDim;
    noise = solver.eigenvalues().head(d - k).sum() / static_cast<double>(d - k);
    torch::Tensor w = torch::empty({d, k}, torch::kFloat64);
    for (Eigen::Index j = 0; j < k; ++j) {
        const double scale = std::sqrt(solver.eigenvalues()(d - 1 - j) - noise);
        for (Eigen::Index i = 0; i < d; ++i) {
            w.data_ptr<double>()[i * k + j] = scale * solver.eigenvectors()(i, d - 1 - j);
        }
    }
    const torch::Tensor squares = w.square().sum(0) + noise;
    return makeLinear(w, mean, w / squares, noise / squares, noise);
}

}  // namespace

class TestKnownModels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { torch::set_num_threads(1); }

    /// Reference page 3.6: log-likelihood, rate and distortion over all 60,000 images, within 0.1 nat.
    void principalComponentsOfMnist_data() {
        QTest::addColumn<int>("latentDim");
        QTest::addColumn<double>("noise");
        QTest::addColumn<double>("logLikelihood");
        QTest::addColumn<double>("rate");
        QTest::addColumn<double>("distortion");
        QTest::newRow("2") << 2 << 0.0560958 << 12.42766 << 4.35668 << -16.78434;
        QTest::newRow("10") << 10 << 0.0348673 << 182.15468 << 21.02977 << -203.18445;
    }

    void principalComponentsOfMnist() {
        REQUIRE_MNIST();
        QFETCH(const int, latentDim);
        QFETCH(const double, noise);
        QFETCH(const double, logLikelihood);
        QFETCH(const double, rate);
        QFETCH(const double, distortion);
        const torch::Tensor& x = Mnist::get().train;
        double found = 0.0;
        const LinearModel linear = pca(x, latentDim, found);
        QVERIFY(close(found, noise, 1e-6));
        const torch::NoGradGuard noGradients;
        // The encoder is the true posterior, so that importance sampling has no variance.
        const ImportanceEstimate estimate =
            importanceSample(linear.model, linear.parameters, 0, x, {{2}, 1.0, 1}, kQuiet);
        QVERIFY(close(-estimate.nll[0].value, logLikelihood, 0.1));
        const double encoded = linear.model.encode(linear.parameters, x).rate().mean().item<double>();
        QVERIFY(close(encoded, rate, 0.1));
        QVERIFY(close(-logLikelihood - encoded, distortion, 0.1));
        if (latentDim == 2) {
            // Quadrature agrees with the closed form image by image.
            const std::int64_t count = 200;
            const ExactMeasures exact =
                measureExactly(linear.model, linear.parameters, 0, x.narrow(0, 0, count), {}, kQuiet);
            for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
                QVERIFY(close(exact.logLikelihood[n], estimate.logLikelihood[n], 1e-5));
            }
            QVERIFY(close(exact.klPosterior.value, 0.0, 1e-5));
        }
    }

    /// A decoder that ignores z and knows the pixel means (add-one smoothing): D = 206.029 on train, 205.807 on test.
    void theCornerWithoutRate() {
        REQUIRE_MNIST();
        const torch::Tensor& train = Mnist::get().train;
        ModelSpec spec;
        spec.encoder = {};
        spec.decoder = {};
        const LatentModel model(spec, 784);
        torch::Tensor values = torch::zeros({1, model.layout()->size()}, torch::kFloat64);
        const auto n = static_cast<double>(train.size(0));
        const torch::Tensor p = (train.sum(0) + 1.0) / (n + 2.0);
        for (const ParameterLayout::Slot& slot : model.layout()->slots()) {
            if (slot.name == "decoder.0.bias") {
                values.narrow(1, slot.offset, slot.size).copy_(torch::logit(p).view({1, -1}));
            }
        }
        const FleetParameters parameters(model.layout(), values);
        const torch::NoGradGuard noGradients;
        const auto distortion = [&](const torch::Tensor& x) {
            return model.decode(parameters, torch::zeros({1, 2}, torch::kFloat64)).distortion(x).mean().item<double>();
        };
        QVERIFY(close(distortion(train), 206.029, 2e-3));
        QVERIFY(close(distortion(Mnist::get().test), 205.807, 2e-3));
        QuadratureOptions options;
        options.samples = 50;
        const torch::Tensor x = Mnist::get().test.narrow(0, 0, 100);
        const ExactMeasures exact = measureExactly(model, parameters, 0, x, options, kQuiet);
        QVERIFY(close(exact.nll.value, distortion(x), 1e-6));
        QVERIFY(close(exact.rate.value, 0.0, 1e-6));
        QVERIFY(close(exact.klPosterior.value, 0.0, 1e-6));
        QVERIFY(close(exact.information.value, 0.0, 1e-6));
        QVERIFY(close(exact.modelInformation.value, 0.0, 1e-6));
    }

    /// The budgets of the design; generous factors, since tests share the machine.
    void measuresAreFast() {
        prepareWorkerThread(1, false);
        const MeasureBenchmark benchmark = benchmarkMeasures([](const std::string&) {});
        qInfo("MMD %.2f s, quadrature %.2f s, density %.1f ms, Henze-Zirkler %.2f s, mixture %.2f s",
              benchmark.mmdSeconds, benchmark.quadratureSeconds, 1e3 * benchmark.densitySeconds,
              benchmark.henzeZirklerSeconds, benchmark.mixtureSeconds);
        constexpr double kShared = 4.0;
        QVERIFY(benchmark.mmdSeconds < 2.0 * kShared);
        QVERIFY(benchmark.quadratureSeconds < 10.0 * kShared);
        QVERIFY(benchmark.densitySeconds < 0.030 * kShared);
    }
};

QTEST_GUILESS_MAIN(TestKnownModels)
#include "tst_known_models.moc"
