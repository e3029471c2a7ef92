// Runs that were replaced: the newest that fit are kept whole, and what had to go is known.
#include <QtTest>

#include "app/session/kept_runs.h"
#include "tests/app/small_experiment.h"
#include "training/data/dataset.h"

using namespace elbo;

namespace {

KeptRun runOf(std::uint64_t number, const std::shared_ptr<const Dataset>& dataset) {
    auto run = std::make_shared<Run>();
    run->number = number;
    run->experiment = smallExperiment();
    run->dataset = dataset;
    auto trainer = std::make_unique<Trainer>(run->experiment, dataset);
    for (std::uint64_t step = 0; step < number; ++step) {
        trainer->step();
    }
    return {std::move(run), std::move(trainer)};
}

}  // namespace

class TestKeptRuns : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void comeBackAsTheyWere() {
        const auto dataset = loadDataset(smallExperiment().data);
        KeptRuns runs(std::size_t{1} << 30U);
        runs.keep(runOf(1, dataset));
        runs.keep(runOf(2, dataset));
        const std::optional<KeptRun> first = runs.take(1);
        QVERIFY(first);
        QCOMPARE(first->trainer->stepCount(), std::int64_t{1});
        QVERIFY(!runs.take(1));  // handed out
        QVERIFY(!runs.droppedForRoom(1));
        QVERIFY(runs.take(2));
        QCOMPARE(runs.bytes(), std::size_t{0});
    }

    void theOldestMakesRoom() {
        const auto dataset = loadDataset(smallExperiment().data);
        KeptRuns one(std::size_t{1} << 40U);
        one.keep(runOf(1, dataset));
        const std::size_t alone = one.bytes();
        one.keep(runOf(2, dataset));
        const std::size_t both = one.bytes();
        QVERIFY(both > alone && both < 2 * alone);  // the data are shared

        KeptRuns runs(both);
        for (const std::uint64_t number : {1U, 2U, 3U}) {
            runs.keep(runOf(number, dataset));
        }
        QVERIFY(!runs.take(1));
        QVERIFY(runs.droppedForRoom(1));
        QVERIFY(runs.take(2) && runs.take(3));

        // A smaller bound acts at once.
        KeptRuns fewer(both);
        fewer.keep(runOf(4, dataset));
        fewer.keep(runOf(5, dataset));
        fewer.setMost(alone);
        QVERIFY(fewer.droppedForRoom(4) && fewer.take(5));

        KeptRuns none(alone - 1);
        none.keep(runOf(7, dataset));
        QVERIFY(!none.take(7) && none.droppedForRoom(7));
    }
};

QTEST_GUILESS_MAIN(TestKeptRuns)
#include "tst_kept_runs.moc"
