#include "models/divergence/stein.h"

#include <QtTest>
#include <cmath>

#include "models/latent_model.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// Stein variational gradient against sums written out pair by pair, closed forms of Gaussians and finite differences.
class TestStein : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void directionIsTheSumOverPairs_data();
    void directionIsTheSumOverPairs();
    void directionOfGaussiansHasItsClosedForm_data();
    void directionOfGaussiansHasItsClosedForm();
    void discrepancyOfTheFixture();
    void discrepancyOfOnePointRepeated();
    void discrepancyOfAShiftHasItsClosedForm();
    void discrepancyIsTheDescentAlongTheDirection();
    void theTermHasTheDirectionAsItsGradient();
    void descentBringsCodesToThePrior();
    void medianOfThreePoints();
    void oneMemberDoesNotTouchAnother();
};

namespace {

torch::Tensor normal(torch::IntArrayRef shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

torch::Tensor width(double h, std::int64_t members = 1) {
    return torch::full({members}, h, torch::kFloat64);
}

/// [1, 3, 2]
torch::Tensor fixture() {
    return torch::tensor({0.0, 0.0, 1.0, 0.0, 0.0, 2.0}, torch::kFloat64).view({1, 3, 2});
}

double largest(const torch::Tensor& values) {
    return values.abs().max().item<double>();
}

/// The definition, one pair and one coordinate at a time.
torch::Tensor directionByHand(const torch::Tensor& z, const torch::Tensor& h) {
    torch::Tensor result = torch::zeros_like(z);
    const auto points = z.accessor<double, 3>();
    auto out = result.accessor<double, 3>();
    for (std::int64_t m = 0; m < z.size(0); ++m) {
        const double bandwidth = h[m].item<double>();
        for (std::int64_t i = 0; i < z.size(1); ++i) {
            for (std::int64_t j = 0; j < z.size(1); ++j) {
                double r2 = 0.0;
                for (std::int64_t k = 0; k < z.size(2); ++k) {
                    r2 += std::pow(points[m][i][k] - points[m][j][k], 2);
                }
                const double kernel = std::exp(-r2 / (2.0 * bandwidth));
                for (std::int64_t k = 0; k < z.size(2); ++k) {
                    const double score = -points[m][j][k];
                    const double slope = (points[m][i][k] - points[m][j][k]) / bandwidth * kernel;
                    out[m][i][k] += (kernel * score + slope) / static_cast<double>(z.size(1));
                }
            }
        }
    }
    return result;
}

}  // namespace

void TestStein::directionIsTheSumOverPairs_data() {
    QTest::addColumn<int>("members");
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("dim");
    QTest::newRow("one member") << 1 << 8 << 2;
    QTest::newRow("three members, odd sizes") << 3 << 7 << 5;
    QTest::newRow("one code") << 2 << 1 << 3;
}

void TestStein::directionIsTheSumOverPairs() {
    QFETCH(int, members);
    QFETCH(int, count);
    QFETCH(int, dim);
    const torch::Tensor z = 1.5 * normal({members, count, dim}, 3) + 0.4;
    const torch::Tensor h = 0.5 + torch::arange(members, torch::kFloat64);
    QVERIFY(largest(steinDirection(z, h) - directionByHand(z, h)) < 1e-13);
}

void TestStein::directionOfGaussiansHasItsClosedForm_data() {
    QTest::addColumn<double>("mean");
    QTest::addColumn<double>("variance");
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("expected");
    const double h = 1.0;
    // phi(x) = Z x (1 - v)/(v + h), Z = sqrt(h/(h + v)) exp(-x^2/(2 (h + v))).
    QTest::newRow("wide") << 0.0 << 4.0 << 1.5 << -0.3213965783;
    // phi(x) = -mu (h/(1 + h))^(d/2) exp(-(x - mu)^2/(2 (1 + h))).
    QTest::newRow("shifted") << 1.0 << 1.0 << 0.5 << -std::sqrt(h / (1.0 + h)) * std::exp(-0.25 / (2.0 * (1.0 + h)));
    QTest::newRow("equal to the prior") << 0.0 << 1.0 << 0.8 << 0.0;
}

void TestStein::directionOfGaussiansHasItsClosedForm() {
    QFETCH(double, mean);
    QFETCH(double, variance);
    QFETCH(double, x);
    QFETCH(double, expected);
    // Evenly spread quantiles stand for the population; the point x itself counts 1/N.
    constexpr int kCount = 2000;
    const torch::Tensor p = (torch::arange(kCount, torch::kFloat64) + 0.5) / kCount;
    torch::Tensor z = mean + std::sqrt(2.0 * variance) * torch::erfinv(2.0 * p - 1.0);
    z = torch::cat({z, torch::full({1}, x, torch::kFloat64)}).view({1, -1, 1});
    const double found = steinDirection(z, width(1.0))[0][kCount][0].item<double>();
    QVERIFY2(std::abs(found - expected) < 2e-3, qPrintable(QString::number(found)));
}

void TestStein::discrepancyOfTheFixture() {
    const double biased = steinDiscrepancy(fixture(), width(1.0), MmdEstimator::Biased).item<double>();
    const double unbiased = steinDiscrepancy(fixture(), width(1.0), MmdEstimator::Unbiased).item<double>();
    QVERIFY2(std::abs(biased - 0.8958462915) < 1e-9, qPrintable(QString::number(biased, 'g', 12)));
    QVERIFY2(std::abs(unbiased + 0.4895638961) < 1e-9, qPrintable(QString::number(unbiased, 'g', 12)));
    QVERIFY_EXCEPTION_THROWN(steinDiscrepancy(torch::zeros({1, 1, 2}), width(1.0), MmdEstimator::Unbiased),
                             std::invalid_argument);
}

void TestStein::discrepancyOfOnePointRepeated() {
    // A point mass at 0 has d/h: this is the part that an implementation without the trace term leaves out.
    for (const double h : {0.5, 1.0, 3.0}) {
        const torch::Tensor z = torch::zeros({1, 9, 4}, torch::kFloat64);
        QVERIFY(std::abs(steinDiscrepancy(z, width(h), MmdEstimator::Biased).item<double>() - 4.0 / h) < 1e-12);
    }
}

void TestStein::discrepancyOfAShiftHasItsClosedForm() {
    // |mu|^2 (h/(h + 2))^(d/2) for q = N(mu, I).
    const double h = 1.5;
    const torch::Tensor z = normal({1, 4000, 2}, 5) + 0.7;
    const double expected = 2.0 * 0.49 * (h / (h + 2.0));
    const double found = steinDiscrepancy(z, width(h), MmdEstimator::Unbiased).item<double>();
    QVERIFY2(std::abs(found - expected) < 0.03, qPrintable(QString("%1, expected %2").arg(found).arg(expected)));
}

void TestStein::discrepancyIsTheDescentAlongTheDirection() {
    // KSD^2 = mean over i of (score . phi + div phi) = -d/de KL(q_e || p) for codes moved by e phi; with the kernel
    // written out: the divergence of phi at z_i by central differences in a probe that is no member of the set.
    const torch::Tensor z = normal({1, 6, 2}, 8) * 1.3 + 0.3;
    const torch::Tensor h = width(0.9);
    const auto phiAt = [&](const torch::Tensor& point) {
        // 1/N sum over the six codes only: the probe's own share is taken off again.
        const torch::Tensor all = torch::cat({z, point.view({1, 1, 2})}, 1);
        const torch::Tensor phi = steinDirection(all, h)[0][6];
        return (phi * 7.0 + point) / 6.0;  // its own share: k = 1, score -point, no slope
    };
    double sum = 0.0;
    constexpr double kStep = 1e-5;
    for (int i = 0; i < 6; ++i) {
        const torch::Tensor point = z[0][i].clone();
        sum -= (point * phiAt(point)).sum().item<double>();
        for (int k = 0; k < 2; ++k) {
            torch::Tensor shift = torch::zeros({2}, torch::kFloat64);
            shift[k] = kStep;
            sum += ((phiAt(point + shift) - phiAt(point - shift))[k] / (2.0 * kStep)).item<double>();
        }
    }
    const double expected = steinDiscrepancy(z, h, MmdEstimator::Biased).item<double>();
    QVERIFY2(std::abs(sum / 6.0 - expected) < 1e-8, qPrintable(QString("%1, %2").arg(sum / 6.0).arg(expected)));
}

void TestStein::theTermHasTheDirectionAsItsGradient() {
    for (const double bandwidth : {0.0, 0.8}) {
        torch::Tensor z = normal({3, 7, 5}, 4).requires_grad_();
        const torch::Tensor term = steinTerm(z, {}, bandwidth);
        const torch::Tensor h = steinBandwidth(z, bandwidth);
        QVERIFY(largest(term.detach() - steinDiscrepancy(z.detach(), h, MmdEstimator::Biased)) < 1e-14);
        term.sum().backward();
        QVERIFY(largest(z.grad() + directionByHand(z.detach(), h) / 7.0) < 1e-14);
    }
}

void TestStein::descentBringsCodesToThePrior() {
    // Along the direction the mean goes to 0 and the spread to 1, which pins its sign.
    torch::Tensor z = 0.3 * normal({1, 200, 1}, 6) + 2.0;
    for (int step = 0; step < 800; ++step) {
        z = z + 0.2 * steinDirection(z, medianBandwidth(z));
    }
    QVERIFY(std::abs(z.mean().item<double>()) < 0.02);
    QVERIFY2(std::abs(z.std().item<double>() - 1.0) < 0.1, qPrintable(QString::number(z.std().item<double>())));
}

void TestStein::medianOfThreePoints() {
    // Squared distances 1, 4 and 5: the median is 4.
    QVERIFY(std::abs(medianBandwidth(fixture()).item<double>() - 4.0 / (2.0 * std::log(4.0))) < 1e-12);
    QCOMPARE(medianBandwidth(torch::zeros({2, 5, 3}, torch::kFloat64))[1].item<double>(), 1e-3);
    QCOMPARE(medianBandwidth(torch::zeros({1, 1, 3}, torch::kFloat64)).item<double>(), 3.0);
}

void TestStein::oneMemberDoesNotTouchAnother() {
    torch::Tensor z = normal({2, 6, 3}, 9);
    const torch::Tensor alone = steinTerm(z.narrow(0, 0, 1), {}, 0.0);
    z[1][2][0] = std::nan("");
    const torch::Tensor both = steinTerm(z, {}, 0.0);
    QVERIFY(std::abs(both[0].item<double>() - alone.item<double>()) < 1e-14);
    QVERIFY(std::isnan(both[1].item<double>()));
}

QTEST_GUILESS_MAIN(TestStein)
#include "tst_stein.moc"
