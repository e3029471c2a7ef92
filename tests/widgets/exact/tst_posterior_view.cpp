#include <QLineEdit>
#include <QToolButton>
#include <QtTest>
#include <cmath>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "widgets/exact/posterior_painter.h"
#include "widgets/exact/posterior_view.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/paint/axes_painter.h"

using namespace elbo;

namespace {

/// Pixels of about this hue, tints counted.
int tintedPixels(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            count += pixel.saturation() > 40 && std::abs(pixel.hue() - color.hue()) < 12 ? 1 : 0;
        }
    }
    return count;
}

/// An encoder that gives the true posterior exactly.
sample::LinearGaussian exactModel() {
    sample::LinearGaussian model;
    model.slope = model.trueSlope();
    model.variance = model.trueVariance();
    return model;
}

}  // namespace

class PosteriorViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void levelLinesFallOnTheEllipsesOfAnExactEncoder();
    void curvesCoincideForAnExactEncoder();
    void lagAndCollapseAreSeenInTheMeans();
    void everyPairIsInsideItsFrame();
    void brokenNumbersKeepTheirPlace();
    void anExampleIsShownOnce();
    void examplesAreChosenByNumber();
    void onlyNewMeasurementsArePrepared();
    void axesMoveRarely();
    void cellsFillTheArea();
    void numbersAtTheEndsOfNeighboursKeepApart();
    void paintsBothPictures();
    void exportsTextAndNumbers();
};

void PosteriorViewTest::levelLinesFallOnTheEllipsesOfAnExactEncoder() {
    const PosteriorScene scene = preparePosteriorScene(sample::linearTruth(0, 2, exactModel()));
    QCOMPARE(scene.tiles.size(), std::size_t(6));
    for (const PosteriorTile& tile : scene.tiles) {
        QVERIFY(std::abs(tile.gap) < 1e-12);
        QCOMPARE(tile.exact.size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            QVERIFY(tile.exact[i].path.closed);
            const double sigmas = static_cast<double>(i + 1);
            for (const QPointF& point : tile.exact[i].path.points) {
                const double radius = std::hypot((point.x() - tile.ellipse.x) / tile.ellipse.axx,
                                                 (point.y() - tile.ellipse.y) / tile.ellipse.ayy);
                QVERIFY2(std::abs(radius - sigmas) < 0.03, qPrintable(QString::number(radius)));
            }
        }
    }
}

void PosteriorViewTest::curvesCoincideForAnExactEncoder() {
    const ExactFrame frame = sample::linearTruth(0, 1, exactModel());
    const PosteriorScene scene = preparePosteriorScene(frame);
    QVERIFY(scene.oneDimensional());
    for (std::size_t i = 0; i < scene.tiles.size(); ++i) {
        for (const QPointF& point : scene.tiles[i].encoderCurve) {
            QVERIFY(std::abs(point.y() - densityAt(frame.posteriors[i].exact, point.x(), 0.0)) < 2e-3);
        }
        QCOMPARE(scene.tiles[i].mean.y(), 0.0);
    }
    QVERIFY(scene.peak > 0.8 && scene.peak < 1.0);  // 1 / sqrt(2 pi 0.2)
    QVERIFY(scene.lineReach > 1.0 && scene.lineReach < 5.0);
}

void PosteriorViewTest::lagAndCollapseAreSeenInTheMeans() {
    sample::LinearGaussian lagging;
    lagging.slope = 0.5 * lagging.trueSlope();
    const PosteriorScene lag = preparePosteriorScene(sample::linearTruth(0, 1, lagging));
    QCOMPARE(lag.means.size(), std::size_t(400));
    for (const MeanPair& pair : lag.means) {
        QVERIFY(std::abs(pair.encoder.x() - 0.5 * pair.exact.x()) < 1e-5);
    }
    sample::LinearGaussian collapsed;
    collapsed.weight = collapsed.slope = 0.0;
    const PosteriorScene spot = preparePosteriorScene(sample::linearTruth(0, 2, collapsed));
    QCOMPARE(spot.meansReach, 0.0);
    QCOMPARE(spot.means.size(), std::size_t(400));
}

void PosteriorViewTest::everyPairIsInsideItsFrame() {
    const Frame frame = sample::exactFrame(2, 3);
    for (const ExactFrame& exact : frame.exactFrames) {
        const PosteriorScene scene = preparePosteriorScene(exact);
        for (const PosteriorTile& tile : scene.tiles) {
            const QPointF middle = (tile.mean + tile.trueMean) / 2.0;
            QVERIFY(std::abs(tile.ellipse.x - middle.x()) + 2.0 * tile.ellipse.axx <= scene.tileReach);
            for (const SceneContour& contour : tile.exact) {
                for (const QPointF& point : contour.path.points) {
                    QVERIFY(std::abs(point.x() - middle.x()) <= scene.tileReach);
                    QVERIFY(std::abs(point.y() - middle.y()) <= scene.tileReach);
                }
            }
        }
    }
}

void PosteriorViewTest::brokenNumbersKeepTheirPlace() {
    Frame frame = sample::exactFrame();
    frame.exactFrames[0].posteriors[1].meanX = std::nan("");
    frame.exactFrames[0].posteriors[2].exact = {};
    frame.exactFrames[0].encoderMeanX[0] = std::numeric_limits<float>::infinity();
    const PosteriorScene scene = preparePosteriorScene(frame.exactFrames[0]);
    QCOMPARE(scene.tiles.size(), std::size_t(6));
    QVERIFY(scene.tiles[1].exact.empty());
    QCOMPARE(scene.means.size(), std::size_t(399));
    QVERIFY(std::isfinite(scene.tileReach) && std::isfinite(scene.meansReach));
    PosteriorView view;
    view.resize(420, 320);
    view.showFrame(sample::share(frame));
    QVERIFY(!view.grab().isNull());
    frame.exactFrames[0] = ExactFrame{};
    view.showFrame(sample::share(frame));
    view.setContent(PosteriorContent::Means);
    QVERIFY(!view.grab().isNull());
    view.showFrame(nullptr);
    QVERIFY(!view.grab().isNull());
}

void PosteriorViewTest::anExampleIsShownOnce() {
    ExactFrame frame = sample::linearTruth(0, 1, {}, 3);
    frame.posteriors.push_back(frame.posteriors[1]);
    frame.posteriors.back().gap += 1e-6;
    frame.posteriors.push_back(frame.posteriors[1]);
    frame.posteriors.back().name = "another";
    QCOMPARE(preparePosteriorScene(frame).tiles.size(), std::size_t(4));
}

void PosteriorViewTest::onlyNewMeasurementsArePrepared() {
    Frame frame = sample::exactFrame();
    Frame next = frame;
    ++next.sequence;
    ++next.report.step;
    QVERIFY(sameExact(&frame, &next));
    next.exactFrames[0].posteriors[2].gap += 1e-9;
    QVERIFY(!sameExact(&frame, &next));
    next = frame;
    next.exactFrames[0].forms.examples = 64;  // the same step measured again, more thoroughly
    QVERIFY(!sameExact(&frame, &next));
    next.exactFrames.clear();
    QVERIFY(!sameExact(&frame, &next));
    QVERIFY(sameExact(nullptr, nullptr) && !sameExact(nullptr, &frame));

    PosteriorView view;
    view.resize(420, 320);
    view.showFrame(sample::share(frame));
    const QImage before = view.grab().toImage();
    frame.exactStep = 1300;
    frame.exactFrames[0] = sample::linearTruth(0, 2, exactModel());
    view.showFrame(sample::share(frame));
    QVERIFY(view.grab().toImage() != before);
}

void PosteriorViewTest::axesMoveRarely() {
    QCOMPARE(steadyReach(0.0, 1.2, false), 1.5);
    QCOMPARE(steadyReach(0.0, 1.2, true), 2.0);
    QCOMPARE(steadyReach(2.0, 1.4, true), 2.0);
    QCOMPARE(steadyReach(2.0, 0.7, true), 2.0);
    QCOMPARE(steadyReach(2.0, 0.4, true), 0.5);
    QCOMPARE(steadyReach(2.0, 2.1, false), 3.0);
    QCOMPARE(steadyReach(2.0, 1.2, false), 2.0);
    QCOMPARE(steadyReach(2.0, 0.9, false), 1.0);
    QCOMPARE(steadyReach(2.0, 2.1, true), 5.0);
    QCOMPARE(steadyReach(0.0, 7.5, true), 10.0);
    QVERIFY(std::abs(steadyReach(0.0, 0.03, false) - 0.03) < 1e-12);
    QCOMPARE(steadyReach(2.0, std::nan(""), true), 2.0);
    QCOMPARE(steadyReach(0.0, 0.0, true), 1.0);
}

void PosteriorViewTest::cellsFillTheArea() {
    const QRectF area(10, 20, 400, 200);
    QCOMPARE(cellsOf(area, 1, 1.0), (std::vector<QRectF>{area}));
    const auto cells = cellsOf(area, 8, 1.0);
    QCOMPARE(cells.size(), std::size_t(8));
    QCOMPARE(cells[0], QRectF(10, 20, 100, 100));
    QCOMPARE(cells[7].bottomRight(), area.bottomRight());
    QVERIFY(cellsOf(area, 0, 1.0).empty());
    QCOMPARE(cellsOf(area, 8, 1.0, 150.0)[0], QRectF(10, 20, 200, 50));
    QCOMPARE(cellsOf(area, 8, 1.0, 500.0)[0], QRectF(10, 20, 400, 25));
}

void PosteriorViewTest::numbersAtTheEndsOfNeighboursKeepApart() {
    const Frame frame = sample::exactFrame(1, 2);
    std::vector<PosteriorScene> scenes;
    for (const ExactFrame& exact : frame.exactFrames) {
        scenes.push_back(preparePosteriorScene(exact));
    }
    PosteriorPicture picture;
    picture.scenes = &scenes;
    picture.axes.line = 0.5;
    picture.knobs = frame.knobs;
    const Theme theme = Theme::darkTheme();
    const QImage device(600, 240, QImage::Format_RGB32);
    const auto spots = posteriorSpots(QRectF(0, 0, 600, 240), picture, theme, &device);
    const QRectF left = spots.front().area, right = spots.back().area;
    QVERIFY(left.right() < right.left());
    const QFontMetricsF metrics(textFont(theme, 0.9), &device);
    const double halves =
        0.5 * (metrics.horizontalAdvance("0.5") + metrics.horizontalAdvance(QString::fromUtf8("\u22120.5")));
    QVERIFY2(right.left() - left.right() > halves + 2.0, qPrintable(QString::number(right.left() - left.right())));
}

void PosteriorViewTest::paintsBothPictures() {
    for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
        for (int dims : {1, 2}) {
            PosteriorView view;
            view.resize(420, 320);
            view.setTheme(theme);
            view.showFrame(sample::share(sample::exactFrame(dims)));
            const QImage posteriors = view.grab().toImage();
            QVERIFY(tintedPixels(posteriors, theme.model) > 500);
            QVERIFY(tintedPixels(posteriors, theme.posterior) > 200);
            view.findChild<QToolButton*>("means")->click();
            QCOMPARE(view.content(), PosteriorContent::Means);
            const QImage means = view.grab().toImage();
            QVERIFY(tintedPixels(means, theme.labels[5]) > 20);
            QVERIFY(means != posteriors);
        }
    }
}

void PosteriorViewTest::exportsTextAndNumbers() {
    PosteriorView view;
    view.showFrame(sample::share(sample::exactFrame(2, 2)));
    QByteArray svg = sample::svgOf(view, {252, 190});
    QVERIFY(svg.contains("true posterior p(z|x)"));
    QVERIFY(svg.count("0.0945") >= 6);  // the gap of every example
    QCOMPARE(svg.count("<image"), 0);
    view.setContent(PosteriorContent::Means);
    svg = sample::svgOf(view, {252, 190});
    QVERIFY(svg.contains("mean of q(z|x)"));

    const QStringList blocks = view.csv().split("\n\n");
    QCOMPARE(blocks.size(), 2);
    QCOMPARE(blocks[0].trimmed().count('\n'), 1 + 12);
    QCOMPARE(blocks[1].trimmed().count('\n'), 1 + 2 * 400);
    QVERIFY(view.appliesTo(sample::exactFrame()));
    QVERIFY(!view.appliesTo(sample::planeFrame()));
}

void PosteriorViewTest::examplesAreChosenByNumber() {
    PosteriorView view;
    QVERIFY(view.examples().empty());
    auto* entry = view.findChild<QLineEdit*>("examples");
    QTest::keyClicks(entry, "3, 15 3; 0 two 1");
    QTest::keyClick(entry, Qt::Key_Return);
    QCOMPARE(view.examples(), (std::vector<int>{2, 14, 0}));
    QCOMPARE(entry->text(), QString("3, 15, 1"));
    entry->clear();
    QTest::keyClick(entry, Qt::Key_Return);
    QVERIFY(view.examples().empty());
}

QTEST_MAIN(PosteriorViewTest)
#include "tst_posterior_view.moc"
