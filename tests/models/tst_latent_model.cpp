#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "tests/oracles.h"

using namespace elbo;

class TestLatentModel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void rateMatchesTheDefinition();
    void rateMatchesTheMixtureOracle();
    void bernoulliDistortionMatchesTheDefinition();
    void gaussianDistortionMatchesTheDefinition();
    void scalesRespectTheirFloor();
    void membersStartEqualAndSeedsDiffer();
    void aLinearMapHasNoHiddenLayer();
    void aFleetOfOneEqualsAFleetOfThree();
};

void TestLatentModel::rateMatchesTheDefinition() {
    // KL(N(m, s^2) || N(0, 1)) in one dimension, and additivity over dimensions.
    Gaussian q;
    q.mean = torch::tensor({0.5, -2.0}, torch::kFloat64).view({1, 1, 2});
    q.stddev = torch::tensor({0.3, 1.7}, torch::kFloat64).view({1, 1, 2});
    q.logVariance = 2.0 * q.stddev.log();
    const double expected = -std::log(0.3) + (0.09 + 0.25 - 1.0) / 2.0 - std::log(1.7) + (2.89 + 4.0 - 1.0) / 2.0;
    QVERIFY(std::abs(q.rate().item<double>() - expected) < 1e-12);
}

void TestLatentModel::rateMatchesTheMixtureOracle() {
    REQUIRE_ORACLE(json, "mixture_information.json");
    const auto means = json["mean"].get<std::vector<double>>();
    const auto stddevs = json["stddev"].get<std::vector<double>>();
    Gaussian q;
    q.mean = torch::tensor(means, torch::kFloat64).view({1, -1, 1});
    q.stddev = torch::tensor(stddevs, torch::kFloat64).view({1, -1, 1});
    q.logVariance = 2.0 * q.stddev.log();
    QVERIFY(std::abs(q.rate().mean().item<double>() - json["rate"].get<double>()) < 1e-9);
}

void TestLatentModel::bernoulliDistortionMatchesTheDefinition() {
    const LikelihoodBatch p{
        LikelihoodKind::Bernoulli, torch::tensor({-3.0, 0.4, 25.0}, torch::kFloat64).view({1, 1, 3}), {}};
    const torch::Tensor x = torch::tensor({0.25, 1.0, 1.0}, torch::kFloat64).view({1, 3});
    double expected = 0.0;
    for (int i = 0; i < 3; ++i) {
        const double mean = 1.0 / (1.0 + std::exp(-p.location[0][0][i].item<double>()));
        const double value = x[0][i].item<double>();
        expected -= value * std::log(mean) + (value < 1.0 ? (1.0 - value) * std::log(1.0 - mean) : 0.0);
    }
    QVERIFY(std::abs(p.distortion(x).item<double>() - expected) < 1e-8);
}

void TestLatentModel::gaussianDistortionMatchesTheDefinition() {
    const LikelihoodBatch p{LikelihoodKind::Gaussian, torch::tensor({1.0, -1.0}, torch::kFloat64).view({1, 1, 2}),
                            torch::full({1, 1, 1}, std::log(0.25), torch::kFloat64)};
    const torch::Tensor x = torch::tensor({1.5, -3.0}, torch::kFloat64).view({1, 2});
    const double expected = std::log(2.0 * std::numbers::pi * 0.25) + (0.25 + 4.0) / (2.0 * 0.25);
    QVERIFY(std::abs(p.distortion(x).item<double>() - expected) < 1e-12);
}

void TestLatentModel::scalesRespectTheirFloor() {
    const torch::Tensor low = torch::full({1}, -80.0, torch::kFloat64);
    QVERIFY(std::abs(scaleFromOutput(low, ScaleKind::Exponential, 0.01).stddev.item<double>() - 0.01) < 1e-12);
    QVERIFY(std::abs(scaleFromOutput(low, ScaleKind::Sigmoid, 0.01).stddev.item<double>() - 0.01) < 1e-12);
    QVERIFY(std::abs(scaleFromOutput(low, ScaleKind::Softplus, 0.01).stddev.item<double>() - 0.01) < 1e-12);
    const Scale scale = scaleFromOutput(torch::full({1}, 0.7, torch::kFloat64), ScaleKind::Exponential, 0.2);
    QVERIFY(std::abs(scale.logVariance.item<double>() - 2.0 * std::log(scale.stddev.item<double>())) < 1e-12);
    // A softplus starts with unit variance where the network says 0, and grows as its output does.
    const Scale soft = scaleFromOutput(torch::tensor({0.0, 50.0}, torch::kFloat64), ScaleKind::Softplus, 0.0);
    QVERIFY(std::abs(soft.logVariance[0].item<double>()) < 1e-12);
    QVERIFY(std::abs(soft.stddev[1].square().item<double>() - 50.0 - std::log(std::exp(1.0) - 1.0)) < 1e-9);
    QVERIFY(torch::allclose(soft.logVariance, 2.0 * soft.stddev.log()));
}

void TestLatentModel::membersStartEqualAndSeedsDiffer() {
    const LatentModel model({}, 9);
    FleetParameters a(model.layout(), 3, torch::kFloat32);
    FleetParameters b(model.layout(), 1, torch::kFloat32);
    model.initialise(a, 4);
    model.initialise(b, 5);
    QVERIFY(torch::equal(a.values()[0], a.values()[2]));
    QVERIFY(!torch::equal(a.values()[0], b.values()[0]));
}

void TestLatentModel::aLinearMapHasNoHiddenLayer() {
    ModelSpec spec;
    spec.encoder = {};
    spec.decoder = {};
    spec.latentDim = 3;
    spec.likelihood = LikelihoodKind::Gaussian;
    const LatentModel model(spec, 5);
    QCOMPARE(model.layout()->size(), (5 + 1) * 6 + (3 + 1) * 5);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 1);
    const torch::Tensor a = torch::randn({1, 5}, torch::kFloat64);
    const torch::Tensor b = torch::randn({1, 5}, torch::kFloat64);
    const torch::Tensor zero = torch::zeros({1, 5}, torch::kFloat64);
    const auto mean = [&](const torch::Tensor& x) { return model.encode(parameters, x).mean; };
    QVERIFY(torch::allclose(mean(a + b) - mean(zero), mean(a) + mean(b) - 2.0 * mean(zero)));
}

void TestLatentModel::aFleetOfOneEqualsAFleetOfThree() {
    const LatentModel model({}, 9);
    FleetParameters one(model.layout(), 1, torch::kFloat64);
    FleetParameters three(model.layout(), 3, torch::kFloat64);
    model.initialise(one, 4);
    model.initialise(three, 4);
    const torch::Tensor x = torch::rand({7, 9}, torch::kFloat64);
    const torch::Tensor z = model.encode(one, x).mean;
    QVERIFY(torch::allclose(z[0], model.encode(three, x).mean[2], 0.0, 1e-12));
    QVERIFY(torch::allclose(model.decode(one, z).location[0], model.decode(three, z[0]).location[1], 0.0, 1e-12));
}

QTEST_GUILESS_MAIN(TestLatentModel)
#include "tst_latent_model.moc"
