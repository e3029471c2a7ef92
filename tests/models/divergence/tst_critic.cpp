#include "models/divergence/critic.h"

#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// Adversarial losses at the best critic against Jensen-Shannon by quadrature, and the gradient penalty against finite
/// differences.
class TestCritic : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void bestCriticMeasuresJensenShannon_data();
    void bestCriticMeasuresJensenShannon();
    void everySideOfABestCritic_data();
    void everySideOfABestCritic();
    void wassersteinOfAShift();
    void penaltyByFiniteDifferences();
    void penaltyOfALinearCritic();
    void membersHaveTheirOwnCritics();
};

namespace {

constexpr auto kLogistic = DivergenceKind::Adversarial;
constexpr auto kWasserstein = DivergenceKind::Wasserstein;

torch::Tensor normal(torch::IntArrayRef shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

/// Evenly spread quantiles of N(mean, 1), [1, N].
torch::Tensor quantiles(double mean) {
    constexpr int kCount = 200000;
    const torch::Tensor p = (torch::arange(kCount, torch::kFloat64) + 0.5) / kCount;
    return (mean + std::numbers::sqrt2 * torch::erfinv(2.0 * p - 1.0)).unsqueeze(0);
}

}  // namespace

void TestCritic::bestCriticMeasuresJensenShannon_data() {
    QTest::addColumn<double>("mean");
    QTest::addColumn<double>("jensenShannon");
    QTest::newRow("equal") << 0.0 << 0.0;
    QTest::newRow("0.5") << 0.5 << 0.0303113005;
    QTest::newRow("1") << 1.0 << 0.1114214822;
    QTest::newRow("2") << 2.0 << 0.3368308203;
    QTest::newRow("4") << 4.0 << 0.6327201937;
}

void TestCritic::bestCriticMeasuresJensenShannon() {
    QFETCH(double, mean);
    QFETCH(double, jensenShannon);
    const torch::Tensor codes = quantiles(mean);
    const torch::Tensor prior = quantiles(0.0);
    const auto logRatio = [mean](const torch::Tensor& z) { return mean * z - 0.5 * mean * mean; };
    const double loss = criticLoss(kLogistic, logRatio(codes), logRatio(prior)).item<double>();
    QVERIFY2(std::abs(loss - 2.0 * std::numbers::ln2 + 2.0 * jensenShannon) < 1e-5, qPrintable(QString::number(loss)));
    // The encoder's term: KL(q || p) - KL(q || (q + p)/2), the second summed over the same quantiles.
    const double term = criticTerm(kLogistic, Moving::Q, logRatio(codes), logRatio(prior)).item<double>();
    const double toMiddle = (std::numbers::ln2 - torch::log1p(torch::exp(-logRatio(codes))).mean()).item<double>();
    QVERIFY(std::abs(term - (0.5 * mean * mean - toMiddle)) < 1e-4);
    QVERIFY(mean == 0.0 ? std::abs(term) < 1e-12 : term > 0.0);
    const double accuracy = criticAccuracy(kLogistic, logRatio(codes), logRatio(prior)).item<double>();
    QVERIFY(std::abs(accuracy - 0.5 * (1.0 + std::erf(0.5 * mean / std::numbers::sqrt2))) < 1e-4 || mean == 0.0);
}

void TestCritic::everySideOfABestCritic_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("adversarial") << static_cast<int>(DivergenceKind::Adversarial);
    QTest::newRow("kl") << static_cast<int>(DivergenceKind::RatioKl);
    QTest::newRow("reverse kl") << static_cast<int>(DivergenceKind::RatioReverseKl);
}

void TestCritic::everySideOfABestCritic() {
    // q = N(a, 1) against p = N(b, 1): KL = (a - b)^2 / 2 both ways, so that the derivatives by a and b are a - b and
    // b - a whichever side moves. The adversarial term has no closed form, but its derivative is that of
    // KL(q || p) - KL(q || (q + p) / 2) with the critic held, found by differences of the shifts.
    QFETCH(int, kind);
    const auto divergence = static_cast<DivergenceKind>(kind);
    const double a = 0.9, b = 0.2;
    const auto logRatio = [&](const torch::Tensor& z) { return (a - b) * z - 0.5 * (a * a - b * b); };
    const torch::Tensor centre = quantiles(0.0);
    torch::Tensor q = torch::full({1, 1}, a, torch::kFloat64).requires_grad_();
    torch::Tensor p = torch::full({1, 1}, b, torch::kFloat64).requires_grad_();
    const torch::Tensor term = criticTerm(divergence, Moving::Both, logRatio(centre + q), logRatio(centre + p));
    term.sum().backward();
    const double byQ = q.grad().item<double>(), byP = p.grad().item<double>();
    if (divergence != DivergenceKind::Adversarial) {
        QVERIFY2(std::abs(term.item<double>() - 0.5 * (a - b) * (a - b)) < 1e-5, qPrintable(QString::number(byQ)));
        QVERIFY2(std::abs(byQ - (a - b)) < 1e-3, qPrintable(QString::number(byQ)));
        QVERIFY2(std::abs(byP - (b - a)) < 1e-3, qPrintable(QString::number(byP)));
    }
    QVERIFY(byQ > 0.1 && std::abs(byQ + byP) < 1e-3);  // both go towards each other, alike by symmetry
    // One side alone has the gradient it has in the sum.
    torch::Tensor alone = torch::full({1, 1}, b, torch::kFloat64).requires_grad_();
    criticTerm(divergence, Moving::P, logRatio(centre + a), logRatio(centre + alone)).sum().backward();
    QVERIFY(std::abs(alone.grad().item<double>() - byP) < 1e-12);
}

void TestCritic::wassersteinOfAShift() {
    // T(z) = z is a best critic of slope 1 for a shift to the right, and the distance is the shift.
    const torch::Tensor codes = quantiles(1.7);
    const torch::Tensor prior = quantiles(0.0);
    QVERIFY(std::abs(criticTerm(kWasserstein, Moving::Q, codes, prior).item<double>() - 1.7) < 1e-9);
    QVERIFY(std::abs(criticLoss(kWasserstein, codes, prior).item<double>() + 1.7) < 1e-9);
    QVERIFY(criticAccuracy(kWasserstein, codes, prior).item<double>() > 0.79);
}

void TestCritic::penaltyByFiniteDifferences() {
    const Critic critic(3, {5, 4});
    FleetParameters parameters(critic.layout(), 3, torch::kFloat64);
    critic.initialise(parameters, 2);
    parameters.values().add_(0.3 * normal(parameters.values().sizes(), 8));
    const torch::Tensor points = normal({3, 7, 3}, 4);
    gradientPenalty(critic, parameters, points).sum().backward();
    const torch::Tensor exact = parameters.gradients().clone();
    constexpr double kStep = 1e-6;
    double worst = 0.0;
    const torch::Tensor values = parameters.values();
    for (std::int64_t member = 0; member < 3; ++member) {
        for (std::int64_t i = 0; i < values.size(1); ++i) {
            const torch::Tensor entry = values[member][i];
            const double value = entry.item<double>();
            const auto at = [&](double shifted) {
                entry.fill_(shifted);
                return gradientPenalty(critic, parameters, points).sum().item<double>();
            };
            const double numeric = (at(value + kStep) - at(value - kStep)) / (2.0 * kStep);
            entry.fill_(value);
            worst = std::max(worst, std::abs(numeric - exact[member][i].item<double>()));
        }
    }
    QVERIFY2(worst < 1e-7, qPrintable(QString::number(worst)));
    QVERIFY(exact.abs().max().item<double>() > 1e-2);
}

void TestCritic::penaltyOfALinearCritic() {
    // T(z) = w z + b has slope |w| everywhere.
    const Critic critic(2, {});
    FleetParameters parameters(critic.layout(), 2, torch::kFloat64);
    parameters.values().copy_(torch::tensor({3.0, 4.0, 0.5, 0.6, 0.8, 9.0}, torch::kFloat64).view({2, 3}));
    const torch::Tensor penalty = gradientPenalty(critic, parameters, normal({2, 5, 2}, 1));
    QVERIFY(std::abs(penalty[0].item<double>() - 16.0) < 1e-9);
    QVERIFY(std::abs(penalty[1].item<double>()) < 1e-9);
}

void TestCritic::membersHaveTheirOwnCritics() {
    const Critic critic(2, {6});
    FleetParameters parameters(critic.layout(), 3, torch::kFloat64);
    critic.initialise(parameters, 2);
    const torch::Tensor z = normal({5, 2}, 3);
    const torch::Tensor scores = critic.score(parameters, z);
    QCOMPARE(scores.size(0), 3);
    QVERIFY(torch::allclose(scores[0], scores[2]));  // the same start
    criticLoss(kLogistic, scores, scores)[1].backward();
    QCOMPARE(parameters.gradients()[0].abs().sum().item<double>(), 0.0);
    QVERIFY(parameters.gradients()[1].abs().sum().item<double>() > 0.0);
}

QTEST_GUILESS_MAIN(TestCritic)
#include "tst_critic.moc"
