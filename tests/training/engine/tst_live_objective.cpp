#include <QTemporaryDir>
#include <QtTest>

#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/experiment/morph.h"
#include "training/experiment/objective_preset.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// An objective that changes while it trains: nothing starts anew, nothing that is not asked for is trained, and a
/// checkpoint taken on the way goes on to the byte.
class TestLiveObjective : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void aWayThroughThreeObjectivesIsSmooth();
    void resumesFromTheMiddleOfAWay();
    void aCriticIsMadeWhenItIsAskedFor();
    void fusedStepsReturnWhenTheirTermsDo();
    void whatDoesNotFitIsRefused();
    void everyTermHasItsMetric();
};

namespace {

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

Experiment named(const Experiment& base, const std::vector<std::string>& settings) {
    return withPreset(base, {"own", "Own", "none", "none", settings});
}

const std::vector<std::string> kBetaVae{"objective.beta=4"};
const std::vector<std::string> kMmdVae{"objective.lambda=50", "objective.alpha=1"};
const std::vector<std::string> kAae{"objective.divergence=adversarial", "objective.alpha=1"};

}  // namespace

void TestLiveObjective::aWayThroughThreeObjectivesIsSmooth() {
    Experiment experiment = named(smallDigits(), kBetaVae);
    Trainer trainer(experiment, loadDataset(experiment.data));
    train(trainer, 30);
    for (const auto& target : {kMmdVae, kAae}) {
        const Morph way = planMorph(trainer.experiment(), named(smallDigits(), target));
        for (int i = 0; i <= 20; ++i) {
            const torch::Tensor before = trainer.state().parameters.values().clone();
            const std::int64_t step = trainer.stepCount();
            trainer.setObjective(way.objectiveAt(i / 20.0));
            QVERIFY(torch::equal(trainer.state().parameters.values(), before));
            QCOMPARE(trainer.stepCount(), step);
            trainer.step();
            // One step of Adam moves no weight by more than a few learning rates, on the way as off it.
            const double moved = (trainer.state().parameters.values() - before).abs().max().item<double>();
            QVERIFY2(moved < 5.0 * experiment.optimiser.learningRate, qPrintable(QString::number(moved)));
        }
    }
    QVERIFY(!trainer.failed());
    const Knobs end = trainer.experiment().knobs.front();
    QCOMPARE(end.secondDivergence, 1.0);
    QCOMPARE(end.divergenceWeight(), 0.0);
    QCOMPARE(end.rateWeight(), 0.0);
}

void TestLiveObjective::resumesFromTheMiddleOfAWay() {
    const Experiment experiment = named(smallDigits(), kMmdVae);
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 5);
    const Morph way = planMorph(experiment, named(smallDigits(), kAae));
    whole.setObjective(way.objectiveAt(0.5));
    train(whole, 5);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    QVERIFY(resumed.experiment().objective == way.objective);
    train(whole, 6);
    train(resumed, 6);
    QVERIFY(torch::equal(resumed.state().parameters.values(), whole.state().parameters.values()));
    QVERIFY(resumed.snapshot()->averages == whole.snapshot()->averages);
    QVERIFY(resumed.snapshot()->averages.contains("critic_loss_second"));
}

void TestLiveObjective::aCriticIsMadeWhenItIsAskedFor() {
    const Experiment experiment = smallDigits();
    Trainer trainer(experiment, loadDataset(experiment.data));
    train(trainer, 2);
    QVERIFY(trainer.state().critics.find(LossTerm::JointDivergence) == nullptr);
    Knobs knobs;
    knobs.jointDivergence = 0.5;
    trainer.setKnobs({knobs});
    train(trainer, 2);
    const TrainedCritic* joint = trainer.state().critics.find(LossTerm::JointDivergence);
    QVERIFY(joint != nullptr);
    QCOMPARE(joint->adam().steps(), 2);
    QVERIFY(trainer.snapshot()->averages.contains("critic_accuracy_joint"));
    // Weighing nothing it rests, keeps what it knows and is shown no more.
    trainer.setKnobs({Knobs{}});
    train(trainer, 3);
    QCOMPARE(joint->adam().steps(), 2);
    QVERIFY(!trainer.snapshot()->averages.contains("critic_accuracy_joint"));
    // A new task is learned from the beginning.
    ObjectiveSpec other = trainer.experiment().objective;
    other.jointDivergence = DivergenceKind::Wasserstein;
    trainer.setObjective({other, {knobs}});
    train(trainer, 1);
    QCOMPARE(trainer.state().critics.find(LossTerm::JointDivergence)->adam().steps(), 1);
}

void TestLiveObjective::fusedStepsReturnWhenTheirTermsDo() {
    // A weight set and taken back leaves the same run as the plain engine makes of it.
    const auto run = [](Engine engine) {
        Experiment experiment = smallDigits();
        experiment.run.precision = Precision::Float64;
        experiment.run.engine = engine;
        Trainer trainer(experiment, loadDataset(experiment.data));
        train(trainer, 3);
        Knobs knobs;
        knobs.codeDistortion = 0.3;
        trainer.setKnobs({knobs});
        train(trainer, 3);
        trainer.setKnobs({Knobs{}});
        train(trainer, 3);
        return trainer.state().parameters.values().clone();
    };
    const double difference = (run(Engine::Fused) - run(Engine::Plain)).abs().max().item<double>();
    QVERIFY2(difference < 1e-10, qPrintable(QString::number(difference)));
}

void TestLiveObjective::whatDoesNotFitIsRefused() {
    const Experiment experiment = smallDigits();
    Trainer trainer(experiment, loadDataset(experiment.data));
    ObjectiveSpec wrong;
    wrong.dataDivergence = DivergenceKind::Stein;
    QVERIFY_EXCEPTION_THROWN(trainer.setObjective({wrong, {Knobs{}}}), InputError);
    QVERIFY(trainer.experiment() == experiment);
}

void TestLiveObjective::everyTermHasItsMetric() {
    Experiment experiment = smallDigits();
    experiment.model.encoderNoise = 3;
    experiment.objective.rateEstimate = RateEstimate::Adversarial;
    experiment.knobs = {{0.5, 1.5, 0.1, 1.0, 0.2, 0.3, 0.4, 0.6}, {1.0, 1.0, 0.0, 1.0, 0.2, 0.3, 0.4, 0.6}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    trainer.step();
    const auto averages = trainer.snapshot()->averages;
    for (std::size_t member = 0; member < 2; ++member) {
        const Knobs& k = experiment.knobs[member];
        const auto value = [&](const char* name) { return averages.at(name)[member]; };
        const double sum = k.distortion * value("distortion") + k.rateWeight() * value("rate_term") +
                           k.divergenceWeight() * value("marginal_divergence") +
                           k.secondDivergence * value("second_divergence") +
                           k.codeDistortion * value("code_distortion") + k.dataDivergence * value("data_divergence") +
                           k.jointDivergence * value("joint_divergence");
        QVERIFY2(std::abs(sum - value("loss")) < 1e-4 * std::abs(sum), qPrintable(QString::number(sum)));
        for (const char* critic : {"critic_loss_second", "critic_loss_data", "critic_loss_joint", "critic_loss_rate"}) {
            QVERIFY2(std::isfinite(value(critic)), critic);
        }
    }
}

QTEST_GUILESS_MAIN(TestLiveObjective)
#include "tst_live_objective.moc"
