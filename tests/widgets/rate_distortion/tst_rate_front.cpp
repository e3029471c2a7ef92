// Pareto front and convex hull: by hand on small sets, by their definitions on random ones.
#include <QTest>
#include <random>

#include "widgets/rate_distortion/rate_front.h"

using namespace elbo;

namespace {

std::vector<std::pair<double, double>> pairs(const std::vector<RatePoint>& points) {
    std::vector<std::pair<double, double>> all;
    for (const RatePoint& point : points) {
        all.emplace_back(point.rate, point.distortion);
    }
    return all;
}

using Pairs = std::vector<std::pair<double, double>>;

std::vector<RatePoint> randomPoints(unsigned seed, int count) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0.0, 10.0);
    std::vector<RatePoint> points;
    for (int i = 0; i < count; ++i) {
        points.push_back({uniform(random), uniform(random), i});
    }
    return points;
}

}  // namespace

class TestRateFront : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void frontOfAHandfulOfPoints() {
        const std::vector<RatePoint> points{{3, 1}, {1, 5}, {2, 5}, {2, 3}, {4, 1}, {0, 9}, {2, 3}};
        QCOMPARE(pairs(paretoFront(points)), (Pairs{{0, 9}, {1, 5}, {2, 3}, {3, 1}}));
        QCOMPARE(pairs(paretoSteps(paretoFront(points))),
                 (Pairs{{0, 9}, {1, 9}, {1, 5}, {2, 5}, {2, 3}, {3, 3}, {3, 1}}));
    }

    void emptyAndBrokenSets() {
        QVERIFY(paretoFront({}).empty() && paretoSteps({}).empty() && lowerHull({}).empty());
        const double nan = std::nan("");
        QCOMPARE(pairs(paretoFront({{nan, 1}, {2, 2}, {1, nan}, {-HUGE_VAL, 0}})), (Pairs{{2, 2}}));
        QCOMPARE(pairs(lowerHull({{2, 2}, {2, 2}})), (Pairs{{2, 2}}));
    }

    void frontByItsDefinition() {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const auto points = randomPoints(seed, 40);
            const auto front = paretoFront(points);
            for (const RatePoint& point : points) {
                const bool beaten = std::any_of(points.begin(), points.end(), [&](const RatePoint& other) {
                    return other.step != point.step && other.rate <= point.rate && other.distortion <= point.distortion;
                });
                const bool kept = std::any_of(front.begin(), front.end(),
                                              [&](const RatePoint& other) { return other.step == point.step; });
                QCOMPARE(kept, !beaten);
            }
        }
    }

    void hullByHand() {
        // (1, 4) lies above the line from (0, 6) to (2, 1); (4, 3) is beaten; (3, 0.5) on the way down.
        QCOMPARE(pairs(lowerHull({{0, 6}, {1, 4}, {2, 1}, {3, 0.5}, {4, 3}})), (Pairs{{0, 6}, {2, 1}, {3, 0.5}}));
        QCOMPARE(pairs(lowerHull({{0, 2}, {1, 1}, {2, 0}})), (Pairs{{0, 2}, {2, 0}}));
    }

    void hullByItsDefinition() {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const auto points = randomPoints(seed, 40);
            const auto hull = lowerHull(points);
            for (std::size_t i = 0; i + 1 < hull.size(); ++i) {
                const double slope = (hull[i + 1].distortion - hull[i].distortion) / (hull[i + 1].rate - hull[i].rate);
                QVERIFY(slope < 0.0);
                for (const RatePoint& point : points) {
                    const double line = hull[i].distortion + slope * (point.rate - hull[i].rate);
                    QVERIFY(point.distortion >= line - 1e-9);
                }
            }
            // Whatever the price of rate, the best model of all is a corner of the hull or one of its ends.
            for (const double beta : {0.01, 0.3, 1.0, 3.0, 100.0}) {
                const auto price = [beta](const RatePoint& p) { return p.distortion + beta * p.rate; };
                const auto cheaper = [&](const RatePoint& a, const RatePoint& b) { return price(a) < price(b); };
                const RatePoint best = *std::min_element(points.begin(), points.end(), cheaper);
                QVERIFY(std::any_of(hull.begin(), hull.end(), [&](const auto& p) { return p.step == best.step; }));
            }
        }
    }

    void skewAxesAndBack() {
        QCOMPARE(planeHeight(PlaneAxes::Elbo, 5.0, 80.0), -85.0);
        QCOMPARE(planeHeight(PlaneAxes::Distortion, 5.0, 80.0), 80.0);
        for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
            QCOMPARE(planeDistortion(axes, 5.0, planeHeight(axes, 5.0, 80.0)), 80.0);
        }
    }
};

QTEST_APPLESS_MAIN(TestRateFront)
#include "tst_rate_front.moc"
