#include "training/engine/trainer.h"

#include <QtTest>
#include <cmath>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/step/worker_thread.h"

using namespace elbo;

class TestTrainer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void sameSeedSameBytes();
    void fleetMemberEqualsALoneRun_data();
    void fleetMemberEqualsALoneRun();
    void knobsActAtTheNextStep();
    void lossGoesDown();
    void linearModelLandsOnTheClosedForm_data();
    void linearModelLandsOnTheClosedForm();
    void aNonFiniteMemberIsPausedAlone();
    void refusesBernoulliOnContinuousData();
};

namespace {

std::shared_ptr<const Snapshot> train(const Experiment& experiment, int steps) {
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
    return trainer.snapshot();
}

}  // namespace

void TestTrainer::sameSeedSameBytes() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{1.0, 50.0, 0.0}};
    const auto a = train(experiment, 20);
    const auto b = train(experiment, 20);
    QVERIFY(torch::equal(a->parameters->values(), b->parameters->values()));
    experiment.run.seed = 1;
    QVERIFY(!torch::equal(a->parameters->values(), train(experiment, 20)->parameters->values()));
}

void TestTrainer::fleetMemberEqualsALoneRun_data() {
    QTest::addColumn<bool>("isDouble");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("float32") << false << 2e-4;
    QTest::newRow("float64") << true << 1e-11;
}

void TestTrainer::fleetMemberEqualsALoneRun() {
    QFETCH(bool, isDouble);
    QFETCH(double, tolerance);
    Experiment fleet = smallDigits();
    fleet.run.precision = isDouble ? Precision::Float64 : Precision::Float32;
    fleet.knobs = {{1.0, 1.0, 0.0}, {0.5, 20.0, 0.0}, {4.0, 1.0, 0.5}};
    const auto together = train(fleet, 15);
    for (std::size_t member = 0; member < fleet.knobs.size(); ++member) {
        Experiment alone = fleet;
        alone.knobs = {fleet.knobs[member]};
        const torch::Tensor lone = train(alone, 15)->parameters->values()[0];
        const torch::Tensor inFleet = together->parameters->values()[static_cast<std::int64_t>(member)];
        const double difference = (lone - inFleet).abs().max().item<double>();
        QVERIFY2(difference < tolerance, qPrintable(QString("member %1: %2").arg(member).arg(difference)));
    }
}

void TestTrainer::knobsActAtTheNextStep() {
    Experiment experiment = smallDigits();
    Trainer changed(experiment, loadDataset(experiment.data));
    Trainer same(experiment, loadDataset(experiment.data));
    changed.step();
    same.step();
    QVERIFY(torch::equal(changed.state().parameters.values(), same.state().parameters.values()));
    changed.setKnobs({{10.0, 1.0, 0.0}});
    changed.step();
    same.step();
    QVERIFY(!torch::equal(changed.state().parameters.values(), same.state().parameters.values()));
    QCOMPARE(changed.snapshot()->objective.knobs[0].beta, 10.0);
    QVERIFY_EXCEPTION_THROWN(changed.setKnobs({{}, {}}), InputError);
}

void TestTrainer::lossGoesDown() {
    const Experiment experiment = smallDigits();
    const double early = train(experiment, 5)->averages.at("distortion")[0];
    const double late = train(experiment, 200)->averages.at("distortion")[0];
    QVERIFY2(late < 0.6 * early, qPrintable(QString("%1 -> %2").arg(early).arg(late)));
}

void TestTrainer::linearModelLandsOnTheClosedForm_data() {
    QTest::addColumn<double>("beta");
    for (const double beta : {0.25, 0.5, 1.0, 2.0, 4.0}) {
        QTest::addRow("beta = %g", beta) << beta;
    }
}

void TestTrainer::linearModelLandsOnTheClosedForm() {
    QFETCH(double, beta);
    const Experiment experiment = linearGaussian(beta);
    const auto dataset = loadDataset(experiment.data);
    const auto snapshot = train(experiment, static_cast<int>(experiment.run.steps));
    Report report;
    evaluateInto(report, *snapshot, experiment, *dataset, {0, 0, 100});
    const auto exact = closedForm(experiment, experiment.knobs[0]);
    QVERIFY(exact.has_value());
    for (const auto* split : {"_train", "_test"}) {
        const double rate = report.value(std::string("rate") + split, 0);
        const double distortion = report.value(std::string("distortion") + split, 0);
        QVERIFY2(std::abs(rate - exact->rate) < 0.01 * std::max(1.0, exact->rate),
                 qPrintable(QString("rate %1, closed form %2").arg(rate).arg(exact->rate)));
        QVERIFY2(std::abs(distortion - exact->distortion) < 0.01 * std::max(1.0, exact->distortion),
                 qPrintable(QString("distortion %1, closed form %2").arg(distortion).arg(exact->distortion)));
    }
}

void TestTrainer::aNonFiniteMemberIsPausedAlone() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{}, {}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    trainer.step();
    trainer.setKnobs({{}, {1e308, 1.0, -1e308}});
    trainer.step();
    const auto paused = trainer.snapshot();
    QVERIFY(QString::fromStdString(paused->failure).contains("member 1"));
    QVERIFY(!trainer.failed());
    trainer.setKnobs({{}, {}});
    trainer.step();
    const auto later = trainer.snapshot();
    QVERIFY(torch::equal(paused->parameters->values()[1], later->parameters->values()[1]));
    QVERIFY(!torch::equal(paused->parameters->values()[0], later->parameters->values()[0]));
    QVERIFY(torch::isfinite(later->parameters->values()).all().item<bool>());
}

void TestTrainer::refusesBernoulliOnContinuousData() {
    Experiment experiment = linearGaussian(1.0);
    experiment.model.likelihood = LikelihoodKind::Bernoulli;
    QVERIFY_EXCEPTION_THROWN(Trainer(experiment, loadDataset(experiment.data)), InputError);
}

QTEST_GUILESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
