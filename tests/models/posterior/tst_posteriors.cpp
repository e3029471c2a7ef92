// Every posterior of the registry: samples, densities, rates.

#include <QtTest>
#include <cmath>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/posterior/posteriors.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestPosteriors : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyEntry_data();
    void everyEntry();
    void aFullCovarianceIsThatOfItsFactor();
    void namesAreChecked();
};

namespace {

constexpr int kDataDim = 3;

ModelSpec specOf(const std::string& posterior, int latentDim) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {5};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    spec.posterior = posterior;
    spec.encoderNoise = posterior == "implicit" ? 2 : 0;
    spec.flowSteps = 2;
    spec.flowHidden = {5};
    return spec;
}

/// A fleet of two with weights that are not small.
FleetParameters fleetOf(const LatentModel& model) {
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    parameters.values().mul_(1.7);
    parameters.values()[1].mul_(0.6);
    return parameters;
}

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

}  // namespace

void TestPosteriors::everyEntry_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("latentDim");
    QVERIFY(posteriorRows().size() >= 3);
    for (const RegistryRow& row : posteriorRows()) {
        for (const int latentDim : {1, 2, 4}) {
            QTest::addRow("%s in %d", row.name.c_str(), latentDim) << QString::fromStdString(row.name) << latentDim;
        }
    }
}

void TestPosteriors::everyEntry() {
    QFETCH(QString, name);
    QFETCH(int, latentDim);
    const LatentModel model(specOf(name.toStdString(), latentDim), kDataDim);
    FleetParameters parameters = fleetOf(model);
    const torch::Tensor x = normal({6, kDataDim}, 1), noise = normal({6, model.posteriorNoise()}, 2);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor z = batch->sample(noise);
    QCOMPARE(z.sizes().vec(), (std::vector<std::int64_t>{2, 6, latentDim}));
    QVERIFY(torch::allclose(z, model.codes(parameters, x, noise), 1e-12, 1e-13));
    QVERIFY(!torch::allclose(z[0], z[1]));
    QVERIFY(gradientError(parameters, [&] { return model.codes(parameters, x, noise).square(); }) < 1e-6);

    const torch::NoGradGuard noGradients;
    const Gaussian& moments = batch->moments();
    QCOMPARE(moments.mean.sizes().vec(), z.sizes().vec());
    QVERIFY((moments.stddev > 0.0).all().item<bool>());
    QVERIFY(torch::allclose(moments.stddev.log() * 2.0, moments.logVariance, 1e-9, 1e-9));
    QCOMPARE(batch->gaussian() != nullptr, model.posterior().gaussian());

    // log q(z_i|x_j) of all pairs, and of each posterior at its own code.
    const torch::Tensor own = batch->logDensity(z);
    const double constant = 0.5 * latentDim * std::log(2.0 * std::numbers::pi);
    QVERIFY(torch::allclose(batch->pairs(z).diagonal(0, 1, 2) - constant, own, 1e-9, 1e-9));
    QVERIFY(torch::allclose(batch->logDensities(z), batch->pairs(z) - constant, 1e-8, 1e-8));

    // Some of the posteriors, others for each member.
    const torch::Tensor index = torch::tensor({{4, 0, 4, 1, 1, 5}, {2, 3, 0, 0, 5, 2}});
    const auto some = batch->chosen(index);
    const Gaussian& someMoments = some->moments();
    QVERIFY(torch::allclose(someMoments.mean, chosenRows(moments.mean, index), 1e-10, 1e-10));
    QVERIFY(torch::allclose(someMoments.stddev, chosenRows(moments.stddev, index), 1e-10, 1e-10));
    const torch::Tensor theirs = some->sample(noise);
    for (const std::int64_t member : {0, 1}) {
        for (const std::int64_t place : {0, 2, 5}) {
            const std::int64_t example = index[member][place].item<std::int64_t>();
            const torch::Tensor alone =
                model.codes(parameters, x.narrow(0, example, 1), noise.narrow(0, place, 1))[member][0];
            QVERIFY(torch::allclose(theirs[member][place], alone, 1e-10, 1e-10));
        }
    }
    QVERIFY(torch::allclose(some->logDensity(theirs), some->logDensities(theirs).diagonal(0, 1, 2), 1e-8, 1e-8));

    if (latentDim <= 2) {
        // Densities integrate to one, and the rate is what quadrature says.
        const auto [nodes, cell] = evenGrid(9.0, latentDim == 1 ? 4001 : 451, latentDim);
        const Gaussian one = moments.narrow(3, 1);
        const torch::Tensor logQ = one.logDensity(nodes.unsqueeze(0).expand({2, -1, -1}));
        QVERIFY(torch::allclose(logQ.exp().sum(1) * cell, torch::ones({2}, torch::kFloat64), 1e-6, 1e-6));
        const torch::Tensor logP = model.prior().logDensity(parameters, nodes);
        const torch::Tensor rate = (logQ.exp() * (logQ - logP)).sum(1) * cell;
        QVERIFY(torch::allclose(rate, one.rate()[0].size(0) == 1 ? one.rate().squeeze(1) : one.rate(), 1e-6, 1e-6));
        QVERIFY(torch::allclose(rateByQuadrature(model, parameters, one), one.rate(), 1e-6, 1e-6));
    }
    if (model.posterior().gaussian()) {
        // Samples have the moments that the Gaussian says.
        const Gaussian many = moments.narrow(0, 1);
        const torch::Tensor draws = many.sample(normal({1, 200000, latentDim}, 9).expand({2, -1, -1}));
        QVERIFY(torch::allclose(draws.mean(1), many.mean.squeeze(1), 0.0, 0.02));
        const torch::Tensor centred = draws - draws.mean(1, true);
        const torch::Tensor covariance = torch::matmul(centred.transpose(1, 2), centred) / 200000.0;
        QVERIFY(torch::allclose(covariance, many.meanCovariance(), 0.03, 0.02));
    }
}

void TestPosteriors::aFullCovarianceIsThatOfItsFactor() {
    const LatentModel model(specOf("full_gaussian", 3), kDataDim);
    const FleetParameters parameters = fleetOf(model);
    const torch::NoGradGuard noGradients;
    const Gaussian q = model.encode(parameters, normal({4, kDataDim}, 3));
    QVERIFY(!q.diagonal());
    QVERIFY(torch::equal(q.factor, q.factor.tril()));
    const torch::Tensor covariance = torch::matmul(q.factor, q.factor.transpose(-1, -2));
    QVERIFY(torch::allclose(covariance.diagonal(0, -2, -1), q.stddev.square(), 1e-12, 1e-14));
    QVERIFY(covariance.tril(-1).abs().max().item<double>() > 0.05);
    // KL(N(m, S) || N(0, I)) = (tr S + |m|^2 - Z - log det S) / 2.
    const torch::Tensor expected =
        0.5 * (covariance.diagonal(0, -2, -1).sum(-1) + q.mean.square().sum(-1) - 3.0 - torch::logdet(covariance));
    QVERIFY(torch::allclose(q.rate(), expected, 1e-11, 1e-12));
    // Without entries below the diagonal it is the diagonal Gaussian.
    Gaussian plain = q;
    plain.factor = torch::diag_embed(q.stddev);
    const Gaussian diagonal = Gaussian::of(q.mean, q.stddev);
    const torch::Tensor z = normal({2, 4, 3}, 8);
    QVERIFY(torch::allclose(plain.rate(), diagonal.rate(), 1e-12, 1e-13));
    QVERIFY(torch::allclose(plain.logDensity(z), diagonal.logDensity(z), 1e-12, 1e-12));
    QVERIFY(torch::allclose(plain.pairs(z), diagonal.pairs(z), 1e-10, 1e-10));
}

void TestPosteriors::namesAreChecked() {
    QVERIFY_EXCEPTION_THROWN(LatentModel(specOf("laplace", 2), kDataDim), std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestPosteriors)
#include "tst_posteriors.moc"
