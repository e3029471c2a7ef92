#include <QtTest>
#include <cmath>

#include "tests/widgets/sample_frames.h"
#include "widgets/paint/contour.h"
#include "widgets/paint/plane_map.h"

using namespace elbo;

class ContourTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void gaussianIsOneCircle();
    void massLevelsOfGaussian();
    void massLevelsCountWhatIsInTheWindow();
    void linesThatLeaveTheLatticeAreOpen();
    void saddleGivesTwoLines();
    void emptyAndFlatDensities();
    void densityIsBilinear();
    void windowsZoomAboutAPoint();
    void ticksAreRound();
    void linesAreClipped();
};

void ContourTest::gaussianIsOneCircle() {
    const GridDensity density = sample::gaussian(4.0, 160);
    const double radius = 1.5;
    const double level = std::exp(-radius * radius / 2.0) / (2.0 * M_PI);
    const auto paths = contourPaths(density, level);
    QCOMPARE(paths.size(), std::size_t(1));
    QVERIFY(paths[0].closed);
    QVERIFY(paths[0].points.size() > 100);
    double area = 0.0;
    for (qsizetype i = 0; i < paths[0].points.size(); ++i) {
        const QPointF a = paths[0].points[i], b = paths[0].points[(i + 1) % paths[0].points.size()];
        QVERIFY2(std::abs(std::hypot(a.x(), a.y()) - radius) < 0.003,
                 qPrintable(QString::number(std::hypot(a.x(), a.y()))));
        QVERIFY(std::hypot(a.x() - b.x(), a.y() - b.y()) < 0.08);  // neighbours on the line are neighbours in the list
        area += (a.x() * b.y() - a.y() * b.x()) / 2.0;
    }
    QVERIFY(std::abs(std::abs(area) - M_PI * radius * radius) < 0.02);
}

void ContourTest::massLevelsOfGaussian() {
    const GridDensity density = sample::gaussian(5.0, 200);
    const double masses[] = {0.25, 0.5, 0.75, 0.95};
    const auto levels = massLevels(density, masses);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        // The disc of mass m has squared radius -2 ln(1 - m), where the density is (1 - m) / 2 pi.
        const double expected = (1.0 - masses[i]) / (2.0 * M_PI);
        QVERIFY2(std::abs(levels[i] / expected - 1.0) < 0.02, qPrintable(QString::number(levels[i] / expected)));
    }
    QVERIFY(std::abs(massInWindow(density) - 1.0) < 1e-3);
}

void ContourTest::massLevelsCountWhatIsInTheWindow() {
    const GridDensity density = sample::gaussian(0.5, 50);
    QVERIFY(massInWindow(density) < 0.2);
    const double all[] = {0.5};
    const auto level = massLevels(density, all);
    QVERIFY(!contourPaths(density, level[0]).empty());  // a zoomed view still has contours
}

void ContourTest::linesThatLeaveTheLatticeAreOpen() {
    const GridDensity density = sample::gridOf({0, 10, 0, 10}, 20, 20, [](double x, double) { return x; });
    const auto paths = contourPaths(density, 5.1);
    QCOMPARE(paths.size(), std::size_t(1));
    QVERIFY(!paths[0].closed);
    QCOMPARE(paths[0].points.size(), qsizetype(20));
    for (const QPointF& point : paths[0].points) {
        QVERIFY(std::abs(point.x() - 5.1) < 1e-5);
    }
}

void ContourTest::saddleGivesTwoLines() {
    const GridDensity density{2, 2, {0, 2, 0, 2}, {1.0F, 0.0F, 0.0F, 1.0F}};
    QCOMPARE(contourPaths(density, 0.4).size(), std::size_t(2));
    QCOMPARE(contourPaths(density, 0.6).size(), std::size_t(2));
}

void ContourTest::emptyAndFlatDensities() {
    QVERIFY(contourPaths({}, 0.5).empty());
    QVERIFY(contourPaths({3, 3, {}, std::vector<float>(9, 0.0F)}, 0.0).empty());
    QVERIFY(contourPaths({3, 3, {}, std::vector<float>(4, 1.0F)}, 0.5).empty());  // sizes do not agree
    const double half[] = {0.5};
    QCOMPARE(massLevels({3, 3, {}, std::vector<float>(9, 0.0F)}, half)[0], 0.0);
    GridDensity broken{3, 3, {}, std::vector<float>(9, 1.0F)};
    broken.values[4] = std::nanf("");
    QVERIFY(std::isfinite(massLevels(broken, half)[0]));
    QVERIFY(std::isfinite(massInWindow(broken)));
}

void ContourTest::densityIsBilinear() {
    const GridDensity density =
        sample::gridOf({-2, 2, -2, 2}, 40, 40, [](double x, double y) { return 10 + 2 * x - y; });
    QVERIFY(std::abs(densityAt(density, 0.33, -0.71) - (10 + 0.66 + 0.71)) < 1e-4);
    QCOMPARE(densityAt(density, 2.5, 0.0), 0.0);
    const GridDensity line = sample::gridOf({0, 1, 0, 1}, 10, 1, [](double x, double) { return x; });
    QVERIFY(std::abs(densityAt(line, 0.42, 123.0) - 0.42) < 1e-5);
}

void ContourTest::windowsZoomAboutAPoint() {
    const LatentWindow window{-4, 4, -2, 2};
    const QPointF point(1.0, 0.5);
    const LatentWindow closer = zoomedAbout(window, point, 2.0);
    const PlaneMap before{QRectF(0, 0, 400, 200), window}, after{QRectF(0, 0, 400, 200), closer};
    QVERIFY((before.toPixel(point) - after.toPixel(point)).manhattanLength() < 1e-9);
    QCOMPARE(closer.xMax - closer.xMin, 4.0);
    const LatentWindow square = expandedTo(window, QSizeF(100, 100));
    QCOMPARE(square.yMax, 4.0);
    QCOMPARE(between(window, closer, 0.0), window);
    QVERIFY(std::abs(between(window, closer, 1.0).xMin - closer.xMin) < 1e-12);
    const LatentWindow half = between(window, closer, 0.5);
    QVERIFY((before.toPixel(point) - PlaneMap{before.area, half}.toPixel(point)).manhattanLength() < 1e-9);
}

void ContourTest::ticksAreRound() {
    const AxisTicks ticks = niceTicks(-4.0, 4.0, 8);
    QCOMPARE(ticks.step, 1.0);
    QCOMPARE(ticks.values.size(), std::size_t(9));
    QCOMPARE(ticks.text(-1.0), QString::fromUtf8("−1"));
    QCOMPARE(niceTicks(0.0, 0.1, 4).text(0.05), QStringLiteral("0.05"));
    QVERIFY(niceTicks(1.0, 1.0, 4).values.empty());
    // A single 0 says nothing about the scale.
    QCOMPARE(niceTicks(-4.0, 4.0, 2).values, (std::vector<double>{-4.0, 0.0, 4.0}));
    for (const auto& [low, high] : {std::pair{-4.9, 4.9}, {-3.0, 3.0}, {0.1, 0.9}, {0.51, 0.57}, {-3.75, 3.75}}) {
        for (int wanted = 1; wanted < 10; ++wanted) {
            const AxisTicks some = niceTicks(low, high, wanted);
            QVERIFY(some.values.size() >= 2 && some.values.size() < 14);
            QVERIFY(some.text(some.values[0]) != some.text(some.values[1]));
        }
    }
    QCOMPARE(axisTitle("z12"), QString::fromUtf8("z₁₂"));
    QCOMPARE(axisTitle("principal axis 1 (62 %)"), QStringLiteral("principal axis 1 (62 %)"));
}

void ContourTest::linesAreClipped() {
    const QRectF area(0, 0, 10, 10);
    const QPolygonF wave{{-5, 5}, {5, 5}, {15, 5}, {15, 8}, {5, 8}};
    const auto parts = clippedLine(wave, area);
    QCOMPARE(parts.size(), std::size_t(2));
    QCOMPARE(parts[0].first(), QPointF(0, 5));
    QCOMPARE(parts[0].last(), QPointF(10, 5));
    QCOMPARE(parts[1].first(), QPointF(10, 8));
    QVERIFY(clippedLine({{20, 20}, {30, 30}}, area).empty());
    // Nothing of no length is stroked: a PDF would hold a path without a point.
    QVERIFY(clippedLine({{5, 5}, {5, 5}}, area).empty());
    QVERIFY(!hasLength({}) && !hasLength({{1, 1}}) && hasLength({{1, 1}, {2, 1}}));
}

QTEST_MAIN(ContourTest)
#include "tst_contour.moc"
