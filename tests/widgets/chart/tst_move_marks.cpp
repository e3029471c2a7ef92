// What was moved by hand as charts mark it: taken together when there is something new, grouped, and put into words.
#include <QtTest>

#include "tests/widgets/sample_history.h"
#include "widgets/chart/move_marks.h"

using namespace elbo;

class TestMoveMarks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void framesWithoutAFurtherMoveCostNothing() {
        Frame frame;
        frame.totalSteps = 1000;
        frame.report.step = 500;
        MoveMarks marks;
        marks.update(frame);
        QVERIFY(marks.stretches()->empty());
        frame.moves = sampleMoves({{100, 4.0}, {600, 8.0}});  // the second is still to come, as in a replay
        QVERIFY(marks.update(frame));
        QCOMPARE(marks.stretches()->size(), std::size_t(1));
        const MoveStretches before = marks.stretches();
        QVERIFY(!marks.update(frame));
        frame.report.step = 599;
        QVERIFY(!marks.update(frame));
        QVERIFY(marks.stretches() == before);
        frame.report.step = 600;
        QVERIFY(marks.update(frame));
        QCOMPARE(marks.stretches()->size(), std::size_t(2));
        frame.report.step = 0;  // another run
        frame.moves = nullptr;
        QVERIFY(marks.update(frame));
        QVERIFY(marks.stretches()->empty());
    }

    void marksThatLieCloseAreOne() {
        const auto groups = groupMoves({10.0, 11.0, 12.9, 13.5, 40.0}, 3.0);
        QCOMPARE(groups.size(), std::size_t(3));
        QCOMPARE(groups[0].count, std::size_t(3));
        QCOMPARE(groups[1].first, std::size_t(3));
        QCOMPARE(groups[1].place, 13.5);
        QCOMPARE(groups[2].count, std::size_t(1));
        QVERIFY(groupMoves({}, 3.0).empty());
    }

    void wordsNameTheStepsAndTheChange() {
        const auto stretches = stretchesOf(*sampleMoves({{600, 4.0}}), 1000, 20);
        QCOMPARE(stretches.size(), std::size_t(1));
        const QString one = moveText(stretches[0]);
        QVERIFY2(one.startsWith("step 600: ") && one.contains(QString::fromUtf8("1 \u2192 4")), qPrintable(one));
        QCOMPARE(moveText({812, 860, "x < y"}), QString("steps 812 to 860: x < y"));
        const std::vector<MoveStretch> many(7, MoveStretch{5, 5, "x < y"});
        QCOMPARE(moveLines(many, 0, 2), QString("step 5: x &lt; y<br>step 5: x &lt; y"));
        QVERIFY(moveLines(many, 1, 6).endsWith("<br>and 2 more"));
    }

    void theTableIsTidy() {
        QVERIFY(movesCsv({}).isEmpty());
        const QStringList lines = movesCsv({{812, 860, "\u03bb 1 \u2192 10, \"a\""}}).split('\n');
        QCOMPARE(lines[0], QString());  // apart from the table before it
        QVERIFY(lines[1].startsWith("# moves:"));
        QCOMPARE(lines[2], QString("first_step,last_step,change"));
        QCOMPARE(lines[3], QString::fromUtf8("812,860,\"\u03bb 1 \u2192 10, \"\"a\"\"\""));
    }
};

QTEST_MAIN(TestMoveMarks)
#include "tst_move_marks.moc"
