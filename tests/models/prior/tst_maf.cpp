// The flow as prior, beside what every prior must do (tst_priors).
#include "models/prior/maf.h"

#include <torch/optim.h>

#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestMaf : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void itStartsAsTheStandardNormal();
    void everythingElseStartsAsWithout();
    void itsDensitySumsToOne_data();
    void itsDensitySumsToOne();
    void drawsGoBackToTheirNoise();
    void aLinearOneIsAGaussian();
    void manyCodesAreAsEachAlone();
    void inOneDimensionItIsShifted();
    void aFleetIsItsMembers();
    void itBendsToItsData();
    void thePapersSizeHasItsCount();
};

namespace {

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

ModelSpec specOf(int latentDim) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {4};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    spec.prior = "maf";
    spec.flowHidden = {8, 8};
    return spec;
}

/// Members as they start, then every weight moved by noise of its own.
FleetParameters movedFleet(const LatentModel& model, int members) {
    FleetParameters parameters(model.layout(), members, torch::kFloat64);
    model.initialise(parameters, 5);
    parameters.values().add_(0.5 * normal({members, model.layout()->size()}, 6));
    return parameters;
}

double standardNormal(const torch::Tensor& z) {
    return (-0.5 * (z.square() + std::log(2.0 * std::numbers::pi))).sum().item<double>();
}

}  // namespace

void TestMaf::itStartsAsTheStandardNormal() {
    for (const int steps : {1, 4}) {
        ModelSpec spec = specOf(3);
        spec.flowSteps = steps;
        const LatentModel model(spec, 2);
        FleetParameters parameters(model.layout(), 2, torch::kFloat64);
        model.initialise(parameters, 5);
        const torch::NoGradGuard noGradients;
        const torch::Tensor z = normal({6, 3}, 1);
        const torch::Tensor density = model.prior().logDensity(parameters, z);
        for (std::int64_t n = 0; n < 6; ++n) {
            QVERIFY(std::abs(density[1][n].item<double>() - standardNormal(z[n])) < 1e-12);
        }
        QVERIFY(torch::equal(model.prior().draw(parameters, z)[1], z));
        const torch::Tensor box = model.prior().reach(parameters);
        QVERIFY((box.select(1, 0) + Prior::kReach).abs().max().item<double>() < 1e-9);
        QVERIFY((box.select(1, 1) - Prior::kReach).abs().max().item<double>() < 1e-9);
        // The estimate of the rate is the closed form in expectation.
        const Gaussian q = Gaussian::of(0.7 * normal({1, 4, 3}, 2), 0.3 + 0.5 * normal({1, 4, 3}, 3).abs());
        const torch::Tensor codes = q.narrow(1, 1).sample(normal({1, 200000, 3}, 4));
        const torch::Tensor ratio =
            q.narrow(1, 1).logDensity(codes) - model.prior().logDensity(parameters, codes).narrow(0, 0, 1);
        const double error = ratio.std().item<double>() / std::sqrt(200000.0);
        QVERIFY(std::abs(ratio.mean().item<double>() - q.narrow(1, 1).rate().item<double>()) < 5.0 * error);
    }
}

void TestMaf::everythingElseStartsAsWithout() {
    ModelSpec plain = specOf(3);
    plain.prior = "standard_normal";
    const LatentModel model(specOf(3), 2), twin(plain, 2);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64), twins(twin.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 5);
    twin.initialise(twins, 5);
    QVERIFY(twin.layout()->size() < model.layout()->size());
    QVERIFY(torch::equal(parameters.values().narrow(1, 0, twin.layout()->size()), twins.values()));
}

void TestMaf::itsDensitySumsToOne_data() {
    QTest::addColumn<int>("permutation");
    QTest::addColumn<int>("activation");
    for (const EnumName<FlowPermutation>& permutation : namesOf<FlowPermutation>) {
        for (const Activation activation : {Activation::Tanh, Activation::Relu}) {
            QTest::addRow("%s %s", permutation.key, keyOf(activation))
                << static_cast<int>(permutation.value) << static_cast<int>(activation);
        }
    }
}

void TestMaf::itsDensitySumsToOne() {
    QFETCH(int, permutation);
    QFETCH(int, activation);
    ModelSpec spec = specOf(2);
    spec.flowPermutation = static_cast<FlowPermutation>(permutation);
    spec.activation = static_cast<Activation>(activation);
    const LatentModel model(spec, 2);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor box = model.prior().reach(parameters);
    const auto [nodes, cell] = evenGrid(box.abs().max().item<double>(), 801, 2);
    const torch::Tensor density = model.prior().logDensity(parameters, nodes).exp();
    const torch::Tensor mass = density.sum(1) * cell;
    // Kinks of the ReLU cost the sum some digits.
    const double tolerance = spec.activation == Activation::Tanh ? 1e-6 : 1e-3;
    QVERIFY2((mass - 1.0).abs().max().item<double>() < tolerance,
             qPrintable(QString::number((mass - 1.0).abs().max().item<double>())));
    // And it is no longer N(0, I).
    const torch::Tensor plain = (-0.5 * (nodes.square() + std::log(2.0 * std::numbers::pi))).sum(-1).exp();
    QVERIFY(((density - plain).abs().sum(1) * cell).min().item<double>() > 0.1);
}

void TestMaf::drawsGoBackToTheirNoise() {
    const LatentModel model(specOf(5), 2);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor noise = normal({40, 5}, 2);
    const torch::Tensor draws = model.prior().draw(parameters, noise);
    QVERIFY((draws - noise).abs().max().item<double>() > 0.1);
    // A map that keeps volumes: the density of a draw is that of its noise.
    const torch::Tensor density = model.prior().logDensity(parameters, draws);
    for (std::int64_t n = 0; n < 40; ++n) {
        QVERIFY(std::abs(density[0][n].item<double>() - standardNormal(noise[n])) < 1e-9);
        QVERIFY(std::abs(density[1][n].item<double>() - standardNormal(noise[n])) < 1e-9);
    }
}

void TestMaf::aLinearOneIsAGaussian() {
    // Without hidden layers f(z) = A z + b with |A| = 1, so that p(z) = N(-A^-1 b, (A^T A)^-1).
    ModelSpec spec = specOf(2);
    spec.flowHidden = {};
    const LatentModel model(spec, 3);
    const FleetParameters parameters = movedFleet(model, 1);
    const torch::NoGradGuard noGradients;
    const torch::Tensor corners = torch::tensor({0.0, 0.0, 1.0, 0.0, 0.0, 1.0}, torch::kFloat64).view({3, 2});
    // Noise at 0 and at the unit vectors tells A^-1 and -A^-1 b.
    const torch::Tensor images = model.prior().draw(parameters, corners)[0];
    const torch::Tensor mean = images[0];
    const torch::Tensor factor = torch::stack({images[1] - mean, images[2] - mean}, 1);  // columns of A^-1
    QVERIFY(std::abs(torch::linalg_det(factor).item<double>() - 1.0) < 1e-10);
    const torch::Tensor covariance = torch::mm(factor, factor.t());
    // KL(q || p) in closed form for two Gaussians, against quadrature.
    const Gaussian q = model.encode(parameters, normal({4, 3}, 2));
    const torch::Tensor found = rateByQuadrature(model, parameters, q);
    const torch::Tensor precision = torch::inverse(covariance);
    for (std::int64_t n = 0; n < 4; ++n) {
        const torch::Tensor away = q.mean[0][n] - mean;
        const double trace = (precision.diagonal() * q.stddev[0][n].square()).sum().item<double>();
        const double distance = torch::dot(away, torch::mv(precision, away)).item<double>();
        const double expected = 0.5 * (trace + distance - 2.0 - q.logVariance[0][n].sum().item<double>());
        QVERIFY2(std::abs(found[0][n].item<double>() - expected) < 1e-7,
                 qPrintable(QString("%1 %2").arg(found[0][n].item<double>()).arg(expected)));
    }
}

void TestMaf::manyCodesAreAsEachAlone() {
    // More rows than are taken at once: 16 million numbers a layer, here 2 members 2000 wide.
    ModelSpec spec = specOf(2);
    spec.flowSteps = 1;
    spec.flowHidden = {2000};
    const LatentModel model(spec, 2);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor z = normal({4001, 2}, 2);
    const torch::Tensor all = model.prior().logDensity(parameters, z);
    QCOMPARE(all.sizes().vec(), (std::vector<std::int64_t>{2, 4001}));
    for (const std::int64_t n : {0, 3999, 4000}) {
        QVERIFY(
            torch::allclose(all.narrow(1, n, 1), model.prior().logDensity(parameters, z.narrow(0, n, 1)), 1e-9, 1e-9));
    }
}

void TestMaf::inOneDimensionItIsShifted() {
    const LatentModel model(specOf(1), 2);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor noise = normal({6, 1}, 2);
    const torch::Tensor shift = model.prior().draw(parameters, noise) - noise;  // [2, 6, 1]
    QVERIFY(shift.select(1, 0).abs().min().item<double>() > 1e-3);
    QVERIFY((shift - shift.narrow(1, 0, 1)).abs().max().item<double>() < 1e-12);
    const torch::Tensor box = model.prior().reach(parameters);
    QVERIFY(torch::allclose(box.select(1, 0), shift.select(1, 0) - Prior::kReach, 0.0, 1e-9));
    QVERIFY(torch::allclose(box.select(1, 1), shift.select(1, 0) + Prior::kReach, 0.0, 1e-9));
}

void TestMaf::aFleetIsItsMembers() {
    const LatentModel model(specOf(4), 2);
    const FleetParameters parameters = movedFleet(model, 3);
    const torch::NoGradGuard noGradients;
    const torch::Tensor z = normal({6, 4}, 2);
    const torch::Tensor density = model.prior().logDensity(parameters, z), draws = model.prior().draw(parameters, z);
    QVERIFY(!torch::allclose(density[0], density[1]));
    const auto frozen = parameters.freeze();
    for (std::int64_t i = 0; i < 3; ++i) {
        const FleetParameters member = frozen->member(i);
        QVERIFY(torch::allclose(model.prior().logDensity(member, z)[0], density[i], 1e-12, 1e-12));
        QVERIFY(torch::allclose(model.prior().draw(member, z)[0], draws[i], 1e-12, 1e-12));
    }
}

void TestMaf::itBendsToItsData() {
    // (a, b + a^2 - 1) for normal a and b: under N(0, I) it takes 1/2 (1 + 3) + log 2 pi = 3.84 nats, and two normal
    // values, which it is, take 2.84.
    ModelSpec spec = specOf(2);
    spec.flowHidden = {32};
    spec.flowSteps = 2;
    const LatentModel model(spec, 2);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 5);
    const torch::Tensor noise = normal({2000, 2}, 3);
    const torch::Tensor a = noise.narrow(1, 0, 1);
    const torch::Tensor z = torch::cat({a, noise.narrow(1, 1, 1) + a.square() - 1.0}, 1);
    std::vector<torch::Tensor> leaves;
    for (std::size_t slot = 0; slot < model.layout()->slots().size(); ++slot) {
        leaves.push_back(parameters[slot]);
    }
    torch::optim::Adam optimiser(leaves, torch::optim::AdamOptions(0.01));
    double first = 0.0, last = 0.0;
    for (int step = 0; step < 500; ++step) {
        parameters.gradients().zero_();
        const torch::Tensor loss = -model.prior().logDensity(parameters, z).mean();
        loss.backward();
        optimiser.step();
        last = loss.item<double>();
        first = step == 0 ? last : first;
    }
    QVERIFY2(std::abs(first - 3.84) < 0.4, qPrintable(QString::number(first)));
    QVERIFY2(last < first - 0.5, qPrintable(QString("%1 to %2").arg(first).arg(last)));
}

void TestMaf::thePapersSizeHasItsCount() {
    ModelSpec plain = specOf(64);
    plain.prior = "standard_normal";
    ModelSpec spec = specOf(64);
    spec.flowHidden = {640, 640, 640};
    const LatentModel model(spec, 4);
    QCOMPARE(model.layout()->size() - LatentModel(plain, 4).layout()->size(), 3612416);
    QCOMPARE(model.prior().cost().multiplications, 3604480);
}

QTEST_GUILESS_MAIN(TestMaf)
#include "tst_maf.moc"
