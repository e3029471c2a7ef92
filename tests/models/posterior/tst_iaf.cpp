// The flow as posterior, beside what every posterior must do (tst_posteriors).
#include "models/posterior/iaf.h"

#include <QtTest>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <string>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestIaf : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void itStartsAsItsTwin_data() { contexts(); }
    void itStartsAsItsTwin();
    void withoutAContextItIsAGaussianUnderAMaf();
    void itsDensitySumsToOne_data() { contexts(); }
    void itsDensitySumsToOne();
    void aDensityIsThatOfTheWayBack_data() { contexts(); }
    void aDensityIsThatOfTheWayBack();
    void pairsAreDensities_data() { contexts(); }
    void pairsAreDensities();
    void onlyAContextMakesFlowsDiffer();
    void gradientsAreRight_data() { contexts(); }
    void gradientsAreRight();
    void aSampleWithoutAGraphHasGradientsToo();
    void momentsAreThoseOfSamples();
    void aFleetIsItsMembers_data() { contexts(); }
    void aFleetIsItsMembers();
    void thePapersSizeHasItsCount();

  private:
    static void contexts();
};

namespace {

constexpr int kDataDim = 3;

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

ModelSpec specOf(int latentDim, FlowContext context) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {5};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    spec.posterior = "iaf";
    spec.flowSteps = 3;
    spec.flowHidden = {6, 5};
    spec.flowContext = context;
    return spec;
}

/// Members as they start, then every weight moved by noise of its own.
FleetParameters movedFleet(const LatentModel& model, int members) {
    FleetParameters parameters(model.layout(), members, torch::kFloat64);
    model.initialise(parameters, 5);
    parameters.values().add_(0.5 * normal({members, model.layout()->size()}, 6));
    return parameters;
}

/// What the slots with this beginning of their names hold, by the rest of the name.
std::map<std::string, torch::Tensor> slotsOf(const LatentModel& model, const FleetParameters& parameters,
                                             const std::string& beginning) {
    std::map<std::string, torch::Tensor> values;
    const auto& slots = model.layout()->slots();
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (slots[slot].name.rfind(beginning, 0) == 0) {
            values[slots[slot].name.substr(beginning.size())] = parameters[slot];
        }
    }
    return values;
}

}  // namespace

void TestIaf::contexts() {
    QTest::addColumn<int>("context");
    for (const EnumName<FlowContext>& name : namesOf<FlowContext>) {
        QTest::newRow(name.key) << static_cast<int>(name.value);
    }
}

void TestIaf::itStartsAsItsTwin() {
    QFETCH(int, context);
    const ModelSpec spec = specOf(3, static_cast<FlowContext>(context));
    const LatentModel model(spec, kDataDim);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = normal({6, kDataDim}, 1), noise = normal({6, 3}, 2);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor z = batch->sample(noise);
    // Nothing is moved, so that z_0 = z and the moments are those of a Gaussian, of which the rate is known.
    const Gaussian& moments = batch->moments();
    QVERIFY(torch::allclose(z, moments.sample(noise), 1e-11, 1e-12));
    QVERIFY(torch::allclose(batch->logDensity(z), moments.logDensity(z), 1e-10, 1e-10));
    QVERIFY(batch->gaussian() == nullptr && model.posterior().density() && !rateInClosedForm(model));
    torch::Tensor sum = torch::zeros({2, 6}, torch::kFloat64), squares = torch::zeros({2, 6}, torch::kFloat64);
    constexpr int kDraws = 4000;
    for (int i = 0; i < kDraws; ++i) {
        const torch::Tensor ratio = logRatio(model, parameters, *batch, batch->sample(normal({6, 3}, 100 + i)));
        sum += ratio;
        squares += ratio.square();
    }
    const torch::Tensor mean = sum / kDraws;
    const torch::Tensor error = ((squares / kDraws - mean.square()) / kDraws).sqrt();
    QVERIFY(((mean - moments.rate()).abs() < 5.0 * error + 1e-12).all().item<bool>());
    if (spec.flowContext == FlowContext::H) {
        return;  // further outputs of the encoder are drawn with the others
    }
    ModelSpec plain = spec;
    plain.posterior = "diagonal_gaussian";
    const LatentModel twin(plain, kDataDim);
    FleetParameters twins(twin.layout(), 2, torch::kFloat64);
    twin.initialise(twins, 5);
    auto all = slotsOf(model, parameters, "");
    const auto expected = slotsOf(twin, twins, "");
    QVERIFY(all.size() > expected.size());
    for (const auto& [name, values] : expected) {
        QVERIFY2(torch::equal(all.at(name), values), name.c_str());
    }
    QVERIFY(torch::allclose(z, twin.codes(twins, x, noise), 1e-12, 1e-13));
}

void TestIaf::withoutAContextItIsAGaussianUnderAMaf() {
    for (const auto precision : {torch::kFloat64, torch::kFloat32}) {
        const ModelSpec spec = specOf(4, FlowContext::None);
        ModelSpec twinSpec = spec;
        twinSpec.posterior = "diagonal_gaussian";
        twinSpec.prior = "maf";
        const LatentModel model(spec, kDataDim), twin(twinSpec, kDataDim);
        QCOMPARE(model.layout()->size(), twin.layout()->size());
        FleetParameters parameters(model.layout(), 2, precision), twins(twin.layout(), 2, precision);
        const torch::NoGradGuard noGradients;
        parameters.values().copy_(0.5 * normal({2, model.layout()->size()}, 6));
        // All weights copied: the flow's from its place in the encoder to that in the prior.
        auto places = slotsOf(twin, twins, "");
        int copied = 0;
        for (const auto& [name, values] : slotsOf(model, parameters, "")) {
            const std::string flow = "encoder.flow.";
            const bool moved = name.rfind(flow, 0) == 0;
            places.at(moved ? "prior.flow." + name.substr(flow.size()) : name).copy_(values);
            copied += moved ? 1 : 0;
        }
        QCOMPARE(copied, 3 * 3 * 2);  // steps, layers, weights and biases
        const torch::Tensor x = normal({6, kDataDim}, 1).to(precision), noise = normal({6, 4}, 2).to(precision);
        const auto batch = model.posterior().of(parameters, x);
        const auto twinBatch = twin.posterior().of(twins, x);
        const torch::Tensor z = batch->sample(noise), z0 = twinBatch->sample(noise);
        QVERIFY((z - z0).abs().max().item<double>() > 0.1);
        const torch::Tensor rate = rateOf(model, parameters, *batch, z);
        const torch::Tensor twinRate = rateOf(twin, twins, *twinBatch, z0);
        QVERIFY2((rate - twinRate).abs().max().item<double>() < 1e-5,
                 qPrintable(QString::number((rate - twinRate).abs().max().item<double>())));
        // One family: what the flow does after the encoder here it does in the prior there.
        QVERIFY(
            torch::allclose(model.prior().logDensity(parameters, z), twin.prior().logDensity(twins, z0), 1e-4, 1e-5));
    }
}

void TestIaf::itsDensitySumsToOne() {
    QFETCH(int, context);
    for (const int latentDim : {1, 2}) {
        const LatentModel model(specOf(latentDim, static_cast<FlowContext>(context)), kDataDim);
        const FleetParameters parameters = movedFleet(model, 2);
        const torch::NoGradGuard noGradients;
        const auto batch = model.posterior().of(parameters, normal({1, kDataDim}, 1));
        // All grid points under the posterior of one example.
        const auto [nodes, cell] = evenGrid(20.0, latentDim == 1 ? 4001 : 801, latentDim);
        const torch::Tensor density = batch->logDensity(nodes).exp();
        QCOMPARE(density.sizes().vec(), (std::vector<std::int64_t>{2, nodes.size(0)}));
        const torch::Tensor mass = density.sum(1) * cell;
        QVERIFY2((mass - 1.0).abs().max().item<double>() < 1e-5,
                 qPrintable(QString::number((mass - 1.0).abs().max().item<double>())));
        // The moments by the grid are those that the batch estimates, roughly: it looks at few draws.
        const Gaussian& moments = batch->moments();
        const torch::Tensor mean = torch::matmul(density, nodes) * cell;  // [2, Z]
        QVERIFY(((mean - moments.mean.squeeze(1)).abs() < moments.stddev.squeeze(1)).all().item<bool>());
    }
}

void TestIaf::aDensityIsThatOfTheWayBack() {
    QFETCH(int, context);
    const LatentModel model(specOf(5, static_cast<FlowContext>(context)), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = normal({6, kDataDim}, 1), noise = normal({6, 5}, 2);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor z = batch->sample(noise);
    // Of its own sample the batch knows where it came from; of a copy it must find out.
    const torch::Tensor own = batch->logDensity(z), found = batch->logDensity(z.clone());
    QVERIFY(torch::allclose(own, found, 1e-9, 1e-9));
    // log N(z_0) = log N(noise) - log |s|: differences between members and rows are those of the scales alone.
    const auto other = model.posterior().of(parameters, x);
    const torch::Tensor zero = other->sample(torch::zeros({6, 5}, torch::kFloat64));
    const torch::Tensor heights = other->logDensity(zero.clone());
    QVERIFY(torch::allclose(heights - own, 0.5 * noise.square().sum(1).unsqueeze(0).expand({2, 6}), 1e-9, 1e-9));
    // A later sample does not change what is said of the first.
    batch->sample(2.0 * noise);
    QVERIFY(torch::allclose(batch->logDensity(z), own, 1e-9, 1e-9));

    const FleetParameters single(model.layout(), parameters.values().to(torch::kFloat32));
    const auto rounded = model.posterior().of(single, x.to(torch::kFloat32));
    const torch::Tensor code = rounded->sample(noise.to(torch::kFloat32));
    QVERIFY(torch::allclose(rounded->logDensity(code.clone()), rounded->logDensity(code), 1e-3, 1e-3));
}

void TestIaf::pairsAreDensities() {
    QFETCH(int, context);
    const LatentModel model(specOf(3, static_cast<FlowContext>(context)), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = normal({4, kDataDim}, 1);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor z = batch->sample(normal({4, 3}, 2));
    const double constant = 1.5 * std::log(2.0 * std::numbers::pi);
    const torch::Tensor pairs = batch->pairs(z) - constant;  // [2, code, posterior]
    QCOMPARE(pairs.sizes().vec(), (std::vector<std::int64_t>{2, 4, 4}));
    for (std::int64_t j = 0; j < 4; ++j) {
        const torch::Tensor expected = model.posterior().of(parameters, x.narrow(0, j, 1))->logDensity(z);  // [2, code]
        QVERIFY(torch::allclose(pairs.select(2, j), expected, 1e-9, 1e-9));
    }
    QVERIFY((pairs.select(2, 0) - pairs.select(2, 1)).abs().max().item<double>() > 0.1);
}

void TestIaf::onlyAContextMakesFlowsDiffer() {
    for (const EnumName<FlowContext>& name : namesOf<FlowContext>) {
        const LatentModel model(specOf(3, name.value), kDataDim);
        const FleetParameters parameters = movedFleet(model, 1);
        const torch::NoGradGuard noGradients;
        // The same base code for two examples: by their densities at one z, without their own bases.
        const torch::Tensor x = normal({2, kDataDim}, 1);
        const torch::Tensor outputs = model.posterior().network().forward(parameters, x);
        const Gaussian base = Gaussian::fromOutputs(outputs.narrow(-1, 0, 6), model.spec());
        const torch::Tensor target = normal({1, 1, 3}, 3).expand({1, 2, 3});
        const torch::Tensor noise = (target - base.mean) / base.stddev;  // z_0 = target
        const torch::Tensor z = model.posterior().of(parameters, x)->sample(noise);
        const double apart = (z.select(1, 0) - z.select(1, 1)).abs().max().item<double>();
        QVERIFY2(name.value == FlowContext::None ? apart < 1e-12 : apart > 1e-3, name.key);
    }
}

void TestIaf::gradientsAreRight() {
    QFETCH(int, context);
    ModelSpec spec = specOf(3, static_cast<FlowContext>(context));
    spec.flowSteps = 2;
    spec.flowHidden = {4};
    const LatentModel model(spec, kDataDim);
    FleetParameters parameters = movedFleet(model, 2);
    const torch::Tensor x = normal({4, kDataDim}, 1), noise = normal({4, 3}, 2), codes = normal({4, 3}, 3);
    const auto gradient = [&](const std::function<torch::Tensor(const PosteriorBatch&)>& value) {
        return gradientError(parameters, [&] { return value(*model.posterior().of(parameters, x)); });
    };
    QVERIFY(gradient([&](const PosteriorBatch& q) { return q.logDensity(codes); }) < 1e-6);
    QVERIFY(gradient([&](const PosteriorBatch& q) { return logRatio(model, parameters, q, q.sample(noise)); }) < 1e-6);
    QVERIFY(gradient([&](const PosteriorBatch& q) { return q.moments().rate(); }) < 1e-6);
    QVERIFY(gradient([&](const PosteriorBatch& q) { return batchInformation(q, q.sample(noise)); }) < 1e-6);
}

void TestIaf::aSampleWithoutAGraphHasGradientsToo() {
    // z is then a constant, and log q(z|x) moves with the way back.
    const LatentModel model(specOf(3, FlowContext::None), kDataDim);
    FleetParameters parameters = movedFleet(model, 1);
    const torch::Tensor x = normal({4, kDataDim}, 1);
    const auto gradientOf = [&](bool copied) {
        const auto batch = model.posterior().of(parameters, x);
        torch::Tensor z;
        {
            const torch::NoGradGuard noGradients;
            z = batch->sample(normal({4, 3}, 2));
        }
        parameters.gradients().zero_();
        batch->logDensity(copied ? z.clone() : z).sum().backward();
        return parameters.gradients().clone();
    };
    const torch::Tensor expected = gradientOf(true);
    QVERIFY(slotsOf(model, parameters, "encoder.flow.0.2.bias").at("").grad().abs().max().item<double>() > 1e-6);
    QVERIFY(torch::allclose(gradientOf(false), expected, 1e-9, 1e-10));
}

void TestIaf::momentsAreThoseOfSamples() {
    // Of a linear flow the moments are exact: z = A z_0 + b.
    ModelSpec spec = specOf(3, FlowContext::None);
    spec.flowHidden = {};
    spec.minimumStddev = 0.0;
    const LatentModel model(spec, kDataDim);
    const FleetParameters parameters = movedFleet(model, 1);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = normal({2, kDataDim}, 1);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor centre = batch->sample(torch::zeros({2, 3}, torch::kFloat64))[0];
    torch::Tensor variance = torch::zeros({2, 3}, torch::kFloat64);
    for (std::int64_t dim = 0; dim < 3; ++dim) {
        torch::Tensor step = torch::zeros({2, 3}, torch::kFloat64);
        step.select(1, dim).fill_(1.0);
        variance += (batch->sample(step)[0] - centre).square();  // a column of A times a scale
    }
    QVERIFY(torch::allclose(batch->moments().mean[0], centre, 1e-9, 1e-10));
    QVERIFY(torch::allclose(batch->moments().stddev[0].square(), variance, 1e-9, 1e-10));
    QVERIFY(batch->moments().diagonal());
    // Of more dimensions than there are draws, still those of the base where nothing moves.
    const LatentModel wide(specOf(24, FlowContext::H), kDataDim);
    FleetParameters start(wide.layout(), 1, torch::kFloat64);
    wide.initialise(start, 5);
    const Gaussian base =
        Gaussian::fromOutputs(wide.posterior().network().forward(start, x).narrow(-1, 0, 48), wide.spec());
    const Gaussian found = wide.encode(start, x);
    QVERIFY(torch::allclose(found.mean, base.mean, 1e-10, 1e-11));
    QVERIFY(torch::allclose(found.stddev, base.stddev, 1e-10, 1e-11));
}

void TestIaf::aFleetIsItsMembers() {
    QFETCH(int, context);
    const LatentModel model(specOf(4, static_cast<FlowContext>(context)), kDataDim);
    const FleetParameters parameters = movedFleet(model, 3);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = normal({5, kDataDim}, 1), noise = normal({5, 4}, 2), z = normal({5, 4}, 3);
    const auto batch = model.posterior().of(parameters, x);
    const torch::Tensor codes = batch->sample(noise), density = batch->logDensity(z), pairs = batch->pairs(codes);
    QVERIFY(!torch::allclose(density[0], density[1]));
    const auto frozen = parameters.freeze();
    for (std::int64_t i = 0; i < 3; ++i) {
        const FleetParameters member = frozen->member(i);
        const auto lone = model.posterior().of(member, x);
        QVERIFY(torch::allclose(lone->sample(noise)[0], codes[i], 1e-11, 1e-12));
        QVERIFY(torch::allclose(lone->logDensity(z)[0], density[i], 1e-10, 1e-10));
        QVERIFY(torch::allclose(lone->pairs(codes.narrow(0, i, 1))[0], pairs[i], 1e-9, 1e-9));
        QVERIFY(torch::allclose(lone->moments().stddev[0], batch->moments().stddev[i], 1e-10, 1e-11));
    }
}

void TestIaf::thePapersSizeHasItsCount() {
    ModelSpec plain = specOf(64, FlowContext::None);
    plain.posterior = "diagonal_gaussian";
    ModelSpec spec = plain;
    spec.posterior = "iaf";
    spec.flowSteps = 4;
    spec.flowHidden = {640, 640, 640};
    const LatentModel model(spec, 4), twin(plain, 4);
    QCOMPARE(model.layout()->size() - twin.layout()->size(), 3612416);
    QCOMPARE(model.posterior().cost().multiplications - twin.posterior().cost().multiplications, 3604480);
    // The flow is trained with the encoder.
    QCOMPARE(model.encoderColumns().count - twin.encoderColumns().count, 3612416);
}

QTEST_GUILESS_MAIN(TestIaf)
#include "tst_iaf.moc"
