// The VampPrior, beside what every prior must do (tst_priors).
#include "models/prior/vamp.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <numbers>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestVamp : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theTrainingExamplesMakeTheAggregatedPosterior();
    void itTakesTheDivergenceFromTheRate();
    void aSingleOneIsThatPosterior();
    void equalComponentsTakeAnyWeights();
    void itSumsToOne_data() { everyPosterior(); }
    void itSumsToOne();
    void oneWithoutWeightChangesNothing();
    void theirOrderDoesNotMatter();
    void gradientsGoIntoEncoderInputsAndWeights_data() { everyPosterior(); }
    void gradientsGoIntoEncoderInputsAndWeights();
    void aFleetIsItsMembers_data() { everyPosterior(); }
    void aFleetIsItsMembers();
    void manyCodesAreAsEachAlone();
    void narrowPosteriorsKeepTheirDigits();
    void imagesStartWhereTheSigmoidIsSteep();
    void pointsStartAsTheyAre();
    void everythingElseStartsAsWithout();
    void thePapersSizeHasItsCount();

  private:
    static void everyPosterior();
};

namespace {

constexpr int kDataDim = 3;

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

/// Of points: pseudo-inputs are what the parameters say.
ModelSpec specOf(int latentDim, int components) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {4};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    spec.likelihood = LikelihoodKind::Gaussian;
    spec.prior = "vamp";
    spec.priorComponents = components;
    spec.flowSteps = 2;
    spec.flowHidden = {5};
    return spec;
}

std::size_t slotOf(const LatentModel& model, const std::string& name) {
    const auto& slots = model.layout()->slots();
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (slots[slot].name == name) {
            return slot;
        }
    }
    throw std::out_of_range(name);
}

const torch::Tensor& inputsOf(const LatentModel& model, const FleetParameters& parameters) {
    return parameters[slotOf(model, "prior.pseudo_inputs")];
}

const torch::Tensor& logitsOf(const LatentModel& model, const FleetParameters& parameters) {
    return parameters[slotOf(model, "prior.logits")];
}

/// Members as they start, then every weight moved by noise of its own.
FleetParameters movedFleet(const LatentModel& model, int members) {
    FleetParameters parameters(model.layout(), members, torch::kFloat64);
    model.initialise(parameters, 5);
    parameters.values().add_(0.5 * normal({members, model.layout()->size()}, 6));
    return parameters;
}

/// A fleet of two with these examples as pseudo-inputs, of equal weight.
FleetParameters fleetOn(const LatentModel& model, const torch::Tensor& x) {
    FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    model.prior().startFrom(parameters, x);
    logitsOf(model, parameters).zero_();
    return parameters;
}

/// log q(z_i|x_j) one example after the other, [M, i, j].
torch::Tensor oneByOne(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                       const torch::Tensor& z) {
    std::vector<torch::Tensor> columns;
    for (std::int64_t j = 0; j < x.size(0); ++j) {
        columns.push_back(model.posterior().of(parameters, x.narrow(0, j, 1))->logDensity(z));
    }
    return torch::stack(columns, 2);
}

double largest(const torch::Tensor& values) {
    return values.abs().max().item<double>();
}

}  // namespace

void TestVamp::everyPosterior() {
    QTest::addColumn<QString>("posterior");
    QTest::addColumn<bool>("context");
    QTest::newRow("diagonal") << "diagonal_gaussian" << false;
    QTest::newRow("full covariance") << "full_gaussian" << false;
    QTest::newRow("flow") << "iaf" << false;
    QTest::newRow("flow with a context") << "iaf" << true;
}

void TestVamp::theTrainingExamplesMakeTheAggregatedPosterior() {
    constexpr int kExamples = 12;
    const LatentModel model(specOf(3, kExamples), kDataDim);
    const torch::Tensor x = 2.0 * normal({kExamples, kDataDim}, 1);
    const FleetParameters parameters = fleetOn(model, x);
    const torch::NoGradGuard noGradients;
    const auto posterior = model.posterior().of(parameters, x);
    const torch::Tensor z = posterior->sample(normal({kExamples, 3}, 2));
    const torch::Tensor aggregated =
        oneByOne(model, parameters, x, z).logsumexp(-1) - std::log(static_cast<double>(kExamples));
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), aggregated, 1e-10, 1e-10));
    // The rate is then the mutual information of the training set, which no more than tells its examples apart.
    const torch::Tensor rate = logRatio(model, parameters, *posterior, z).mean(1);
    QVERIFY(torch::allclose(rate, batchInformation(*posterior, z), 1e-10, 1e-10));
    QVERIFY(rate.max().item<double>() <= std::log(static_cast<double>(kExamples)));
}

void TestVamp::itTakesTheDivergenceFromTheRate() {
    // R = R against N(0, I) - KL(q(z) || N(0, I)), all by quadrature.
    constexpr int kExamples = 5;
    const LatentModel model(specOf(1, kExamples), kDataDim);
    const torch::Tensor x = 2.0 * normal({kExamples, kDataDim}, 1);
    const FleetParameters parameters = fleetOn(model, x);
    const torch::NoGradGuard noGradients;
    const Gaussian q = model.encode(parameters, x);
    const auto [nodes, cell] = evenGrid(largest(model.prior().reach(parameters)), 20001, 1);
    const torch::Tensor logQ = oneByOne(model, parameters, x, nodes).logsumexp(-1) - std::log(double{kExamples});
    const torch::Tensor logNormal = (-0.5 * (nodes.square() + std::log(2.0 * std::numbers::pi))).sum(-1);
    const torch::Tensor divergence = (logQ.exp() * (logQ - logNormal)).sum(1) * cell;
    QVERIFY(divergence.min().item<double>() > 0.01);
    const torch::Tensor expected = q.rate().mean(1) - divergence;
    const torch::Tensor found = rateByQuadrature(model, parameters, q, 1001).mean(1);
    QVERIFY2(largest(found - expected) < 1e-6, qPrintable(QString::number(largest(found - expected))));
}

void TestVamp::aSingleOneIsThatPosterior() {
    const LatentModel model(specOf(2, 1), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const Gaussian only = model.encode(parameters, inputsOf(model, parameters));  // [2, 1, 2]
    const torch::Tensor z = normal({7, 2}, 2);
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), only.logDensity(z), 1e-12, 1e-12));
    // The rate is the KL divergence of two Gaussians.
    const Gaussian q = model.encode(parameters, normal({4, kDataDim}, 3));
    const torch::Tensor variance = only.stddev.square();
    const torch::Tensor expected = 0.5 * (q.stddev.square() / variance + (q.mean - only.mean).square() / variance -
                                          1.0 - q.logVariance + only.logVariance)
                                             .sum(-1);
    QVERIFY(torch::allclose(rateByQuadrature(model, parameters, q), expected, 1e-8, 1e-8));
}

void TestVamp::equalComponentsTakeAnyWeights() {
    const LatentModel model(specOf(3, 6), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor& inputs = inputsOf(model, parameters);
    inputs.copy_(inputs.narrow(1, 2, 1).expand_as(inputs).clone());
    const torch::Tensor z = normal({7, 3}, 2);
    const torch::Tensor expected = model.encode(parameters, inputs).narrow(0, 1).logDensity(z);
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), expected, 1e-10, 1e-10));
    logitsOf(model, parameters).copy_(3.0 * normal({2, 1, 6}, 4));
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), expected, 1e-10, 1e-10));
}

void TestVamp::itSumsToOne() {
    QFETCH(QString, posterior);
    QFETCH(bool, context);
    ModelSpec spec = specOf(2, 3);
    spec.posterior = posterior.toStdString();
    spec.flowContext = context ? FlowContext::H : FlowContext::None;
    const LatentModel model(spec, kDataDim);
    const FleetParameters parameters = movedFleet(model, 1);
    const torch::NoGradGuard noGradients;
    // Over the box that is said to hold it.
    constexpr std::int64_t kNodes = 601;
    const torch::Tensor box = model.prior().reach(parameters)[0];
    const auto along = [&](int dim) {
        return torch::linspace(box[0][dim].item<double>(), box[1][dim].item<double>(), kNodes, torch::kFloat64);
    };
    const torch::Tensor nodes = torch::cartesian_prod({along(0), along(1)});
    const double cell = ((box[1] - box[0]) / (kNodes - 1.0)).prod().item<double>();
    const double mass = model.prior().logDensity(parameters, nodes).exp().sum().item<double>() * cell;
    QVERIFY2(std::abs(mass - 1.0) < 1e-6, qPrintable(QString::number(mass - 1.0)));
}

void TestVamp::oneWithoutWeightChangesNothing() {
    const LatentModel model(specOf(3, 4), kDataDim), wider(specOf(3, 5), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2), more = movedFleet(wider, 2);
    const torch::NoGradGuard noGradients;
    for (std::size_t slot = 0; slot < model.layout()->slots().size(); ++slot) {
        const bool ofPrior = model.layout()->slots()[slot].name.starts_with("prior.");
        (ofPrior ? more[slot].narrow(-1 - (parameters[slot].size(1) == 4), 0, 4) : more[slot]).copy_(parameters[slot]);
    }
    logitsOf(wider, more).select(-1, 4).fill_(-std::numeric_limits<double>::infinity());
    const torch::Tensor z = normal({9, 3}, 2), noise = normal({200, 4}, 3);
    QVERIFY(torch::allclose(wider.prior().logDensity(more, z), model.prior().logDensity(parameters, z), 1e-12, 1e-12));
    QVERIFY(torch::allclose(wider.prior().draw(more, noise), model.prior().draw(parameters, noise), 1e-12, 1e-12));
}

void TestVamp::theirOrderDoesNotMatter() {
    const LatentModel model(specOf(3, 5), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor z = normal({9, 3}, 2), order = torch::tensor({3, 0, 4, 1, 2});
    const torch::Tensor before = model.prior().logDensity(parameters, z);
    const torch::Tensor& inputs = inputsOf(model, parameters);
    inputs.copy_(inputs.index_select(1, order));
    QVERIFY(!torch::allclose(model.prior().logDensity(parameters, z), before));
    const torch::Tensor& logits = logitsOf(model, parameters);
    logits.copy_(logits.index_select(2, order));
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), before, 1e-12, 1e-12));
}

void TestVamp::gradientsGoIntoEncoderInputsAndWeights() {
    QFETCH(QString, posterior);
    QFETCH(bool, context);
    ModelSpec spec = specOf(2, 3);
    spec.posterior = posterior.toStdString();
    spec.flowContext = context ? FlowContext::H : FlowContext::None;
    spec.likelihood = LikelihoodKind::Bernoulli;  // pseudo-inputs through their sigmoid
    const LatentModel model(spec, kDataDim);
    FleetParameters parameters = movedFleet(model, 2);
    const torch::Tensor x = normal({4, kDataDim}, 1), noise = normal({4, 2}, 2);
    const double error = gradientError(parameters, [&] {
        const auto q = model.posterior().of(parameters, x);
        return logRatio(model, parameters, *q, q->sample(noise));
    });
    QVERIFY2(error < 1e-6, qPrintable(QString::number(error)));
    // Of the density alone at fixed codes.
    parameters.gradients().zero_();
    model.prior().logDensity(parameters, normal({4, 2}, 3)).sum().backward();
    const ColumnRange encoder = model.encoderColumns();
    QVERIFY(largest(parameters.gradients().narrow(1, encoder.first, encoder.count)) > 1e-3);
    QVERIFY(inputsOf(model, parameters).grad().abs().min().item<double>() > 0.0);
    QVERIFY(logitsOf(model, parameters).grad().abs().min().item<double>() > 0.0);
}

void TestVamp::aFleetIsItsMembers() {
    QFETCH(QString, posterior);
    QFETCH(bool, context);
    ModelSpec spec = specOf(3, 4);
    spec.posterior = posterior.toStdString();
    spec.flowContext = context ? FlowContext::H : FlowContext::None;
    const LatentModel model(spec, kDataDim);
    const FleetParameters parameters = movedFleet(model, 3);
    const torch::NoGradGuard noGradients;
    const torch::Tensor z = normal({6, 3}, 2), noise = normal({40, model.priorNoise()}, 3);
    const torch::Tensor density = model.prior().logDensity(parameters, z);
    const torch::Tensor draws = model.prior().draw(parameters, noise), box = model.prior().reach(parameters);
    const auto inputs = model.prior().pseudoInputs(parameters);
    QVERIFY(!torch::allclose(density[0], density[1]));
    const auto frozen = parameters.freeze();
    for (std::int64_t i = 0; i < 3; ++i) {
        const FleetParameters member = frozen->member(i);
        QVERIFY(torch::allclose(model.prior().logDensity(member, z)[0], density[i], 1e-10, 1e-10));
        QVERIFY(torch::allclose(model.prior().draw(member, noise)[0], draws[i], 1e-10, 1e-10));
        QVERIFY(torch::allclose(model.prior().reach(member)[0], box[i], 1e-10, 1e-10));
        QVERIFY(torch::allclose(model.prior().pseudoInputs(member)->weights[0], inputs->weights[i], 1e-12, 1e-12));
    }
    // With noise of their own they draw as with the same.
    QVERIFY(torch::equal(model.prior().draw(parameters, noise.expand({3, 40, model.priorNoise()})), draws));
}

void TestVamp::manyCodesAreAsEachAlone() {
    // More than are taken at once: 4 million numbers, here 2 members, 100 components, 8 dimensions, so 2500 codes.
    const LatentModel model(specOf(8, 100), kDataDim);
    const FleetParameters parameters = movedFleet(model, 2);
    const torch::NoGradGuard noGradients;
    const torch::Tensor z = normal({2501, 8}, 2);
    const torch::Tensor all = model.prior().logDensity(parameters, z);
    QCOMPARE(all.sizes().vec(), (std::vector<std::int64_t>{2, 2501}));
    for (const std::int64_t n : {0, 2499, 2500}) {
        QVERIFY(
            torch::allclose(all.narrow(1, n, 1), model.prior().logDensity(parameters, z.narrow(0, n, 1)), 1e-9, 1e-9));
    }
}

void TestVamp::narrowPosteriorsKeepTheirDigits() {
    const torch::Tensor mean = (1.0 + normal({1, 20, 8}, 1)).to(torch::kFloat32);
    const torch::Tensor stddev = torch::full_like(mean, 3e-4);
    const Gaussian narrow = Gaussian::of(mean, stddev);
    const torch::Tensor z = narrow.sample(normal({1, 20, 8}, 2).to(torch::kFloat32));
    const Gaussian exact = Gaussian::of(mean.to(torch::kFloat64), stddev.to(torch::kFloat64));
    const torch::Tensor expected = exact.logDensity(z.to(torch::kFloat64));  // of each at its own code
    const auto error = [&](const torch::Tensor& pairs) {
        return largest(pairs.diagonal(0, 1, 2).to(torch::kFloat64) - expected);
    };
    QVERIFY2(error(narrow.logDensities(z)) < 1e-3, qPrintable(QString::number(error(narrow.logDensities(z)))));
    // As a matrix product it is lost, which is why there are two.
    QVERIFY(error(narrow.pairs(z) - 4.0 * std::log(2.0 * std::numbers::pi)) > 0.1);
    Gaussian full = narrow;
    full.factor = torch::diag_embed(stddev);
    QVERIFY2(error(full.logDensities(z)) < 1e-3, qPrintable(QString::number(error(full.logDensities(z)))));
}

void TestVamp::imagesStartWhereTheSigmoidIsSteep() {
    ModelSpec spec = specOf(2, 5);
    spec.likelihood = LikelihoodKind::Bernoulli;
    const LatentModel model(spec, DataShape::image(2, 2));
    QCOMPARE(model.prior().startingExamples(), 5);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    const torch::NoGradGuard noGradients;
    const torch::Tensor x = torch::tensor({{0.0, 1.0, 1.0, 0.5}, {1.0, 0.0, 0.7, 0.99}}, torch::kFloat64);
    model.prior().startFrom(parameters, x);
    const double some = std::log(0.7 / 0.3);
    const torch::Tensor logits = torch::tensor({{-2.0, 2.0, 2.0, 0.0}, {2.0, -2.0, some, 2.0}}, torch::kFloat64);
    const torch::Tensor& values = inputsOf(model, parameters);
    for (std::int64_t member = 0; member < 2; ++member) {
        // Two examples for five places: they come again.
        for (std::int64_t k = 0; k < 5; ++k) {
            QVERIFY(torch::allclose(values[member][k], logits[k % 2], 0.0, 1e-9));
        }
    }
    const auto inputs = model.prior().pseudoInputs(parameters);
    QVERIFY(torch::allclose(inputs->x, torch::sigmoid(values), 0.0, 1e-12));
    QCOMPARE(inputs->weights.sizes().vec(), (std::vector<std::int64_t>{2, 5}));
    QVERIFY(largest(inputs->weights - 0.2) < 1e-12);
    // It is q(z|u) of what is shown.
    const torch::Tensor z = normal({6, 2}, 3);
    const torch::Tensor expected = oneByOne(model, parameters, inputs->x[0], z).logsumexp(-1) - std::log(5.0);
    QVERIFY(torch::allclose(model.prior().logDensity(parameters, z), expected, 1e-10, 1e-10));
}

void TestVamp::pointsStartAsTheyAre() {
    const LatentModel model(specOf(2, 2), kDataDim);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    const torch::Tensor x = 3.0 * normal({4, kDataDim}, 1);
    model.prior().startFrom(parameters, x);
    const auto inputs = model.prior().pseudoInputs(parameters);
    QVERIFY(torch::equal(inputs->x[0], x.narrow(0, 0, 2)) && torch::equal(inputs->x[1], x.narrow(0, 0, 2)));
}

void TestVamp::everythingElseStartsAsWithout() {
    ModelSpec plain = specOf(3, 4);
    plain.prior = "standard_normal";
    const LatentModel model(specOf(3, 4), kDataDim), twin(plain, kDataDim);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64), twins(twin.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 5);
    twin.initialise(twins, 5);
    QVERIFY(torch::equal(parameters.values().narrow(1, 0, twin.layout()->size()), twins.values()));
    QVERIFY(!twin.prior().pseudoInputs(twins));
    QCOMPARE(twin.prior().startingExamples(), 0);
}

void TestVamp::thePapersSizeHasItsCount() {
    ModelSpec plain = specOf(64, 500);
    plain.prior = "standard_normal";
    const DataShape image = DataShape::image(28, 28);
    const LatentModel model(specOf(64, 500), image);
    QCOMPARE(model.layout()->size() - LatentModel(plain, image).layout()->size(), 392500);
    // Every step encodes all of them.
    QCOMPARE(model.prior().costOfAny().multiplications, 500 * model.posterior().cost().multiplications);
}

QTEST_GUILESS_MAIN(TestVamp)
#include "tst_vamp.moc"
