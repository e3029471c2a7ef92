// Two members side by side: which two, their numbers, and the bar that names the mode.
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/widgets/sample_history.h"
#include "widgets/fleet/comparison_bar.h"

using namespace elbo;

class TestComparison : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPairIsTwoDifferentMembers() {
        QVERIFY(comparisonOf(5, 2) == (Comparison{2, 5}));
        QVERIFY(!comparisonOf(3, 3).active());
        QVERIFY(!comparisonOf(-1, 3).active());
        QVERIFY(!Comparison{}.holds(-1));
    }

    void theFocusStaysInThePair() {
        const Comparison pair{2, 5};
        QVERIFY(withFocus(pair, 2, 5) == pair);
        QVERIFY(withFocus(pair, 2, 9) == (Comparison{5, 9}));
        QVERIFY(withFocus(pair, 5, 0) == (Comparison{0, 2}));
        QVERIFY(!withFocus({}, 0, 3).active());
    }

    void numbersAreThoseOfTheNewestEvaluation() {
        // The last report, step 1000, has an evaluation; one more without follows.
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5);
        auto later = std::make_shared<Report>();
        later->step = 1020;
        later->values["rate"] = {1.0, 2.0, 3.0};
        frame->report = *later;
        const ComparedNumbers numbers = compareMembers(*frame, {0, 2});
        QVERIFY(numbers.onTest);
        QCOMPARE(numbers.step, 1000);
        QCOMPARE(numbers.quantities.size(), std::size_t(4));
        const Report& measured = *frame->history.back();
        QCOMPARE(numbers.quantities[0].a, measured.value("rate_test", 0));
        QCOMPARE(numbers.quantities[1].b, measured.value("distortion_test", 2));
        QCOMPARE(numbers.quantities[2].difference(), measured.value("elbo_test", 2) - measured.value("elbo_test", 0));
        QCOMPARE(numbers.quantities[2].a, -(numbers.quantities[0].a + numbers.quantities[1].a));
    }

    void withoutEvaluationsAveragesAreShown() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 0);
        const ComparedNumbers numbers = compareMembers(*frame, {1, 2});
        QVERIFY(!numbers.onTest);
        QCOMPARE(numbers.quantities[0].b, frame->report.value("rate", 2));
        QVERIFY(std::isnan(compareMembers(Frame{}, {1, 2}).quantities[0].a));
    }

    void theBarNamesModeAndMembers() {
        ComparisonBar bar;
        bar.show();
        bar.setComparison({0, 2});
        bar.showFrame(sampleHistoryFrame({0.5, 1.0, 4.0}, 1000, 20, 5));
        QCOMPARE(bar.findChild<QLabel*>("comparisonMode")->text(), QString("Comparing two members"));
        QString all;
        for (const QLabel* label : bar.findChildren<QLabel*>()) {
            all += label->text() + "\n";
        }
        for (const char* part : {"A: \u03b2\u00a00.5", "B: \u03b2\u00a04", "rate R", "ELBO", "test examples, step 1"}) {
            QVERIFY2(all.contains(QString::fromUtf8(part)), part);
        }
        QSignalSpy left(&bar, &ComparisonBar::leaveRequested);
        QTest::mouseClick(bar.findChild<QPushButton*>("leaveComparison"), Qt::LeftButton);
        QCOMPARE(left.count(), 1);
    }
};

QTEST_MAIN(TestComparison)
#include "tst_comparison.moc"
