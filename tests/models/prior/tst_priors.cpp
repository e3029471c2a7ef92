// Every prior of the registry: draws, densities, scores, rates.

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <functional>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/prior/priors.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestPriors : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyEntry_data();
    void everyEntry();
    void aMixtureOfOneIsAGaussian();
    void aMixtureStartsNearTheStandardNormal();
    void namesAreChecked();
};

namespace {

ModelSpec specOf(const std::string& prior, int latentDim) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {4};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    spec.prior = prior;
    spec.priorComponents = 3;
    spec.flowSteps = 2;
    spec.flowHidden = {5};
    return spec;
}

/// A fleet of two whose priors, where they have parameters, are neither equal nor as they start.
FleetParameters fleetOf(const LatentModel& model) {
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    torch::Generator generator = makeGenerator(6);
    const torch::NoGradGuard noGradients;
    parameters.values().add_(0.3 * torch::randn(parameters.values().sizes(), generator, torch::kFloat64));
    return parameters;
}

}  // namespace

void TestPriors::everyEntry_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("latentDim");
    QVERIFY(priorRows().size() >= 2);
    for (const RegistryRow& row : priorRows()) {
        for (const int latentDim : {1, 2, 4}) {
            QTest::addRow("%s in %d", row.name.c_str(), latentDim) << QString::fromStdString(row.name) << latentDim;
        }
    }
}

void TestPriors::everyEntry() {
    QFETCH(QString, name);
    QFETCH(int, latentDim);
    const LatentModel model(specOf(name.toStdString(), latentDim), 3);
    const Prior& prior = model.prior();
    FleetParameters parameters = fleetOf(model);
    torch::Generator generator = makeGenerator(7);
    const auto normal = [&](std::int64_t rows, std::int64_t columns) {
        return torch::randn({rows, columns}, generator, torch::kFloat64);
    };

    // Draws: of one shape for all members or for each, the same for the same noise.
    const torch::Tensor noise = normal(50000, prior.noise());
    const torch::Tensor draws = prior.draw(parameters, noise).detach();
    QVERIFY(draws.size(-2) == noise.size(0) && draws.size(-1) == latentDim);
    QVERIFY(draws.dim() == 2 || draws.size(0) == 2);
    QVERIFY(torch::equal(draws, prior.draw(parameters, noise)));
    const torch::Tensor all = draws.expand({2, draws.size(-2), latentDim});

    const torch::Tensor z = normal(5, latentDim);
    const auto rightGradient = [&](const std::function<torch::Tensor()>& value) {
        return prior.standardNormal() || gradientError(parameters, value) < 1e-6;  // N(0, I) has no parameters
    };
    QVERIFY(rightGradient([&] { return prior.logDensity(parameters, z); }));
    QVERIFY(rightGradient([&] { return prior.draw(parameters, noise.narrow(0, 0, 20)).square(); }));

    const torch::NoGradGuard noGradients;
    const torch::Tensor density = prior.logDensity(parameters, z);
    QVERIFY(density.dim() == 2 && density.size(1) == 5);
    QVERIFY(torch::allclose(density, prior.logDensity(parameters, z.expand({2, 5, latentDim})), 1e-12, 1e-12));

    // The score is the slope of log p(z).
    const torch::Tensor points = z.expand({2, 5, latentDim}).contiguous();
    const torch::Tensor score = prior.score(parameters, points);
    for (int dim = 0; dim < latentDim; ++dim) {
        torch::Tensor step = torch::zeros({latentDim}, torch::kFloat64);
        step[dim] = 1e-6;
        const torch::Tensor slope =
            (prior.logDensity(parameters, points + step) - prior.logDensity(parameters, points - step)) / 2e-6;
        QVERIFY(torch::allclose(slope, score.select(2, dim), 1e-6, 1e-6));
    }

    // reach() holds the mass.
    const torch::Tensor box = prior.reach(parameters);
    QCOMPARE(box.sizes().vec(), (std::vector<std::int64_t>{2, 2, latentDim}));
    QVERIFY(((all > box.select(1, 0).unsqueeze(1)) & (all < box.select(1, 1).unsqueeze(1))).all().item<bool>());

    if (latentDim > 2) {
        return;
    }
    // p(z) integrates to one; its moments are those of the draws.
    const Gaussian q = model.encode(parameters, normal(4, 3));
    const double reach = std::max(box.abs().max().item<double>(), (q.mean.abs() + 8.0 * q.stddev).max().item<double>());
    const auto [nodes, cell] = evenGrid(reach, latentDim == 1 ? 8001 : 801, latentDim);
    const torch::Tensor logP = prior.logDensity(parameters, nodes).expand({2, nodes.size(0)});
    const torch::Tensor p = logP.exp();
    QVERIFY(torch::allclose(p.sum(1) * cell, torch::ones({2}, torch::kFloat64), 1e-7, 1e-7));
    const torch::Tensor mean = torch::matmul(p, nodes) * cell;
    const torch::Tensor square = torch::matmul(p, nodes.square()) * cell;
    const auto meanOfDraws = [&](const torch::Tensor& drawn, const torch::Tensor& expected) {
        const torch::Tensor error = drawn.std(1) / std::sqrt(static_cast<double>(drawn.size(1)));
        return ((drawn.mean(1) - expected).abs() / error).max().item<double>();
    };
    QVERIFY2(meanOfDraws(all, mean) < 5.0, qPrintable(QString::number(meanOfDraws(all, mean))));
    QVERIFY2(meanOfDraws(all.square(), square) < 5.0, qPrintable(QString::number(meanOfDraws(all.square(), square))));

    // The rate of Gaussian posteriors, by the nodes of rateByQuadrature and by this grid.
    const torch::Tensor found = rateByQuadrature(model, parameters, q);
    for (std::int64_t n = 0; n < 4; ++n) {
        const torch::Tensor logQ = q.narrow(n, 1).logDensity(nodes.unsqueeze(0).expand({2, -1, -1}));
        const torch::Tensor expected = (logQ.exp() * (logQ - logP)).sum(1) * cell;
        QVERIFY2(torch::allclose(found.select(1, n), expected, 0.0, 1e-6),
                 qPrintable(QString::number((found.select(1, n) - expected).abs().max().item<double>())));
    }
    if (rateInClosedForm(model)) {
        QVERIFY(torch::allclose(found, q.rate(), 1e-9, 1e-9));
    }
}

void TestPriors::aMixtureOfOneIsAGaussian() {
    ModelSpec spec = specOf("gaussian_mixture", 2);
    spec.priorComponents = 1;
    spec.minimumStddev = 0.0;
    const LatentModel model(spec, 3);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 1);
    const torch::NoGradGuard noGradients;
    const std::size_t last = model.layout()->slots().size();
    parameters[last - 3].copy_(torch::tensor({0.5, -1.0}, torch::kFloat64).view({1, 1, 2}));
    parameters[last - 2].copy_(torch::tensor({0.2, -0.4}, torch::kFloat64).view({1, 1, 2}));
    const Gaussian expected = Gaussian::of(parameters[last - 3], (0.5 * parameters[last - 2]).exp());
    torch::Generator generator = makeGenerator(2);
    const torch::Tensor z = torch::randn({1, 7, 2}, generator, torch::kFloat64);
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), expected.logDensity(z), 1e-12, 1e-12));
    // KL between two Gaussians in closed form.
    const Gaussian q = model.encode(parameters, torch::randn({3, 3}, generator, torch::kFloat64));
    const torch::Tensor variance = expected.stddev.square();
    const torch::Tensor kl = 0.5 * (q.stddev.square() / variance + (q.mean - expected.mean).square() / variance - 1.0 -
                                    q.logVariance + expected.logVariance)
                                       .sum(-1);
    QVERIFY(torch::allclose(rateByQuadrature(model, parameters, q), kl, 0.0, 1e-9));
}

void TestPriors::aMixtureStartsNearTheStandardNormal() {
    ModelSpec spec = specOf("gaussian_mixture", 2);
    spec.priorComponents = 200;
    const LatentModel model(spec, 3);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 11);
    torch::Generator generator = makeGenerator(3);
    const torch::NoGradGuard noGradients;
    const torch::Tensor draws = model.prior().draw(parameters, torch::randn({50000, 3}, generator, torch::kFloat64));
    QVERIFY(draws.mean(1).abs().max().item<double>() < 0.2);
    QVERIFY((draws.var(1) - 1.0).abs().max().item<double>() < 0.2);
    QVERIFY(torch::equal(draws[0], draws[1]));
}

void TestPriors::namesAreChecked() {
    QVERIFY_EXCEPTION_THROWN(LatentModel(specOf("cauchy", 2), 3), std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestPriors)
#include "tst_priors.moc"
