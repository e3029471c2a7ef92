#include "training/analysis/measurer.h"

#include <QtTest>
#include <algorithm>
#include <cmath>

#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Snapshots are measured as a session does it.
class TestMeasurer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void formsOfTheElboAddUp_data() {
        QTest::addColumn<bool>("thorough");
        QTest::newRow("live") << false;
        QTest::newRow("at rest") << true;
    }

    void formsOfTheElboAddUp() {
        QFETCH(const bool, thorough);
        Experiment experiment = smallDigits();
        experiment.run.steps = 200;
        const auto dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        while (!trainer.finished()) {
            trainer.step();
        }
        ViewRequest request;
        request.exact = request.health = true;
        const Measurer measurer(experiment, dataset);
        const Measurement measurement = measurer.measure(*trainer.snapshot(), request, thorough, {});
        QCOMPARE(measurement.step, std::int64_t{200});
        QCOMPARE(measurement.exactFrames.size(), std::size_t{1});
        const ExactFrame& exact = measurement.exactFrames.front();
        const ElboForms& forms = exact.forms;
        const double first = forms.distortion + forms.rate;
        const double second = forms.negativeLogLikelihood + forms.posteriorGap;
        const double third = forms.distortion + forms.informationQ + forms.marginalKl;
        const double bound = std::max(0.02, 3.0 * forms.error);
        QVERIFY2(std::abs(first - second) < bound, qPrintable(QString("%1 %2").arg(first).arg(second)));
        QVERIFY2(std::abs(first - third) < bound, qPrintable(QString("%1 %2").arg(first).arg(third)));
        QVERIFY(forms.posteriorGap >= 0.0 && forms.informationQ > 0.0);
        QCOMPARE(std::isfinite(forms.informationP), thorough);  // drawn at rest only

        QCOMPARE(exact.posteriors.size(), std::size_t{6});
        std::vector<int> labels;
        for (const PosteriorPair& pair : exact.posteriors) {
            QVERIFY(!pair.name.empty());
            labels.push_back(pair.label);
        }
        std::sort(labels.begin(), labels.end());
        QVERIFY(std::adjacent_find(labels.begin(), labels.end()) == labels.end());  // six different digits
        QCOMPARE(exact.trueMeanX.size(), exact.encoderMeanY.size());
        QCOMPARE(exact.trueMeanX.size(), static_cast<std::size_t>(forms.examples));
        QVERIFY(measurement.healthKnown);
    }

    void exactQuantitiesSayWhatTheyRestOn() {
        const Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const Trainer trainer(experiment, dataset);
        ViewRequest request;
        request.exact = true;
        const Measurer measurer(experiment, dataset);
        const auto formsOf = [](const Measurement& measurement) { return measurement.exactFrames.front().forms; };
        const Measurement live = measurer.measure(*trainer.snapshot(), request, false, {});
        QCOMPARE(formsOf(live).examples, 64);
        QCOMPARE(formsOf(live).available, 100);
        QVERIFY(formsOf(live).sampling.negativeElbo > 0.0 && formsOf(live).sampling.informationQ > 0.0);
        QCOMPARE(measurer.nextExactExamples(live), 100);
        const Measurement all = measurer.measure(*trainer.snapshot(), request, false, {}, Measurer::kAllExamples);
        QCOMPARE(formsOf(all).examples, 100);
        QCOMPARE(formsOf(all).sampling.negativeElbo, 0.0);
        QCOMPARE(measurer.nextExactExamples(all), 0);
        QCOMPARE(measurer.nextExactExamples({}), 0);
        const double off = formsOf(live).distortion - formsOf(all).distortion;
        QVERIFY(std::abs(off) < 4.0 * formsOf(live).sampling.distortion + formsOf(live).error);
    }

    void theDecodersCurveComesWithThem() {
        Experiment experiment = smallDigits();
        experiment.knobs = {Knobs{2.0, 1.0, 0.0}, Knobs{1.0, 1.0, 1.0}};
        const auto dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        while (!trainer.finished()) {
            trainer.step();
        }
        ViewRequest request;
        request.exact = true;
        request.exactMembers = {0, 1};
        const Measurement measurement = Measurer(experiment, dataset).measure(*trainer.snapshot(), request, false, {});
        const DecoderCurve& curve = measurement.exactFrames[0].curve;
        QVERIFY(curve.points.size() > 8);
        QCOMPARE(curve.examples, measurement.exactFrames[0].forms.examples);
        QCOMPARE(curve.best.beta, 2.0);
        const double above =
            curve.distortion + 2.0 * curve.rate - curve.best.distortion.value - 2.0 * curve.best.rate.value;
        QVERIFY(curve.inferenceGap.value > 0.0);
        QVERIFY(std::abs(curve.inferenceGap.value - above) < 1e-6);
        QVERIFY(curve.inferenceGap.error > 0.0);  // 64 of 100 examples
        // Without a weight on the rate there is a curve, but no place on it to be held against.
        const DecoderCurve& unweighted = measurement.exactFrames[1].curve;
        QVERIFY(unweighted.points.size() > 8 && std::isnan(unweighted.inferenceGap.value));
    }

    void theChosenExamplesAreShown() {
        const Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const Trainer trainer(experiment, dataset);
        ViewRequest request;
        request.exact = true;
        request.posteriorExamples = {5, 2, 100000};  // the last one does not exist
        const Measurement measurement = Measurer(experiment, dataset).measure(*trainer.snapshot(), request, false, {});
        QCOMPARE(measurement.exactFrames.front().posteriors.size(), std::size_t{2});
        QCOMPARE(measurement.exactFrames.front().posteriors[0].label, dataset->test.labels[5]);
        QVERIFY(!measurement.healthKnown);
    }

    void whatWasNotAskedForIsNotMeasured() {
        Experiment experiment = smallDigits();
        experiment.model.latentDim = 5;  // beyond quadrature
        const auto dataset = loadDataset(experiment.data);
        const Trainer trainer(experiment, dataset);
        ViewRequest request;
        request.exact = request.health = true;
        const Measurement measurement = Measurer(experiment, dataset).measure(*trainer.snapshot(), request, false, {});
        QVERIFY(measurement.exactFrames.empty());
        QVERIFY(!measurement.healthKnown);  // a model that has not begun is not ill
        QVERIFY(measurement.findings.empty());
    }

    void aCollapsedMemberIsNamed() {
        Experiment experiment = smallDigits();
        experiment.knobs = {Knobs{1.0, 1.0, 0.0}, Knobs{200.0, 1.0, 0.0}};
        experiment.run.steps = 400;
        experiment.optimiser.learningRate = 3e-3;
        const auto dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        while (!trainer.finished()) {
            trainer.step();
        }
        ViewRequest request;
        request.health = true;
        const Measurement measurement = Measurer(experiment, dataset).measure(*trainer.snapshot(), request, false, {});
        const auto collapsed = [&](int member) {
            return std::any_of(measurement.findings.begin(), measurement.findings.end(), [&](const auto& finding) {
                return finding.kind == HealthKind::PosteriorCollapse && finding.member == member;
            });
        };
        QVERIFY(collapsed(1));
        QVERIFY(!collapsed(0));
    }
};

QTEST_GUILESS_MAIN(TestMeasurer)
#include "tst_measurer.moc"
