// Quadrature over one and two latent dimensions against closed forms.

#include <QtTest>
#include <cmath>

#include "models/tensor/torch.h"
#include "tests/oracles.h"
#include "tests/training/measure/linear_models.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/measure/quadrature/exact_posterior.h"
#include "training/measure/quadrature/mixture_quadrature.h"

using namespace elbo;

namespace {

using Rows = std::vector<std::vector<double>>;

torch::Tensor matrix(const Rows& rows) {
    torch::Tensor result = torch::empty(
        {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())}, torch::kFloat64);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            result[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(j)] = rows[i][j];
        }
    }
    return result;
}

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

const MeasureProgress kQuiet{};

}  // namespace

class TestQuadrature : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linearGaussianAgreesWithTheOracle() {
        REQUIRE_ORACLE(json, "linear_gaussian_posterior.json");
        const torch::Tensor w = matrix(json["W"].get<Rows>());
        const torch::Tensor x = matrix(json["x"].get<Rows>());
        const auto variance = json["q_var"].get<std::vector<double>>();
        const auto noise = json["noise_variance"].get<double>();
        const LinearModel linear = makeLinear(w, torch::tensor(variance, torch::kFloat64), noise, 0.8);
        const auto logPx = json["log_px"].get<std::vector<double>>();
        const auto kl = json["kl_q_posterior"].get<std::vector<double>>();
        const auto means = json["posterior_mean"].get<Rows>();
        const auto encoderMeans = json["q_mean"].get<Rows>();
        for (std::int64_t n = 0; n < x.size(0); ++n) {
            const auto i = static_cast<std::size_t>(n);
            const ExactMeasures exact =
                measureExactly(linear.model, linear.parameters, 0, x.narrow(0, n, 1), {}, kQuiet);
            QVERIFY(close(-exact.nll.value, logPx[i], 1e-6));
            QVERIFY(close(exact.klPosterior.value, kl[i], 1e-6));
            for (std::size_t dim = 0; dim < 2; ++dim) {
                QVERIFY(close(exact.posteriorMeans[dim], means[i][dim], 1e-6));
                QVERIFY(close(exact.encoderMeans[dim], encoderMeans[i][dim], 1e-9));
            }
            QVERIFY(exact.nll.error < 1e-6);
        }
        // The standard deviations of the posterior are the roots of the diagonal of its covariance.
        const auto covariance = json["posterior_cov"].get<Rows>();
        const LatentGrid grid{LatentAxis::over(-7, 7, 128), LatentAxis::over(-7, 7, 128)};
        const torch::Tensor table =
            logLikelihoodTable(linear.model, linear.parameters, x.narrow(0, 0, 1), grid.codes());
        const ExactPosterior posterior =
            integratePosterior(Surface(table.data_ptr<double>(), grid), PriorValues(grid.plane() ? 2 : 1));
        QVERIFY(close(posterior.stddev(0), std::sqrt(covariance[0][0]), 1e-6));
        QVERIFY(close(posterior.stddev(1), std::sqrt(covariance[1][1]), 1e-6));
    }

    /// Posteriors eight times narrower than a cell of the grid, where plain sums would be off by nats.
    void narrowPosteriorsAreResolved_data() {
        QTest::addColumn<int>("latentDim");
        QTest::newRow("line") << 1;
        QTest::newRow("plane") << 2;
    }

    void narrowPosteriorsAreResolved() {
        QFETCH(const int, latentDim);
        torch::manual_seed(2);
        const torch::Tensor w = torch::randn({3, latentDim}, torch::kFloat64);
        const double noise = 1e-4;
        const torch::Tensor x = drawLinear(w, noise, 20);
        const torch::Tensor covariance = torch::mm(w, w.t()) + noise * torch::eye(3, torch::kFloat64);
        const double expected =
            (0.5 * (torch::mm(x, torch::inverse(covariance)) * x).sum(1) + 0.5 * torch::logdet(covariance))
                .mean()
                .item<double>() +
            1.5 * std::log(2.0 * M_PI);
        const LinearModel linear = makeLinear(w, torch::full({latentDim}, 1e-4, torch::kFloat64), noise, 1.0);
        QuadratureOptions options;
        options.cells = latentDim == 1 ? 16 : 128;
        const ExactMeasures exact = measureExactly(linear.model, linear.parameters, 0, x, options, kQuiet);
        QVERIFY(close(exact.nll.value, expected, 1e-6));
        QVERIFY(exact.klPosterior.value > -1e-9);
    }

    void theThreeFormsAgree() {
        torch::manual_seed(3);
        const torch::Tensor w = torch::randn({4, 2}, torch::kFloat64);
        const torch::Tensor x = drawLinear(w, 0.3, 300);
        const LinearModel linear = makeLinear(w, torch::tensor({0.2, 0.1}, torch::kFloat64), 0.3, 0.9);
        QuadratureOptions options;
        options.samples = 4000;
        const ExactMeasures exact = measureExactly(linear.model, linear.parameters, 0, x, options, kQuiet);
        const ElboForms& forms = exact.forms;
        const double second = forms.distortion + forms.rate;
        QVERIFY(close(forms.negativeLogLikelihood + forms.posteriorGap, second, 1e-6));
        QVERIFY(close(forms.distortion + forms.informationQ + forms.marginalKl, second, 1e-6));
        // The distortion of a linear model is known.
        const torch::Tensor residual =
            x - torch::mm(torch::tensor(exact.encoderMeans, torch::kFloat64).view({-1, 2}), w.t());
        const torch::Tensor spread = (w.square() * torch::tensor({0.2, 0.1}, torch::kFloat64)).sum();
        const double distortion =
            ((residual.square().sum(1).mean() + spread) / 0.6).item<double>() + 2.0 * std::log(2.0 * M_PI * 0.3);
        QVERIFY(close(exact.distortion.value, distortion, 1e-6));
        // I_p = 1/2 log det(I + W^T W / noise).
        const double information =
            0.5 * torch::logdet(torch::eye(2, torch::kFloat64) + torch::mm(w.t(), w) / 0.3).item<double>();
        QVERIFY(exact.modelInformation.error < 0.05);
        QVERIFY(close(exact.modelInformation.value, information, 4.0 * exact.modelInformation.error));
        QVERIFY(exact.information.value <= exact.forms.rate && exact.information.value <= std::log(300.0));
    }

    /// Codes far outside the prior and a window that at first does not hold the true posterior.
    void theGridWidens() {
        const torch::Tensor w = torch::full({1, 1}, 0.1, torch::kFloat64);
        const torch::Tensor x = torch::full({1, 1}, 4.0, torch::kFloat64);
        // The encoder says 0, the true posterior sits at 40 / 1.01 with a tiny noise.
        const LinearModel linear =
            makeLinear(w, torch::zeros({1}, torch::kFloat64), torch::zeros({1, 1}, torch::kFloat64),
                       torch::ones({1}, torch::kFloat64), 1e-4);
        const ExactMeasures exact = measureExactly(linear.model, linear.parameters, 0, x, {}, kQuiet);
        const double variance = 0.01 + 1e-4;
        QVERIFY(close(exact.nll.value, 0.5 * 16.0 / variance + 0.5 * std::log(2.0 * M_PI * variance), 1e-5));
        QVERIFY(close(exact.posteriorMeans[0], 0.1 * 4.0 / (0.01 + 1e-4), 1e-6));
    }

    void mixtureInformationAgreesWithTheOracle() {
        REQUIRE_ORACLE(json, "mixture_information.json");
        const auto mean = json["mean"].get<std::vector<double>>();
        const auto stddev = json["stddev"].get<std::vector<double>>();
        Mixture mixture{Eigen::Map<const Eigen::ArrayXd>(mean.data(), 7),
                        Eigen::Map<const Eigen::ArrayXd>(stddev.data(), 7)};
        const MixtureIntegrals found = integrateMixture(mixture, PriorValues(static_cast<int>(mixture.means.cols())));
        QVERIFY(close(found.information.value, json["mutual_information"].get<double>(), 1e-4));
        QVERIFY(close(found.klMarginal.value, json["kl_marginal"].get<double>(), 1e-4));
        QVERIFY(close(found.information.value + found.klMarginal.value, json["rate"].get<double>(), 1e-4));
        QVERIFY(found.information.error < 1e-3);
    }

    void separateAndEqualPosteriorsHaveKnownInformation() {
        // Four posteriors far apart: log 4. Posteriors that all equal the prior: nothing.
        Mixture apart{Eigen::ArrayXXd(4, 2), Eigen::ArrayXXd::Constant(4, 2, 1e-4)};
        apart.means << 1, 1, -1, 1, 1, -1, -1, -1;
        QVERIFY(close(integrateMixture(apart, PriorValues(static_cast<int>(apart.means.cols()))).information.value,
                      std::log(4.0), 1e-9));
        const Mixture collapsed{Eigen::ArrayXXd::Zero(50, 2), Eigen::ArrayXXd::Ones(50, 2)};
        const MixtureIntegrals none =
            integrateMixture(collapsed, PriorValues(static_cast<int>(collapsed.means.cols())));
        QVERIFY(close(none.information.value, 0.0, 1e-10));
        QVERIFY(close(none.klMarginal.value, 0.0, 1e-9));
        QVERIFY(close(none.klMarginalReverse.value, 0.0, 1e-8));
    }

    void reverseDivergenceOfOneGaussian() {
        // KL(N(0,1) || N(m, s^2)) = log s + (1 + m^2) / (2 s^2) - 1/2, in both dimensions.
        const Mixture one{Eigen::ArrayXXd::Constant(3, 2, 0.5), Eigen::ArrayXXd::Constant(3, 2, 0.3)};
        const double each = std::log(0.3) + (1.0 + 0.25) / (2.0 * 0.09) - 0.5;
        QVERIFY(close(integrateMixture(one, PriorValues(static_cast<int>(one.means.cols()))).klMarginalReverse.value,
                      2.0 * each, 1e-6));
        QVERIFY(close(integrateMixture(one, PriorValues(static_cast<int>(one.means.cols()))).klMarginal.value,
                      2.0 * (0.5 * (0.09 + 0.25 - 1.0) - std::log(0.3)), 1e-9));
    }

    /// A cliff in the likelihood must not make the interpolant invent mass.
    void cliffsInventNothing() {
        const LatentGrid grid{LatentAxis::over(-6, 6, 60), {}};
        std::vector<double> values(61, 0.0);
        for (std::size_t i = 0; i <= 30; ++i) {
            values[i] = -2e6;
        }
        const ExactPosterior posterior =
            integratePosterior(Surface(values.data(), grid), PriorValues(grid.plane() ? 2 : 1));
        // Half of the prior remains: between the nodes 30 and 31.
        QVERIFY(close(posterior.logEvidence, std::log(0.5), 0.2));
        QVERIFY(posterior.mean(0) > 0.5 && posterior.mean(0) < 1.1);
    }

    void posteriorPicturesAreDensities() {
        const torch::Tensor w = torch::tensor({{1.0, 0.2}, {0.1, -0.7}}, torch::kFloat64);
        const LinearModel linear = makeLinear(w, torch::full({2}, 0.2, torch::kFloat64), 0.3, 1.0);
        const auto pairs = posteriorPairs(linear.model, linear.parameters, 0, drawLinear(w, 0.3, 3), 200, {});
        QCOMPARE(pairs.size(), std::size_t{3});
        for (const PosteriorPair& pair : pairs) {
            const LatentWindow& window = pair.exact.window;
            const double width = (window.xMax - window.xMin) / 200.0, height = (window.yMax - window.yMin) / 200.0;
            double mass = 0.0, meanX = 0.0, meanY = 0.0;
            for (int i = 0; i < 200 * 200; ++i) {
                const double part =
                    static_cast<double>(pair.exact.values[static_cast<std::size_t>(i)]) * width * height;
                mass += part;
                meanX += part * (window.xMin + (i % 200 + 0.5) * width);
                meanY += part * (window.yMin + (i / 200 + 0.5) * height);
            }
            QVERIFY(close(mass, 1.0, 1e-4));
            QVERIFY(close(meanX, pair.trueMeanX, 1e-3) && close(meanY, pair.trueMeanY, 1e-3));
            QVERIFY(pair.gap > -1e-6 && pair.varianceX > 0.0);
            QVERIFY(pair.samplesX.size() >= 20 && pair.samplesY.size() == pair.samplesX.size());
        }
    }

    void aStopIsHeeded() {
        const torch::Tensor w = torch::ones({2, 2}, torch::kFloat64);
        const LinearModel linear = makeLinear(w, torch::full({2}, 0.2, torch::kFloat64), 0.3, 1.0);
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(measureExactly(linear.model, linear.parameters, 0, drawLinear(w, 0.3, 3), {},
                                                MeasureProgress{{}, source.get_token()}),
                                 MeasureStopped);
        QVERIFY_EXCEPTION_THROWN(posteriorPairs(linear.model, linear.parameters, 0, drawLinear(w, 0.3, 3), 50, {},
                                                MeasureProgress{{}, source.get_token()}),
                                 MeasureStopped);
    }
};

QTEST_GUILESS_MAIN(TestQuadrature)
#include "tst_quadrature.moc"
