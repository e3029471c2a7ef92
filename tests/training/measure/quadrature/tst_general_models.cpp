// Models without closed forms against quadrature written out here: a full-covariance posterior, a mixture as prior, a
// likelihood for grey values.

#include <QtTest>
#include <cmath>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"
#include "training/measure/importance_sampling.h"
#include "training/measure/mixture_information.h"
#include "training/measure/quadrature/exact_measures.h"

using namespace elbo;

class TestGeneralModels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void quadratureAgreesWithItsIdentities_data();
    void quadratureAgreesWithItsIdentities();
};

namespace {

const MeasureProgress kQuiet;

}  // namespace

void TestGeneralModels::quadratureAgreesWithItsIdentities_data() {
    QTest::addColumn<int>("latentDim");
    QTest::addColumn<QString>("posterior");
    QTest::addColumn<QString>("prior");
    QTest::addColumn<int>("likelihood");
    for (const int dims : {1, 2}) {
        for (const char* posterior : {"diagonal_gaussian", "full_gaussian"}) {
            for (const char* prior : {"standard_normal", "gaussian_mixture", "vamp"}) {
                for (const LikelihoodKind likelihood :
                     {LikelihoodKind::Gaussian, LikelihoodKind::ContinuousBernoulli}) {
                    QTest::addRow("%d %s %s %s", dims, posterior, prior, keyOf(likelihood))
                        << dims << posterior << prior << static_cast<int>(likelihood);
                }
            }
        }
    }
}

void TestGeneralModels::quadratureAgreesWithItsIdentities() {
    QFETCH(int, latentDim);
    QFETCH(QString, posterior);
    QFETCH(QString, prior);
    QFETCH(int, likelihood);
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {6};
    spec.decoder = {6};
    spec.activation = Activation::Tanh;
    spec.posterior = posterior.toStdString();
    spec.prior = prior.toStdString();
    spec.priorComponents = 3;
    spec.likelihood = static_cast<LikelihoodKind>(likelihood);
    spec.noiseVariance = 0.4;
    const LatentModel model(spec, 3);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 4);
    torch::Generator generator = makeGenerator(8);
    const torch::NoGradGuard noGradients;
    parameters.values().mul_(1.5).add_(0.2 * torch::randn(parameters.values().sizes(), generator, torch::kFloat64));
    const torch::Tensor x = torch::rand({12, 3}, generator, torch::kFloat64);
    model.prior().startFrom(parameters, x);

    QuadratureOptions options;
    options.tolerance = 1e-7;
    options.maxCells = 512;
    const ExactMeasures exact = measureExactly(model, parameters, 0, x, options, kQuiet);
    const auto close = [](double found, double expected, double tolerance, const char* what) {
        QVERIFY2(std::abs(found - expected) < tolerance,
                 qPrintable(QString("%1: %2 against %3").arg(what).arg(found, 0, 'g', 12).arg(expected, 0, 'g', 12)));
    };

    // The same integrals on one even grid of this test's own.
    const auto [nodes, cell] = evenGrid(18.0, latentDim == 1 ? 8001 : 721, latentDim);
    const torch::Tensor logPrior = model.prior().logDensity(parameters, nodes)[0];
    const Gaussian q = model.encode(parameters, x);
    const torch::Tensor logQs = torch::stack([&] {
        std::vector<torch::Tensor> rows;
        for (std::int64_t n = 0; n < x.size(0); ++n) {
            rows.push_back(q.narrow(n, 1).logDensity(nodes.unsqueeze(0))[0]);
        }
        return rows;
    }());
    const torch::Tensor logMixture = torch::logsumexp(logQs, 0) - std::log(static_cast<double>(x.size(0)));
    double rate = 0.0, distortion = 0.0, nll = 0.0, gap = 0.0, information = 0.0;
    for (std::int64_t n = 0; n < x.size(0); ++n) {
        const torch::Tensor logLikelihood =
            -model.decode(parameters, nodes).distortion(x[n].unsqueeze(0).expand({nodes.size(0), 3}))[0];
        const torch::Tensor weight = logQs[n].exp() * cell;
        const double logEvidence = torch::logsumexp(logLikelihood + logPrior, 0).item<double>() + std::log(cell);
        rate += (weight * (logQs[n] - logPrior)).sum().item<double>() / 12.0;
        distortion -= (weight * logLikelihood).sum().item<double>() / 12.0;
        nll -= logEvidence / 12.0;
        gap += (weight * (logQs[n] - logLikelihood - logPrior + logEvidence)).sum().item<double>() / 12.0;
        information += (weight * (logQs[n] - logMixture)).sum().item<double>() / 12.0;
    }
    const double klMarginal = (logMixture.exp() * (logMixture - logPrior)).sum().item<double>() * cell;
    const double klReverse = (logPrior.exp() * (logPrior - logMixture)).sum().item<double>() * cell;
    close(exact.rate.value, rate, 1e-6, "rate");
    close(exact.distortion.value, distortion, 1e-5, "distortion");
    close(exact.nll.value, nll, 1e-6, "nll");
    close(exact.klPosterior.value, gap, 1e-5, "gap");
    close(exact.information.value, information, 1e-6, "information");
    close(exact.klMarginal.value, klMarginal, 1e-6, "marginal KL");
    close(exact.klMarginalReverse.value, klReverse, 1e-5 * std::max(1.0, klReverse), "reverse KL");
    // [InfoVAE] Eq. 2-4: three forms of one number.
    close(rate, information + klMarginal, 1e-6, "R = I + KL");
    close(exact.rate.value + exact.distortion.value, exact.nll.value + exact.klPosterior.value, 1e-5, "forms");

    // Sampling agrees as far as its error says.
    const LogPrior density = [&](const torch::Tensor& z) { return model.prior().logDensity(parameters, z)[0]; };
    const MixtureEstimates sampled = sampleMixture(q, 20000, 3, kQuiet, density);
    close(sampled.information.value, information, 5.0 * sampled.information.error + 1e-9, "sampled information");
    close(sampled.klMarginal.value, klMarginal, 5.0 * sampled.klMarginal.error + 1e-9, "sampled KL");
    const ImportanceEstimate importance = importanceSample(model, parameters, 0, x, {{50, 2000}, 1.5, 9}, kQuiet);
    close(importance.nll.back().value, nll, 5.0 * importance.nll.back().error + 1e-4, "importance sampling");
}

QTEST_GUILESS_MAIN(TestGeneralModels)
#include "tst_general_models.moc"
