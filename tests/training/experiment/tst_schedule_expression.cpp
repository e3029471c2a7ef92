#include "training/experiment/schedule_expression.h"

#include <QtTest>
#include <cmath>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

using namespace elbo;

/// Short forms of schedules: each says what its points say.
class TestScheduleExpression : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void rampsAndCycles_data();
    void rampsAndCycles();
    void aCycleBeginsAgainWithoutABend();
    void theLargestNumbersStayNumbers();
    void aLogisticRiseIsAnS_data();
    void aLogisticRiseIsAnS();
    void logisticCyclesBeginAgain();
    void everyKnobTakesThem();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
};

void TestScheduleExpression::rampsAndCycles_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("points");
    QTest::newRow("ramp") << "0:1:1000"
                          << "[[0, 0.0], [1000, 1.0]]";
    QTest::newRow("downwards, with spaces") << " 2.5 : -1e-2 : 7 "
                                            << "[[0, 2.5], [7, -0.01]]";
    QTest::newRow("once") << "0:1:8 x1"
                          << "[[0, 0.0], [8, 1.0]]";
    QTest::newRow("twice") << "0:1:8 x2"
                           << "[[0, 0.0], [7, 0.875], [8, 0.0], [16, 1.0]]";
    QTest::newRow("with rests") << "0:1:4/8 x2"
                                << "[[0, 0.0], [4, 1.0], [7, 1.0], [8, 0.0], [12, 1.0]]";
    QTest::newRow("rest of one step") << "0:1:4/5x2"
                                      << "[[0, 0.0], [4, 1.0], [5, 0.0], [9, 1.0]]";
    QTest::newRow("cycles of one step") << "3:1:1 x3"
                                        << "[[0, 3.0], [1, 3.0], [2, 3.0], [3, 1.0]]";
}

void TestScheduleExpression::rampsAndCycles() {
    QFETCH(QString, text);
    QFETCH(QString, points);
    Experiment short_;
    Experiment long_;
    assignField(short_, "schedule.beta=" + text.toStdString());
    assignField(long_, "schedule.beta=" + points.toStdString());
    QCOMPARE(fieldText(short_, "schedule.beta"), points.toStdString());
    QVERIFY(short_ == long_);
    QVERIFY(parseExperiment("[schedule]\nbeta = \"" + text.toStdString() + "\"\n", "test") == long_);
    QVERIFY(parseExperiment(writeExperiment(short_), "test") == short_);
}

void TestScheduleExpression::theLargestNumbersStayNumbers() {
    for (const SchedulePoint& point : parseSchedule("-1.5e308:1.5e308:8 x3")) {
        QVERIFY2(std::isfinite(point.value), qPrintable(QString("at step %1").arg(point.step)));
    }
}

void TestScheduleExpression::aCycleBeginsAgainWithoutABend() {
    KnobSchedule schedule;
    schedule[Knob::Lambda] = parseSchedule("1:5:10 x3");
    for (std::int64_t step = 0; step < 40; ++step) {
        const double expected = step < 30 ? 1.0 + 0.4 * static_cast<double>(step % 10) : 5.0;
        const double found = schedule.inForce({Knobs{}}, {}, step)[0].lambda;
        QVERIFY2(std::abs(found - expected) < 1e-12, qPrintable(QString("%1: %2").arg(step).arg(found)));
    }
}

void TestScheduleExpression::aLogisticRiseIsAnS_data() {
    QTest::addColumn<int>("steps");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("one step") << 1 << 1e-12;
    QTest::newRow("a point for every step") << 50 << 1e-12;
    QTest::newRow("lines between points") << 5000 << 1e-3;
}

void TestScheduleExpression::aLogisticRiseIsAnS() {
    QFETCH(int, steps);
    QFETCH(double, tolerance);
    KnobSchedule schedule;
    schedule[Knob::Beta] = parseSchedule(QString("0.5 : 2.5 : %1 logistic").arg(steps).toStdString());
    const auto sigmoid = [](double t) { return 1.0 / (1.0 + std::exp(-t)); };
    const double least = sigmoid(-6.25), most = sigmoid(6.25);
    double before = 0.0;
    for (std::int64_t step = 0; step <= steps + 3; ++step) {
        const double share = std::min(1.0, static_cast<double>(step) / steps);
        const double expected = 0.5 + 2.0 * (sigmoid(12.5 * (share - 0.5)) - least) / (most - least);
        const double found = schedule.inForce({Knobs{}}, {}, step)[0].beta;
        QVERIFY2(std::abs(found - expected) < 2.0 * tolerance, qPrintable(QString("%1: %2").arg(step).arg(found)));
        QVERIFY(found >= before);
        before = found;
    }
    QCOMPARE(schedule.inForce({Knobs{}}, {}, 0)[0].beta, 0.5);
    QCOMPARE(schedule.inForce({Knobs{}}, {}, steps)[0].beta, 2.5);
}

void TestScheduleExpression::logisticCyclesBeginAgain() {
    KnobSchedule cycles, once;
    once[Knob::Beta] = parseSchedule("0:1:40 logistic");
    const auto at = [](const KnobSchedule& schedule, std::int64_t step) {
        return schedule.inForce({Knobs{}}, {}, step)[0].beta;
    };
    for (const auto& [text, cycle] : {std::pair("0:1:40 logistic x3", 40), std::pair("0:1:40/60 logistic x3", 60)}) {
        cycles[Knob::Beta] = parseSchedule(text);
        for (std::int64_t step = 0; step < 4 * cycle; ++step) {
            const double expected = step < 3 * cycle ? at(once, step % cycle) : 1.0;
            QVERIFY2(std::abs(at(cycles, step) - expected) < 1e-12, qPrintable(QString("%1: %2").arg(text).arg(step)));
        }
    }
}

void TestScheduleExpression::everyKnobTakesThem() {
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        Experiment experiment;
        assignField(experiment, std::string("schedule.") + kKnobNames[place].name + "=0:0.5:20");
        QVERIFY((experiment.schedule[place] == std::vector<SchedulePoint>{{0.0, 0.0}, {20.0, 0.5}}));
        const Knobs inForce = experiment.schedule.inForce({Knobs{}}, {}, 10)[0];
        for (std::size_t other = 0; other < kKnobCount; ++other) {
            const double Knobs::*value = kKnobNames[other].value;
            QCOMPARE(inForce.*value, other == place ? 0.25 : Knobs{}.*value);
        }
    }
}

void TestScheduleExpression::mistakesAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("no number") << "up:1:10"
                               << "character 1: a finite number is missing";
    QTest::newRow("not finite") << "0:inf:10"
                                << "character 3: a finite number is missing";
    QTest::newRow("one number") << "0.5"
                                << "character 4: a colon is missing";
    QTest::newRow("no steps") << "0:1"
                              << "character 4: a colon is missing";
    QTest::newRow("zero steps") << "0:1:0"
                                << "character 5: a number of steps from 1";
    QTest::newRow("half a step") << "0:1:0.5"
                                 << "character 5: a number of steps from 1";
    QTest::newRow("a cycle shorter than its rise") << "0:1:9/8 x2"
                                                   << "character 7: a number of steps in a cycle from 9";
    QTest::newRow("no cycles") << "0:1:9 x0"
                               << "character 8: a number of cycles";
    QTest::newRow("too many cycles") << "0:1:9 x334"
                                     << "more cycles than the 333";
    QTest::newRow("too many logistic cycles") << "0:1:90 logistic x20"
                                              << "more cycles than the 19";
    QTest::newRow("another word") << "0:1:10 logit"
                                  << "character 8: nothing may follow";
    QTest::newRow("something else") << "0:1:10 y3"
                                    << "character 8: nothing may follow";
}

void TestScheduleExpression::mistakesAreNamed() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    Experiment experiment;
    try {
        assignField(experiment, "schedule.alpha=" + text.toStdString());
        QFAIL("accepted");
    } catch (const InputError& error) {
        const QString message = error.what();
        QVERIFY2(message.startsWith("schedule.alpha is \"" + text + "\"") && message.contains(part),
                 qPrintable(message));
    }
    QVERIFY(experiment == Experiment{});
}

QTEST_APPLESS_MAIN(TestScheduleExpression)
#include "tst_schedule_expression.moc"
