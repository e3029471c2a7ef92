// Every likelihood: it sums or integrates to one, and mean, variance, samples and the exponential form are those of it.

#include <QtTest>
#include <cmath>

#include "models/fleet/generator.h"
#include "models/likelihood/likelihood.h"
#include "models/tensor/torch.h"

using namespace elbo;

class TestLikelihoods : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyEntry_data();
    void everyEntry();
    void theContinuousBernoulliIsExactNearOneHalf();
};

namespace {

/// Logits or means from far below to far above 0, close to 0 on both sides, and on both sides of the seam of series.
const std::vector<double> kLocations{-40.0, -3.0, -0.51, -0.49, -1e-3, -1e-7, 0.0, 1e-7, 1e-3, 0.49, 0.51, 3.0, 40.0};

LikelihoodBatch batchOf(LikelihoodKind kind, const torch::Tensor& location) {
    const torch::Tensor logVariance =
        kind == LikelihoodKind::Gaussian ? torch::full({1, 1, 1}, std::log(0.3), location.options()) : torch::Tensor();
    return {kind, location.view({1, -1, 1}), logVariance};
}

/// Where x lives, as nodes and weights of a quadrature: [points], float64.
std::pair<torch::Tensor, torch::Tensor> support(LikelihoodKind kind, double location) {
    if (familyOf(kind).discrete()) {
        return {torch::tensor({0.0, 1.0}, torch::kFloat64), torch::ones({2}, torch::kFloat64)};
    }
    // Simpson's rule; on [0, 1] denser than an exponential of rate 40 asks for.
    const int cells = 20000;
    const double low = familyOf(kind).unitInterval() ? 0.0 : location - 8.0;
    const double high = familyOf(kind).unitInterval() ? 1.0 : location + 8.0;
    const torch::Tensor nodes = torch::linspace(low, high, cells + 1, torch::kFloat64);
    torch::Tensor weights = torch::full({cells + 1}, 2.0, torch::kFloat64);
    weights.index_put_({torch::arange(1, cells, 2)}, 4.0);
    weights[0] = weights[cells] = 1.0;
    return {nodes, weights * (high - low) / (3.0 * cells)};
}

}  // namespace

void TestLikelihoods::everyEntry_data() {
    QTest::addColumn<int>("kind");
    QVERIFY(namesOf<LikelihoodKind>.size() >= 3);
    for (const EnumName<LikelihoodKind>& name : namesOf<LikelihoodKind>) {
        QTest::newRow(name.key) << static_cast<int>(name.value);
    }
}

void TestLikelihoods::everyEntry() {
    QFETCH(int, kind);
    const auto likelihood = static_cast<LikelihoodKind>(kind);
    const LikelihoodFamily& family = familyOf(likelihood);
    for (const double location : kLocations) {
        const LikelihoodBatch batch = batchOf(likelihood, torch::tensor({location}, torch::kFloat64));
        const auto [nodes, weights] = support(likelihood, location);
        const torch::Tensor x = nodes.view({-1, 1});
        const torch::Tensor logP = -batch.distortion(x)[0];
        const torch::Tensor p = weights * logP.exp();
        const auto close = [&](const torch::Tensor& found, double expected, double tolerance) {
            return std::abs(found.item<double>() - expected) < tolerance;
        };
        QVERIFY2(close(p.sum(), 1.0, 1e-9), qPrintable(QString::number(location)));
        const double mean = (p * nodes).sum().item<double>();
        QVERIFY2(close(batch.mean(), mean, 1e-9), qPrintable(QString::number(location)));
        QVERIFY2(close(batch.variance(), (p * (nodes - mean).square()).sum().item<double>(), 1e-9),
                 qPrintable(QString::number(location)));
        // x . linear + x^2 . quadratic + constant.
        const ExponentialForm form = family.exponential(batch);
        torch::Tensor exponential = x * form.linear[0] + form.constant[0];
        if (form.quadratic.defined()) {
            exponential = exponential + x.square() * form.quadratic[0];
        }
        QVERIFY(torch::allclose(exponential.squeeze(1), logP, 1e-10, 1e-10));
    }

    // All locations at once: samples, their gradients, both precisions.
    const torch::Tensor locations = torch::tensor(kLocations, torch::kFloat64);
    torch::Generator generator = makeGenerator(3);
    LikelihoodBatch many = batchOf(likelihood, locations.repeat({20000}));
    const torch::Tensor draws = many.draw(generator).view({20000, -1});
    QVERIFY((draws.mean(0) - batchOf(likelihood, locations).mean().view({-1})).abs().max().item<double>() < 0.02);
    QVERIFY((draws.var(0) - batchOf(likelihood, locations).variance().view({-1})).abs().max().item<double>() < 0.02);
    QVERIFY(!family.unitInterval() || ((draws >= 0.0) & (draws <= 1.0)).all().item<bool>());
    torch::Generator same = makeGenerator(3);
    QVERIFY(torch::equal(draws, many.draw(same).view({20000, -1})));

    torch::Tensor moving = locations.clone().requires_grad_();
    const torch::Tensor noise =
        torch::randn({1, static_cast<std::int64_t>(kLocations.size()), 1}, generator, torch::kFloat64);
    const torch::Tensor x = torch::full({static_cast<std::int64_t>(kLocations.size()), 1}, 0.3, torch::kFloat64);
    const auto loss = [&](const torch::Tensor& at) {
        const LikelihoodBatch batch = batchOf(likelihood, at);
        return batch.distortion(x).squeeze(0) + family.sample(batch, noise, 0.5).flatten().square();
    };
    loss(moving).sum().backward();
    const torch::Tensor slope = (loss(locations + 1e-6) - loss(locations - 1e-6)) / 2e-6;
    QVERIFY(torch::isfinite(moving.grad()).all().item<bool>());
    QVERIFY(torch::allclose(moving.grad(), slope, 1e-5, 1e-6));
    const LikelihoodBatch single = batchOf(likelihood, locations.to(torch::kFloat32));
    QVERIFY(torch::allclose(single.distortion(x.to(torch::kFloat32)).to(torch::kFloat64),
                            batchOf(likelihood, locations).distortion(x), 1e-5, 1e-5));
}

void TestLikelihoods::theContinuousBernoulliIsExactNearOneHalf() {
    // log C(lambda) = log(2 atanh(1 - 2 lambda) / (1 - 2 lambda)), whose limit at 1/2 is log 2: the normaliser is what
    // the distortion has less than that of the Bernoulli formula.
    for (const double lambda : {0.3, 0.45, 0.4999, 0.500001, 0.5, 0.55, 0.7}) {
        const double logit = std::log(lambda / (1.0 - lambda));
        const torch::Tensor location = torch::tensor({logit}, torch::kFloat64);
        const torch::Tensor x = torch::tensor({0.2}, torch::kFloat64).view({1, 1});
        const double found = (batchOf(LikelihoodKind::Bernoulli, location).distortion(x) -
                              batchOf(LikelihoodKind::ContinuousBernoulli, location).distortion(x))
                                 .item<double>();
        const double t = 1.0 - 2.0 * lambda;
        // atanh(t) / t by its series where the quotient loses digits.
        const double quotient = std::abs(t) < 0.01 ? 1.0 + t * t / 3.0 + t * t * t * t / 5.0 : std::atanh(t) / t;
        QVERIFY2(std::abs(found - std::log(2.0 * quotient)) < 1e-12, qPrintable(QString::number(lambda)));
    }
}

QTEST_GUILESS_MAIN(TestLikelihoods)
#include "tst_likelihoods.moc"
