// A sweep in the rate-distortion plane: error bars from seeds, what is left out, and a click that opens a model.
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "tests/widgets/sample_history.h"
#include "widgets/chart/plotting.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/rate_distortion_view.h"
#include "widgets/rate_distortion/sweep_points.h"

using namespace elbo;

namespace {

SweepPoint point(double beta, std::uint64_t seed, double rate, double distortion) {
    SweepPoint result;
    result.folder = "/sweep/beta-" + std::to_string(static_cast<int>(beta)) + "-" + std::to_string(seed);
    result.knobs = {beta, 1.0, 0.0};
    result.seed = seed;
    result.rateTest = rate;
    result.distortionTest = distortion;
    result.rateTrain = rate - 0.5;
    result.distortionTrain = distortion - 0.5;
    return result;
}

/// Two settings of two seeds; one more model has diverged and one is still to come.
Sweep sample() {
    Sweep sweep;
    sweep.folder = "/sweep";
    sweep.experiment.knobs = {{1.0, 1.0, 0.0}, {4.0, 1.0, 0.0}, {9.0, 1.0, 0.0}};
    sweep.planned = 6;
    sweep.points = {point(1.0, 0, 10.0, 90.0), point(1.0, 1, 12.0, 86.0), point(4.0, 0, 4.0, 110.0),
                    point(4.0, 1, 5.0, 112.0), point(9.0, 0, 1.0, 130.0)};
    sweep.points.back().failure = "member 0: the loss became non-finite at step 3";
    return sweep;
}

}  // namespace

class TestSweepPoints : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void seedsBecomeMeanAndDeviation() {
        const SweepDrawing drawing = prepareSweep(sample(), Split::Test, PlaneAxes::Distortion);
        QCOMPARE(drawing.settings.size(), std::size_t(2));
        const SweepSetting& first = drawing.settings[0];
        QCOMPARE(first.name, QString::fromUtf8("\u03b2\u00a01"));
        QCOMPARE(first.seeds.size(), std::size_t(2));
        QCOMPARE(first.rate.mean, 11.0);
        QCOMPARE(first.rate.deviation, std::sqrt(2.0));
        QCOMPARE(first.distortion.mean, 88.0);
        QCOMPARE(first.height.deviation, std::sqrt(8.0));
        QCOMPARE(drawing.settings[1].place, 0.5);
        QCOMPARE(drawing.remark, "4 models of a sweep, 1 diverged, 1 to come");
        // All points and all bars are in the window.
        QVERIFY(drawing.rates.low <= 4.0 && drawing.rates.high >= 11.0 + std::sqrt(2.0));
        QVERIFY(drawing.heights.low <= 88.0 - std::sqrt(8.0) && drawing.heights.high >= 112.0);
    }

    void axesAndSplitAreFollowed() {
        const SweepDrawing elbo = prepareSweep(sample(), Split::Test, PlaneAxes::Elbo);
        QCOMPARE(elbo.settings[0].height.mean, -99.0);
        // The deviation of the sum, not the sum of deviations: rate and distortion of a seed move together.
        QCOMPARE(elbo.settings[0].height.deviation, std::sqrt(2.0));
        QCOMPARE(prepareSweep(sample(), Split::Train, PlaneAxes::Distortion).settings[0].rate.mean, 10.5);
        Sweep unmeasured = sample();
        unmeasured.points[0].rateTest = std::nan("");
        const SweepDrawing drawing = prepareSweep(unmeasured, Split::Test, PlaneAxes::Distortion);
        QCOMPARE(drawing.settings[0].seeds.size(), std::size_t(1));
        QCOMPARE(drawing.settings[0].rate.deviation, 0.0);
    }

    void equalSettingsStandTogether() {
        Sweep sweep = sample();
        sweep.experiment.knobs = {{1.0, 1.0, 0.0}, {1.0, 1.0, 0.0}};
        QCOMPARE(prepareSweep(sweep, Split::Test, PlaneAxes::Distortion).settings.size(), std::size_t(1));
    }

    void whatWasSweptNamesTheSettings() {
        Sweep sweep = sample();
        sweep.over = {{"data.train_size", {"500", "1000"}}, {"optimiser.learning_rate", {"1.0"}}};
        for (SweepPoint& point : sweep.points) {
            point.values = {point.seed == 0 ? "500" : "1000", "1.0"};
        }
        const SweepDrawing drawing = prepareSweep(sweep, Split::Test, PlaneAxes::Distortion);
        QCOMPARE(drawing.settings.size(), std::size_t(4));
        QCOMPARE(drawing.settings[0].name,
                 QString::fromUtf8("train size\u00a0500, learning rate\u00a01, \u03b2\u00a01"));
        QCOMPARE(drawing.settings[3].name,
                 QString::fromUtf8("train size\u00a01000, learning rate\u00a01, \u03b2\u00a04"));
        QCOMPARE(drawing.settings[3].seeds.size(), std::size_t(1));
        QCOMPARE(drawing.settings[3].place, 0.8);  // the fifth of six, whatever has ended
        QVERIFY(sweepCsv(drawing).contains(
            QString::fromUtf8("\"train size\u00a01000, learning rate\u00a01, \u03b2\u00a04\",1,")));
        // Weights that do not differ are no name.
        sweep.experiment.knobs = {{1.0, 1.0, 0.0}};
        QCOMPARE(prepareSweep(sweep, Split::Test, PlaneAxes::Distortion).settings[1].name,
                 QString::fromUtf8("train size\u00a01000, learning rate\u00a01"));
    }

    void nothingToShowIsNothing() {
        const SweepDrawing drawing = prepareSweep(Sweep{}, Split::Test, PlaneAxes::Distortion);
        QVERIFY(drawing.settings.empty());
        QVERIFY(drawing.rates.span() == 0.0);
    }

    void aClickOpensTheModel() {
        RateDistortionView view;
        view.resize(500, 400);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setSweep(std::make_shared<const Sweep>(sample()));
        auto* plot = view.findChild<RateDistortionPlot*>();
        plot->replot();
        const auto at = [&](double rate, double distortion) {
            return QPoint(static_cast<int>(std::lround(plot->xAxis->coordToPixel(rate))),
                          static_cast<int>(std::lround(plot->yAxis->coordToPixel(distortion))));
        };
        QVERIFY(plot->axisRect()->rect().contains(at(4.0, 110.0)));
        QSignalSpy chosen(&view, &RateDistortionView::sweepModelChosen);
        QTest::mouseClick(plot, Qt::LeftButton, {}, at(4.0, 110.0));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.back().front().toString(), "/sweep/beta-4-0");
        QTest::mouseClick(plot, Qt::LeftButton, {}, at(7.0, 100.0));
        QCOMPARE(chosen.size(), 1);

        const auto* points = plot->findChild<SweepPoints*>();
        const QString text = points->describe(at(12.0, 86.0));
        QVERIFY2(text.contains("seed 1") && text.contains("over 2 seeds: R = 11.0"), qPrintable(text));
        QVERIFY(points->describe(at(1.0, 130.0)).isEmpty());
        QVERIFY(view.csv().contains(",1,12,86,\"/sweep/beta-1-1\""));
        view.setSweep(nullptr);
        QVERIFY(points->folderAt(at(4.0, 110.0)).isEmpty());
        QVERIFY(!view.csv().contains("sweep"));
    }

    void pointsAreDrawnOnScreenAndPaper() {
        const auto colours = [](const QImage& image, const QColor& wanted) {
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    // Thin lines are mixed with what is behind them, but keep their hue.
                    const bool same = std::abs(c.hsvHue() - wanted.hsvHue()) < 12 && c.hsvSaturation() > 60;
                    count += same ? 1 : 0;
                }
            }
            return count;
        };
        for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme(), Theme::paperTheme()}) {
            QImage images[2] = {QImage(500, 400, QImage::Format_ARGB32), QImage(500, 400, QImage::Format_ARGB32)};
            for (const bool swept : {false, true}) {
                RateDistortionView view;
                view.resize(500, 400);
                view.setTheme(theme);
                view.showFrame(sampleHistoryFrame({1.0}, 100, 20, 5));
                view.setSweep(swept ? std::make_shared<const Sweep>(sample()) : nullptr);
                images[swept].fill(theme.panel);
                QCPPainter painter(&images[swept]);
                view.renderFigure(painter, QRectF(0, 0, 500, 400), theme);
            }
            QVERIFY(colours(images[true], theme.sweep(0.5)) > colours(images[false], theme.sweep(0.5)));
        }
    }
};

QTEST_MAIN(TestSweepPoints)
#include "tst_sweep_points.moc"
