// Findings of health on runs of known kind: the right ones, and none on a healthy run.

#include <QtTest>
#include <set>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "tests/training/measure/linear_models.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/measure/health.h"
#include "training/measure/measures/model_measures.h"

using namespace elbo;

namespace {

/// Numbers of a run without any trouble.
HealthNumbers healthy() {
    HealthNumbers numbers;
    numbers.latentDim = 2;
    numbers.rate = 6.5;
    numbers.distortion = 140.0;
    numbers.elboTrain = -145.0;
    numbers.elboTest = -147.0;
    numbers.logDetCov = 0.2;
    numbers.activeUnits = 1.0;
    numbers.information = 6.0;
    numbers.klPosterior = 1.5;
    numbers.kernelMean = 0.4;
    return numbers;
}

std::set<HealthKind> kinds(const std::vector<HealthFinding>& findings) {
    std::set<HealthKind> result;
    for (const HealthFinding& finding : findings) {
        result.insert(finding.kind);
    }
    return result;
}

using Kinds = std::set<HealthKind>;

Kinds kindsOf(const HealthNumbers& numbers) {
    return kinds(healthFindings(numbers));
}

/// What the program finds in a snapshot.
Kinds findingsIn(const Snapshot& snapshot, const Trainer& trainer) {
    ModelMeasureOptions options;
    options.only = {"distortion", "rate", "elbo", "log_det_cov", "active_units", "kl_posterior_test"};
    options.examples = 100;
    const ModelMeasures measures = measureModel(snapshot, trainer.experiment(), *trainer.dataset(), options);
    for (const HealthFinding& finding : measures.health) {
        qInfo("%s: %s", finding.term.c_str(), finding.evidence.c_str());
    }
    return kinds(measures.health);
}

Kinds findingsAfterTraining(const Experiment& experiment) {
    Trainer trainer(experiment, loadDataset(experiment.data));
    while (!trainer.finished()) {
        trainer.step();
    }
    return findingsIn(*trainer.snapshot(), trainer);
}

Experiment digits(int trainSize, std::int64_t steps) {
    Experiment experiment = smallDigits();
    experiment.data.trainSize = trainSize;
    experiment.data.testSize = 300;
    experiment.model.encoder = {128};
    experiment.model.decoder = {128};
    experiment.optimiser.batchSize = 100;
    experiment.optimiser.learningRate = 2e-3;
    experiment.run.steps = steps;
    return experiment;
}

}  // namespace

class TestHealth : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void healthyNumbersGiveNoAlarm() { QCOMPARE(kindsOf(healthy()), Kinds{}); }

    void unknownNumbersGiveNoAlarm() { QCOMPARE(kindsOf(HealthNumbers{}), Kinds{}); }

    void eachNumberGivesItsFinding() {
        HealthNumbers n = healthy();
        n.rate = 0.01;
        n.activeUnits = 0.0;
        n.knobs.beta = 20.0;
        n.klPosterior = 0.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::PosteriorCollapse});
        n.knobs.beta = 1.0;
        n.dataEntropy = 139.8;
        QCOMPARE(kindsOf(n), (Kinds{HealthKind::PosteriorCollapse, HealthKind::InformationPreference}));
        n.dataEntropy = 100.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::PosteriorCollapse});
        n = healthy();
        n.logDetCov = 1.1;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::OverDispersed});
        n.logDetCov = -3.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::UnderDispersed});
        n.shape = 2.0;  // is said by the spread already
        QCOMPARE(kindsOf(n), Kinds{HealthKind::UnderDispersed});
        n = healthy();
        n.shape = 0.6;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::UnlikePrior});
        n = healthy();
        n.elboTest = -190.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::Overfitting});
        n = healthy();
        n.klPosterior = 14.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::AmortisationGap});
        n = healthy();
        n.inferenceGap = 14.0;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::AmortisationGap});
        n = healthy();
        n.kernelMean = 1e-5;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::KernelSaturated});
        n.kernelMean = 0.999;
        QCOMPARE(kindsOf(n), Kinds{HealthKind::KernelSaturated});
        n = healthy();
        n.knobs = {1.0, 1.0, 1.5};
        QCOMPARE(kindsOf(n), Kinds{HealthKind::OutsideProposition2});
    }

    /// Away from beta = 1 the best encoder is not the true posterior: being far from that is no fault.
    void theEncoderIsHeldAgainstTheBestForItsWeights() {
        HealthNumbers n = healthy();
        n.knobs.beta = 4.0;
        n.klPosterior = 20.0;
        n.inferenceGap = 3.0;
        QCOMPARE(kindsOf(n), Kinds{});
        n.inferenceGap = 60.0;
        const std::vector<HealthFinding> found = healthFindings(n);
        QCOMPARE(kinds(found), Kinds{HealthKind::AmortisationGap});
        QCOMPARE(found.front().term, std::string("inference gap"));
        QCOMPARE(found.front().evidence, std::string("D + 4 R lies 60 nats above the best for this decoder"));
        // What pulls at the codes besides is no fault of the encoder.
        n.klPosterior = 1.5;
        n.knobs.lambda = 100.0;
        QCOMPARE(kindsOf(n), Kinds{});
    }

    void everyFindingSaysWhatItIs() {
        HealthNumbers n = healthy();
        n.member = 3;
        n.step = 700;
        n.rate = 0.0;
        n.activeUnits = 0.0;
        n.logDetCov = 5.0;
        n.elboTest = -1000.0;
        n.klPosterior = 100.0;
        n.kernelMean = 0.0;
        n.knobs.alpha = 2.0;
        const auto findings = healthFindings(n);
        QVERIFY(findings.size() >= 6);
        for (const HealthFinding& finding : findings) {
            QCOMPARE(finding.member, 3);
            QCOMPARE(finding.step, std::int64_t{700});
            QVERIFY(finding.sentence.ends_with("."));
            QVERIFY(!finding.term.empty());
            QVERIFY2(finding.evidence.find_first_of("0123456789") != std::string::npos, finding.evidence.c_str());
        }
    }

    void aHealthyRun() { QCOMPARE(findingsAfterTraining(digits(3000, 1500)), Kinds{}); }

    void aCollapsedRun() {
        Experiment experiment = digits(1000, 300);
        experiment.knobs = {Knobs{100.0, 1.0, 0.0}};
        QVERIFY(findingsAfterTraining(experiment).contains(HealthKind::PosteriorCollapse));
    }

    void aRunThatLearnsByHeart() {
        const Kinds found = findingsAfterTraining(digits(60, 1500));
        QVERIFY(found.contains(HealthKind::Overfitting));
        QVERIFY(!found.contains(HealthKind::PosteriorCollapse));
    }

    /// Codes that cost almost nothing run apart, as under the ELBO with little data.
    void anOverDispersedRun() {
        Experiment experiment = digits(1000, 800);
        experiment.knobs = {Knobs{0.02, 1.0, 0.0}};
        const Kinds found = findingsAfterTraining(experiment);
        QVERIFY(found.contains(HealthKind::OverDispersed));
        QVERIFY(!found.contains(HealthKind::UnderDispersed));
    }

    /// Before training all codes lie in one place, and the scale of the posteriors starts at a half.
    void anUnderDispersedRun() {
        Experiment experiment = digits(500, 1);
        experiment.model.scale = ScaleKind::Sigmoid;
        const Kinds found = findingsAfterTraining(experiment);
        QVERIFY(found.contains(HealthKind::UnderDispersed));
        QVERIFY(!found.contains(HealthKind::OverDispersed));
    }

    /// A trained model whose encoder fell behind: its codes are off by more than their width.
    void aRunWhoseEncoderLags() {
        const Experiment experiment = digits(1000, 500);
        Trainer trainer(experiment, loadDataset(experiment.data));
        while (!trainer.finished()) {
            trainer.step();
        }
        Snapshot behind = *trainer.snapshot();
        const torch::Tensor values = behind.parameters->values().clone();
        for (const ParameterLayout::Slot& slot : behind.parameters->layout()->slots()) {
            if (slot.name == "encoder.1.bias") {
                values.narrow(1, slot.offset, experiment.model.latentDim).add_(1.5);
            }
        }
        behind.parameters = std::make_shared<const FleetParameters>(behind.parameters->layout(), values);
        QVERIFY(findingsIn(behind, trainer).contains(HealthKind::AmortisationGap));
        QVERIFY(!findingsIn(*trainer.snapshot(), trainer).contains(HealthKind::AmortisationGap));
    }

    /// The ELBO side of two-points-pair: two narrow peaks of q(z), which spread as far as the prior.
    void aggregatedPosteriorsOfTwoPeaksAreFound() {
        const auto findings = [](const std::string& data, double weight, double variance) {
            const torch::Tensor one = torch::ones({1, 1}, torch::kFloat64);
            const LinearModel linear =
                makeLinear(one, torch::zeros({1}, torch::kFloat64), weight * one, variance * one[0], 0.1);
            Experiment experiment;
            experiment.data.name = data;
            experiment.data.trainSize = experiment.data.testSize = 500;
            experiment.data.binarisation = Binarisation::None;
            experiment.data.spectrum = {1.0};
            experiment.model = linear.model.spec();
            experiment.run.precision = Precision::Float64;
            const Trainer trainer(experiment, loadDataset(experiment.data));
            Snapshot snapshot = *trainer.snapshot();
            snapshot.parameters = std::make_shared<const FleetParameters>(linear.parameters);
            ModelMeasureOptions options;
            options.only = {"rate", "log_det_cov"};
            return measureModel(snapshot, experiment, *trainer.dataset(), options).health;
        };
        const std::vector<HealthFinding> peaks = findings("two-points", 0.97, 0.06);
        QCOMPARE(kinds(peaks), Kinds{HealthKind::UnlikePrior});
        QVERIFY2(peaks.front().evidence.starts_with("KL(q(z) || p(z)) at least 0."), peaks.front().evidence.c_str());
        QCOMPARE(kinds(findings("linear-gaussian", 0.9, 0.19)), Kinds{});
    }

    void aTrainedPriorIsNotMeasuredByTheStandardNormal() {
        Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const auto spread = [&] {
            const HealthNumbers numbers = healthNumbers(
                experiment.objective, *dataset, LatentModel(experiment.model, dataset->shape()), {}, 0,
                [](const char*) { return 9.0; }, [] { return 0.5; }, [] { return 0.0; });
            return kindsOf(numbers).contains(HealthKind::OverDispersed);
        };
        QVERIFY(spread());
        experiment.model.prior = "gaussian_mixture";
        QVERIFY(!spread());

        Trainer trainer(experiment, dataset);
        ModelMeasureOptions options;
        options.only = {"henze_zirkler"};
        const ModelMeasures measures = measureModel(*trainer.snapshot(), experiment, *dataset, options);
        QVERIFY(measures.unavailable.at("henze_zirkler_test").find("under this prior") != std::string::npos);
    }

    void aRunOutsideTheTheory() {
        Experiment experiment = digits(500, 5);
        experiment.knobs = {Knobs{1.0, 1.0, 1.5}};
        QVERIFY(findingsAfterTraining(experiment).contains(HealthKind::OutsideProposition2));
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
