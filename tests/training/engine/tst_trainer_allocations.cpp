#include <QtTest>

#include "tests/allocation_counter.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// A whole step of the trainer - batch, noise, terms, gradients, Adam, averages - takes no memory once it is warm.
class TestTrainerAllocations : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void aSteadyStepAllocatesNothing_data() {
        QTest::addColumn<int>("binarisation");
        QTest::addColumn<bool>("wide");
        QTest::addColumn<bool>("divergence");
        QTest::addColumn<int>("encoderSteps");
        QTest::addColumn<bool>("constrained");
        QTest::addColumn<bool>("soft");
        const int stochastic = static_cast<int>(Binarisation::Stochastic);
        QTest::newRow("stochastic") << stochastic << false << false << 0 << false << false;
        QTest::newRow("stochastic, float64, MMD") << stochastic << true << true << 0 << false << false;
        QTest::newRow("static, MMD") << static_cast<int>(Binarisation::Static) << false << true << 0 << false << false;
        QTest::newRow("encoder alone") << stochastic << false << false << 2 << false << false;
        QTest::newRow("constraints") << stochastic << false << true << 0 << true << false;
        QTest::newRow("soft free bits") << stochastic << false << false << 0 << false << true;
    }

    void aSteadyStepAllocatesNothing() {
#if COUNTS_ALLOCATIONS
        QFETCH(const int, binarisation);
        QFETCH(const bool, wide);
        QFETCH(const bool, divergence);
        QFETCH(const int, encoderSteps);
        QFETCH(const bool, constrained);
        QFETCH(const bool, soft);
        Experiment experiment = smallDigits();
        experiment.data.binarisation = static_cast<Binarisation>(binarisation);
        experiment.run.precision = wide ? Precision::Float64 : Precision::Float32;
        experiment.knobs = {Knobs{1.0, divergence ? 10.0 : 1.0, 0.0}, Knobs{0.5, 1.0, 0.0}, Knobs { 4.0, 1.0, 0.0 }};
        experiment.optimiser.encoderSteps = encoderSteps;
        if (constrained) {
            experiment.constraints.rateAtLeast = 2.0;
            experiment.constraints.negativeElboAtMost = 20.0;
            experiment.constraints.divergenceAtMost = 0.1;
        }
        if (soft) {
            experiment.objective.rateTerm = RateTerm::SoftFreeBits;
            experiment.objective.freeBits = 2.0;
        }
        Trainer trainer(experiment, loadDataset(experiment.data));
        const long beforeFirst = allocations;
        trainer.step();
        QVERIFY2(allocations > beforeFirst, "the counter counts nothing");
        trainer.step();
        const long before = allocations;
        for (int step = 0; step < 50; ++step) {  // several epochs of six steps
            trainer.step();
        }
        QCOMPARE(allocations - before, 0L);
        QVERIFY(!trainer.failed());
#else
        QSKIP("allocations are counted with glibc and without a sanitizer");
#endif
    }
};

QTEST_GUILESS_MAIN(TestTrainerAllocations)
#include "tst_trainer_allocations.moc"
