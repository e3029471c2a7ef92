#include <QtTest>
#include <cmath>

#include "tests/widgets/sample_frames.h"
#include "widgets/latent/latent_scene.h"

using namespace elbo;

class LatentSceneTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void planeHasContoursAndCodes();
    void layersThatAreOffAreNotPrepared();
    void ellipsesHaveTheCovariance();
    void ellipsesAreFew();
    void lineHasCurves();
    void boundsIgnoreStrays();
    void badNumbersAreLeftOut();
    void aPartOfTheMassIsNotTheWhole();
};

void LatentSceneTest::planeHasContoursAndCodes() {
    const LatentScene scene = prepareLatentScene(sample::wheel(3, 2.2), {});
    QCOMPARE(scene.member, 3);
    QCOMPARE(scene.xAxis, QString::fromUtf8("z₁"));
    QCOMPARE(scene.points.size(), std::size_t(2000));
    QCOMPARE(scene.points[13].label, 3);
    QCOMPARE(scene.labels.size(), std::size_t(10));
    QVERIFY(scene.wholeMass);
    QVERIFY(scene.posteriorPeak > 0.1);
    // The prior is one hill: one closed line for each share of the mass.
    QCOMPARE(scene.priorContours.size(), std::size(kContourMasses));
    for (const SceneContour& contour : scene.priorContours) {
        QVERIFY(contour.path.closed);
        const double radius = std::sqrt(-2.0 * std::log(1.0 - contour.mass));
        const QPointF point = contour.path.points.first();
        QVERIFY(std::abs(std::hypot(point.x(), point.y()) - radius) < 0.05);
    }
    QVERIFY(scene.posteriorContours.size() > 10);
    QVERIFY(scene.ellipses.empty());
}

void LatentSceneTest::layersThatAreOffAreNotPrepared() {
    LatentSceneOptions options;
    options.layers = {true, false, false, false};
    const LatentScene scene = prepareLatentScene(sample::wheel(0, 2.2), options);
    QVERIFY(scene.priorContours.empty() && scene.posteriorContours.empty() && scene.points.empty());
    QCOMPARE(scene.posterior.columns, 128);
}

void LatentSceneTest::ellipsesHaveTheCovariance() {
    LatentSceneOptions options;
    options.layers.ellipses = true;
    const LatentFrame frame = sample::wheel(0, 2.2, {}, 32, 10);
    const LatentScene scene = prepareLatentScene(frame, options);
    QCOMPARE(scene.ellipses.size(), std::size_t(10));
    const SceneEllipse& e = scene.ellipses[4];
    QVERIFY(std::abs(e.axx * e.axx - frame.varianceX[4]) < 1e-6);
    QVERIFY(std::abs(e.axx * e.ayx - frame.covarianceXY[4]) < 1e-6);
    QVERIFY(std::abs(e.ayx * e.ayx + e.ayy * e.ayy - frame.varianceY[4]) < 1e-6);
}

void LatentSceneTest::ellipsesAreFew() {
    LatentSceneOptions options;
    options.layers.ellipses = true;
    options.maximumEllipses = 70;
    const LatentScene scene = prepareLatentScene(sample::wheel(0, 2.2), options);
    QVERIFY(scene.ellipses.size() <= 70 && scene.ellipses.size() > 50);
}

void LatentSceneTest::lineHasCurves() {
    const LatentScene scene = prepareLatentScene(sample::twoPointFrame().latents.front(), {});
    QVERIFY(scene.oneDimensional());
    QCOMPARE(scene.curves.size(), std::size_t(2));
    QCOMPARE(scene.curves[1].name, std::string("x = 1"));
    QCOMPARE(scene.posteriorCurve.points.size(), std::size_t(512));
    QVERIFY(std::abs(scene.curvePeak - 1.0 / std::sqrt(2.0 * M_PI * 0.09)) < 0.01);
    QVERIFY(std::abs(scene.priorCurve.points[256].y() - 0.3989) < 1e-3);
}

void LatentSceneTest::boundsIgnoreStrays() {
    LatentFrame frame = sample::wheel(0, 6.0);
    frame.meanX[5] = 1e6F;
    const LatentScene scene = prepareLatentScene(frame, {});
    QVERIFY(scene.bounds.xMax > 6.0 && scene.bounds.xMax < 9.0);
    const LatentScene collapsed = prepareLatentScene(sample::wheel(0, 0.0), {});
    QVERIFY(collapsed.bounds == (LatentWindow{-3.0, 3.0, -3.0, 3.0}));  // the prior is always in it
}

void LatentSceneTest::badNumbersAreLeftOut() {
    LatentFrame frame = sample::wheel(0, 2.0, {}, 32, 20);
    frame.meanX[3] = std::nanf("");
    frame.varianceX[4] = -1.0F;
    frame.aggregatedPosterior.values[7] = std::nanf("");
    frame.labels.clear();
    LatentSceneOptions options;
    options.layers.ellipses = true;
    const LatentScene scene = prepareLatentScene(frame, options);
    QCOMPARE(scene.points.size(), std::size_t(19));
    QCOMPARE(scene.ellipses.size(), std::size_t(18));
    QCOMPARE(scene.points.front().label, -1);
    QVERIFY(std::isfinite(scene.bounds.xMax));
    QVERIFY(prepareLatentScene(LatentFrame{}, {}).points.empty());
}

void LatentSceneTest::aPartOfTheMassIsNotTheWhole() {
    QVERIFY(!prepareLatentScene(sample::wheel(0, 2.2, {0, 1, 0, 1}), {}).wholeMass);
}

QTEST_MAIN(LatentSceneTest)
#include "tst_latent_scene.moc"
