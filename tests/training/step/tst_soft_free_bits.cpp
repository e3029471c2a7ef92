#include "training/step/soft_free_bits.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Soft free bits: how the factor moves, where it holds the rate, and that it travels with the rest of the state.
class TestSoftFreeBits : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void movesWithinItsRange();
    void theStepIsThatOfTheScaledWeight();
    void holdsTheRateAboveTheFloor();
    void aFloorBelowTheRateChangesNothing();
    void resumedRunsEqualUninterruptedOnes();
    void aMemberAloneIsThatOfTheFleet();
};

namespace {

/// Each member holds 3.5 nats per latent dimension, more than these digits would have by themselves.
Experiment softDigits() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{1.0, 1.0, 0.0}, {4.0, 1.0, 0.0}};
    experiment.objective.rateTerm = RateTerm::SoftFreeBits;
    experiment.objective.freeBits = 3.5;
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

}  // namespace

void TestSoftFreeBits::movesWithinItsRange() {
    SoftFreeBits soft(4);
    const std::vector<bool> healthy{true, true, true, false};
    soft.adjust({5.9, 6.1, 7.0, 5.9}, 6.0, healthy);
    QCOMPARE(soft.factors(), (std::vector<double>{1.0 / 1.01, 1.0, 1.0, 1.0}));
    soft.factors() = {0.5, 0.5, 0.5, 0.5};
    soft.adjust({5.9, 6.1, 7.0, 5.9}, 6.0, healthy);
    QCOMPARE(soft.factors(), (std::vector<double>{0.5 / 1.01, 0.5, 0.505, 0.5}));
    for (int i = 0; i < 2000; ++i) {
        soft.adjust({0.0, 6.1, 7.0, 0.0}, 6.0, healthy);
    }
    QCOMPARE(soft.factors(), (std::vector<double>{1e-4, 0.5, 1.0, 0.5}));
    Coefficients coefficients = Coefficients::fromKnobs({{1.0}, {2.0}, {3.0}, {4.0}});
    soft.applyTo(coefficients);
    QCOMPARE(coefficients[LossTerm::Rate], (std::vector<double>{1e-4, 1.0, 3.0, 2.0}));
    QCOMPARE(coefficients[LossTerm::Distortion], (std::vector<double>{1.0, 1.0, 1.0, 1.0}));
}

void TestSoftFreeBits::theStepIsThatOfTheScaledWeight() {
    const Experiment soft = softDigits();
    Experiment plain = soft;
    plain.objective.rateTerm = RateTerm::Rate;
    plain.knobs = {{0.25, 1.0, 0.0}, {1.0, 1.0, 0.0}};
    const auto dataset = loadDataset(soft.data);
    Trainer first(soft, dataset);
    Trainer second(plain, dataset);
    first.state().softFreeBits.factors() = {0.25, 0.25};
    first.step();
    second.step();
    QVERIFY(torch::equal(first.state().parameters.values(), second.state().parameters.values()));
    QCOMPARE(first.snapshot()->averages.at("loss"), second.snapshot()->averages.at("loss"));
    const Report report = runningReport(*first.snapshot());
    QVERIFY(report.value("rate_weight_factor", 0) < 0.25 || report.value("rate_weight_factor", 0) > 0.25);
    QVERIFY(!second.snapshot()->averages.contains("rate_weight_factor"));
    QCOMPARE(report.value("beta", 1), 4.0);
}

void TestSoftFreeBits::holdsTheRateAboveTheFloor() {
    const Experiment soft = softDigits();
    Experiment plain = soft;
    plain.objective.rateTerm = RateTerm::Rate;
    const auto dataset = loadDataset(soft.data);
    Trainer held(soft, dataset);
    Trainer free(plain, dataset);
    train(held, 4000);
    train(free, 4000);
    for (std::size_t member = 0; member < 2; ++member) {
        const double rate = held.snapshot()->averages.at("rate")[member];
        const double without = free.snapshot()->averages.at("rate")[member];
        const double factor = held.snapshot()->averages.at("rate_weight_factor")[member];
        qInfo() << "rate" << rate << "without" << without << "factor" << factor;
        QVERIFY(without < 6.0);
        QVERIFY2(rate > 0.98 * 7.0 && rate < 1.05 * 7.0, qPrintable(QString("rate %1").arg(rate)));
        QVERIFY(factor < 1.0);
    }
}

void TestSoftFreeBits::aFloorBelowTheRateChangesNothing() {
    Experiment soft = softDigits();
    soft.objective.freeBits = 0.0;
    Experiment plain = soft;
    plain.objective.rateTerm = RateTerm::Rate;
    const auto dataset = loadDataset(soft.data);
    Trainer first(soft, dataset);
    Trainer second(plain, dataset);
    train(first, 20);
    train(second, 20);
    QVERIFY(torch::equal(first.state().parameters.values(), second.state().parameters.values()));
    QCOMPARE(first.state().softFreeBits.factors(), (std::vector<double>{1.0, 1.0}));
}

void TestSoftFreeBits::resumedRunsEqualUninterruptedOnes() {
    const Experiment experiment = softDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 30);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    QVERIFY(whole.state().softFreeBits.factors()[1] < 1.0);
    train(whole, 9);
    train(resumed, 9);
    QVERIFY(torch::equal(whole.state().parameters.values(), resumed.state().parameters.values()));
    QCOMPARE(resumed.snapshot()->averages, whole.snapshot()->averages);
}

void TestSoftFreeBits::aMemberAloneIsThatOfTheFleet() {
    Experiment experiment = softDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer fleet(experiment, dataset);
    train(fleet, 30);
    experiment.knobs = {experiment.knobs[1]};
    Trainer lone(experiment, dataset);
    Trainer copy(experiment, dataset);
    train(lone, 30);
    copyMember(fleet, 1, copy);
    QCOMPARE(copy.state().softFreeBits.factors()[0], fleet.state().softFreeBits.factors()[1]);
    QCOMPARE(lone.state().softFreeBits.factors()[0], fleet.state().softFreeBits.factors()[1]);
}

QTEST_GUILESS_MAIN(TestSoftFreeBits)
#include "tst_soft_free_bits.moc"
