#include "training/engine/step_rate.h"

#include <QtTest>

using namespace elbo;
using namespace std::chrono_literals;

class TestStepRate : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void knowsNothingBeforeTheSecondMark() {
        StepRate rate;
        QCOMPARE(rate.perSecond(), 0.0);
        rate.mark({}, 5);
        QCOMPARE(rate.perSecond(), 0.0);
    }

    void measuresFastAndSlowTraining_data() {
        QTest::addColumn<double>("stepsPerSecond");
        QTest::newRow("20,000") << 20000.0;
        QTest::newRow("130") << 130.0;
        QTest::newRow("3") << 3.0;
        QTest::newRow("0.2") << 0.2;
    }

    void measuresFastAndSlowTraining() {
        QFETCH(const double, stepsPerSecond);
        StepRate rate;
        const auto interval = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / stepsPerSecond));
        for (int step = 0; step < 30000; ++step) {
            rate.mark(StepRate::Clock::time_point{} + step * interval, step);
        }
        QVERIFY(std::abs(rate.perSecond() / stepsPerSecond - 1.0) < 1e-3);
    }

    void forgetsWhatIsOlderThanASecond() {
        StepRate rate;
        StepRate::Clock::time_point now{};
        std::int64_t steps = 0;
        for (; steps < 1000; ++steps, now += 1ms) {
            rate.mark(now, steps);
        }
        for (; steps < 1030; ++steps, now += 50ms) {
            rate.mark(now, steps);
        }
        QVERIFY(std::abs(rate.perSecond() - 20.0) < 0.5);
        rate.clear();
        QCOMPARE(rate.perSecond(), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestStepRate)
#include "tst_step_rate.moc"
