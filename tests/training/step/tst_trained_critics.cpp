#include "training/step/trained_critics.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Critics learn the divergence of known distributions, push codes to the prior, and resume to the byte.
class TestTrainedCritics : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void learnsJensenShannon();
    void learnsTheDistanceOfAShift();
    void bringsCodesToThePrior_data();
    void bringsCodesToThePrior();
    void resumesToTheByte();
    void aMemberAloneGoesOnTheSame();
    void anotherCriticIsRefused();
    void noWeightNoCritic();
};

namespace {

Experiment adversarial(DivergenceKind kind) {
    Experiment experiment = smallDigits();
    experiment.knobs = {{1.0, 1.0, 1.0}, {1.0, 20.0, 0.5}};  // the AAE, and a heavier one
    experiment.objective.divergence = kind;
    experiment.objective.critic = {16};
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

const TrainedCritic& codesCritic(const Trainer& trainer) {
    return *trainer.state().critics.find(LossTerm::MarginalDivergence);
}

/// Trains critics of two members on codes N(shift, 1), drawn anew for every step.
void trainOnShifts(TrainedCritic& critics, const std::vector<double>& shifts, int steps) {
    torch::Generator generator = makeGenerator(3);
    const torch::Tensor centre = torch::tensor(shifts, torch::kFloat64).view({2, 1, 1});
    for (int step = 0; step < steps; ++step) {
        critics.train(torch::randn({2, 500, 1}, generator, torch::kFloat64) + centre,
                      [](const torch::Tensor& prior) { return prior; }, step, 1.0, {true, true});
    }
}

Experiment onOneDimension(DivergenceKind kind) {
    Experiment experiment = adversarial(kind);
    experiment.model.latentDim = 1;
    experiment.objective.critic = {32};
    experiment.objective.criticLearningRate = 3e-3;
    return experiment;
}

/// The term of the encoder on a large set of codes N(shift, 1) of both members.
torch::Tensor termOf(const TrainedCritic& critics, DivergenceKind kind, const std::vector<double>& shifts) {
    const torch::NoGradGuard noGradients;
    torch::Generator generator = makeGenerator(11);
    const torch::Tensor noise = torch::randn({100000, 1}, generator, torch::kFloat64);
    const torch::Tensor codes = noise.unsqueeze(0) + torch::tensor(shifts, torch::kFloat64).view({2, 1, 1});
    const CriticInForce inForce = critics.inForce();
    const torch::Tensor codeScore = inForce.critic->score(*inForce.parameters, codes);
    const torch::Tensor priorScore = inForce.critic->score(*inForce.parameters, noise);
    return kind == DivergenceKind::Wasserstein ? criticTerm(kind, Moving::Q, codeScore, priorScore)
                                               : criticLoss(kind, codeScore, priorScore);
}

}  // namespace

void TestTrainedCritics::learnsJensenShannon() {
    TrainedCritic critics(onOneDimension(DivergenceKind::Adversarial), LossTerm::MarginalDivergence,
                          DivergenceKind::Adversarial, 1, torch::kFloat64, 1);
    trainOnShifts(critics, {0.0, 2.0}, 1500);
    const torch::Tensor loss = termOf(critics, DivergenceKind::Adversarial, {0.0, 2.0});
    const double expected[] = {2.0 * std::numbers::ln2, 2.0 * (std::numbers::ln2 - 0.3368308203)};
    for (int member = 0; member < 2; ++member) {
        const double found = loss[member].item<double>();
        QVERIFY2(std::abs(found - expected[member]) < 0.01, qPrintable(QString::number(found)));
    }
    QVERIFY2(critics.accuracy()[1] > 0.8 && critics.accuracy()[0] < 0.6,
             qPrintable(QString("%1, %2").arg(critics.accuracy()[0]).arg(critics.accuracy()[1])));
}

void TestTrainedCritics::learnsTheDistanceOfAShift() {
    TrainedCritic critics(onOneDimension(DivergenceKind::Wasserstein), LossTerm::MarginalDivergence,
                          DivergenceKind::Wasserstein, 1, torch::kFloat64, 1);
    trainOnShifts(critics, {0.0, 2.0}, 1500);
    const torch::Tensor distance = termOf(critics, DivergenceKind::Wasserstein, {0.0, 2.0});
    QVERIFY2(std::abs(distance[0].item<double>()) < 0.1, qPrintable(QString::number(distance[0].item<double>())));
    // A finite penalty lets the slope exceed 1: by 1/(2 weight) of the distance, so 2 (1 + 2/20) at most.
    const double found = distance[1].item<double>();
    QVERIFY2(found > 1.85 && found < 2.3, qPrintable(QString::number(found)));
}

void TestTrainedCritics::bringsCodesToThePrior_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("adversarial") << static_cast<int>(DivergenceKind::Adversarial);
    QTest::newRow("wasserstein") << static_cast<int>(DivergenceKind::Wasserstein);
}

void TestTrainedCritics::bringsCodesToThePrior() {
    QFETCH(int, kind);
    Experiment experiment = adversarial(static_cast<DivergenceKind>(kind));
    experiment.knobs = {{1.0, 0.0, 1.0}, {1.0, 20.0, 1.0}};  // a plain autoencoder, and one with a critic
    if (experiment.objective.divergence == DivergenceKind::Wasserstein) {
        experiment.objective.criticSteps = 5;  // its critic has to be near its best before its slope means anything
    } else {
        experiment.optimiser.learningRate = 2e-3;
    }
    Trainer trainer(experiment, loadDataset(experiment.data));
    train(trainer, 1500);
    QVERIFY2(!trainer.failed(), trainer.snapshot()->failure.c_str());
    Report report = runningReport(*trainer.snapshot());
    evaluateInto(report, *trainer.snapshot(), experiment, *trainer.dataset(), {});
    const double free = std::abs(report.value("log_det_cov_train", 0));
    const double held = std::abs(report.value("log_det_cov_train", 1));
    QVERIFY2(held < 0.5 && held < 0.5 * free, qPrintable(QString("%1, free %2").arg(held).arg(free)));
    QVERIFY(std::isfinite(report.value("critic_loss", 1)));
    QVERIFY(report.value("critic_accuracy", 1) < report.value("critic_accuracy", 0));
}

void TestTrainedCritics::resumesToTheByte() {
    Experiment experiment = adversarial(DivergenceKind::Wasserstein);
    experiment.objective.criticSteps = 2;
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 9);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    train(whole, 8);
    train(resumed, 8);
    QVERIFY(torch::equal(resumed.state().parameters.values(), whole.state().parameters.values()));
    QVERIFY(torch::equal(codesCritic(resumed).parameters().values(), codesCritic(whole).parameters().values()));
    QVERIFY(resumed.snapshot()->averages == whole.snapshot()->averages);
    QVERIFY(whole.snapshot()->averages.contains("critic_accuracy"));
}

void TestTrainedCritics::aMemberAloneGoesOnTheSame() {
    Experiment experiment = adversarial(DivergenceKind::Adversarial);
    experiment.run.precision = Precision::Float64;
    const auto dataset = loadDataset(experiment.data);
    Trainer fleet(experiment, dataset);
    train(fleet, 6);
    experiment.knobs = {experiment.knobs[1]};
    Trainer lone(experiment, dataset);
    copyMember(fleet, 1, lone);
    train(fleet, 4);
    train(lone, 4);
    const torch::Tensor difference =
        codesCritic(lone).parameters().values()[0] - codesCritic(fleet).parameters().values()[1];
    QVERIFY(difference.abs().max().item<double>() < 1e-10);
}

void TestTrainedCritics::anotherCriticIsRefused() {
    Experiment experiment = adversarial(DivergenceKind::Adversarial);
    const auto dataset = loadDataset(experiment.data);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, Trainer(experiment, dataset));
    experiment.objective.critic = {8, 8};
    Trainer other(experiment, dataset);
    QVERIFY_EXCEPTION_THROWN(restoreCheckpoint(path, other), InputError);
    experiment.objective.divergence = DivergenceKind::Mmd;
    Trainer without(experiment, dataset);
    QVERIFY_EXCEPTION_THROWN(restoreCheckpoint(path, without), InputError);
}

void TestTrainedCritics::noWeightNoCritic() {
    Experiment experiment = adversarial(DivergenceKind::Adversarial);
    experiment.knobs = {Knobs{}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    train(trainer, 3);
    QVERIFY(trainer.state().critics.find(LossTerm::MarginalDivergence) == nullptr);
    QVERIFY(!trainer.snapshot()->averages.contains("critic_loss"));
}

QTEST_GUILESS_MAIN(TestTrainedCritics)
#include "tst_trained_critics.moc"
