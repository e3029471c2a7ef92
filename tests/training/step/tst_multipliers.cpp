#include "training/step/multipliers.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "models/closed_form/linear_gaussian.h"
#include "models/fleet/fleet_parameters.h"
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

/// Dual ascent: what multipliers do to a step, where they lead, and that they travel with the rest of the state.
class TestMultipliers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void weightsAndLoss();
    void climbsAlongTheViolation();
    void aStepIsThatOfTheWeightsInForce_data();
    void aStepIsThatOfTheWeightsInForce();
    void landsOnTheRateDistortionCurve_data();
    void landsOnTheRateDistortionCurve();
    void aDivergenceIsHeld();
    void resumedRunsEqualUninterruptedOnes();
    void aMemberAloneIsThatOfTheFleet();
    void unsoundConstraintsAreRefused_data();
    void unsoundConstraintsAreRefused();
};

namespace {

ConstraintSpec allThree() {
    ConstraintSpec spec;
    spec.rateAtLeast = 3.0;
    spec.negativeElboAtMost = 20.0;
    spec.divergenceAtMost = 0.01;
    spec.learningRate = 0.05;
    return spec;
}

Experiment constrainedDigits() {
    Experiment experiment = smallDigits();
    experiment.constraints = allThree();
    experiment.knobs = {{1.0, 1.0, 0.0}, {4.0, 2.0, 0.0}};
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

bool near(double found, double expected, double tolerance) {
    return std::abs(found - expected) <= tolerance;
}

}  // namespace

void TestMultipliers::weightsAndLoss() {
    Multipliers multipliers(allThree(), 2);
    multipliers.entry(Constraint::Rate).values = {0.5, 1.0};
    multipliers.entry(Constraint::NegativeElbo).values = {2.0, 3.0};
    multipliers.entry(Constraint::Divergence).values = {7.0, 11.0};
    Coefficients coefficients = Coefficients::fromKnobs({{1.0, 1.0, 0.0}, {4.0, 1.0, 0.5}});
    multipliers.addTo(coefficients);
    QCOMPARE(coefficients[LossTerm::Distortion], (std::vector<double>{3.0, 4.0}));
    QCOMPARE(coefficients[LossTerm::Rate], (std::vector<double>{1.0 - 0.5 + 2.0, 3.5 - 1.0 + 3.0}));
    QCOMPARE(coefficients[LossTerm::MarginalDivergence], (std::vector<double>{7.0, 11.5}));
    QVERIFY(near(multipliers.constant(0), 0.5 * 3.0 - 2.0 * 20.0 - 7.0 * 0.01, 1e-12));
    QVERIFY(near(multipliers.constant(1), 1.0 * 3.0 - 3.0 * 20.0 - 11.0 * 0.01, 1e-12));

    const Multipliers none({}, 2);
    const Coefficients before = coefficients;
    none.addTo(coefficients);
    QVERIFY(coefficients[LossTerm::Rate] == before[LossTerm::Rate] &&
            coefficients[LossTerm::Distortion] == before[LossTerm::Distortion]);
    QCOMPARE(none.constant(1), 0.0);
}

void TestMultipliers::climbsAlongTheViolation() {
    ConstraintSpec spec = allThree();
    spec.divergenceAtMost.reset();
    spec.most = 1.12;
    Multipliers multipliers(spec, 3);
    StepTerms terms;
    terms[LossTerm::Rate] = {2.0, 5.0, 2.0};
    terms[LossTerm::Distortion] = {17.0, 11.0, 30.0};
    multipliers.ascend(terms, 1.0, {true, true, false});
    // The first step is one of the learning rate, whatever the size of the violation.
    QVERIFY(near(multipliers.entry(Constraint::Rate).values[0], 1.05, 1e-9));
    QVERIFY(near(multipliers.entry(Constraint::Rate).values[1], 0.95, 1e-9));
    QCOMPARE(multipliers.entry(Constraint::Rate).values[2], 1.0);
    QVERIFY(near(multipliers.entry(Constraint::NegativeElbo).values[0], 0.95, 1e-9));
    terms[LossTerm::Rate][0] = 3.0 - 2.0;
    multipliers.ascend(terms, 0.5, {true, true, false});
    const double meanSquare = (0.9 * 0.1 * 1.0 + 0.1 * 4.0) / (0.9 * 0.1 + 0.1);
    QVERIFY(near(multipliers.entry(Constraint::Rate).values[0], 1.05 + 0.5 * 0.05 * 2.0 / std::sqrt(meanSquare), 1e-9));
    for (int i = 0; i < 100; ++i) {
        multipliers.ascend(terms, 1.0, {true, true, false});
    }
    QCOMPARE(multipliers.entry(Constraint::Rate).values, (std::vector<double>{1.12, 0.001, 1.0}));
    QVERIFY(multipliers.entry(Constraint::Divergence).values.empty());
}

void TestMultipliers::aStepIsThatOfTheWeightsInForce_data() {
    QTest::addColumn<int>("engine");
    QTest::newRow("fused") << static_cast<int>(Engine::Fused);
    QTest::newRow("plain") << static_cast<int>(Engine::Plain);
}

/// One step with multipliers is one step without them but with their sum for knobs; the loss has the constants besides.
void TestMultipliers::aStepIsThatOfTheWeightsInForce() {
    QFETCH(int, engine);
    Experiment constrained = constrainedDigits();
    constrained.run.precision = Precision::Float64;
    constrained.run.engine = static_cast<Engine>(engine);
    constrained.constraints.initial = 0.75;
    Experiment plain = constrained;
    plain.constraints = {};
    for (Knobs& knobs : plain.knobs) {
        knobs.distortion += 0.75;
        knobs.lambda += 0.75;  // beta - 0.75 + 0.75 is beta
    }
    const auto dataset = loadDataset(plain.data);
    Trainer first(constrained, dataset);
    Trainer second(plain, dataset);
    first.step();
    second.step();
    const torch::Tensor difference = first.state().parameters.values() - second.state().parameters.values();
    QVERIFY(difference.abs().max().item<double>() < 1e-12);
    const double constant = 0.75 * (3.0 - 20.0 - 0.01);
    for (std::size_t member = 0; member < 2; ++member) {
        QVERIFY(near(first.snapshot()->averages.at("loss")[member],
                     second.snapshot()->averages.at("loss")[member] + constant, 1e-9));
    }
    const Report report = runningReport(*first.snapshot());
    QVERIFY(near(report.value("multiplier_rate", 1), 0.8, 1e-9));
    QVERIFY(near(report.value("multiplier_elbo", 1), 0.8, 1e-9));
    QVERIFY(near(std::abs(report.value("multiplier_divergence", 1) - 0.75), 0.05, 1e-6));
    QVERIFY(!second.snapshot()->averages.contains("multiplier_rate"));
}

void TestMultipliers::landsOnTheRateDistortionCurve_data() {
    QTest::addColumn<QString>("constraint");
    QTest::addColumn<double>("distortion");  // weights of the terms to begin with
    QTest::addColumn<double>("rate");
    QTest::addColumn<double>("beta");  // where on the curve the constraint puts the model
    // Small distortion or small rate, as long as D + R stays within a bound: the curve left and right of the ELBO.
    QTest::newRow("D with D + R <= e1") << "elbo" << 1.0 << 0.0 << 0.4;
    QTest::newRow("R with D + R <= e1") << "elbo" << 0.0 << 1.0 << 2.0;
    QTest::newRow("D + 4 R with R >= R*") << "rate" << 1.0 << 4.0 << 1.5;
    QTest::newRow("D + 20 R with R >= R*") << "rate" << 1.0 << 20.0 << 1.5;
}

void TestMultipliers::landsOnTheRateDistortionCurve() {
    QFETCH(QString, constraint);
    QFETCH(double, distortion);
    QFETCH(double, rate);
    QFETCH(double, beta);
    Experiment experiment = linearGaussian(rate);
    experiment.knobs[0].distortion = distortion;
    experiment.constraints.learningRate = 0.02;
    experiment.constraints.most = 200.0;
    const RateDistortionPoint exact = linearGaussianOptimum(experiment.data.spectrum, experiment.model.latentDim,
                                                            experiment.model.noiseVariance, beta);
    double expected = 0.0;  // of the multiplier
    const char* metric = "multiplier_elbo";
    if (constraint == "rate") {
        experiment.constraints.rateAtLeast = exact.rate;
        expected = rate - beta;
        metric = "multiplier_rate";
    } else {
        experiment.constraints.negativeElboAtMost = exact.distortion + exact.rate;
        expected = distortion > 0.0 ? beta / (1.0 - beta) : 1.0 / (beta - 1.0);
    }
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    train(trainer, static_cast<int>(experiment.run.steps));
    Report report;
    evaluateInto(report, *trainer.snapshot(), experiment, *dataset, {0, 0, 100});
    const double multiplier = trainer.snapshot()->averages.at(metric)[0];
    const QString found = QString("R %1 (%2), D %3 (%4), multiplier %5 (%6)")
                              .arg(report.value("rate_train", 0))
                              .arg(exact.rate)
                              .arg(report.value("distortion_train", 0))
                              .arg(exact.distortion)
                              .arg(multiplier)
                              .arg(expected);
    qInfo().noquote() << found;
    QVERIFY2(near(report.value("rate_train", 0), exact.rate, 0.01 * exact.rate), qPrintable(found));
    QVERIFY2(near(report.value("distortion_train", 0), exact.distortion, 0.01 * exact.distortion), qPrintable(found));
    QVERIFY2(near(multiplier, expected, 0.05 * expected), qPrintable(found));
    QVERIFY(!closedForm(experiment, experiment.knobs[0]).has_value());
}

/// Without a weight the divergence of these codes is far larger than what the constraint allows.
void TestMultipliers::aDivergenceIsHeld() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{0.01, 1.0, 0.0}};
    experiment.optimiser.schedule = Schedule::LinearDecay;
    experiment.optimiser.batchSize = 100;
    experiment.run.steps = 1500;
    experiment.constraints.divergenceAtMost = 0.05;
    experiment.constraints.learningRate = 0.3;
    experiment.constraints.initial = 100.0;
    experiment.constraints.most = 1000.0;
    const auto dataset = loadDataset(experiment.data);
    Trainer held(experiment, dataset);
    train(held, static_cast<int>(experiment.run.steps));
    const double divergence = held.snapshot()->averages.at("marginal_divergence")[0];
    const double multiplier = held.snapshot()->averages.at("multiplier_divergence")[0];
    experiment.constraints.divergenceAtMost = 1000.0;  // its multiplier falls to the least
    Trainer free(experiment, dataset);
    train(free, static_cast<int>(experiment.run.steps));
    const double without = free.snapshot()->averages.at("marginal_divergence")[0];
    qInfo() << "divergence" << divergence << "multiplier" << multiplier << "without" << without;
    QVERIFY(without > 0.1);
    QVERIFY(near(divergence, 0.05, 0.005));
    QVERIFY(multiplier > 1.0 && multiplier < 1000.0);
}

void TestMultipliers::resumedRunsEqualUninterruptedOnes() {
    const Experiment experiment = constrainedDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 11);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    QCOMPARE(resumed.snapshot()->averages, whole.snapshot()->averages);
    train(whole, 9);
    train(resumed, 9);
    QVERIFY(torch::equal(whole.state().parameters.values(), resumed.state().parameters.values()));
    QCOMPARE(resumed.snapshot()->averages, whole.snapshot()->averages);
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        QVERIFY(whole.state().multipliers.entry(constraint).values[0] != 1.0);
        QCOMPARE(resumed.state().multipliers.entry(constraint).meanSquares,
                 whole.state().multipliers.entry(constraint).meanSquares);
    }
}

void TestMultipliers::aMemberAloneIsThatOfTheFleet() {
    Experiment experiment = constrainedDigits();
    experiment.run.precision = Precision::Float64;
    const auto dataset = loadDataset(experiment.data);
    Trainer fleet(experiment, dataset);
    Experiment alone = experiment;
    alone.knobs = {experiment.knobs[1]};
    Trainer lone(alone, dataset);
    train(fleet, 12);
    train(lone, 12);
    const auto agree = [&](const Trainer& one) {
        for (std::size_t i = 0; i < kConstraints; ++i) {
            const auto constraint = static_cast<Constraint>(i);
            QVERIFY(near(one.state().multipliers.entry(constraint).values[0],
                         fleet.state().multipliers.entry(constraint).values[1], 1e-9));
        }
        const torch::Tensor difference = one.state().parameters.values()[0] - fleet.state().parameters.values()[1];
        QVERIFY(difference.abs().max().item<double>() < 1e-9);
    };
    agree(lone);
    Trainer copy(alone, dataset);
    copyMember(fleet, 1, copy);
    agree(copy);
    train(fleet, 5);
    train(copy, 5);
    agree(copy);
}

void TestMultipliers::unsoundConstraintsAreRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("part");
    QTest::newRow("rate beside a target") << "constraints.rate_at_least"
                                          << "objective.rate_term = \"target\"";
    QTest::newRow("divergence that may be switched off") << "constraints.least"
                                                         << "divergence_at_most";
    QTest::newRow("initial out of bounds") << "constraints.initial"
                                           << "must lie between";
}

void TestMultipliers::unsoundConstraintsAreRefused() {
    QFETCH(QString, key);
    QFETCH(QString, part);
    Experiment experiment = constrainedDigits();
    experiment.validate();
    if (key == "constraints.rate_at_least") {
        experiment.objective.rateTerm = RateTerm::Target;
    } else if (key == "constraints.least") {
        experiment.constraints.least = 0.0;
    } else {
        experiment.constraints.initial = 101.0;
    }
    try {
        experiment.validate();
        QFAIL("accepted");
    } catch (const InputError& error) {
        const QString message = error.what();
        QVERIFY2(message.startsWith(key) && message.contains(part), qPrintable(message));
    }
}

QTEST_GUILESS_MAIN(TestMultipliers)
#include "tst_multipliers.moc"
