#include <QtTest>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "models/objective/fused_objective.h"
#include "models/objective/objective.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// The fused step against the plain path, which is computeTerms() and autograd.
class TestFusedStep : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void equalsAutograd_data();
    void equalsAutograd();
    void everyLevelEqualsAutograd_data();
    void everyLevelEqualsAutograd();
    void staysEqualOverAHundredSteps_data();
    void staysEqualOverAHundredSteps();
    void gradientsMatchFiniteDifferences();
    void aBrokenMemberHarmsNoOther_data();
    void aBrokenMemberHarmsNoOther();
    void batchSizesMayChange();
    void sameBytesEveryTime();
    void refusesWhatDoesNotFit();
};

namespace {

struct Setting {
    ModelSpec spec;
    int dataDim = 3;
    int examples = 6;
    DivergenceKernel kernel = DivergenceKernel::GaussianDim2;
    std::vector<Knobs> knobs{Knobs{}};
};

/// Two hidden layers of odd widths.
ModelSpec smallSpec() {
    ModelSpec spec;
    spec.latentDim = 2;
    spec.encoder = {5, 9};
    spec.decoder = {7, 6};
    spec.activation = Activation::Tanh;
    spec.minimumStddev = 0.02;
    return spec;
}

ModelSpec gaussianSpec(VarianceKind variance) {
    ModelSpec spec = smallSpec();
    spec.likelihood = LikelihoodKind::Gaussian;
    spec.variance = variance;
    spec.noiseVariance = 0.3;
    return spec;
}

const std::vector<Knobs> kElbo{{1.0, 1.0, 0.0}};
const std::vector<Knobs> kDivergence{{0.7, 40.0, 0.2}};
const std::vector<Knobs> kThree{{0.7, 40.0, 0.2}, {3.0, 1.0, 0.0, 1.75}, {0.0, 0.5, -0.3, 0.25}};

/// A fleet whose members have left their common start, and a batch for it.
struct Fleet {
    LatentModel model;
    FleetParameters parameters;
    torch::Tensor x;
    StepNoise noise;
    Coefficients coefficients;

    Fleet(const Setting& setting, torch::ScalarType type)
        : model(setting.spec, setting.dataDim),
          parameters(model.layout(), static_cast<std::int64_t>(setting.knobs.size()), type),
          coefficients(Coefficients::fromKnobs(setting.knobs)) {
        const torch::NoGradGuard noGradients;
        model.initialise(parameters, 3);
        torch::Generator generator = makeGenerator(7);
        const auto draw = [&](std::int64_t rows, std::int64_t columns) {
            return torch::randn({rows, columns}, generator, torch::kFloat64);
        };
        torch::Tensor values = parameters.values();
        values += (draw(values.size(0), values.size(1)) * 0.1).to(type);
        x = torch::rand({setting.examples, setting.dataDim}, generator, torch::kFloat64).to(type);
        noise.posterior = draw(setting.examples, setting.spec.latentDim).to(type);
        noise.prior = draw(setting.examples, setting.spec.latentDim).to(type);
    }
};

/// Terms [M] and gradients [M, P], in double.
struct Outcome {
    std::vector<double> distortion;
    std::vector<double> rate;
    std::vector<double> marginalDivergence;
    std::vector<double> gradientSum;
    torch::Tensor gradients;
};

std::vector<double> toVector(const torch::Tensor& tensor) {
    const torch::Tensor wide = tensor.detach().to(torch::kFloat64).contiguous();
    return {wide.data_ptr<double>(), wide.data_ptr<double>() + wide.numel()};
}

Outcome plain(Fleet& fleet, DivergenceKernel kernel) {
    fleet.parameters.gradients().zero_();
    const Terms terms =
        computeTerms(fleet.model, fleet.parameters, fleet.x, fleet.noise, fleet.coefficients, {.kernel = kernel});
    combineTerms(terms, fleet.coefficients).sum().backward();
    return {toVector(terms[LossTerm::Distortion]), toVector(terms[LossTerm::Rate]),
            terms[LossTerm::MarginalDivergence].defined() ? toVector(terms[LossTerm::MarginalDivergence])
                                                          : std::vector<double>{},
            toVector(fleet.parameters.gradients().sum(1)),
            fleet.parameters.gradients().to(torch::kFloat64, false, true)};
}

Outcome fused(Fleet& fleet, DivergenceKernel kernel, CpuLevel level = cpuLevel()) {
    FusedObjective objective(fleet.model, fleet.parameters.members(), fleet.parameters.values().options(), level);
    fleet.parameters.gradients().fill_(99.0);  // to be overwritten, not added to
    const StepTerms& terms = objective.step(fleet.parameters, fleet.x, fleet.noise, fleet.coefficients, kernel);
    return {terms[LossTerm::Distortion], terms[LossTerm::Rate], terms[LossTerm::MarginalDivergence], terms.gradientSum,
            fleet.parameters.gradients().to(torch::kFloat64, false, true)};
}

double relativeError(const std::vector<double>& found, const std::vector<double>& expected, double floor = 1e-2) {
    if (found.size() != expected.size()) {
        return std::numeric_limits<double>::infinity();
    }
    double worst = 0.0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(found[i] - expected[i]) / std::max(std::abs(expected[i]), floor);
        worst = error <= worst ? worst : error;
    }
    return worst;
}

/// Largest error of the terms and, slot by slot and member by member, of the gradient against the slot's largest entry.
double relativeError(const Outcome& found, const Outcome& expected, const ParameterLayout& layout) {
    double worst =
        std::max({relativeError(found.distortion, expected.distortion), relativeError(found.rate, expected.rate),
                  relativeError(found.marginalDivergence, expected.marginalDivergence),
                  // A sum of numbers of either sign: its rounding goes with their sizes, which are about 1.
                  relativeError(found.gradientSum, expected.gradientSum, 1.0)});
    for (std::int64_t member = 0; member < expected.gradients.size(0); ++member) {
        for (const ParameterLayout::Slot& slot : layout.slots()) {
            const torch::Tensor a = found.gradients[member].narrow(0, slot.offset, slot.size);
            const torch::Tensor b = expected.gradients[member].narrow(0, slot.offset, slot.size);
            const double scale = std::max(b.abs().max().item<double>(), 1e-6);
            const double error = (a - b).abs().max().item<double>() / scale;
            worst = error <= worst ? worst : error;
        }
    }
    return worst;
}

void addSettings() {
    QTest::addColumn<Setting>("setting");
    const auto add = [](const char* name, const ModelSpec& spec, DivergenceKernel kernel, std::vector<Knobs> knobs,
                        int dataDim = 3, int examples = 6) {
        QTest::newRow(name) << Setting{spec, dataDim, examples, kernel, std::move(knobs)};
    };
    constexpr auto kUsual = DivergenceKernel::GaussianDim2;
    add("bernoulli", smallSpec(), kUsual, kElbo);
    add("gaussian fixed", gaussianSpec(VarianceKind::Fixed), kUsual, kElbo);
    add("gaussian learned", gaussianSpec(VarianceKind::Learned), kUsual, kThree);
    add("gaussian network", gaussianSpec(VarianceKind::Network), kUsual, kThree);
    ModelSpec sigmoid = gaussianSpec(VarianceKind::Network);
    sigmoid.scale = ScaleKind::Sigmoid;
    add("sigmoid scales", sigmoid, kUsual, kThree);
    add("mmd dim2", smallSpec(), kUsual, kDivergence);
    add("mmd dim", smallSpec(), DivergenceKernel::GaussianDim, kDivergence);
    add("mmd imq", smallSpec(), DivergenceKernel::InverseMultiquadratic, kDivergence);
    add("mmd multi-scale", smallSpec(), DivergenceKernel::MultiScale, kThree);
    for (const Activation activation : {Activation::Identity, Activation::Relu, Activation::LeakyRelu,
                                        Activation::Sigmoid, Activation::Softplus, Activation::Gelu, Activation::Elu}) {
        ModelSpec spec = smallSpec();
        spec.activation = activation;
        const std::string name = "activation " + std::to_string(static_cast<int>(activation));
        add(name.c_str(), spec, kUsual, kThree);
    }
    ModelSpec linear = smallSpec();
    linear.encoder = {};
    linear.decoder = {};
    add("linear maps", linear, kUsual, kThree);
    ModelSpec narrow = gaussianSpec(VarianceKind::Fixed);
    narrow.latentDim = 1;
    narrow.encoder = {1};
    narrow.decoder = {1, 1, 1};
    add("one unit everywhere", narrow, kUsual, kThree, 1, 1);
    ModelSpec wide = smallSpec();
    wide.latentDim = 19;
    wide.encoder = {70, 41};
    wide.decoder = {33, 129};
    wide.activation = Activation::Relu;
    add("wide, several blocks", wide, kUsual, kThree, 67, 45);
    wide.encoder = {331, 500};
    wide.decoder = {350};
    add("several passes", wide, DivergenceKernel::MultiScale, kDivergence, 411, 9);
}

}  // namespace

Q_DECLARE_METATYPE(Setting)

void TestFusedStep::equalsAutograd_data() {
    addSettings();
}

void TestFusedStep::equalsAutograd() {
    QFETCH(Setting, setting);
    Fleet fleet(setting, torch::kFloat64);
    const Outcome expected = plain(fleet, setting.kernel);
    const double error = relativeError(fused(fleet, setting.kernel), expected, *fleet.model.layout());
    QVERIFY2(error < 1e-10, qPrintable(QString("float64: %1").arg(error)));

    Fleet single(setting, torch::kFloat32);
    const double singleError = relativeError(fused(single, setting.kernel), expected, *fleet.model.layout());
    QVERIFY2(singleError < 1e-5, qPrintable(QString("float32: %1").arg(singleError)));
}

void TestFusedStep::everyLevelEqualsAutograd_data() {
    QTest::addColumn<int>("level");
    for (const CpuLevel level : availableCpuLevels()) {
        QTest::newRow(cpuLevelName(level).c_str()) << static_cast<int>(level);
    }
}

void TestFusedStep::everyLevelEqualsAutograd() {
    QFETCH(int, level);
    ModelSpec spec = gaussianSpec(VarianceKind::Network);
    spec.activation = Activation::Gelu;
    const Setting setting{spec, 11, 37, DivergenceKernel::MultiScale, kThree};
    Fleet fleet(setting, torch::kFloat64);
    const Outcome expected = plain(fleet, setting.kernel);
    const double error =
        relativeError(fused(fleet, setting.kernel, static_cast<CpuLevel>(level)), expected, *fleet.model.layout());
    QVERIFY2(error < 1e-10, qPrintable(QString("float64: %1").arg(error)));
    Fleet single(setting, torch::kFloat32);
    const double singleError =
        relativeError(fused(single, setting.kernel, static_cast<CpuLevel>(level)), expected, *fleet.model.layout());
    QVERIFY2(singleError < 1e-5, qPrintable(QString("float32: %1").arg(singleError)));
}

void TestFusedStep::staysEqualOverAHundredSteps_data() {
    QTest::addColumn<Setting>("setting");
    QTest::newRow("toy") << Setting{gaussianSpec(VarianceKind::Fixed), 2, 64, {}, kElbo};
    QTest::newRow("images, three members") << Setting{smallSpec(), 40, 50, {}, kThree};
    ModelSpec relu = smallSpec();
    relu.activation = Activation::Relu;
    relu.encoder = {60, 60};
    relu.decoder = {60, 60};
    QTest::newRow("relu") << Setting{relu, 40, 50, DivergenceKernel::MultiScale, kDivergence};
}

void TestFusedStep::staysEqualOverAHundredSteps() {
    QFETCH(Setting, setting);
    // Both paths train in float32 with one optimiser; the noise is the same.
    Fleet left(setting, torch::kFloat32);
    Fleet right(setting, torch::kFloat32);
    FusedObjective objective(right.model, right.parameters.members(), torch::kFloat32);
    torch::Generator generator = makeGenerator(11);
    std::vector<torch::Tensor> first;
    std::vector<torch::Tensor> second;
    for (int i = 0; i < 2; ++i) {
        first.push_back(torch::zeros_like(left.parameters.values()));
        second.push_back(torch::zeros_like(left.parameters.values()));
    }
    double worst = 0.0;
    for (int step = 1; step <= 100; ++step) {
        left.noise.posterior = torch::randn(left.noise.posterior.sizes(), generator);
        left.noise.prior = torch::randn(left.noise.prior.sizes(), generator);
        right.noise = left.noise;
        const Outcome expected = plain(left, setting.kernel);
        const StepTerms& terms =
            objective.step(right.parameters, right.x, right.noise, right.coefficients, setting.kernel);
        // The divergence is a difference of means of kernel values near 1: in float32 its last digits are noise.
        worst = std::max({worst, relativeError(terms[LossTerm::Distortion], expected.distortion),
                          relativeError(terms[LossTerm::Rate], expected.rate),
                          relativeError(terms[LossTerm::MarginalDivergence], expected.marginalDivergence, 0.1)});
        const torch::NoGradGuard noGradients;
        const double correction1 = 1.0 - std::pow(0.9, step);
        const double correction2 = std::sqrt(1.0 - std::pow(0.999, step));
        std::size_t i = 0;
        for (Fleet* fleet : {&left, &right}) {
            const torch::Tensor gradient = fleet->parameters.gradients();
            first[i].mul_(0.9).add_(gradient, 0.1);
            second[i].mul_(0.999).addcmul_(gradient, gradient, 0.001);
            torch::Tensor values = fleet->parameters.values();
            values.addcdiv_(first[i], second[i].sqrt().div_(correction2).add_(1e-8), -1e-3 / correction1);
            ++i;
        }
    }
    QVERIFY2(worst < 1e-5, qPrintable(QString("%1").arg(worst)));
}

void TestFusedStep::gradientsMatchFiniteDifferences() {
    ModelSpec spec = gaussianSpec(VarianceKind::Learned);
    spec.activation = Activation::Softplus;
    Fleet fleet({spec, 4, 10, {}, kThree}, torch::kFloat64);
    FusedObjective objective(fleet.model, 3, torch::kFloat64);
    const auto loss = [&](std::int64_t member) {
        const StepTerms& terms = objective.step(fleet.parameters, fleet.x, fleet.noise, fleet.coefficients,
                                                DivergenceKernel::InverseMultiquadratic);
        return combineTerms(terms, fleet.coefficients, static_cast<std::size_t>(member));
    };
    loss(0);
    const torch::Tensor analytic = fleet.parameters.gradients().clone();
    const torch::NoGradGuard noGradients;
    constexpr double kStep = 1e-6;
    for (std::int64_t member = 0; member < 3; ++member) {
        for (std::int64_t i = 0; i < fleet.parameters.values().size(1); i += 3) {
            const torch::Tensor entry = fleet.parameters.values()[member][i];
            const double value = entry.item<double>();
            entry.fill_(value + kStep);
            const double up = loss(member);
            entry.fill_(value - kStep);
            const double down = loss(member);
            entry.fill_(value);
            const double exact = analytic[member][i].item<double>();
            const double error = std::abs((up - down) / (2.0 * kStep) - exact) / std::max(1.0, std::abs(exact));
            QVERIFY2(error < 2e-7, qPrintable(QString("member %1, entry %2: %3").arg(member).arg(i).arg(error)));
        }
    }
}

void TestFusedStep::aBrokenMemberHarmsNoOther_data() {
    QTest::addColumn<double>("value");
    QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("infinity") << std::numeric_limits<double>::infinity();
    QTest::newRow("overflow") << 1e300;
}

void TestFusedStep::aBrokenMemberHarmsNoOther() {
    QFETCH(double, value);
    for (const VarianceKind variance : {VarianceKind::Fixed, VarianceKind::Learned, VarianceKind::Network}) {
        const Setting setting{gaussianSpec(variance), 5, 40, {}, kThree};
        Fleet fleet(setting, torch::kFloat64);
        const Outcome healthy = fused(fleet, setting.kernel);
        {
            const torch::NoGradGuard noGradients;
            // The bias of the codes' scale: it reaches every term.
            for (const ParameterLayout::Slot& slot : fleet.model.layout()->slots()) {
                if (slot.name == "encoder.2.bias") {
                    fleet.parameters.values()[1].narrow(0, slot.offset, slot.size).fill_(value);
                }
            }
        }
        const Outcome broken = fused(fleet, setting.kernel);
        QVERIFY(!std::isfinite(broken.distortion[1]) || !std::isfinite(broken.rate[1]));
        QVERIFY(!broken.gradients[1].isfinite().all().item<bool>());
        for (const std::int64_t member : {0, 2}) {
            const auto index = static_cast<std::size_t>(member);
            QCOMPARE(broken.distortion[index], healthy.distortion[index]);
            QCOMPARE(broken.rate[index], healthy.rate[index]);
            QCOMPARE(broken.marginalDivergence[index], healthy.marginalDivergence[index]);
            QVERIFY(torch::equal(broken.gradients[member], healthy.gradients[member]));
        }
    }
}

void TestFusedStep::batchSizesMayChange() {
    const Setting setting{smallSpec(), 6, 50, {}, kThree};
    Fleet fleet(setting, torch::kFloat64);
    FusedObjective objective(fleet.model, 3, torch::kFloat64);
    const torch::Tensor x = fleet.x;
    const StepNoise noise = fleet.noise;
    for (const std::int64_t examples : {50, 3, 33, 50, 17}) {
        fleet.x = x.narrow(0, 0, examples);
        fleet.noise = {noise.posterior.narrow(0, 0, examples), noise.prior.narrow(0, 0, examples)};
        const Outcome expected = plain(fleet, setting.kernel);
        const StepTerms& terms =
            objective.step(fleet.parameters, fleet.x, fleet.noise, fleet.coefficients, setting.kernel);
        const Outcome found{terms[LossTerm::Distortion], terms[LossTerm::Rate], terms[LossTerm::MarginalDivergence],
                            terms.gradientSum, fleet.parameters.gradients().clone()};
        QVERIFY(relativeError(found, expected, *fleet.model.layout()) < 1e-10);
    }
}

void TestFusedStep::sameBytesEveryTime() {
    const Setting setting{smallSpec(), 30, 70, {}, kThree};
    Fleet fleet(setting, torch::kFloat32);
    const Outcome first = fused(fleet, setting.kernel);
    const Outcome second = fused(fleet, setting.kernel);
    QCOMPARE(second.distortion, first.distortion);
    QCOMPARE(second.marginalDivergence, first.marginalDivergence);
    QVERIFY(torch::equal(second.gradients, first.gradients));
    // A member of a fleet is the model that would be trained alone.
    Setting alone = setting;
    alone.knobs = {setting.knobs[0]};
    Fleet one(alone, torch::kFloat32);
    {
        const torch::NoGradGuard noGradients;
        one.parameters.values().copy_(fleet.parameters.values().narrow(0, 0, 1));
    }
    one.x = fleet.x;
    one.noise = fleet.noise;
    QVERIFY(torch::equal(fused(one, setting.kernel).gradients[0], first.gradients[0]));
}

void TestFusedStep::refusesWhatDoesNotFit() {
    QVERIFY(FusedObjective::supports(LatentModel(smallSpec(), 5), torch::kFloat32));
    QVERIFY(FusedObjective::supports(LatentModel(smallSpec(), 5), torch::kFloat64));
    QVERIFY(!FusedObjective::supports(LatentModel(smallSpec(), 5), torch::kFloat16));
    ModelSpec soft = smallSpec();
    soft.scale = ScaleKind::Softplus;
    QVERIFY(!FusedObjective::supports(LatentModel(soft, 5), torch::kFloat32));
    QVERIFY(!FusedObjective::supports(LatentModel(smallSpec(), 5), torch::TensorOptions().device(torch::kCUDA)));
    Fleet fleet({smallSpec(), 3, 6, {}, kThree}, torch::kFloat32);
    FusedObjective objective(fleet.model, 3, torch::kFloat32);
    const auto step = [&](const torch::Tensor& x, const StepNoise& noise) {
        objective.step(fleet.parameters, x, noise, fleet.coefficients, {});
    };
    QVERIFY_EXCEPTION_THROWN(step(torch::zeros({6, 4}), fleet.noise), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(step(torch::zeros({3, 6}).t(), fleet.noise), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(step(fleet.x, {torch::zeros({5, 2}), fleet.noise.prior}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(step(fleet.x, {fleet.noise.posterior, {}}), std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestFusedStep)
#include "tst_fused_step.moc"
