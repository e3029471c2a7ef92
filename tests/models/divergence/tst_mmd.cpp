#include <QtTest>
#include <cmath>

#include "models/divergence/mmd.h"
#include "models/tensor/torch.h"
#include "tests/oracles.h"

using namespace elbo;

class TestMmd : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void handComputedFixture_data();
    void handComputedFixture();
    void agreesWithTheOracle();
    void blocksAgreeWithOnePass();
    void gaussianPairHasItsClosedForm();
    void notANumberPropagates();
    void unbiasedNeedsTwoPoints();
};

namespace {

torch::Tensor points(const std::vector<std::vector<double>>& rows) {
    torch::Tensor result = torch::empty(
        {1, static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())}, torch::kFloat64);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            result[0][static_cast<std::int64_t>(i)][static_cast<std::int64_t>(j)] = rows[i][j];
        }
    }
    return result;
}

}  // namespace

void TestMmd::handComputedFixture_data() {
    QTest::addColumn<int>("kernel");
    QTest::addColumn<double>("biased");
    QTest::addColumn<double>("unbiased");
    // Dimension 2: h = d^2 = 4 and h = d = 2, summed by hand (the reference page has -0.2483909513 for the last one;
    // summing its nine points gives this).
    QTest::newRow("h = dim^2") << static_cast<int>(DivergenceKernel::GaussianDim2) << 0.1548772186 << -0.2214866398;
    QTest::newRow("h = dim") << static_cast<int>(DivergenceKernel::GaussianDim) << 0.2676090664 << -0.2483908913;
}

void TestMmd::handComputedFixture() {
    QFETCH(int, kernel);
    QFETCH(double, biased);
    QFETCH(double, unbiased);
    const torch::Tensor x = points({{0, 0}, {1, 0}, {0, 2}});
    const torch::Tensor y = points({{1, 1}, {-1, 0}, {0, -1}});
    const auto k = static_cast<DivergenceKernel>(kernel);
    QVERIFY(std::abs(mmd(x, y, k, MmdEstimator::Biased).item<double>() - biased) < 1e-9);
    const double found = mmd(x, y, k, MmdEstimator::Unbiased).item<double>();
    QVERIFY2(std::abs(found - unbiased) < 1e-9, qPrintable(QString::number(found, 'g', 12)));
}

void TestMmd::agreesWithTheOracle() {
    REQUIRE_ORACLE(json, "mmd.json");
    const torch::Tensor x = points(json["x"].get<std::vector<std::vector<double>>>());
    const torch::Tensor y = points(json["y"].get<std::vector<std::vector<double>>>());
    QCOMPARE(json["gaussian"]["bandwidth"].get<double>(), static_cast<double>(x.size(2)));
    QCOMPARE(json["imq"]["c"].get<double>(), 2.0 * static_cast<double>(x.size(2)));
    const auto check = [&](DivergenceKernel kernel, const char* name) {
        for (const auto& [estimator, key] :
             {std::pair{MmdEstimator::Biased, "biased"}, std::pair{MmdEstimator::Unbiased, "unbiased"}}) {
            const double value = mmd(x, y, kernel, estimator).item<double>();
            QVERIFY(std::abs(value - json[name][key].get<double>()) < 1e-9);
        }
    };
    check(DivergenceKernel::GaussianDim, "gaussian");
    check(DivergenceKernel::InverseMultiquadratic, "imq");
}

void TestMmd::blocksAgreeWithOnePass() {
    torch::manual_seed(1);
    const torch::Tensor z = torch::randn({3, 57, 4}, torch::kFloat64);
    const torch::Tensor y = torch::randn({1, 31, 4}, torch::kFloat64);
    for (const auto estimator : {MmdEstimator::Biased, MmdEstimator::Unbiased}) {
        const torch::Tensor whole = mmd(z, y, DivergenceKernel::MultiScale, estimator);
        const torch::Tensor blocks = mmdInBlocks(z, y, DivergenceKernel::MultiScale, estimator, 10);
        QVERIFY((whole - blocks).abs().max().item<double>() < 1e-12);
    }
}

void TestMmd::gaussianPairHasItsClosedForm() {
    // q = N(1, I), p = N(0, I), d = 2, h = d^2 = 4 = 2 s with s = 2: 0.2211992169 (reference page 3.3).
    torch::manual_seed(3);
    const torch::Tensor z = torch::randn({1, 4000, 2}, torch::kFloat64) + 1.0;
    const torch::Tensor y = torch::randn({1, 4000, 2}, torch::kFloat64);
    const double value = mmdInBlocks(z, y, DivergenceKernel::GaussianDim2, MmdEstimator::Unbiased).item<double>();
    QVERIFY2(std::abs(value - 0.2211992169) < 0.015, qPrintable(QString::number(value)));
}

void TestMmd::notANumberPropagates() {
    torch::Tensor z = torch::randn({2, 5, 3}, torch::kFloat64);
    z[1][2][0] = std::nan("");
    const torch::Tensor value =
        mmd(z, torch::randn({1, 5, 3}, torch::kFloat64), DivergenceKernel::GaussianDim, MmdEstimator::Biased);
    QVERIFY(std::isfinite(value[0].item<double>()));
    QVERIFY(std::isnan(value[1].item<double>()));
}

void TestMmd::unbiasedNeedsTwoPoints() {
    QVERIFY_EXCEPTION_THROWN(
        mmd(torch::zeros({1, 1, 2}), torch::zeros({1, 3, 2}), DivergenceKernel::GaussianDim, MmdEstimator::Unbiased),
        std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestMmd)
#include "tst_mmd.moc"
