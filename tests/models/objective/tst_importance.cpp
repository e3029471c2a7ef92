#include "models/objective/importance.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "models/objective/objective.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// Codes weighed by importance, against expectations that are integrated over the noise: nothing here is sampled but
/// where every single draw has to agree.
class TestImportance : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void boundsAreThoseOfTheOracle_data();
    void boundsAreThoseOfTheOracle();
    void gradientsAreThoseOfTheOracle();
    void pathAndDregAgreeForAnyWeights();
    void withOneCodeAllThreeAgree();
    void withSeveralCodesStlIsBiased();
    void whereTheEncoderIsRightItIsLeftAlone();
    void stlIsDregWithOneCode();
    void decoderAndPriorLearnTheSame();
    void everyPosteriorIsHeldInItsDensity_data();
    void everyPosteriorIsHeldInItsDensity();
    void membersWeighApart();
    void distortionAndRateAreMeasured();
    void noiseForEveryCodeIsAskedFor();
};

namespace {

using torch::Tensor;

constexpr double kLogEvidence = -1.5155121235;

/// p(z) = N(0, 1), p(x|z) = N(z, 1), x = 1, q(z|x) = N(mean, sd^2): FAMILIES A.6.
class Oracle {
  public:
    Oracle(double mean, double sd) : sd_(sd), model_(spec(), 1), parameters_(model_.layout(), 1, torch::kFloat64) {
        put("decoder.0.weight", {1.0});
        put("encoder.0.bias", {mean, 2.0 * std::log(sd)});
    }

    /// -L_K, integrated over the noise of all codes; differentiable.
    Tensor loss(int codes, CodeGradient gradient, double distortionWeight = 1.0, double rateWeight = 1.0) {
        const int nodes = codes < 3 ? 101 : 41;
        const Tensor line = torch::linspace(-7.0, 7.0, nodes, torch::kFloat64);
        const Tensor along = torch::softmax(-0.5 * line.square(), 0);
        const std::vector<Tensor> lines(static_cast<std::size_t>(codes), line);
        const std::vector<Tensor> masses(static_cast<std::size_t>(codes), along);
        const Tensor grid = codes == 1 ? line.unsqueeze(1) : torch::cartesian_prod(lines);
        const Tensor mass = codes == 1 ? along : torch::cartesian_prod(masses).prod(1);
        const Tensor losses = weighed(grid, gradient, distortionWeight, rateWeight);
        return (mass * losses[0]).sum();
    }

    /// Of every row of noise [N, K] alone, [1, N].
    Tensor weighed(const Tensor& noise, CodeGradient gradient, double distortionWeight, double rateWeight) {
        const std::int64_t points = noise.size(0), codes = noise.size(1);
        const Tensor x = torch::ones({points, 1}, torch::kFloat64);
        const Tensor rows = noise.t().reshape({codes * points, 1});
        const auto posterior = model_.posterior().of(parameters_, x);
        const Tensor first = posterior->sample(rows.narrow(0, 0, points));
        const auto weight = [](double value) { return torch::full({1}, value, torch::kFloat64); };
        return weighCodes(model_, parameters_, x, *posterior, first, rows, weight(distortionWeight), weight(rateWeight),
                          gradient)
            .loss;
    }

    /// dL/dmean and dL/dsd of a loss.
    std::pair<double, double> gradient(const Tensor& loss) {
        parameters_.gradients().zero_();
        loss.backward();
        const std::int64_t at = offset("encoder.0.bias");
        const auto entry = [&](std::int64_t i) { return parameters_.gradients()[0][at + i].item<double>(); };
        return {-entry(0), -entry(1) * 2.0 / sd_};
    }

  private:
    static ModelSpec spec() {
        ModelSpec spec;
        spec.latentDim = 1;
        spec.encoder = {};
        spec.decoder = {};
        spec.activation = Activation::Identity;
        spec.likelihood = LikelihoodKind::Gaussian;
        spec.noiseVariance = 1.0;
        spec.minimumStddev = 0.0;
        return spec;
    }

    std::int64_t offset(const std::string& name) const {
        for (const ParameterLayout::Slot& slot : model_.layout()->slots()) {
            if (slot.name == name) {
                return slot.offset;
            }
        }
        throw std::invalid_argument(name);
    }

    void put(const std::string& name, const std::vector<double>& values) {
        const torch::NoGradGuard noGradients;
        parameters_.values()[0]
            .narrow(0, offset(name), static_cast<std::int64_t>(values.size()))
            .copy_(torch::tensor(values, torch::kFloat64));
    }

    double sd_;
    LatentModel model_;
    FleetParameters parameters_;
};

double apart(std::pair<double, double> a, std::pair<double, double> b) {
    return std::max(std::abs(a.first - b.first), std::abs(a.second - b.second));
}

ModelSpec smallSpec() {
    ModelSpec spec;
    spec.encoder = {5};
    spec.decoder = {4};
    spec.activation = Activation::Tanh;
    return spec;
}

ObjectiveSpec weighing(int codes, CodeGradient gradient) {
    return {.rateEstimate = RateEstimate::LogRatio, .importanceSamples = codes, .gradient = gradient};
}

/// A model of three data dimensions with weights that are drawn anew, and a batch of six for it.
struct Subject {
    LatentModel model;
    FleetParameters parameters;
    Tensor x;
    StepNoise noise;

    Subject(const ModelSpec& spec, int members, int codes)
        : model(spec, 3), parameters(model.layout(), members, torch::kFloat64) {
        model.initialise(parameters, 5);
        torch::Generator generator = makeGenerator(7);
        const auto draw = [&](std::int64_t rows, std::int64_t columns) {
            return torch::randn({rows, columns}, generator, torch::kFloat64);
        };
        x = torch::sigmoid(2.0 * draw(6, 3));
        noise = {draw(6 * codes, model.posteriorNoise()), draw(6, model.priorNoise())};
    }

    /// [M, P].
    Tensor gradient(const std::vector<Knobs>& knobs, const ObjectiveSpec& objective) {
        parameters.gradients().zero_();
        const Coefficients coefficients = Coefficients::fromKnobs(knobs, objective);
        combineTerms(computeTerms(model, parameters, x, noise, coefficients, objective), coefficients).sum().backward();
        return parameters.gradients().clone();
    }
};

double largest(const Tensor& values) {
    return values.abs().max().item<double>();
}

}  // namespace

void TestImportance::boundsAreThoseOfTheOracle_data() {
    QTest::addColumn<double>("mean");
    QTest::addColumn<double>("sd");
    QTest::addColumn<QList<double>>("bounds");
    QTest::newRow("the prior") << 0.0 << 1.0 << QList<double>{-1.9189385332, -1.6534737866, -1.59406662};
    QTest::newRow("narrow") << 0.5 << 0.5 << QList<double>{-1.6120857138, -1.5830500408, -1.56908085};
    QTest::newRow("off") << 0.2 << 0.9 << QList<double>{-1.6742990489, -1.5725289714, -1.54969124};
    QTest::newRow("the posterior") << 0.5 << std::sqrt(0.5) << QList<double>{kLogEvidence, kLogEvidence, kLogEvidence};
}

void TestImportance::boundsAreThoseOfTheOracle() {
    QFETCH(double, mean);
    QFETCH(double, sd);
    QFETCH(QList<double>, bounds);
    Oracle oracle(mean, sd);
    double before = -1e9;
    for (int codes = 1; codes <= 3; ++codes) {
        for (const CodeGradient gradient : {CodeGradient::Path, CodeGradient::Stl, CodeGradient::Dreg}) {
            const double found = -oracle.loss(codes, gradient).item<double>();
            QVERIFY2(std::abs(found - bounds[codes - 1]) < 1e-8, qPrintable(QString::number(found, 'g', 12)));
            // Each further code brings the bound closer to the evidence, never beyond.
            QVERIFY(found > before - 1e-9 && found < kLogEvidence + 1e-9);
            before = found;
        }
    }
}

void TestImportance::gradientsAreThoseOfTheOracle() {
    Oracle oracle(0.2, 0.9);
    for (const CodeGradient gradient : {CodeGradient::Path, CodeGradient::Dreg}) {
        const auto found = oracle.gradient(oracle.loss(2, gradient));
        QVERIFY2(apart(found, {0.22272145, -0.18384849}) < 1e-8,
                 qPrintable(QString("%1, %2").arg(found.first, 0, 'g', 10).arg(found.second, 0, 'g', 10)));
    }
}

void TestImportance::pathAndDregAgreeForAnyWeights() {
    Oracle oracle(0.2, 0.9);
    for (const auto& [distortion, rate] : {std::pair(1.3, 0.6), std::pair(1.0, 2.0), std::pair(0.5, 0.0)}) {
        const auto path = oracle.gradient(oracle.loss(2, CodeGradient::Path, distortion, rate));
        const auto dreg = oracle.gradient(oracle.loss(2, CodeGradient::Dreg, distortion, rate));
        QVERIFY2(apart(path, dreg) < 1e-8, qPrintable(QString("%1 at %2").arg(apart(path, dreg)).arg(rate)));
    }
}

void TestImportance::withOneCodeAllThreeAgree() {
    Oracle oracle(0.2, 0.9);
    const auto path = oracle.gradient(oracle.loss(1, CodeGradient::Path));
    QVERIFY(apart(path, {0.0, 0.0}) > 0.1);
    for (const CodeGradient gradient : {CodeGradient::Stl, CodeGradient::Dreg}) {
        QVERIFY(apart(path, oracle.gradient(oracle.loss(1, gradient))) < 1e-8);
    }
}

/// Why there is a third one: what the panel says of it is so.
void TestImportance::withSeveralCodesStlIsBiased() {
    Oracle oracle(0.2, 0.9);
    const auto path = oracle.gradient(oracle.loss(2, CodeGradient::Path));
    QVERIFY(apart(path, oracle.gradient(oracle.loss(2, CodeGradient::Stl))) > 0.1);
}

void TestImportance::whereTheEncoderIsRightItIsLeftAlone() {
    Oracle oracle(0.5, std::sqrt(0.5));
    torch::Generator generator = makeGenerator(3);
    const Tensor noise = torch::randn({5, 3}, generator, torch::kFloat64);
    const auto gradient = [&](CodeGradient kind) {
        return oracle.gradient(oracle.weighed(noise, kind, 1.0, 1.0).mean());
    };
    QVERIFY(apart(gradient(CodeGradient::Path), {0.0, 0.0}) > 1e-3);
    QVERIFY(apart(gradient(CodeGradient::Stl), {0.0, 0.0}) < 1e-12);
    QVERIFY(apart(gradient(CodeGradient::Dreg), {0.0, 0.0}) < 1e-12);
}

void TestImportance::stlIsDregWithOneCode() {
    Subject subject(smallSpec(), 2, 1);
    const std::vector<Knobs> knobs{{1.0, 1.0, 0.0}, {0.4, 1.0, 0.0}};
    const Tensor stl = subject.gradient(knobs, weighing(1, CodeGradient::Stl));
    QVERIFY(torch::equal(stl, subject.gradient(knobs, weighing(1, CodeGradient::Dreg))));
    QVERIFY(largest(stl - subject.gradient(knobs, weighing(1, CodeGradient::Path))) > 1e-3);
}

void TestImportance::decoderAndPriorLearnTheSame() {
    ModelSpec spec = smallSpec();
    spec.prior = "gaussian_mixture";
    spec.priorComponents = 3;
    Subject subject(spec, 2, 4);
    const std::vector<Knobs> knobs{{1.0, 1.0, 0.0}, {0.4, 1.0, 0.0, 1.5}};
    const Tensor path = subject.gradient(knobs, weighing(4, CodeGradient::Path));
    const ColumnRange encoder = subject.model.encoderColumns();
    const std::int64_t end = encoder.first + encoder.count;
    for (const CodeGradient gradient : {CodeGradient::Stl, CodeGradient::Dreg}) {
        const Tensor difference = subject.gradient(knobs, weighing(4, gradient)) - path;
        QVERIFY(encoder.first == 0 || largest(difference.narrow(1, 0, encoder.first)) < 1e-12);
        QVERIFY(largest(difference.narrow(1, end, difference.size(1) - end)) < 1e-12);
        QVERIFY(largest(difference.narrow(1, encoder.first, encoder.count)) > 1e-3);
    }
    // Decoder and prior do learn.
    QVERIFY(largest(path.narrow(1, end, path.size(1) - end)) > 1e-3);
}

void TestImportance::everyPosteriorIsHeldInItsDensity_data() {
    QTest::addColumn<QString>("posterior");
    for (const char* name : {"diagonal_gaussian", "full_gaussian", "iaf"}) {
        QTest::newRow(name) << QString(name);
    }
}

/// With one code the gradients by path and with the density held have the same mean, whatever the posterior is.
void TestImportance::everyPosteriorIsHeldInItsDensity() {
    QFETCH(QString, posterior);
    ModelSpec spec = smallSpec();
    spec.posterior = posterior.toStdString();
    spec.flowSteps = 2;
    spec.flowHidden = {4};
    spec.flowContext = FlowContext::H;
    Subject subject(spec, 1, 1);
    FleetParameters& parameters = subject.parameters;
    torch::Generator generator = makeGenerator(11);
    parameters.values().add_(0.2 * torch::randn(parameters.values().sizes(), generator, torch::kFloat64));
    const Tensor line = torch::linspace(-7.0, 7.0, 71, torch::kFloat64);
    const Tensor along = torch::softmax(-0.5 * line.square(), 0);
    const Tensor noise = torch::cartesian_prod({line, line}), mass = torch::ger(along, along).flatten();
    const Tensor x = subject.x.narrow(0, 0, 1).repeat({noise.size(0), 1});
    const Tensor one = torch::ones({1}, torch::kFloat64);
    const auto gradient = [&](CodeGradient kind) {
        parameters.gradients().zero_();
        const auto batch = subject.model.posterior().of(parameters, x);
        const Tensor first = batch->sample(noise);
        const WeighedCodes codes = weighCodes(subject.model, parameters, x, *batch, first, noise, one, one, kind);
        (mass * codes.loss[0]).sum().backward();
        return parameters.gradients().clone();
    };
    const Tensor path = gradient(CodeGradient::Path), held = gradient(CodeGradient::Dreg);
    QVERIFY2(largest(path - held) < 1e-6, qPrintable(QString::number(largest(path - held))));
    QVERIFY(largest(path) > 1e-2);
}

void TestImportance::membersWeighApart() {
    const std::vector<Knobs> knobs{{1.0, 1.0, 0.0}, {0.4, 1.0, 0.0, 1.5}};
    for (const CodeGradient gradient : {CodeGradient::Path, CodeGradient::Dreg}) {
        const ObjectiveSpec objective = weighing(3, gradient);
        const Tensor fleet = Subject(smallSpec(), 2, 3).gradient(knobs, objective);
        for (std::int64_t member = 0; member < 2; ++member) {
            const Tensor lone =
                Subject(smallSpec(), 1, 3).gradient({knobs[static_cast<std::size_t>(member)]}, objective);
            QVERIFY(largest(fleet[member] - lone[0]) < 1e-12);
        }
    }
}

void TestImportance::distortionAndRateAreMeasured() {
    Subject subject(smallSpec(), 1, 3);
    const ObjectiveSpec objective = weighing(3, CodeGradient::Path);
    const Coefficients coefficients = Coefficients::fromKnobs({Knobs{}}, objective);
    const torch::NoGradGuard noGradients;
    const Terms terms =
        computeTerms(subject.model, subject.parameters, subject.x, subject.noise, coefficients, objective);
    double distortion = 0.0;
    for (std::int64_t code = 0; code < 3; ++code) {
        const Tensor z =
            subject.model.codes(subject.parameters, subject.x, subject.noise.posterior.narrow(0, 6 * code, 6));
        distortion += subject.model.decoder().distortion(subject.parameters, z, subject.x).mean().item<double>() / 3.0;
    }
    QVERIFY(std::abs(terms[LossTerm::Distortion].item<double>() - distortion) < 1e-12);
    const double rate = subject.model.encode(subject.parameters, subject.x).rate().mean().item<double>();
    QVERIFY(std::abs(terms[LossTerm::Rate].item<double>() - rate) < 1e-12);
    QVERIFY(!terms.rateTerm.defined());
    QCOMPARE(combineTerms(terms, coefficients).item<double>(), terms.importance.item<double>());
}

void TestImportance::noiseForEveryCodeIsAskedFor() {
    Subject subject(smallSpec(), 1, 2);
    QVERIFY_EXCEPTION_THROWN(subject.gradient({Knobs{}}, weighing(3, CodeGradient::Path)), std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestImportance)
#include "tst_importance.moc"
