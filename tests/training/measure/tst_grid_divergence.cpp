// A glance at how far two densities on a grid are apart.
#include <QtTest>
#include <cmath>
#include <functional>

#include "training/measure/grid_divergence.h"

using namespace elbo;

namespace {

double normal(double x, double mean, double deviation) {
    const double z = (x - mean) / deviation;
    return std::exp(-0.5 * z * z) / (deviation * std::sqrt(2.0 * M_PI));
}

GridDensity line(double reach, int columns, const std::function<double(double)>& density) {
    GridDensity grid{columns, 1, {-reach, reach, 0.0, 1.0}, {}};
    for (int i = 0; i < columns; ++i) {
        grid.values.push_back(static_cast<float>(density(-reach + (i + 0.5) * 2.0 * reach / columns)));
    }
    return grid;
}

GridDensity plane(double reach, int cells, const std::function<double(double, double)>& density) {
    GridDensity grid{cells, cells, {-reach, reach, -reach, reach}, {}};
    const double width = 2.0 * reach / cells;
    for (int row = 0; row < cells; ++row) {
        for (int column = 0; column < cells; ++column) {
            grid.values.push_back(
                static_cast<float>(density(-reach + (column + 0.5) * width, -reach + (row + 0.5) * width)));
        }
    }
    return grid;
}

constexpr std::size_t kMany = 1000000;

}  // namespace

class TestGridDivergence : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void equalDensitiesAreNotApart() {
        const auto prior = [](double x) { return normal(x, 0.0, 1.0); };
        QVERIFY(coarseDivergence(line(4.0, 400, prior), line(4.0, 400, prior), kMany) < 1e-6);
        const auto round = [](double x, double y) { return normal(x, 0.0, 1.0) * normal(y, 0.0, 1.0); };
        QVERIFY(coarseDivergence(plane(4.0, 96, round), plane(4.0, 96, round), kMany) < 1e-6);
    }

    /// Two heaps at +-0.97 whose mixture has the variance of the prior: KL is 0.72 nats.
    void twoHeapsAreFound() {
        const auto heaps = [](double x) { return 0.5 * (normal(x, 0.97, 0.243) + normal(x, -0.97, 0.243)); };
        const auto prior = [](double x) { return normal(x, 0.0, 1.0); };
        const double found = coarseDivergence(line(4.0, 400, heaps), line(4.0, 400, prior), kMany);
        QVERIFY2(found > 0.4 && found < 0.73, qPrintable(QString::number(found)));
    }

    /// A bound from below whatever the window: also where it shows a part of the codes only.
    void itNeverExceedsTheDivergence() {
        const auto moved = [](double x) { return normal(x, 1.0, 1.0); };  // KL = 0.5
        const auto prior = [](double x) { return normal(x, 0.0, 1.0); };
        for (const double reach : {0.2, 1.0, 3.0, 6.0, 40.0}) {
            const double found = coarseDivergence(line(reach, 400, moved), line(reach, 400, prior), kMany);
            QVERIFY2(found <= 0.5 + 1e-3, qPrintable(QString("%1 at %2").arg(found).arg(reach)));
        }
        QVERIFY(coarseDivergence(line(6.0, 400, moved), line(6.0, 400, prior), kMany) > 0.4);
    }

    void fewCodesAloneAreNoFinding() {
        // One narrow code in each cell of a few: what so small a sample does by chance.
        const auto prior = [](double x) { return normal(x, 0.0, 1.0); };
        const auto sampled = [](double x) {
            return 0.2 * (normal(x, -1.3, 0.1) + normal(x, -0.5, 0.1) + normal(x, 0.0, 0.1) + normal(x, 0.6, 0.1) +
                          normal(x, 1.2, 0.1));
        };
        const GridDensity q = line(4.0, 400, sampled), p = line(4.0, 400, prior);
        QVERIFY(coarseDivergence(q, p, 5) < coarseDivergence(q, p, kMany));
        QVERIFY(coarseDivergence(q, p, 5) < 0.4);
    }

    void gridsThatDoNotMatchSayNothing() {
        const auto prior = [](double x) { return normal(x, 0.0, 1.0); };
        QCOMPARE(coarseDivergence(line(4.0, 40, prior), line(4.0, 41, prior), 10), 0.0);
        QCOMPARE(coarseDivergence({}, {}, 10), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestGridDivergence)
#include "tst_grid_divergence.moc"
