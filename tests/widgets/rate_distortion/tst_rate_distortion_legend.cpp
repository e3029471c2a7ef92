// The legend of the rate-distortion plane: all that is drawn, nothing hidden, and what was moved by hand.
#include <QTest>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_history.h"
#include "widgets/chart/plotting.h"
#include "widgets/rate_distortion/plane_keys.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

namespace {

QStringList wordsOf(const std::vector<Key>& keys) {
    QStringList words;
    for (const Key& key : keys) {
        words << key.text;
    }
    return words;
}

/// What the legend hides of the lines and marks on the plane; empty when it hides none.
QString hiddenBy(const RateDistortionPlot& plot) {
    const QRectF box = plot.legendBox() & QRectF(plot.axisRect()->rect());
    for (const QLineF& line : plot.strokes()) {
        const int steps = static_cast<int>(std::ceil(line.length())) + 1;
        for (int i = 0; i <= steps; ++i) {
            const QPointF point = line.pointAt(static_cast<double>(i) / steps);
            if (box.contains(point)) {
                return QString("a line at %1, %2").arg(point.x()).arg(point.y());
            }
        }
    }
    for (const QRectF& mark : plot.marks()) {
        if (mark.intersects(box)) {
            return QString("a mark at %1, %2").arg(mark.center().x()).arg(mark.center().y());
        }
    }
    return {};
}

}  // namespace

class TestRateDistortionLegend : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatWasMovedByHandStandsOnTheTrail() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);  // evaluated every 100 steps
        frame->moves = sampleMoves({{610, 4.0}, {680, 8.0}, {990, 2.0}});
        MoveMarks moves;
        moves.update(*frame);
        const auto drawing = prepareRateDistortion(*frame, Split::Test, PlaneAxes::Distortion, moves.stretches());
        const MemberPath& path = drawing.members[0];
        QCOMPARE(path.moves.size(), std::size_t(2));
        QCOMPARE(path.trail[path.moves[0].point].step, 700);
        QCOMPARE(path.moves[0].count, std::size_t(2));
        QCOMPARE(path.trail[path.moves[1].point].step, 1000);
        QVERIFY(wordsOf(planeKeys(drawing, Theme::darkTheme())).contains("moved by hand"));
        const auto still = prepareRateDistortion(*frame, Split::Test);
        QVERIFY(!wordsOf(planeKeys(still, Theme::darkTheme())).contains("moved by hand"));

        RateDistortionPlot plot;
        plot.setWindow({-2.0, 14.0}, {84.0, 100.0});
        plot.setDrawing(still);
        const QImage before = plot.toPixmap(420, 360).toImage();
        plot.setDrawing(drawing);
        const QImage after = plot.toPixmap(420, 360).toImage();
        const RatePoint& point = path.trail[path.moves[0].point];
        const QPointF place(plot.xAxis->coordToPixel(point.rate), plot.yAxis->coordToPixel(point.distortion));
        const QString text = plot.describe(place);
        QVERIFY2(text.contains("step 700") && text.contains("step 610: ") && text.contains("step 680: "),
                 qPrintable(text));
        // Somewhere around it, off the trail, there is the colour of the tick.
        int ticked = 0;
        for (int y = -6; y <= 6; ++y) {
            for (int x = -6; x <= 6; ++x) {
                const QPoint at = place.toPoint() + QPoint(x, y);
                ticked += qGray(after.pixel(at)) > 180 ? 1 : 0;
            }
        }
        QVERIFY2(ticked >= 8, qPrintable(QString::number(ticked)));
        QVERIFY(before != after);
    }

    void everythingDrawnIsInTheLegend() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5);
        frame->closedFormCurve = sampleOptimum();
        const auto drawing = prepareRateDistortion(*frame, Split::Test);
        QVERIFY(drawing.members[0].aim.has_value());
        const QStringList words = wordsOf(planeKeys(drawing, Theme::paperTheme()));
        for (const char* word :
             {"Pareto steps", "convex hull", "linear-Gaussian optimum", "optimum at these weights"}) {
            QVERIFY2(words.contains(word), word);
        }
        RateDistortionView view;
        view.showFrame(frame);
        const QByteArray svg = sample::svgOf(view, {252, 200});
        for (const QString& word : words) {
            QVERIFY2(svg.contains(word.section(QChar(0x00a0), -1).toUtf8()), qPrintable(word));
        }
    }

    void theLegendHidesNothing_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("paper");
        QTest::newRow("screen") << QSize(420, 360) << false;
        QTest::newRow("wide screen") << QSize(1100, 500) << false;
        QTest::newRow("small screen") << QSize(220, 180) << false;
        QTest::newRow("one column") << QSize(241, 200) << true;
        QTest::newRow("two columns") << QSize(510, 300) << true;
    }
    void theLegendHidesNothing() {
        QFETCH(const QSize, size);
        QFETCH(const bool, paper);
        for (const std::vector<double>& betas : {std::vector<double>{1.0}, {0.5, 1.0}, {0.5, 1.0, 2.0, 4.0, 8.0}}) {
            for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
                const auto frame = sampleHistoryFrame(betas, 1000, 20, 5);
                frame->closedFormCurve = sampleOptimum();
                frame->dataEntropy = 70.0;
                const auto drawing = prepareRateDistortion(*frame, Split::Test, axes);
                RateDistortionPlot plot;
                plot.setTheme(paper ? Theme::paperTheme() : Theme::darkTheme());
                plot.setDrawing(drawing);
                plot.setWindow(drawing.rates, drawing.heights);
                plot.toPixmap(size.width(), size.height());
                QVERIFY(!plot.legendBox().isEmpty());
                QVERIFY2(hiddenBy(plot).isEmpty(), qPrintable(hiddenBy(plot)));
                QVERIFY(plot.axisRect()->rect().height() >= size.height() / 4);
            }
        }
    }

    void theLegendTakesAFreeCorner() {
        const auto frame = sampleHistoryFrame({1.0, 4.0}, 1000, 20, 5);
        frame->dataEntropy = 70.0;
        const auto drawing = prepareRateDistortion(*frame, Split::Test);
        RateDistortionPlot plot;
        // Below D + R = 400 there is nothing but the impossible.
        auto impossible = drawing;
        impossible.entropy = 400.0;
        plot.setDrawing(impossible);
        plot.setWindow({-2.0, 20.0}, {60.0, 120.0});
        plot.toPixmap(420, 360);
        QVERIFY(QRectF(plot.axisRect()->rect()).contains(plot.legendBox()));
        QCOMPARE(hiddenBy(plot), QString());
        // With lines everywhere there is none.
        plot.setDrawing(drawing);
        plot.setWindow({-20.0, 200.0}, {60.0, 68.0});
        plot.toPixmap(420, 360);
        QVERIFY(plot.legendBox().top() >= plot.axisRect()->rect().bottom());
    }

    void theHullIsSeenAboveTheOptimum() {
        // Members on a straight optimum: one line lies on the other.
        RateDistortionDrawing drawing;
        drawing.fleetSize = 3;
        for (int member = 0; member < 3; ++member) {
            const double rate = 1.0 + 4.0 * member;
            MemberPath path;
            path.member = member;
            path.name = QString::number(member);
            path.trail = {{rate, 10.0 - rate, 0}};
            drawing.members.push_back(path);
        }
        drawing.joins = {{0, 1, 2}};
        drawing.hull = {{1.0, 9.0, 0}, {9.0, 1.0, 0}};
        drawing.front = {{1.0, 9.0, 0}, {5.0, 5.0, 0}, {9.0, 1.0, 0}};
        for (double rate = 0.0; rate <= 10.0; rate += 0.5) {
            drawing.optimum.push_back({rate, 10.0 - rate, 1.0});
        }
        for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme(), Theme::lightTheme().inGray()}) {
            RateDistortionPlot plot;
            plot.setTheme(theme);
            plot.setDrawing(drawing);
            plot.setWindow({0.0, 10.0}, {0.0, 10.0});
            const QImage image = plot.toPixmap(420, 360).toImage();
            const QLineF along(plot.xAxis->coordToPixel(2.0), plot.yAxis->coordToPixel(8.0),
                               plot.xAxis->coordToPixel(4.0), plot.yAxis->coordToPixel(6.0));
            int gaps = 0;
            bool inGap = false;
            for (double at = 0.0; at < along.length(); at += 0.5) {
                const QPoint place = along.pointAt(at / along.length()).toPoint();
                const int contrast = std::abs(qGray(image.pixel(place)) - qGray(theme.panel.rgb()));
                const bool gap = contrast < 60;
                gaps += gap && !inGap ? 1 : 0;
                inGap = gap;
            }
            QVERIFY2(gaps >= 4, qPrintable(QString::number(gaps)));
        }
    }
};

QTEST_MAIN(TestRateDistortionLegend)
#include "tst_rate_distortion_legend.moc"
