// What was moved by hand, on the training curves: marks, words, figures and tables.
#include <QTest>

#include "tests/widgets/curves/overview.h"
#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_history.h"
#include "widgets/chart/plotting.h"
#include "widgets/curves/curves.h"
#include "widgets/curves/curves_plot.h"
#include "widgets/curves/curves_view.h"
#include "widgets/figure/csv_tables.h"

using namespace elbo;

namespace {

/// Pixels of a column, a little wider than a line, that stand out from the panel.
int inkNear(const QImage& image, double x, const QRect& rect, const Theme& theme) {
    int ink = 0;
    for (int y = rect.top() + 1; y < rect.bottom(); ++y) {
        int most = 0;
        for (int column = static_cast<int>(x) - 1; column <= static_cast<int>(x) + 1; ++column) {
            most = std::max(most, std::abs(qGray(image.pixel(column, y)) - qGray(theme.panel.rgb())));
        }
        ink += most > 25 ? 1 : 0;
    }
    return ink;
}

}  // namespace

class TestCurveMoves : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatWasMovedByHandIsMarkedOnEveryChart() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        const auto moves = std::make_shared<const std::vector<MoveStretch>>(
            stretchesOf(*sampleMoves({{600, 4.0}}), 1000, nearMoves(1000)));
        const Theme gray = Theme::paperTheme().inGray();
        for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme(), Theme::paperTheme(), gray}) {
            CurvesPlot plot;
            plot.setTheme(theme);
            plot.setDrawings(overview(*frame));
            plot.setStepWindow({0.0, 1000.0});
            const QImage before = plot.toPixmap(480, 360).toImage();
            std::vector<int> unmarked;
            for (QCPAxisRect* rect : plot.axisRects()) {
                unmarked.push_back(
                    inkNear(before, rect->axis(QCPAxis::atBottom)->coordToPixel(600.0), rect->rect(), theme));
            }
            plot.setMoves(moves);
            const QImage after = plot.toPixmap(480, 360).toImage();
            for (int i = 0; i < plot.axisRectCount(); ++i) {
                const QRect rect = plot.axisRect(i)->rect();
                const double x = plot.axisRect(i)->axis(QCPAxis::atBottom)->coordToPixel(600.0);
                const int marked = inkNear(after, x, rect, theme);
                QVERIFY2(marked - unmarked[static_cast<std::size_t>(i)] > rect.height() / 5,
                         qPrintable(QString("%1 against %2").arg(marked).arg(unmarked[static_cast<std::size_t>(i)])));
                QVERIFY2(marked < rect.height() * 9 / 10, "dotted");
            }
        }
    }

    void aMarkTellsWhatWasMoved() {
        CurvesPlot plot;
        plot.resize(480, 360);
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        plot.setDrawings(overview(*frame));
        plot.setStepWindow({0.0, 1000.0});
        for (std::size_t chart = 0; chart < 4; ++chart) {
            plot.setValueWindow(chart, {1e6, 2e6});  // no curve near
        }
        // Two stretches that fall on one pixel.
        plot.setMoves(std::make_shared<const std::vector<MoveStretch>>(std::vector<MoveStretch>{
            {600, 600, "\u03b2 1 \u2192 4"}, {602, 604, "\u03bb 1 \u2192 10"}, {900, 900, "\u03b1 0 \u2192 1"}}));
        plot.replot();
        const QCPAxisRect& rect = *plot.axisRect(2);
        const auto at = [&](double step) {
            return QPointF(rect.axis(QCPAxis::atBottom)->coordToPixel(step), rect.rect().center().y());
        };
        const QString text = plot.describe(at(600.0));
        QVERIFY2(text.contains(QString::fromUtf8("step 600: \u03b2 1 \u2192 4")) &&
                     text.contains(QString::fromUtf8("steps 602 to 604: \u03bb 1 \u2192 10")),
                 qPrintable(text));
        QVERIFY(!text.contains("step 900"));
        QVERIFY(plot.describe(at(900.0)).contains("step 900"));
        QVERIFY(plot.describe(at(750.0)).isEmpty());
    }

    void figuresAndTablesSayWhatWasMoved() {
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        CurvesView still;
        still.showFrame(frame);
        QVERIFY(!sample::svgOf(still, {252, 190}).contains("moved by hand"));
        QCOMPARE(csvTables(still.csv()).size(), std::size_t(1));

        const auto moved = std::make_shared<Frame>(*frame);
        moved->moves = sampleMoves({{600, 4.0}});
        CurvesView view;
        view.showFrame(moved);
        QVERIFY(sample::svgOf(view, {252, 190}).contains("moved by hand"));
        const auto tables = csvTables(view.csv());
        QCOMPARE(tables.size(), std::size_t(2));
        QCOMPARE(tables[0].name, QString("training-curves"));
        QCOMPARE(tables[1].name, QString("moves"));
        QVERIFY2(tables[1].text.contains("\n600,600,"), qPrintable(tables[1].text));
    }
};

QTEST_MAIN(TestCurveMoves)
#include "tst_curve_moves.moc"
