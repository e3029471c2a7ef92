#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "models/tensor/torch.h"
#include "training/measure/aggregated_posterior.h"

using namespace elbo;

class TestAggregatedPosterior : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void densityMatchesTheSumOfGaussians();
    void narrowPosteriorsKeepTheirMass();
    void blocksOfCodesAgreeWithOneSum();
    void correlatedDensityAgreesAlongTheAxes();
    void momentsMatchSamples();
    void standardNormalHasLogDetZero();
};

namespace {

double total(const GridDensity& grid) {
    const double width = (grid.window.xMax - grid.window.xMin) / grid.columns;
    const double height = grid.rows > 1 ? (grid.window.yMax - grid.window.yMin) / grid.rows : 1.0;
    return std::accumulate(grid.values.begin(), grid.values.end(), 0.0) * width * height;
}

}  // namespace

void TestAggregatedPosterior::densityMatchesTheSumOfGaussians() {
    torch::manual_seed(1);
    const torch::Tensor mean = torch::randn({2, 40}, torch::kFloat64);
    const torch::Tensor stddev = torch::rand({2, 40}, torch::kFloat64) + 0.5;
    const LatentWindow window{-6, 6, -7, 7};
    const GridDensity grid = mixtureDensity(mean[0], stddev[0], mean[1], stddev[1], window, 240, 280);
    const int column = 100;
    const int row = 130;
    const double x = -6 + 12.0 * (column + 0.5) / 240;
    const double y = -7 + 14.0 * (row + 0.5) / 280;
    double expected = 0.0;
    for (int n = 0; n < 40; ++n) {
        const double sx = stddev[0][n].item<double>(), sy = stddev[1][n].item<double>();
        const double dx = (x - mean[0][n].item<double>()) / sx, dy = (y - mean[1][n].item<double>()) / sy;
        expected += std::exp(-0.5 * (dx * dx + dy * dy)) / (2.0 * std::numbers::pi * sx * sy) / 40.0;
    }
    const double found = grid.values[static_cast<std::size_t>(row) * 240 + column];
    // Cell means differ from the centre value by the curvature over one cell: about h^2 / 24.
    QVERIFY2(std::abs(found - expected) < 2e-3 * expected, qPrintable(QString("%1 %2").arg(found).arg(expected)));
    QVERIFY(std::abs(total(grid) - 1.0) < 1e-3);
}

void TestAggregatedPosterior::narrowPosteriorsKeepTheirMass() {
    const torch::Tensor mean = torch::tensor({-1.0, 1.0}, torch::kFloat64);
    const GridDensity grid = mixtureDensity(mean, torch::full_like(mean, 1e-5), {-4, 4, 0, 0}, 100);
    QVERIFY(std::abs(total(grid) - 1.0) < 1e-6);
}

void TestAggregatedPosterior::blocksOfCodesAgreeWithOneSum() {
    // More codes than one block holds, of very different widths, some outside the window.
    torch::manual_seed(4);
    const torch::Tensor mean = 2.0 * torch::randn({2, 1500}, torch::kFloat64);
    const torch::Tensor stddev = torch::exp(torch::randn({2, 1500}, torch::kFloat64));
    const GridDensity grid = mixtureDensity(mean[0], stddev[0], mean[1], stddev[1], {-3, 3, -2, 4}, 31, 17);
    const torch::Tensor x = cellDensity(mean[0], stddev[0], -3, 3, 31);
    const torch::Tensor y = cellDensity(mean[1], stddev[1], -2, 4, 17);
    const torch::Tensor expected = torch::mm(y.t(), x) / 1500.0;
    for (std::size_t i = 0; i < grid.values.size(); ++i) {
        const double whole = expected.reshape({-1})[static_cast<std::int64_t>(i)].item<double>();
        QVERIFY(std::abs(grid.values[i] - whole) < 1e-6 * whole + 1e-9);
    }
    // A code that is not a number is seen, and nothing crashes.
    mean[1][7] = std::nan("");
    const GridDensity broken = mixtureDensity(mean[0], stddev[0], mean[1], stddev[1], {-3, 3, -2, 4}, 31, 17);
    QVERIFY(std::any_of(broken.values.begin(), broken.values.end(), [](float value) { return std::isnan(value); }));
}

void TestAggregatedPosterior::correlatedDensityAgreesAlongTheAxes() {
    torch::manual_seed(2);
    const torch::Tensor mean = torch::randn({2, 100}, torch::kFloat64);
    const torch::Tensor stddev = torch::rand({2, 100}, torch::kFloat64) + 0.4;
    const LatentWindow window{-4, 4, -4, 4};
    const GridDensity exact = mixtureDensity(mean[0], stddev[0], mean[1], stddev[1], window, 200, 200);
    const GridDensity general = correlatedMixtureDensity(mean[0], mean[1], stddev[0].square(), stddev[1].square(),
                                                         torch::zeros({100}, torch::kFloat64), window, 200, 200);
    double worst = 0.0;
    for (std::size_t i = 0; i < exact.values.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(exact.values[i]) - general.values[i]));
    }
    QVERIFY2(worst < 2e-4, qPrintable(QString::number(worst)));
}

void TestAggregatedPosterior::momentsMatchSamples() {
    torch::manual_seed(3);
    const torch::Tensor mean =
        torch::randn({1, 50, 3}, torch::kFloat64) * torch::tensor({1.0, 2.0, 0.01}, torch::kFloat64);
    const torch::Tensor stddev = torch::rand({1, 50, 3}, torch::kFloat64);
    const AggregatedMoments moments = aggregatedMoments(mean, stddev.square());
    const torch::Tensor samples = (mean + stddev * torch::randn({4000, 50, 3}, torch::kFloat64)).reshape({-1, 3});
    const torch::Tensor covariance = torch::cov(samples.t());
    QVERIFY((covariance - moments.covariance[0]).abs().max().item<double>() < 0.05);
    QVERIFY(std::abs(moments.logDetCovariance()[0].item<double>() - torch::logdet(covariance).item<double>()) < 0.03);
    QVERIFY(std::abs(moments.activeUnits()[0].item<double>() - 2.0 / 3.0) < 1e-12);
}

void TestAggregatedPosterior::standardNormalHasLogDetZero() {
    // Posteriors that all equal the prior: the collapsed model.
    const torch::Tensor zero = torch::zeros({2, 10, 4}, torch::kFloat64);
    const AggregatedMoments moments = aggregatedMoments(zero, zero + 1.0);
    QVERIFY(moments.logDetCovariance().abs().max().item<double>() < 1e-12);
    QCOMPARE(moments.activeUnits().max().item<double>(), 0.0);
}

QTEST_GUILESS_MAIN(TestAggregatedPosterior)
#include "tst_aggregated_posterior.moc"
