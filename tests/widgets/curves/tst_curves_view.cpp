// Training curves: what is drawn from which reports, thinning that keeps peaks, and a price that a live window can pay.
#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLayout>
#include <QTest>

#include "tests/widgets/curves/overview.h"
#include "tests/widgets/sample_history.h"
#include "widgets/chart/plotting.h"
#include "widgets/curves/curves.h"
#include "widgets/curves/curves_plot.h"
#include "widgets/curves/curves_view.h"
#include "widgets/paint/key_item.h"

using namespace elbo;

namespace {

constexpr int kDistortion = 0;
constexpr int kLogDet = 3;

std::vector<double> sixteenBetas() {
    std::vector<double> betas;
    for (int i = 0; i < 16; ++i) {
        betas.push_back(0.1 * std::pow(10.0, i / 5.0));
    }
    return betas;
}

/// The same frame one report later, as the analyst would publish it.
std::shared_ptr<Frame> grown(const Frame& frame, std::int64_t every) {
    auto next = std::make_shared<Frame>(frame);
    auto report = std::make_shared<Report>(*frame.history.back());
    report->step += every;
    next->report = *report;
    next->history.push_back(report);
    return next;
}

}  // namespace

class TestCurvesView : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linesComeFromAveragesAndTests() {
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        CurveTable table;
        QVERIFY(table.update(*frame));
        const CurveDrawing drawing = table.drawing(kDistortion, 1000, false);
        QCOMPARE(drawing.lines.size(), std::size_t(4));
        QVERIFY(drawing.lines[0].split == Split::Train);
        QVERIFY(drawing.lines[3].split == Split::Test);
        QCOMPARE(drawing.lines[1].member, 1);
        QCOMPARE(drawing.lines[0].steps.size(), std::size_t(51));
        QCOMPARE(drawing.lines[2].steps.size(), std::size_t(11));
        QCOMPARE(drawing.lines[3].values.back(), frame->report.value("distortion_test", 1));
        QCOMPARE(drawing.lines[3].steps.back(), 1000.0);
    }

    void evaluationsStandInWhereThereIsNoAverage() {
        CurveTable table;
        table.update(*sampleHistoryFrame({1.0}, 1000, 20, 5));
        const CurveDrawing drawing = table.drawing(kLogDet, 1000, false);
        QCOMPARE(drawing.lines.size(), std::size_t(2));
        QCOMPARE(drawing.lines[0].steps.size(), std::size_t(11));
    }

    void theFramesOwnReportIsTheLastPoint() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 0);
        frame->report.step = 1007;
        frame->report.values["distortion"] = {77.0};
        CurveTable table;
        table.update(*frame);
        const CurveLine line = table.drawing(kDistortion, 1000, false).lines[0];
        QCOMPARE(line.steps.back(), 1007.0);
        QCOMPARE(line.values.back(), 77.0);
        QCOMPARE(line.steps.size(), std::size_t(52));
        QCOMPARE(table.lastStep(), 1007.0);
    }

    void nothingNewIsNoticed() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        CurveTable table;
        QVERIFY(table.update(*frame));
        QVERIFY(!table.update(*frame));
        QVERIFY(table.update(*grown(*frame, 20)));
        QCOMPARE(table.lastStep(), 1020.0);
    }

    void thinnedAndRewoundHistoriesAreReadAgain() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        CurveTable table;
        table.update(*frame);
        auto thinned = std::make_shared<Frame>(*frame);
        thinned->history.clear();
        for (std::size_t i = 0; i < frame->history.size(); i += 2) {
            thinned->history.push_back(frame->history[i]);
        }
        QVERIFY(table.update(*thinned));
        QCOMPARE(table.drawing(kDistortion, 1000, false).lines[0].steps.size(), std::size_t(26));
        auto rewound = std::make_shared<Frame>(*thinned);
        rewound->history.resize(3);
        rewound->report = *rewound->history.back();
        QVERIFY(table.update(*rewound));
        QCOMPARE(table.lastStep(), 80.0);
        QVERIFY(table.update(*sampleHistoryFrame({1.0, 2.0}, 100, 20, 5)));
        QCOMPARE(table.fleetSize(), 2);
    }

    void notANumberIsSkipped() {
        const auto frame = sampleHistoryFrame({1.0}, 100, 20, 0);
        auto broken = std::make_shared<Report>(*frame->history[2]);
        broken->values["distortion"] = {std::nan("")};
        frame->history[2] = broken;
        CurveTable table;
        table.update(*frame);
        QCOMPARE(table.drawing(kDistortion, 1000, false).lines[0].steps.size(), std::size_t(5));
    }

    void emptyFramesAreFine() {
        CurveTable table;
        table.update(Frame{});
        const CurveDrawing drawing = table.drawing(kDistortion, 100, false);
        QVERIFY(drawing.lines.empty());
        QVERIFY(drawing.values.low > drawing.values.high);
    }

    void thinningKeepsPeaksAndPlaces_data() {
        QTest::addColumn<bool>("logSteps");
        QTest::newRow("linear") << false;
        QTest::newRow("logarithmic") << true;
    }
    void thinningKeepsPeaksAndPlaces() {
        QFETCH(bool, logSteps);
        std::vector<double> steps, values;
        for (int i = 1; i <= 20000; ++i) {
            steps.push_back(i);
            values.push_back(i == 12345 ? 1000.0 : std::sin(0.01 * i));
        }
        auto thinSteps = steps;
        auto thinValues = values;
        thinCurve(thinSteps, thinValues, 400, logSteps);
        QVERIFY(thinSteps.size() <= 420);
        QVERIFY(thinSteps.size() >= 100);
        QVERIFY(std::is_sorted(thinSteps.begin(), thinSteps.end()));
        QCOMPARE(thinSteps.front(), 1.0);
        QCOMPARE(thinSteps.back(), 20000.0);
        QCOMPARE(*std::max_element(thinValues.begin(), thinValues.end()), 1000.0);

        // A few steps more: all vertices but the last stretch stay.
        for (int i = 20001; i <= 20010; ++i) {
            steps.push_back(i);
            values.push_back(0.0);
        }
        thinCurve(steps, values, 400, logSteps);
        int moved = 0;
        for (const double step : thinSteps) {
            moved += std::find(steps.begin(), steps.end(), step) == steps.end() ? 1 : 0;
        }
        QVERIFY2(moved <= 4, qPrintable(QString::number(moved)));
    }

    void logarithmicStepsLeaveOutZero() {
        CurveTable table;
        table.update(*sampleHistoryFrame({1.0}, 1000, 20, 0));
        QCOMPARE(table.drawing(kDistortion, 1000, true).lines[0].steps.front(), 20.0);
    }

    void choicesRebuildTheCharts() {
        CurvesView view;
        view.resize(480, 360);
        view.show();
        view.showFrame(sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5));
        auto* plot = view.findChild<QCustomPlot*>();
        QTRY_COMPARE(plot->axisRectCount(), 4);
        QTRY_COMPARE(plot->graphCount(), 16);
        auto* choice = view.findChild<QComboBox*>("quantity");
        QCOMPARE(choice->count(), static_cast<int>(curveQuantities().size()) + 1);
        choice->setCurrentIndex(2);
        Q_EMIT choice->activated(2);
        QCOMPARE(view.quantity(), 1);
        QTRY_COMPARE(plot->axisRectCount(), 1);
        QTRY_COMPARE(plot->graphCount(), 4);
        view.findChild<QCheckBox*>("logSteps")->setChecked(true);
        QVERIFY(view.logSteps());
        QTRY_VERIFY(plot->graph(0)->keyAxis()->scaleType() == QCPAxis::stLogarithmic);
        QVERIFY(plot->graph(0)->keyAxis()->range().lower > 0.0);
        view.setQuantity(-1);
        QTRY_COMPARE(plot->axisRectCount(), 4);
        view.setQuantity(99);
        QCOMPARE(view.quantity(), -1);
    }

    void whatIsDrawnAsksForNoMoreRoom() {
        CurvesView view;
        view.resize(480, 360);
        view.setTheme(Theme::darkTheme());
        view.show();
        const auto asked = [&view] { return qMakePair(view.minimumSizeHint(), view.layout()->totalMinimumSize()); };
        const auto before = asked();
        view.showFrame(sampleHistoryFrame({1.0, 4.0}, 100000, 20, 5));
        auto* plot = view.findChild<QCustomPlot*>();
        QTRY_COMPARE(plot->graphCount(), 16);
        plot->replot();
        QVERIFY(asked() == before);
        view.setTheme(Theme::lightTheme());
        view.setTheme(Theme::darkTheme());
        plot->replot();
        QVERIFY(asked() == before);
    }

    void emptyChartsHaveNoNumbers() {
        CurvesView view;
        view.resize(480, 360);
        view.show();
        auto* plot = view.findChild<QCustomPlot*>();
        for (const QCPAxisRect* rect : plot->axisRects()) {
            QVERIFY(!rect->axis(QCPAxis::atBottom)->tickLabels() && !rect->axis(QCPAxis::atLeft)->tickLabels());
        }
        view.showFrame(sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5));
        QTRY_VERIFY(plot->graphCount() > 0);
        QVERIFY(plot->axisRect(0)->axis(QCPAxis::atBottom)->tickLabels());
    }

    void tickLabelsKeepApart_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("points");
        QTest::newRow("roomy") << QSize(900, 700) << 10.0;
        QTest::newRow("narrow") << QSize(250, 300) << 10.0;
        QTest::newRow("low") << QSize(420, 170) << 10.0;
        QTest::newRow("large type") << QSize(330, 260) << 15.0;
    }

    void tickLabelsKeepApart() {
        QFETCH(const QSize, size);
        QFETCH(const double, points);
        Theme theme = Theme::darkTheme();
        theme.fontPoints = points;
        CurvesPlot plot;
        plot.resize(size);
        plot.setTheme(theme);
        plot.show();
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        CurveTable table;
        table.update(*frame);
        std::vector<CurveDrawing> drawings;
        for (const int quantity : overviewQuantities()) {
            drawings.push_back(table.drawing(quantity, 1000, false));
        }
        plot.setDrawings(drawings);
        for (const Interval& steps : {Interval{0.0, 1000.0}, Interval{0.0, 130000.0}, Interval{0.0, 1.3}}) {
            plot.setStepWindow(steps);
            for (std::size_t chart = 0; chart < drawings.size(); ++chart) {
                plot.setValueWindow(chart, {1.18, 1.43});
            }
            plot.replot(QCustomPlot::rpImmediateRefresh);
            for (const QCPAxisRect* rect : plot.axisRects()) {
                for (const auto side : {QCPAxis::atBottom, QCPAxis::atLeft}) {
                    const QCPAxis& axis = *rect->axis(side);
                    if (!axis.tickLabels()) {
                        continue;
                    }
                    const QVector<double> ticks = axis.tickVector();
                    const QVector<QString> labels = axis.tickVectorLabels();
                    QCOMPARE(ticks.size(), labels.size());
                    const QFontMetricsF metrics(axis.tickLabelFont());
                    for (int i = 1; i < static_cast<int>(ticks.size()); ++i) {
                        const double apart = std::abs(axis.coordToPixel(ticks[i]) - axis.coordToPixel(ticks[i - 1]));
                        const double needed =
                            side == QCPAxis::atLeft
                                ? metrics.height()
                                : (metrics.horizontalAdvance(labels[i]) + metrics.horizontalAdvance(labels[i - 1])) /
                                      2.0;
                        QVERIFY2(apart >= needed, qPrintable(labels[i - 1] + " touches " + labels[i]));
                        QVERIFY(labels[i] != labels[i - 1]);
                    }
                }
            }
        }
    }

    void aSmallFigureKeepsItsLettersAndTwoNumbersAnAxis() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        CurvesView view;
        view.showFrame(frame);
        const QSize least = view.leastFigure(175.0).toSize();
        for (const Interval& values : {Interval{1.45, 1.56}, Interval{1.18, 1.43}, Interval{-0.31, 1.9}}) {
            CurvesPlot plot;
            plot.setTheme(Theme::paperTheme());
            plot.setDrawings(overview(*frame));
            plot.setStepWindow({0.0, 1000.0});
            for (std::size_t chart = 0; chart < 4; ++chart) {
                plot.setValueWindow(chart, values);
            }
            plot.toPixmap(least.width(), least.height());
            for (const QCPAxisRect* rect : plot.axisRects()) {
                for (const auto side : {QCPAxis::atBottom, QCPAxis::atLeft}) {
                    const QVector<QString> labels = rect->axis(side)->tickVectorLabels();
                    QVERIFY2(labels.size() >= 2, qPrintable(labels.value(0)));
                }
            }
            const auto keys = plot.findChildren<KeyItem*>();
            QCOMPARE(keys.size(), 2);
            for (const KeyItem* key : keys) {
                // A pixel of it is cut off below.
                QVERIFY2(key->outerRect().height() - 1 >= QFontMetrics(Theme::paperTheme().font(0.85)).height(),
                         qPrintable(QString::number(key->outerRect().height())));
                QVERIFY(key->outerRect().bottom() <= least.height());
            }
        }
    }

    void numbersAreChosenForTheSizeOfTheFigure() {
        CurvesPlot plot;
        plot.setTheme(Theme::paperTheme());
        plot.setQuantities({kDistortion});
        CurveTable table;
        table.update(*sampleHistoryFrame({1.0}, 1000, 20, 5));
        plot.setDrawings({table.drawing(kDistortion, 1000, false)});
        plot.setStepWindow({0.0, 4000.0});
        plot.toPixmap(300, 200);  // the first layout there is
        QCOMPARE(plot.axisRect()->axis(QCPAxis::atBottom)->tickVectorLabels(), (QVector<QString>{"0", "1500", "3000"}));
    }

    void afterACollapseTheAxisKeepsASpan() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        for (auto& report : frame->history) {
            auto collapsed = std::make_shared<Report>(*report);
            collapsed->values["rate"] = {0.001 + 1e-6 * static_cast<double>(report->step)};
            collapsed->values.erase("rate_test");
            report = collapsed;
        }
        frame->report = *frame->history.back();
        CurvesView view;
        view.resize(480, 360);
        view.show();
        view.setQuantity(1);
        view.showFrame(frame);
        auto* plot = view.findChild<QCustomPlot*>();
        QTRY_VERIFY(plot->graphCount() == 1 && plot->graph(0)->dataCount() > 10);
        QVERIFY(plot->axisRect()->axis(QCPAxis::atLeft)->range().size() >= 0.1);
    }

    void hoverTellsTheValue() {
        CurvesPlot plot;
        plot.resize(480, 360);
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        CurveTable table;
        table.update(*frame);
        plot.setQuantities({kDistortion});
        plot.setKnobs(frame->knobs);
        plot.setDrawings({table.drawing(kDistortion, 1000, false)});
        plot.setStepWindow({0.0, 1000.0});
        plot.setValueWindow(0, {80.0, 120.0});
        plot.replot();
        auto* graph = plot.graph(3);
        const auto point = graph->data()->at(8);
        const QString text = plot.describe(graph->coordsToPixels(point->key, point->value));
        QVERIFY2(text.contains("test") && text.contains("Distortion D"), qPrintable(text));
        QVERIFY2(text.contains("step 800"), qPrintable(text));
        QVERIFY(plot.describe(QPointF(0, 0)).isEmpty());
    }

    void figuresAndTablesNeedNoWindow() {
        CurvesView view;
        view.showFrame(sampleHistoryFrame({0.5, 4.0}, 1000, 20, 5));
        const Theme theme = Theme::paperTheme();
        QImage image(480, 340, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        QCPPainter painter(&image);
        painter.scale(2.0, 2.0);
        view.renderFigure(painter, QRectF(0, 0, 240, 170), theme);
        painter.end();
        int coloured = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                coloured += image.pixelColor(x, y) == theme.members[1] ? 1 : 0;
                QVERIFY(image.pixelColor(x, y) != QColor(Qt::magenta));
            }
        }
        QVERIFY2(coloured > 50, qPrintable(QString::number(coloured)));
        const QStringList lines = view.csv().split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2 + 51 * 2);
        QVERIFY(lines[1].startsWith("step,epoch,wall_s,member,"));
        QCOMPARE(lines[2].count(','), lines[1].count(','));
    }

    void largeFleetsAreCheap() {
        // 2000 reports of 16 members, twenty frames a second: reading a frame must take a small part of 50 ms.
        CurvesView view;
        view.resize(480, 360);
        view.show();
        std::shared_ptr<Frame> frame = sampleHistoryFrame(sixteenBetas(), 40000, 20, 1);
        view.showFrame(frame);
        std::vector<std::shared_ptr<Frame>> frames;
        for (int i = 0; i < 20; ++i) {
            frame = grown(*frame, 20);
            frames.push_back(frame);
        }
        QElapsedTimer clock;
        clock.start();
        for (const auto& next : frames) {
            view.showFrame(next);
        }
        const double reading = static_cast<double>(clock.elapsed()) / 20.0;
        QVERIFY2(reading < 10.0, qPrintable(QString::number(reading)));

        CurveTable table;
        table.update(*frame);
        clock.restart();
        for (int i = 0; i < 5; ++i) {
            for (const int quantity : overviewQuantities()) {
                table.drawing(quantity, 480, false);
            }
        }
        const double drawing = static_cast<double>(clock.elapsed()) / 5.0;
        qInfo("reading a frame: %.2f ms, preparing four charts: %.2f ms", reading, drawing);
        QVERIFY2(drawing < 200.0, qPrintable(QString::number(drawing)));
    }
};

QTEST_MAIN(TestCurvesView)
#include "tst_curves_view.moc"
