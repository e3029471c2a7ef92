// The rate-distortion plane: what is drawn from which numbers, axes that glide, and a figure that needs no window.
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "tests/widgets/sample_history.h"
#include "widgets/chart/plotting.h"
#include "widgets/paint/eased_range.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

class TestRateDistortionView : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void testSplitUsesEvaluationsOnTest() {
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        const auto drawing = prepareRateDistortion(*frame, Split::Test);
        QVERIFY(!drawing.runningAverages);
        QCOMPARE(drawing.members.size(), std::size_t(2));
        // Every fifth of 51 reports was evaluated.
        QCOMPARE(drawing.members[0].trail.size(), std::size_t(11));
        const RatePoint now = drawing.members[1].trail.back();
        QCOMPARE(now.step, 1000);
        QCOMPARE(now.rate, frame->report.value("rate_test", 1));
        QCOMPARE(now.distortion, frame->report.value("distortion_test", 1));
        QCOMPARE(drawing.members[0].name, QString::fromUtf8("\u03b2\u00a01"));
    }

    void trainSplitUsesRunningAverages() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        const auto drawing = prepareRateDistortion(*frame, Split::Train);
        QVERIFY(drawing.runningAverages);
        QCOMPARE(drawing.members[0].trail.size(), std::size_t(51));
        QCOMPARE(drawing.members[0].trail.back().distortion, frame->report.value("distortion", 0));
    }

    void testSplitFallsBackToRunningAverages() {
        const auto drawing = prepareRateDistortion(*sampleHistoryFrame({1.0}, 1000, 20, 0), Split::Test);
        QVERIFY(drawing.runningAverages);
        QCOMPARE(drawing.members[0].trail.size(), std::size_t(51));
    }

    void emptyFramesDrawNothing() {
        const Frame frame;
        const auto drawing = prepareRateDistortion(frame, Split::Test);
        QVERIFY(drawing.members.empty());
        QVERIFY(drawing.rates == drawing.heights);
    }

    void notANumberIsLeftOut() {
        const auto frame = sampleHistoryFrame({1.0, 2.0}, 200, 20, 0);
        auto broken = std::make_shared<Report>(*frame->history.back());
        broken->step = 220;
        broken->values["rate"][1] = std::nan("");
        frame->history.push_back(broken);
        frame->report = *broken;
        const auto drawing = prepareRateDistortion(*frame, Split::Train);
        QCOMPARE(drawing.members[0].trail.back().step, 220);
        QCOMPARE(drawing.members[1].trail.back().step, 200);
        for (auto& report : frame->history) {
            auto changed = std::make_shared<Report>(*report);
            changed->values["distortion"][0] = HUGE_VAL;
            report = changed;
        }
        frame->report = *frame->history.back();
        QCOMPARE(prepareRateDistortion(*frame, Split::Train).members.size(), std::size_t(1));
    }

    void longTrailsAreThinnedAndStayPut() {
        const auto frame = sampleHistoryFrame({1.0}, 40000, 20, 0);
        const auto drawing = prepareRateDistortion(*frame, Split::Train);
        const auto& trail = drawing.members[0].trail;
        QVERIFY(trail.size() <= 241);
        QCOMPARE(trail.front().step, 0);
        QCOMPARE(trail.back().step, 40000);
        // One report more keeps every point but the last one.
        auto next = std::make_shared<Report>(*frame->history.back());
        next->step = 40020;
        frame->history.push_back(next);
        frame->report = *next;
        const auto later = prepareRateDistortion(*frame, Split::Train).members[0].trail;
        for (std::size_t i = 0; i + 1 < trail.size(); ++i) {
            QCOMPARE(later[i].step, trail[i].step);
        }
    }

    void theOptimumIsMarkedAtTheMembersBeta() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 100.0}, 200, 20, 0);
        frame->closedFormCurve = sampleOptimum();
        frame->discreteData = false;
        const auto drawing = prepareRateDistortion(*frame, Split::Train);
        QVERIFY(std::is_sorted(drawing.optimum.begin(), drawing.optimum.end(),
                               [](const CurvePoint& a, const CurvePoint& b) { return a.rate < b.rate; }));
        QVERIFY(drawing.members[1].aim.has_value());
        // beta = 1: R = 1/2 (log 8 + log 4 + log 2) by hand.
        QVERIFY(std::abs(drawing.members[1].aim->rate - 0.5 * std::log(64.0)) < 1e-3);
        QVERIFY(!drawing.members[2].aim.has_value());
        frame->knobs[1].lambda = 2.0;
        QVERIFY(!prepareRateDistortion(*frame, Split::Train).members[1].aim.has_value());
    }

    void theWindowHoldsWhatMatters() {
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 4000, 20, 0);
        const auto drawing = prepareRateDistortion(*frame, Split::Train);
        QVERIFY(drawing.rates.low <= 0.0);
        for (const auto& path : drawing.members) {
            QVERIFY(drawing.rates.high >= path.trail.back().rate);
            QVERIFY(drawing.heights.low <= path.trail.back().distortion);
            QVERIFY(drawing.heights.high >= path.trail.back().distortion);
        }
        QVERIFY(drawing.heights.high < 200.0);  // not the first steps, at more than 500 nats
    }

    void levelsAreRound() {
        const auto levels = elboLevels({0.0, 20.0}, {80.0, 110.0}, 6);
        QVERIFY(levels == (std::vector<double>{80, 90, 100, 110, 120, 130}));
        QVERIFY(elboLevels({0.0, 0.0}, {0.0, 0.0}, 6).empty());
        QVERIFY(elboLevels({0.0, HUGE_VAL}, {0.0, 1.0}, 6).empty());
        QCOMPARE(elboLevelText(105.0, 5.0), QString::fromUtf8("ELBO\u00a0=\u00a0\u2212105"));
        QCOMPARE(elboLevelText(-2.5, 0.5), QString::fromUtf8("ELBO\u00a0=\u00a02.5"));
        QCOMPARE(elboLevelText(-0.0, 1.0), QString::fromUtf8("ELBO\u00a0=\u00a00"));
    }

    void rangesGlideWithHysteresis() {
        EasedRange range;
        range.follow({0.0, 10.0}, 0.1);
        QVERIFY(range.settled());  // the first one jumps
        const Interval first = range.target();
        QVERIFY(first.low < 0.0 && first.high > 10.0);
        range.follow({0.2, 9.6}, 0.1);  // noise: nothing moves
        QVERIFY(range.target() == first);
        range.follow({0.0, 20.0}, 0.1);  // grows at once, but glides
        QVERIFY(range.target().high > 20.0);
        QVERIFY(range.current() == first);
        double last = range.current().high;
        int steps = 0;
        while (range.advance(0.03)) {
            QVERIFY(range.current().high >= last);
            QVERIFY(range.current().high <= range.target().high);
            last = range.current().high;
            QVERIFY(++steps < 100);
        }
        QVERIFY(range.settled());
        range.follow({0.0, 15.0}, 0.1);  // fills enough: stays
        QVERIFY(range.target().high > 20.0);
        range.follow({0.0, 5.0}, 0.1);  // fills too little: shrinks
        QVERIFY(range.target().high < 10.0);
        range.follow({3.0, 3.0}, 2.0);  // a point gets the least span
        QVERIFY(range.target().span() >= 2.0);
        const Interval before = range.target();
        range.follow({std::nan(""), 1.0}, 0.1);
        QVERIFY(range.target() == before);
    }

    void pinnedEndsStay() {
        EasedRange range;
        range.pinLow(0.0);
        range.pinHigh(1.0);
        range.follow({0.3, 0.4}, 0.1);
        QVERIFY(range.target() == (Interval{0.0, 1.0}));
        range.follow({0.0, 1.0}, 0.1);
        QVERIFY(range.target() == (Interval{0.0, 1.0}));
    }

    void hoverTellsTheValues() {
        RateDistortionPlot plot;
        plot.resize(420, 360);
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        frame->dataEntropy = 70.0;
        const auto drawing = prepareRateDistortion(*frame, Split::Test);
        plot.setDrawing(drawing);
        plot.setWindow({-2.0, 20.0}, {60.0, 120.0});
        plot.replot();
        const RatePoint now = drawing.members[1].trail.back();
        const QPointF place(plot.xAxis->coordToPixel(now.rate), plot.yAxis->coordToPixel(now.distortion));
        const QString text = plot.describe(place);
        QVERIFY2(text.contains(QString::fromUtf8("\u03b2\u00a04")), qPrintable(text));
        QVERIFY2(text.contains("step 1"), qPrintable(text));
        QVERIFY(plot.describe(QPointF(plot.xAxis->coordToPixel(14.0), plot.yAxis->coordToPixel(64.0))).isEmpty());
        QVERIFY(plot.describe(QPointF(plot.xAxis->coordToPixel(-1.0), plot.yAxis->coordToPixel(90.0)))
                    .contains("never negative"));
        QVERIFY(
            plot.describe(QPointF(plot.xAxis->coordToPixel(1.0), plot.yAxis->coordToPixel(62.0))).contains("entropy"));
    }

    void afterACollapseTheAxesKeepASpan() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        for (auto& report : frame->history) {
            auto collapsed = std::make_shared<Report>(*report);
            const double noise = 1e-3 * std::sin(static_cast<double>(report->step));
            collapsed->values["rate_test"] = {0.002 + 0.1 * noise};
            collapsed->values["distortion_test"] = {1.4 + noise};
            report = collapsed;
        }
        frame->report = *frame->history.back();
        for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
            RateDistortionView view;
            view.setAxes(axes);
            view.showFrame(frame);
            const auto* plot = view.findChild<QCustomPlot*>();
            QVERIFY2(plot->xAxis->range().size() >= 0.5, qPrintable(QString::number(plot->xAxis->range().size())));
            QVERIFY2(plot->yAxis->range().size() >= 0.5, qPrintable(QString::number(plot->yAxis->range().size())));
            QVERIFY(plot->xAxis->range().lower > -0.1);  // the room is where models can be
        }
    }

    void theTableHasErrors() {
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        auto last = std::make_shared<Report>(*frame->history.back());
        last->values["rate_error_test"] = {0.25, 0.5};
        last->values["distortion_error_test"] = {1.5, std::nan("")};
        last->values["examples_test"] = {300.0, 300.0};
        frame->history.back() = last;
        frame->report = *last;
        RateDistortionView view;
        view.showFrame(frame);
        const QStringList lines = view.csv().split('\n');
        const QStringList names = lines[1].split(',');
        QVERIFY2(names.contains("rate_error_test") && names.contains("distortion_error_test") &&
                     names.contains("examples_test"),
                 qPrintable(lines[1]));
        const auto cell = [&](int line, const char* name) { return lines[line].split(',')[names.indexOf(name)]; };
        for (int line = 2; line < 2 + 22; ++line) {
            QCOMPARE(lines[line].count(','), lines[1].count(','));
        }
        QCOMPARE(cell(2, "rate_error_test"), QString());  // not known at the first evaluation
        QCOMPARE(cell(12, "rate_error_test"), QString("0.25"));
        QCOMPARE(cell(12, "distortion_error_test"), QString("1.5"));
        QCOMPARE(cell(12, "examples_test"), QString("300"));
        QCOMPARE(cell(23, "rate_error_test"), QString("0.5"));
        QCOMPARE(cell(23, "distortion_error_test"), QString());
        view.setSplit(Split::Train);  // averages over batches
        QVERIFY(view.csv().split('\n')[1].endsWith(",rate,distortion,rate_error,distortion_error,examples"));
        QVERIFY(view.csv().split('\n')[2].endsWith(",,,"));
    }

    void switchChangesTheSource() {
        RateDistortionView view;
        view.resize(420, 360);
        view.show();
        view.showFrame(sampleHistoryFrame({1.0}, 1000, 20, 5));
        QCOMPARE(view.split(), Split::Test);
        QVERIFY(view.csv().contains("distortion_test"));
        QTest::mouseClick(view.findChild<QToolButton*>("trainSplit"), Qt::LeftButton);
        QCOMPARE(view.split(), Split::Train);
        QVERIFY(!view.csv().contains("distortion_test"));
        QCOMPARE(view.csv().count('\n'), 2 + 51);
    }

    void aFleetIsJoinedAndHasItsFront() {
        // Members out of order; one of them (beta 3) is worse than the others in both.
        const auto frame = sampleHistoryFrame({8.0, 0.5, 3.0, 1.0, 2.0, 4.0}, 1000, 20, 5);
        auto worse = std::make_shared<Report>(*frame->history.back());
        worse->values["rate_test"][2] = 14.0;
        worse->values["distortion_test"][2] = 120.0;
        frame->history.back() = worse;
        frame->report = *worse;
        const auto drawing = prepareRateDistortion(*frame, Split::Test);
        QCOMPARE(drawing.joins, (std::vector<std::vector<int>>{{1, 3, 4, 2, 5, 0}}));
        QCOMPARE(drawing.front.size(), std::size_t(5));
        QVERIFY(drawing.hull.size() >= 2 && drawing.hull.size() <= 5);
        QVERIFY(drawing.order.ramped());
        // Two points are no curve.
        const auto pair = prepareRateDistortion(*sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5), Split::Test);
        QVERIFY(pair.joins.empty() && pair.front.empty() && pair.hull.empty());
    }

    void skewAxesShowTheElbo() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5);
        frame->dataEntropy = 60.0;
        const auto drawing = prepareRateDistortion(*frame, Split::Test, PlaneAxes::Elbo);
        for (const auto& path : drawing.members) {
            const double elbo = -(path.trail.back().rate + path.trail.back().distortion);
            QVERIFY(drawing.heights.low <= elbo && elbo <= drawing.heights.high);
        }
        QVERIFY(drawing.heights.high < 0.0);
        RateDistortionPlot plot;
        plot.resize(420, 360);
        plot.setDrawing(drawing);
        plot.setWindow({-2.0, 20.0}, {-130.0, -50.0});
        plot.replot();
        const auto at = [&](double rate, double elbo) {
            return QPointF(plot.xAxis->coordToPixel(rate), plot.yAxis->coordToPixel(elbo));
        };
        const RatePoint now = drawing.members[2].trail.back();
        QCOMPARE(plot.memberAt(at(now.rate, -(now.rate + now.distortion))), 2);
        QVERIFY(plot.describe(at(5.0, -55.0)).contains("entropy"));  // more than the data allow
        QVERIFY(plot.describe(at(-1.0, -90.0)).contains("never negative"));
        // The forbidden side is above: shaded there, and not below.
        const QImage image = plot.toPixmap().toImage();
        QCOMPARE(image.pixelColor(at(11.3, -53.0).toPoint()), Theme::darkTheme().infeasible);
        QVERIFY(image.pixelColor(at(15.0, -112.0).toPoint()) != Theme::darkTheme().infeasible);

        RateDistortionView view;
        view.resize(420, 360);
        view.show();
        view.showFrame(frame);
        QTest::mouseClick(view.findChild<QToolButton*>("elboAxis"), Qt::LeftButton);
        QCOMPARE(view.axes(), PlaneAxes::Elbo);
        QVERIFY(view.csv().contains("# members on the Pareto front\nrate,distortion,elbo\n"));
        QVERIFY(view.csv().contains("# corners of the lower convex hull\n"));
    }

    void aClickChoosesAMember() {
        RateDistortionView view;
        view.resize(420, 360);
        view.show();
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5);
        view.showFrame(frame);
        auto* plot = view.findChild<RateDistortionPlot*>();
        plot->replot();
        QSignalSpy focused(&view, &View::memberFocused);
        QSignalSpy compared(&view, &View::memberCompared);
        const RatePoint now = prepareRateDistortion(*frame, Split::Test).members[2].trail.back();
        const QPoint place(static_cast<int>(plot->xAxis->coordToPixel(now.rate)),
                           static_cast<int>(plot->yAxis->coordToPixel(now.distortion)));
        QTest::mouseClick(plot, Qt::LeftButton, {}, place);
        QCOMPARE(focused.count(), 1);
        QCOMPARE(focused.first().first().toInt(), 2);
        QTest::mouseClick(plot, Qt::LeftButton, Qt::ShiftModifier, place);
        QCOMPARE(compared.count(), 1);
        QCOMPARE(compared.first().first().toInt(), 2);
        QTest::mouseClick(plot, Qt::LeftButton, {}, QPoint(place.x() + 60, place.y() - 60));
        QCOMPARE(focused.count(), 1);
    }

    void figuresNeedNoWindow() {
        RateDistortionView view;
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5);
        frame->closedFormCurve = sampleOptimum();
        view.showFrame(frame);
        for (const Theme& theme : {Theme::paperTheme(), Theme::darkTheme()}) {
            QImage image(480, 340, QImage::Format_RGB32);
            image.fill(Qt::magenta);
            QCPPainter painter(&image);
            painter.scale(2.0, 2.0);
            view.renderFigure(painter, QRectF(0, 0, 240, 170), theme);
            painter.end();
            QSet<QRgb> colours;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    colours.insert(image.pixel(x, y));
                }
            }
            QVERIFY(colours.size() > 20);
            QVERIFY(colours.contains(theme.members[1].rgb()));
            QVERIFY(!colours.contains(QColor(Qt::magenta).rgb()));
        }
    }

    void largeFleetsAreCheap() {
        RateDistortionView view;
        view.resize(420, 360);
        view.show();
        std::vector<double> betas;
        for (int i = 0; i < 16; ++i) {
            betas.push_back(0.1 * std::pow(10.0, i / 5.0));
        }
        const auto frame = sampleHistoryFrame(betas, 40000, 20, 5);
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 20; ++i) {
            view.showFrame(frame);
        }
        const double milliseconds = static_cast<double>(clock.elapsed()) / 20.0;
        QVERIFY2(milliseconds < 25.0, qPrintable(QString::number(milliseconds)));
    }
};

QTEST_MAIN(TestRateDistortionView)
#include "tst_rate_distortion_view.moc"
