#include "training/experiment/knob_schedule.h"

#include <QTemporaryDir>
#include <QtTest>

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

/// Knobs as functions of the step: what is in force, what is reported, what a hand and a checkpoint do to it.
class TestKnobSchedule : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void linesBetweenPoints();
    void cyclesBeginAgain();
    void betaRisesToEveryMembersOwn();
    void aConstantScheduleIsTheKnob();
    void reportsShowWhatIsInForce();
    void aHandTakesAKnobOff();
    void resumedRunsFollowTheSame_data();
    void resumedRunsFollowTheSame();
    void aMemberAloneFollowsTheSame();
};

namespace {

KnobFlags flagsOf(std::initializer_list<Knob> knobs) {
    KnobFlags flags;
    for (const Knob knob : knobs) {
        flags[knob] = true;
    }
    return flags;
}

Experiment annealed() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{3.0, 1.0, 0.0}, {5.0, 2.0, 0.1}};
    experiment.schedule[Knob::Beta] = {{0.0, 0.0}, {10.0, 1.0}};
    experiment.schedule[Knob::Lambda] = {{4.0, 1.0}, {8.0, 21.0}};
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

}  // namespace

void TestKnobSchedule::linesBetweenPoints() {
    KnobSchedule schedule;
    schedule[Knob::Beta] = {{10.0, 1.0}, {20.0, 3.0}, {21.0, 0.0}};
    const std::vector<Knobs> base{{9.0, 7.0, 0.5}, {8.0, 6.0, 0.25}};
    const std::pair<int, double> expected[] = {{0, 1.0},  {10, 1.0}, {11, 1.2},  {15, 2.0},
                                               {20, 3.0}, {21, 0.0}, {1000, 0.0}};
    for (const auto& [step, beta] : expected) {
        const std::vector<Knobs> found = schedule.inForce(base, {}, step);
        for (std::size_t member = 0; member < 2; ++member) {
            QVERIFY(std::abs(found[member].beta - beta) < 1e-12);
            QCOMPARE(found[member].lambda, base[member].lambda);
            QCOMPARE(found[member].alpha, base[member].alpha);
        }
    }
    QVERIFY(schedule.inForce(base, flagsOf({Knob::Beta}), 15) == base);
    QVERIFY(schedule.following({}) == flagsOf({Knob::Beta}));
}

void TestKnobSchedule::cyclesBeginAgain() {
    KnobSchedule schedule;
    schedule[Knob::Alpha] = {{0.0, 0.0}, {5.0, 1.0}};
    schedule.period = 10;
    for (const std::int64_t step : {0, 3, 5, 9}) {
        for (const std::int64_t cycle : {1, 7}) {
            QCOMPARE(schedule.inForce({Knobs{}}, {}, step + 10 * cycle)[0].alpha,
                     schedule.inForce({Knobs{}}, {}, step)[0].alpha);
        }
    }
    QCOMPARE(schedule.inForce({Knobs{}}, {}, 19)[0].alpha, 1.0);
    QCOMPARE(schedule.inForce({Knobs{}}, {}, 20)[0].alpha, 0.0);
}

void TestKnobSchedule::betaRisesToEveryMembersOwn() {
    KnobSchedule schedule;
    QVERIFY(schedule.empty());
    schedule.betaRise = 100;
    QVERIFY(!schedule.empty());
    QVERIFY(schedule.following({}) == flagsOf({Knob::Beta}));
    const std::vector<Knobs> base{{0.5, 7.0, 0.5}, {2.0, 6.0, 0.25}};
    for (const auto& [step, share] : {std::pair{0, 0.0}, {25, 0.25}, {100, 1.0}, {5000, 1.0}}) {
        const std::vector<Knobs> found = schedule.inForce(base, {}, step);
        for (std::size_t member = 0; member < 2; ++member) {
            QVERIFY(std::abs(found[member].beta - share * base[member].beta) < 1e-12);
            QCOMPARE(found[member].lambda, base[member].lambda);
            QCOMPARE(found[member].alpha, base[member].alpha);
        }
    }
    QVERIFY(schedule.inForce(base, flagsOf({Knob::Beta}), 25) == base);  // held by hand
    schedule.period = 50;
    QCOMPARE(schedule.inForce(base, {}, 75)[1].beta, 0.5);
    // What a schedule says of beta rises as well.
    schedule[Knob::Beta] = {{0.0, 4.0}};
    QCOMPARE(schedule.inForce(base, {}, 25)[0].beta, 1.0);
}

void TestKnobSchedule::aConstantScheduleIsTheKnob() {
    Experiment plain = smallDigits();
    plain.knobs = {{0.3, 11.0, 0.0}};
    Experiment scheduled = plain;
    scheduled.knobs = {{50.0, 1.0, 0.0}};
    scheduled.schedule[Knob::Beta] = {{0.0, 0.3}};
    scheduled.schedule[Knob::Lambda] = {{3.0, 11.0}};
    const auto dataset = loadDataset(plain.data);
    Trainer first(plain, dataset);
    Trainer second(scheduled, dataset);
    train(first, 12);
    train(second, 12);
    QVERIFY(torch::equal(first.snapshot()->parameters->values(), second.snapshot()->parameters->values()));
}

void TestKnobSchedule::reportsShowWhatIsInForce() {
    const Experiment experiment = annealed();
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int step = 0; step < 15; ++step) {
        trainer.step();  // with the knobs of this step, counted from 0
        const Report report = runningReport(*trainer.snapshot());
        for (int member = 0; member < 2; ++member) {
            QVERIFY(std::abs(report.value("beta", member) - std::min(1.0, 0.1 * step)) < 1e-12);
            QVERIFY(std::abs(report.value("lambda", member) - std::clamp(1.0 + 5.0 * (step - 4), 1.0, 21.0)) < 1e-12);
        }
        QCOMPARE(report.value("alpha", 1), 0.1);
    }
    QVERIFY((trainer.snapshot()->scheduled == flagsOf({Knob::Beta, Knob::Lambda})));
    QVERIFY(trainer.experiment() == experiment);
}

void TestKnobSchedule::aHandTakesAKnobOff() {
    const Experiment experiment = annealed();
    Trainer trainer(experiment, loadDataset(experiment.data));
    train(trainer, 6);
    std::vector<Knobs> knobs = experiment.knobs;
    trainer.setKnobs(knobs);  // nothing moved: nothing is taken off
    QVERIFY((trainer.snapshot()->scheduled == flagsOf({Knob::Beta, Knob::Lambda})));
    QCOMPARE(trainer.snapshot()->objective.knobs[0].beta, 0.5);
    knobs[1].beta = 0.75;
    trainer.setKnobs(knobs);
    QVERIFY((trainer.snapshot()->scheduled == flagsOf({Knob::Lambda})));
    QCOMPARE(trainer.snapshot()->objective.knobs[1].beta, 0.75);
    train(trainer, 1);
    QCOMPARE(trainer.snapshot()->objective.knobs[0].beta, 3.0);
    QCOMPARE(trainer.snapshot()->objective.knobs[1].beta, 0.75);
    QCOMPARE(trainer.snapshot()->objective.knobs[1].lambda, 11.0);
}

void TestKnobSchedule::resumedRunsFollowTheSame_data() {
    QTest::addColumn<bool>("held");
    QTest::newRow("untouched") << false;
    QTest::newRow("one knob held by hand") << true;
}

void TestKnobSchedule::resumedRunsFollowTheSame() {
    QFETCH(bool, held);
    const Experiment experiment = annealed();
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 5);
    if (held) {
        std::vector<Knobs> knobs = experiment.knobs;
        knobs[0].lambda = 300.0;
        whole.setKnobs(knobs);
    }
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    QVERIFY(resumed.snapshot()->objective.knobs == whole.snapshot()->objective.knobs);
    QVERIFY(resumed.snapshot()->scheduled == whole.snapshot()->scheduled);
    train(whole, 7);
    train(resumed, 7);
    QVERIFY(resumed.snapshot()->objective.knobs == whole.snapshot()->objective.knobs);
    QVERIFY(torch::equal(resumed.snapshot()->parameters->values(), whole.snapshot()->parameters->values()));
    QCOMPARE(whole.snapshot()->objective.knobs[0].lambda, held ? 300.0 : 21.0);
}

void TestKnobSchedule::aMemberAloneFollowsTheSame() {
    Experiment experiment = annealed();
    const auto dataset = loadDataset(experiment.data);
    Trainer fleet(experiment, dataset);
    train(fleet, 5);
    experiment.knobs.resize(1);
    Trainer lone(experiment, dataset);
    copyMember(fleet, 1, lone);
    QVERIFY(lone.snapshot()->objective.knobs[0] == fleet.snapshot()->objective.knobs[1]);
    train(fleet, 4);
    train(lone, 4);
    QVERIFY(lone.snapshot()->objective.knobs[0] == fleet.snapshot()->objective.knobs[1]);
}

QTEST_GUILESS_MAIN(TestKnobSchedule)
#include "tst_knob_schedule.moc"
