#include "training/metrics/history.h"

#include <QtTest>

using namespace elbo;

class TestHistory : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void staysBoundedAndKeepsBothEnds();
    void oneEntryPerStep();
    void aResetStartsAnew();
    void aStepThatWasPassedComesToItsPlace();
};

namespace {

std::shared_ptr<const Report> at(std::int64_t step) {
    auto report = std::make_shared<Report>();
    report->step = step;
    return report;
}

}  // namespace

void TestHistory::staysBoundedAndKeepsBothEnds() {
    History history;
    constexpr std::int64_t kSteps = 50000;
    for (std::int64_t step = 0; step < kSteps; ++step) {
        history.add(at(step));
        QVERIFY(history.reports().size() <= History::kCapacity);
    }
    QVERIFY(history.reports().size() > History::kCapacity / 4);
    QCOMPARE(history.reports().front()->step, 0);
    QCOMPARE(history.reports().back()->step, kSteps - 1);
    for (std::size_t i = 1; i < history.reports().size(); ++i) {
        QVERIFY(history.reports()[i]->step > history.reports()[i - 1]->step);
    }
    // The newest quarter is kept step by step.
    const auto& reports = history.reports();
    QCOMPARE(reports[reports.size() - 400]->step, kSteps - 400);
}

void TestHistory::oneEntryPerStep() {
    History history;
    history.add(at(3));
    const auto later = at(3);
    history.add(later);
    QCOMPARE(history.reports().size(), 1U);
    QCOMPARE(history.reports().back(), later);
}

void TestHistory::aResetStartsAnew() {
    History history;
    history.add(at(10));
    history.add(at(20));
    history.add(at(0));
    QCOMPARE(history.reports().size(), 1U);
}

void TestHistory::aStepThatWasPassedComesToItsPlace() {
    History history;
    for (const std::int64_t step : {10, 20, 30}) {
        history.add(at(step));
    }
    history.insert(at(15));
    const auto better = at(20);
    history.insert(better);
    history.insert(at(5));
    std::vector<std::int64_t> steps;
    for (const auto& report : history.reports()) {
        steps.push_back(report->step);
    }
    QCOMPARE(steps, (std::vector<std::int64_t>{5, 10, 15, 20, 30}));
    QCOMPARE(history.reports()[3], better);
    history.add(at(40));
    QCOMPARE(history.reports().size(), 6U);
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
