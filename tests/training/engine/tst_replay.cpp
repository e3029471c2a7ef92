// A run whose objective was moved by hand, trained again from what it says of itself.

#include <QTemporaryDir>
#include <QtTest>
#include <functional>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"

using namespace elbo;

namespace {

using MadeByHand = std::map<std::int64_t, std::function<void(Trainer&)>>;

std::unique_ptr<Trainer> start(const Experiment& experiment) {
    return std::make_unique<Trainer>(experiment, loadDataset(experiment.data));
}

void train(Trainer& trainer, std::int64_t until, const MadeByHand& hand = {}) {
    while (trainer.stepCount() < until) {
        if (const auto move = hand.find(trainer.stepCount()); move != hand.end()) {
            move->second(trainer);
        }
        trainer.step();
    }
}

torch::Tensor parametersOf(const Trainer& trainer) {
    return trainer.snapshot()->parameters->values();
}

std::function<void(Trainer&)> setsBeta(double beta) {
    return [beta](Trainer& trainer) {
        std::vector<Knobs> knobs = trainer.experiment().knobs;
        for (Knobs& member : knobs) {
            member.beta = beta;
        }
        trainer.setKnobs(knobs);
    };
}

}  // namespace

class TestReplay : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void whatIsMovedIsNotedOnceAndWhatIsNotIsNot() {
        const auto trainer = start(smallDigits());
        trainer->setKnobs(trainer->experiment().knobs);
        setsBeta(2.0)(*trainer);  // before the first step: it is what the run begins with
        QVERIFY(trainer->experiment().history.moves.empty());
        QVERIFY(trainer->progress().moves == nullptr);
        train(*trainer, 3);
        setsBeta(2.0)(*trainer);
        QVERIFY(trainer->experiment().history.moves.empty());
        setsBeta(4.0)(*trainer);
        const Moves moves = trainer->experiment().history.moves;
        QCOMPARE(moves.size(), std::size_t{2});
        QCOMPARE(moves[0].step, std::int64_t{0});
        QCOMPARE(moves[0].objective.knobs[0].beta, 2.0);
        QCOMPARE(moves[1].step, std::int64_t{3});
        QCOMPARE(moves[1].objective.knobs[0].beta, 4.0);
        QCOMPARE(*trainer->progress().moves, moves);
    }

    void theSameBytesComeOfIt_data() {
        QTest::addColumn<Experiment>("experiment");
        QTest::addColumn<MadeByHand>("hand");
        Experiment fleet = smallDigits();
        fleet.knobs = {Knobs{1.0, 1.0, 0.0}, Knobs{0.5, 20.0, 0.0}};
        QTest::newRow("weights of a fleet")
            << fleet << MadeByHand{{5, setsBeta(4.0)}, {6, setsBeta(3.0)}, {12, setsBeta(0.25)}};

        Experiment scheduled = smallDigits();
        scheduled.schedule[Knob::Beta] = {{0.0, 0.0}, {20.0, 2.0}};
        QTest::newRow("a weight that leaves its schedule") << scheduled << MadeByHand{{7, setsBeta(4.0)}};
        QTest::newRow("one that leaves it before the first step") << scheduled << MadeByHand{{0, setsBeta(4.0)}};

        const auto adversarial = [](DivergenceKind kind) {
            return [kind](Trainer& trainer) {
                Objective objective = trainer.experiment().whole();
                objective.spec.divergence = kind;
                objective.knobs[0].lambda = 5.0;
                trainer.setObjective(objective);
            };
        };
        QTest::newRow("critics that come, change and go") << smallDigits()
                                                          << MadeByHand{{4, adversarial(DivergenceKind::Adversarial)},
                                                                        {9, adversarial(DivergenceKind::Wasserstein)},
                                                                        {11, adversarial(DivergenceKind::Mmd)},
                                                                        {13, adversarial(DivergenceKind::Adversarial)}};

        Experiment bound = smallDigits();
        bound.constraints.rateAtLeast = 3.0;
        QTest::newRow("beside multipliers") << bound << MadeByHand{{8, setsBeta(2.0)}};
    }

    void theSameBytesComeOfIt() {
        QFETCH(Experiment, experiment);
        QFETCH(MadeByHand, hand);
        const auto byHand = start(experiment);
        train(*byHand, 20, hand);

        // From a file, as a figure or a run folder holds it.
        const Experiment stored = parseExperiment(writeExperiment(byHand->experiment()), "file");
        QCOMPARE(stored.whole(), byHand->experiment().whole());
        const auto again = start(stored);
        const bool atOnce = stored.history.moves[1].step == 0;
        QCOMPARE(again->experiment().whole(), stored.history.moves[atOnce ? 1 : 0].objective);
        train(*again, 20);
        QVERIFY(torch::equal(parametersOf(*again), parametersOf(*byHand)));
        QCOMPARE(again->experiment().whole(), byHand->experiment().whole());
        QCOMPARE(again->experiment().history.moves, byHand->experiment().history.moves);
        QCOMPARE(again->movesMade(), again->experiment().history.moves.size());

        // It is the moves that do it.
        Experiment without = stored;
        without.history = {};
        const auto other = start(without);
        train(*other, 20);
        QVERIFY(!torch::equal(parametersOf(*other), parametersOf(*byHand)));
    }

    void aReplayIsStoredAndGoneOnWithAtAnyStep() {
        const MadeByHand hand{{5, setsBeta(4.0)}, {10, [](Trainer& trainer) {
                                                       Objective objective = trainer.experiment().whole();
                                                       objective.spec.divergence = DivergenceKind::Adversarial;
                                                       objective.knobs[0].lambda = 5.0;
                                                       trainer.setObjective(objective);
                                                   }}};
        const auto byHand = start(smallDigits());
        train(*byHand, 20, hand);
        QTemporaryDir folder;
        for (const std::int64_t step : {0, 4, 5, 6, 10, 15}) {
            const auto replay = start(byHand->experiment());
            train(*replay, step);
            const std::string path = folder.filePath("replay.safetensors").toStdString();
            saveCheckpoint(path, *replay);
            const auto resumed = start(checkpointExperiment(path));
            restoreCheckpoint(path, *resumed);
            QCOMPARE(resumed->experiment().whole(), replay->experiment().whole());
            train(*resumed, 20);
            QVERIFY2(torch::equal(parametersOf(*resumed), parametersOf(*byHand)), std::to_string(step).c_str());
        }
    }

    void aHandOnTheWayTakesThePlaceOfWhatWasToCome() {
        const auto byHand = start(smallDigits());
        train(*byHand, 20, {{5, setsBeta(4.0)}, {10, setsBeta(0.25)}});
        const auto replay = start(byHand->experiment());
        train(*replay, 7);
        QCOMPARE(replay->movesMade(), std::size_t{2});
        setsBeta(2.0)(*replay);
        train(*replay, 20);
        const Moves moves = replay->experiment().history.moves;
        QCOMPARE(moves.size(), std::size_t{3});
        QCOMPARE(moves.back().step, std::int64_t{7});
        QCOMPARE(replay->experiment().knobs[0].beta, 2.0);
    }

    void anotherObjectiveOnResumingIsTheNextMove() {
        const auto trainer = start(smallDigits());
        train(*trainer, 6, {{3, setsBeta(4.0)}});
        QTemporaryDir folder;
        const std::string path = folder.filePath("run.safetensors").toStdString();
        saveCheckpoint(path, *trainer);
        Experiment wanted = checkpointExperiment(path);
        assignField(wanted, "beta=0.5");
        const auto resumed = start(wanted);
        restoreCheckpoint(path, *resumed);
        const Moves moves = resumed->experiment().history.moves;
        QCOMPARE(moves.size(), std::size_t{3});
        QCOMPARE(moves.back().step, std::int64_t{6});
        QCOMPARE(resumed->experiment().knobs[0].beta, 0.5);
        QVERIFY(torch::equal(parametersOf(*resumed), parametersOf(*trainer)));
    }

    void aMoveThatCannotBeTrainedIsRefusedBeforeTheFirstStep() {
        Experiment experiment = smallDigits();
        Objective impossible = experiment.whole();
        impossible.spec.rateTerm = RateTerm::Information;
        impossible.spec.rateTarget = 100.0;  // more than a batch can tell
        experiment.history.moves = {{0, experiment.whole()}, {5, impossible}, {6, experiment.whole()}};
        QVERIFY_EXCEPTION_THROWN(start(experiment), InputError);
    }
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
