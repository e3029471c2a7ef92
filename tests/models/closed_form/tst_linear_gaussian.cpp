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
    void directionsAreLostAtTheThresholds();
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

/// Every direction in use adds -1/2 to dR / d log beta.
void TestLinearGaussian::directionsAreLostAtTheThresholds() {
    const std::vector<double> spectrum{0.1, 4.0, 1.0, 2.0, 0.5, 0.0};
    const double noise = 0.25, step = 1e-3;
    const auto inUse = [&](double beta) {
        const double before = linearGaussianOptimum(spectrum, 3, noise, beta * std::exp(-step)).rate;
        const double after = linearGaussianOptimum(spectrum, 3, noise, beta * std::exp(step)).rate;
        return std::lround((before - after) / step);
    };
    const std::vector<double> thresholds = linearGaussianThresholds(spectrum, 3, noise);
    QCOMPARE(thresholds, (std::vector<double>{16.0, 8.0, 4.0}));
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
        QCOMPARE(inUse(1.01 * thresholds[i]), static_cast<long>(i));
        QCOMPARE(inUse(0.99 * thresholds[i]), static_cast<long>(i) + 1);
    }
    QCOMPARE(linearGaussianThresholds(spectrum, 9, noise).size(), std::size_t{5});  // no variance, nothing to lose
}

QTEST_GUILESS_MAIN(TestLinearGaussian)
#include "tst_linear_gaussian.moc"
