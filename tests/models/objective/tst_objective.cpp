#include <QtTest>
#include <cmath>

#include "models/divergence/stein.h"
#include "models/objective/objective.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// Gradients of every term against central finite differences, in double, for every likelihood and kernel.
class TestObjective : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void gradientsMatchFiniteDifferences_data();
    void gradientsMatchFiniteDifferences();
    void steinGradientIsTheDirection();
    void coefficientsAreThoseOfTheFormula();
    void membersDoNotTouchEachOther();
    void zeroCoefficientsCostNothing();
    void knobAlgebra();
};

namespace {

struct Setting {
    ModelSpec spec;
    DivergenceKernel kernel = DivergenceKernel::GaussianDim2;
    Knobs knobs;
    ObjectiveSpec objective{};
};

}  // namespace

Q_DECLARE_METATYPE(Setting)

void TestObjective::gradientsMatchFiniteDifferences_data() {
    QTest::addColumn<Setting>("setting");
    ModelSpec small;
    small.latentDim = 2;
    small.encoder = {5};
    small.decoder = {4};
    small.activation = Activation::Tanh;
    ModelSpec gaussian = small;
    gaussian.likelihood = LikelihoodKind::Gaussian;
    gaussian.noiseVariance = 0.3;
    ModelSpec learned = gaussian;
    learned.variance = VarianceKind::Learned;
    ModelSpec network = gaussian;
    network.variance = VarianceKind::Network;
    ModelSpec sigmoid = network;
    sigmoid.scale = ScaleKind::Sigmoid;
    sigmoid.minimumStddev = 0.05;

    const Knobs distortionOnly{0.0, 1.0, 0.0};
    const Knobs elbo{1.0, 1.0, 0.0};
    const Knobs withDivergence{0.7, 40.0, 0.2};
    QTest::newRow("bernoulli distortion") << Setting{small, {}, distortionOnly};
    QTest::newRow("bernoulli elbo") << Setting{small, {}, elbo};
    QTest::newRow("gaussian fixed") << Setting{gaussian, {}, elbo};
    QTest::newRow("gaussian learned") << Setting{learned, {}, elbo};
    QTest::newRow("gaussian network") << Setting{network, {}, elbo};
    QTest::newRow("sigmoid scales") << Setting{sigmoid, {}, elbo};
    QTest::newRow("mmd dim2") << Setting{small, DivergenceKernel::GaussianDim2, withDivergence};
    QTest::newRow("mmd dim") << Setting{small, DivergenceKernel::GaussianDim, withDivergence};
    QTest::newRow("mmd imq") << Setting{small, DivergenceKernel::InverseMultiquadratic, withDivergence};
    QTest::newRow("mmd multi-scale") << Setting{small, DivergenceKernel::MultiScale, withDivergence};
    QTest::newRow("moments") << Setting{small, {}, withDivergence, {.divergence = DivergenceKind::Moments}};
    QTest::newRow("adversarial") << Setting{small, {}, withDivergence, {.divergence = DivergenceKind::Adversarial}};
    QTest::newRow("wasserstein") << Setting{small, {}, withDivergence, {.divergence = DivergenceKind::Wasserstein}};
    QTest::newRow("rate target, above") << Setting{small, {}, elbo, {.rateTerm = RateTerm::Target, .rateTarget = 1e-3}};
    QTest::newRow("rate target, below") << Setting{small, {}, elbo, {.rateTerm = RateTerm::Target, .rateTarget = 9.0}};
    QTest::newRow("free bits") << Setting{small, {}, elbo, {.rateTerm = RateTerm::FreeBits, .freeBits = 0.03}};
    QTest::newRow("information") << Setting{small, {}, elbo, {.rateTerm = RateTerm::Information, .rateTarget = 1.2}};
    QTest::newRow("rate by log ratio") << Setting{small, {}, elbo, {.rateEstimate = RateEstimate::LogRatio}};
    const ObjectiveSpec weighed{.rateEstimate = RateEstimate::LogRatio, .importanceSamples = 3};
    QTest::newRow("three codes") << Setting{small, {}, elbo, weighed};
    QTest::newRow("three codes and a divergence") << Setting{learned, {}, withDivergence, weighed};
    QTest::newRow("rate by critic") << Setting{small, {}, elbo, {.rateEstimate = RateEstimate::Adversarial}};
    QTest::newRow("information cap") << Setting{
        small, {}, {0.3, 1.0, 0.0}, {.rateTerm = RateTerm::Cap, .rateTarget = 0.01}};
    const Knobs everything{0.7, 1.4, 0.2, 0.6, 0.5, 0.8, 1.3, 0.9};
    ModelSpec implicitEncoder = gaussian;
    implicitEncoder.encoderNoise = 3;
    ModelSpec implicit = implicitEncoder;
    implicit.decoderNoise = 2;
    ModelSpec flows = gaussian;
    flows.posterior = "iaf";
    flows.prior = "maf";
    flows.flowSteps = 2;
    flows.flowHidden = {3};
    flows.flowContext = FlowContext::H;
    for (const auto& [name, spec] :
         {std::pair("bernoulli", small), std::pair("gaussian", gaussian), std::pair("learned variance", learned),
          std::pair("variance network", network), std::pair("implicit encoder", implicitEncoder),
          std::pair("implicit", implicit), std::pair("flows", flows)}) {
        QTest::addRow("all terms, %s", name) << Setting{spec, {}, everything};
    }
    ModelSpec full = small;
    full.posterior = "full_gaussian";
    full.prior = "gaussian_mixture";
    full.priorComponents = 3;
    QTest::newRow("three codes of flows, all terms") << Setting{flows, {}, everything, weighed};
    QTest::newRow("three codes of full Gaussians, a mixture") << Setting{full, {}, {0.8, 1.0, 0.1, 1.2}, weighed};
    QTest::newRow("all terms by mmd") << Setting{gaussian,
                                                 {},
                                                 everything,
                                                 {.second = DivergenceKind::Moments,
                                                  .dataDivergence = DivergenceKind::Mmd,
                                                  .jointDivergence = DivergenceKind::Mmd}};
    QTest::newRow("all terms, wasserstein") << Setting{gaussian,
                                                       {},
                                                       everything,
                                                       {.second = DivergenceKind::RatioKl,
                                                        .dataDivergence = DivergenceKind::Wasserstein,
                                                        .jointDivergence = DivergenceKind::Wasserstein}};
    for (const auto activation : {Activation::LeakyRelu, Activation::Sigmoid, Activation::Softplus, Activation::Gelu,
                                  Activation::Elu, Activation::Identity, Activation::Relu}) {
        ModelSpec other = small;
        other.activation = activation;
        QTest::addRow("activation %d", static_cast<int>(activation)) << Setting{other, {}, elbo};
    }
}

void TestObjective::gradientsMatchFiniteDifferences() {
    QFETCH(Setting, setting);
    constexpr int kDim = 3;
    const LatentModel model(setting.spec, kDim);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    torch::Generator generator = makeGenerator(7);
    const torch::Tensor x = torch::rand({6, kDim}, generator, torch::kFloat64);
    StepNoise noise;
    noise.posterior =
        torch::randn({6 * setting.objective.importanceSamples, model.posteriorNoise()}, generator, torch::kFloat64);
    noise.prior = torch::randn({6, model.priorNoise()}, generator, torch::kFloat64);
    noise.likelihood = torch::randn({6, model.likelihoodNoise()}, generator, torch::kFloat64);
    // Two members with different knobs: a slip in the fleet dimension shows as a wrong gradient.
    Knobs other = setting.knobs;
    other.beta *= 2.0;
    const Coefficients coefficients = Coefficients::fromKnobs({setting.knobs, other}, setting.objective);
    const Critic critic(2, {7});
    FleetParameters criticParameters(critic.layout(), 2, torch::kFloat64);
    critic.initialise(criticParameters, 3);
    const FleetParameters frozen(critic.layout(), criticParameters.values());
    const Critic dataCritic(kDim, {5});
    FleetParameters dataParameters(dataCritic.layout(), 2, torch::kFloat64);
    dataCritic.initialise(dataParameters, 4);
    const FleetParameters frozenData(dataCritic.layout(), dataParameters.values());
    const Critic pairCritic(kDim + 2, {6});
    FleetParameters pairParameters(pairCritic.layout(), 2, torch::kFloat64);
    pairCritic.initialise(pairParameters, 6);
    const FleetParameters frozenPair(pairCritic.layout(), pairParameters.values());
    CriticsInForce critics;
    critics[LossTerm::MarginalDivergence] = critics[LossTerm::SecondDivergence] = {&critic, &frozen};
    critics[LossTerm::DataDivergence] = {&dataCritic, &frozenData};
    critics[LossTerm::JointDivergence] = critics[LossTerm::Rate] = {&pairCritic, &frozenPair};
    ObjectiveSpec objective = setting.objective;
    objective.kernel = setting.kernel;
    const auto loss = [&] {
        return combineTerms(computeTerms(model, parameters, x, noise, coefficients, objective, critics), coefficients)
            .sum();
    };
    loss().backward();

    const torch::Tensor analytic = parameters.gradients().clone();
    const torch::NoGradGuard noGradients;
    constexpr double kStep = 1e-6;
    double worst = 0.0;
    for (std::int64_t member = 0; member < 2; ++member) {
        for (std::int64_t i = 0; i < parameters.values().size(1); ++i) {
            const torch::Tensor entry = parameters.values()[member][i];
            const double value = entry.item<double>();
            entry.fill_(value + kStep);
            const double up = loss().item<double>();
            entry.fill_(value - kStep);
            const double down = loss().item<double>();
            entry.fill_(value);
            const double numeric = (up - down) / (2.0 * kStep);
            const double exact = analytic[member][i].item<double>();
            worst = std::max(worst, std::abs(numeric - exact) / std::max(1.0, std::abs(exact)));
        }
    }
    QVERIFY2(worst < 2e-7, qPrintable(QString("largest relative difference %1").arg(worst)));
    QVERIFY(analytic.abs().max().item<double>() > 1e-3);
}

void TestObjective::steinGradientIsTheDirection() {
    // What the weight of Delta multiplies is -1/B sum_i phi_i . dz_i, with phi where the codes are now: by differences
    // of the codes, without the surrogate of the training loss.
    ModelSpec spec;
    spec.encoder = {5};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    const LatentModel model(spec, 3);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 5);
    torch::Generator generator = makeGenerator(7);
    const torch::Tensor x = torch::rand({6, 3}, generator, torch::kFloat64);
    const StepNoise noise{torch::randn({6, 2}, generator, torch::kFloat64), {}};
    const ObjectiveSpec objective{.divergence = DivergenceKind::Stein};
    const auto gradientAt = [&](double lambda) {
        const Coefficients coefficients = Coefficients::fromKnobs({{1.0, lambda, 0.0}, {1.0, 2.0 * lambda - 1.0, 0.0}});
        parameters.gradients().zero_();
        combineTerms(computeTerms(model, parameters, x, noise, coefficients, objective), coefficients).sum().backward();
        return parameters.gradients().clone();
    };
    const torch::Tensor share = gradientAt(41.0) - gradientAt(1.0);

    const torch::NoGradGuard noGradients;
    const auto codes = [&] { return model.encode(parameters, x).sample(noise.posterior); };
    const torch::Tensor z = codes();
    const torch::Tensor direction = steinDirection(z, medianBandwidth(z));
    constexpr double kStep = 1e-6;
    double worst = 0.0;
    for (std::int64_t member = 0; member < 2; ++member) {
        const double weight = member == 0 ? 40.0 : 80.0;
        for (std::int64_t i = 0; i < parameters.values().size(1); ++i) {
            const torch::Tensor entry = parameters.values()[member][i];
            const double value = entry.item<double>();
            entry.fill_(value + kStep);
            const torch::Tensor up = codes();
            entry.fill_(value - kStep);
            const torch::Tensor moved = (up - codes()) / (2.0 * kStep);
            entry.fill_(value);
            const double expected = -weight / 6.0 * (direction * moved).sum().item<double>();
            worst = std::max(worst, std::abs(share[member][i].item<double>() - expected));
        }
    }
    QVERIFY2(worst < 1e-7, qPrintable(QString::number(worst)));
    QVERIFY(share.abs().max().item<double>() > 1e-2);
}

void TestObjective::coefficientsAreThoseOfTheFormula() {
    const Coefficients c = Coefficients::fromKnobs({{2.0, 500.0, 0.25}});
    Terms terms;
    terms[LossTerm::Distortion] = torch::tensor({3.0}, torch::kFloat64);
    terms[LossTerm::Rate] = torch::tensor({5.0}, torch::kFloat64);
    terms[LossTerm::MarginalDivergence] = torch::tensor({0.1}, torch::kFloat64);
    const double expected = 3.0 + (2.0 - 0.25) * 5.0 + (0.25 + 500.0 - 1.0) * 0.1;
    QVERIFY(std::abs(combineTerms(terms, c).item<double>() - expected) < 1e-12);
}

void TestObjective::membersDoNotTouchEachOther() {
    ModelSpec spec;
    spec.encoder = {8};
    spec.decoder = {8};
    const LatentModel model(spec, 4);
    FleetParameters parameters(model.layout(), 3, torch::kFloat64);
    model.initialise(parameters, 1);
    torch::Generator generator = makeGenerator(2);
    const torch::Tensor x = torch::rand({5, 4}, generator, torch::kFloat64);
    StepNoise noise{torch::randn({5, 2}, generator, torch::kFloat64), torch::randn({5, 2}, generator, torch::kFloat64)};
    const Coefficients coefficients = Coefficients::fromKnobs({{}, {4.0, 1.0, 0.0}, {1.0, 10.0, 0.0}});
    const torch::Tensor loss = combineTerms(computeTerms(model, parameters, x, noise, coefficients), coefficients);
    loss[1].backward();
    QCOMPARE(parameters.gradients()[0].abs().sum().item<double>(), 0.0);
    QCOMPARE(parameters.gradients()[2].abs().sum().item<double>(), 0.0);
    QVERIFY(parameters.gradients()[1].abs().sum().item<double>() > 0.0);
}

void TestObjective::zeroCoefficientsCostNothing() {
    ModelSpec spec;
    spec.encoder = {4};
    spec.decoder = {4};
    const LatentModel model(spec, 2);
    FleetParameters parameters(model.layout(), 1, torch::kFloat32);
    model.initialise(parameters, 1);
    const StepNoise noise{torch::zeros({3, 2}), {}};
    const Terms terms =
        computeTerms(model, parameters, torch::zeros({3, 2}), noise, Coefficients::fromKnobs({{1.0, 1.0, 0.0}}));
    QVERIFY(!terms[LossTerm::MarginalDivergence].defined());
}

void TestObjective::knobAlgebra() {
    QVERIFY((Knobs{1.0, 500.0, 0.0}.insideProposition2()));
    QVERIFY(!(Knobs{1.0, 1.0, 1.0}.insideProposition2()));  // alpha must stay below 1
    QVERIFY(!(Knobs{1.0, 0.5, 0.0}.insideProposition2()));  // rewards a divergence
    QVERIFY(!(Knobs{0.2, 1.0, 0.5}.insideProposition2()));  // rewards a rate
    QCOMPARE((Knobs{2.0, 3.0, 0.5}.informationWeight()), 0.5);
    QCOMPARE((Knobs{2.0, 3.0, 0.5}.marginalWeight()), 4.0);
}

QTEST_GUILESS_MAIN(TestObjective)
#include "tst_objective.moc"
