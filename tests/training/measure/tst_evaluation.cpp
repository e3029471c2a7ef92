// Evaluations of a part of a split: how far they say that they may be off, and how far they are.
#include "training/measure/evaluation.h"

#include <QtTest>
#include <cmath>

#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/step/worker_thread.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

namespace {

constexpr int kPart = 150;
constexpr int kSeeds = 300;

/// A linear model of 2000 test examples, whose parts are drawn by other seeds than its data.
struct Subject {
    Experiment experiment = linearGaussian(1.0);
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Snapshot> snapshot;

    explicit Subject(const QStringList& settings = {}) {
        for (const QString& setting : settings) {
            assignField(experiment, setting.toStdString());
        }
        experiment.data.trainSize = 500;
        experiment.data.testSize = 2000;
        dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        for (int step = 0; step < 20; ++step) {
            trainer.step();
        }
        snapshot = trainer.snapshot();
    }

    Report evaluated(const EvaluationBudget& budget, std::uint64_t seed = 1) const {
        Experiment other = experiment;
        other.data.seed = seed;
        const LatentModel model(experiment.model, dataset->shape());
        Report report;
        evaluateSplitInto(report, *snapshot, model, ModelInputs(other, *dataset, dataset->test), "_test", budget);
        return report;
    }

    /// Of the mean over all examples of log q(z|x) - log p(z), one code of each.
    double errorOfOneDraw() const {
        const torch::NoGradGuard noGradients;
        const LatentModel model(experiment.model, dataset->shape());
        const ModelInputs inputs(experiment, *dataset, dataset->test);
        const torch::Tensor x = inputs.at(inputs.order().data(), inputs.size());
        const auto posterior = model.posterior().of(*snapshot->parameters, x);
        torch::Generator generator = makeGenerator(99);
        const auto drawn = [&] {
            const torch::Tensor noise = torch::randn({x.size(0), model.posteriorNoise()}, generator, x.options());
            return logRatio(model, *snapshot->parameters, *posterior, posterior->sample(noise));
        };
        const torch::Tensor first = drawn(), second = drawn();
        return std::sqrt(((first - second).square() / 2.0).mean().item<double>() / static_cast<double>(x.size(0)));
    }
};

}  // namespace

class TestEvaluation : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void aPartIsOffByWhatItSays_data() {
        QTest::addColumn<QString>("metric");
        for (const char* metric : {"distortion", "rate", "elbo"}) {
            QTest::newRow(metric) << QString(metric);
        }
    }

    void aPartIsOffByWhatItSays() {
        QFETCH(const QString, metric);
        const std::string name = metric.toStdString() + "_test", error = metric.toStdString() + "_error_test";
        const Subject subject;
        double within = 0.0, squares = 0.0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Report part = subject.evaluated({kPart, 1, 0}, seed), whole = subject.evaluated({0, 1, 0}, seed);
            QCOMPARE(part.value("examples_test", 0), double{kPart});
            const double off = (part.value(name, 0) - whole.value(name, 0)) / part.value(error, 0);
            within += std::abs(off) <= 2.0 ? 1.0 / kSeeds : 0.0;
            squares += off * off / kSeeds;
        }
        // 95 % give or take 1.3, a little less for values that are skewed; squares of 1 give or take 0.08.
        QVERIFY2(within > 0.90 && within < 0.99, qPrintable(QString::number(within)));
        QVERIFY2(squares > 0.7 && squares < 1.4, qPrintable(QString::number(squares)));
    }

    /// With all examples nothing is left but the noise of the draws; a rate in closed form has none.
    void allExamplesLeaveTheNoiseOfDraws() {
        const Subject subject;
        const Report exact = subject.evaluated({0, 400, 0});
        double squares = 0.0;
        constexpr int kOrders = 100;
        for (std::uint64_t seed = 1; seed <= kOrders; ++seed) {
            const Report report = subject.evaluated({0, 1, 0}, seed);
            QCOMPARE(report.value("examples_test", 0), 2000.0);
            QCOMPARE(report.value("rate_error_test", 0), 0.0);
            QVERIFY(std::abs(report.value("rate_test", 0) - exact.value("rate_test", 0)) < 1e-9);
            const double off = (report.value("distortion_test", 0) - exact.value("distortion_test", 0)) /
                               report.value("distortion_error_test", 0);
            squares += off * off / kOrders;
        }
        QVERIFY2(squares > 0.4 && squares < 2.2, qPrintable(QString::number(squares)));
        QVERIFY(exact.value("distortion_error_test", 0) <
                0.2 * subject.evaluated({0, 1, 0}).value("distortion_error_test", 0));
    }

    void aDrawnRateSaysHowFarItIsOff_data() {
        QTest::addColumn<QStringList>("settings");
        const QStringList small{"model.flow_hidden=[8]", "model.flow_steps=2"};
        QTest::newRow("a flow as posterior") << (small + QStringList{"model.posterior=iaf"});
        QTest::newRow("a flow as prior") << (small + QStringList{"model.prior=maf", "model.latent_dim=3"});
        QTest::newRow("a mixture as prior") << QStringList{"model.prior=gaussian_mixture", "model.latent_dim=3"};
        QTest::newRow("weighed codes and a mixture")
            << QStringList{"model.prior=gaussian_mixture", "model.latent_dim=3", "objective.rate_estimate=log_ratio",
                           "objective.importance_samples=4", "objective.gradient=dreg"};
    }

    /// Where the rate has no closed form it is drawn, and its error is that of the draws even with all examples.
    void aDrawnRateSaysHowFarItIsOff() {
        QFETCH(QStringList, settings);
        const Subject subject(settings);
        const Report all = subject.evaluated({0, 1, 0}), exact = subject.evaluated({0, 400, 0});
        const double error = all.value("rate_error_test", 0);
        // What two draws of every example differ by.
        const double expected = subject.errorOfOneDraw();
        QVERIFY2(std::abs(error / expected - 1.0) < 0.25, qPrintable(QString("%1, not %2").arg(error).arg(expected)));
        QVERIFY(std::abs(all.value("rate_test", 0) - exact.value("rate_test", 0)) < 4.0 * error);
        QVERIFY(exact.value("rate_error_test", 0) > 0.0);
        QVERIFY(exact.value("rate_error_test", 0) < 0.2 * error);
        // A part of the examples is off by more.
        QVERIFY(subject.evaluated({kPart, 1, 0}).value("rate_error_test", 0) > error);
    }

    void theElboIsTheSumOfItsParts() {
        const Subject subject;
        const Report report = subject.evaluated({kPart, 1, 0});
        QVERIFY(std::abs(report.value("elbo_test", 0) + report.value("distortion_test", 0) +
                         report.value("rate_test", 0)) < 1e-9);
    }

    void whatNobodyWaitsForIsGivenUp() {
        const Subject subject;
        Report report;
        report.values["distortion_test"] = {1.0};
        int asked = 0;
        EvaluationBudget budget;
        budget.goOn = [&asked] { return ++asked < 4; };
        QVERIFY(!evaluateInto(report, *subject.snapshot, subject.experiment, *subject.dataset, budget));
        QCOMPARE(asked, 4);
        QCOMPARE(report.values.size(), std::size_t{1});
        QCOMPARE(report.value("distortion_test", 0), 1.0);
        budget.goOn = {};
        QVERIFY(evaluateInto(report, *subject.snapshot, subject.experiment, *subject.dataset, budget));
        QCOMPARE(report.value("examples_train", 0), 500.0);
    }
};

QTEST_GUILESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
