#include <QtTest>
#include <cmath>

#include "models/closed_form/linear_gaussian.h"
#include "tests/oracles.h"

using namespace elbo;

class TestLinearGaussian : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithTheOracle();
    void agreesWithTheReferencePage_data();
    void agreesWithTheReferencePage();
};

void TestLinearGaussian::agreesWithTheOracle() {
    REQUIRE_ORACLE(json, "linear_gaussian_rd.json");
    for (const auto& point : json["points"]) {
        const auto result = linearGaussianOptimum(json["spectrum"].get<std::vector<double>>(), json["latent_dim"],
                                                  json["noise_variance"], point["beta"]);
        QVERIFY(std::abs(result.rate - point["rate"].get<double>()) < 1e-12);
        QVERIFY(std::abs(result.distortion - point["distortion"].get<double>()) < 1e-12);
    }
}

void TestLinearGaussian::agreesWithTheReferencePage_data() {
    QTest::addColumn<int>("latentDim");
    QTest::addColumn<double>("beta");
    QTest::addColumn<double>("rate");
    QTest::addColumn<double>("distortion");
    QTest::newRow("two latents, 0.5") << 2 << 0.5 << 3.119162 << 4.828957;
    QTest::newRow("two latents, 4") << 2 << 4.0 << 1.039721 << 8.328957;
    QTest::newRow("one direction left") << 2 << 10.0 << 0.235002 << 13.328957;
    QTest::newRow("collapsed") << 2 << 20.0 << 0.0 << 16.328957;
    QTest::newRow("five latents") << 5 << 1.0 << 3.465736 << 3.328957;
}

void TestLinearGaussian::agreesWithTheReferencePage() {
    QFETCH(int, latentDim);
    QFETCH(double, beta);
    QFETCH(double, rate);
    QFETCH(double, distortion);
    const auto result = linearGaussianOptimum({0.1, 4.0, 1.0, 2.0, 0.5}, latentDim, 0.25, beta);
    QVERIFY(std::abs(result.rate - rate) < 1e-6);
    QVERIFY(std::abs(result.distortion - distortion) < 1e-6);
}

QTEST_GUILESS_MAIN(TestLinearGaussian)
#include "tst_linear_gaussian.moc"
