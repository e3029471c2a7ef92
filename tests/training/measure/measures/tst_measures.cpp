// Every measure of the registry on every kind of model: it applies or says why, and its numbers are its own.

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <set>

#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/measures.h"
#include "training/measure/measures/model_measures.h"
#include "training/metrics/metric_table.h"
#include "training/step/worker_thread.h"

using namespace elbo;

namespace {

Experiment points(const char* name, int latentDim) {
    Experiment experiment = smallDigits();
    experiment.data.name = name;
    experiment.data.trainSize = 150;
    experiment.data.testSize = 120;
    experiment.data.binarisation = Binarisation::None;
    experiment.model.latentDim = latentDim;
    experiment.model.encoder = {8};
    experiment.model.decoder = {8};
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    return experiment;
}

Experiment digits(int latentDim) {
    Experiment experiment = smallDigits();
    experiment.model.latentDim = latentDim;
    return experiment;
}

Experiment linear() {
    Experiment experiment = linearGaussian(1.0);
    experiment.data.trainSize = 150;
    experiment.data.testSize = 120;
    return experiment;
}

Experiment adversarial() {
    Experiment experiment = points("ring", 2);
    experiment.objective.divergence = DivergenceKind::Adversarial;
    experiment.knobs = {Knobs{1.0, 2.0, 0.0}};
    return experiment;
}

Experiment unweightedRate() {
    Experiment experiment = points("ring", 2);
    experiment.knobs = {Knobs{1.0, 10.0, 1.0}};
    return experiment;
}

Experiment withoutTestExamples() {
    Experiment experiment = points("ring", 2);
    experiment.data.testSize = 0;
    return experiment;
}

/// A model after a few steps.
struct Stored {
    Experiment experiment;
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Snapshot> snapshot;

    explicit Stored(const Experiment& e) : experiment(e), dataset(loadDataset(e.data)) {
        Trainer trainer(experiment, dataset);
        for (int step = 0; step < 3; ++step) {
            trainer.step();
        }
        snapshot = trainer.snapshot();
    }
};

/// Values by name in full; one number for a metric, all of them for a metric by dimension.
std::map<std::string, std::vector<double>> valuesOf(const ModelMeasures& measures) {
    std::map<std::string, std::vector<double>> values;
    for (const MeasuredMetric& metric : measures.measurements) {
        values[metric.name] = {metric.values.at(0).value, metric.values.at(0).error};
    }
    for (const MetricByDimension& metric : measures.perDimension) {
        values[metric.name] = metric.values.at(0);
    }
    return values;
}

std::vector<std::string> fullNames(const std::string& name) {
    return findMetric(name + "_train") == nullptr ? std::vector{name} : std::vector{name + "_train", name + "_test"};
}

}  // namespace

Q_DECLARE_METATYPE(Experiment)

class TestMeasures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        prepareWorkerThread(1, true);
        QVERIFY(folder_.isValid());
        options_.draws = {2, 5};
        options_.examples = 5;
        options_.samples = 20;
        options_.cacheFolder = folder_.path().toStdString();
    }

    void namesAreRowsOfTheTable() {
        std::set<std::string> seen;
        for (const Measure& measure : modelMeasures()) {
            QVERIFY(!measure.names.empty() && !measure.stage.empty() && measure.run);
            for (const std::string& name : measure.names) {
                const auto& rows = metricRows();
                QVERIFY2(std::any_of(rows.begin(), rows.end(), [&](const MetricRow& row) { return row.name == name; }),
                         name.c_str());
                seen.insert(name);
            }
        }
        QCOMPARE(seen.size(), measurableNames().size());
    }

    void everyMeasureAppliesOrSaysWhy_data() {
        QTest::addColumn<Experiment>("experiment");
        QTest::addColumn<QStringList>("measured");
        QTest::addColumn<QStringList>("refused");
        QTest::newRow("images with labels")
            << digits(2) << QStringList{"class_cross_entropy", "svm_error", "nll_exact_test", "mi_p", "smooth_knn"}
            << QStringList{"mi_q_lower_test"};
        QTest::newRow("points in the plane")
            << points("ring", 2) << QStringList{"svm_error", "kl_posterior_test", "marginal_divergence_train"}
            << QStringList{"class_cross_entropy"};
        QTest::newRow("one latent dimension") << points("two-gaussians", 1)
                                              << QStringList{"mi_q_lower_test", "kl_marginal_reverse_train",
                                                             "inference_gap_test", "rate_best_encoder_train"}
                                              << QStringList{"class_cross_entropy"};
        QTest::newRow("five latent dimensions") << digits(5)
                                                << QStringList{"kl_posterior_test", "nll_k2_train", "mi_p_lower",
                                                               "inference_gap_test", "distortion_best_encoder_train"}
                                                << QStringList{"nll_exact_test", "mi_p", "kl_marginal_exact_train"};
        QTest::newRow("linear Gaussian") << linear() << QStringList{"mi_q_lower_test", "nll_exact_test", "elbo_train"}
                                         << QStringList{"svm_error", "class_cross_entropy"};
        QTest::newRow("a critic") << adversarial() << QStringList{"mmd_test", "distortion_test"}
                                  << QStringList{"marginal_divergence_train", "marginal_divergence_test"};
        QTest::newRow("a rate without weight") << unweightedRate() << QStringList{"kl_posterior_test"}
                                               << QStringList{"inference_gap_test", "distortion_best_encoder_train"};
        QTest::newRow("no test examples")
            << withoutTestExamples() << QStringList{"nll_train", "mi_p", "svm_error", "smooth_knn"}
            << QStringList{"nll_test", "rate_test", "rate_per_dim_test", "mi_q_exact_test"};
    }

    void everyMeasureAppliesOrSaysWhy() {
        QFETCH(const Experiment, experiment);
        QFETCH(const QStringList, measured);
        QFETCH(const QStringList, refused);
        const Stored stored(experiment);
        const ModelMeasures all = measure(stored, {});
        const auto values = valuesOf(all);
        for (const QString& name : measured) {
            QVERIFY2(values.contains(name.toStdString()), qPrintable(name));
        }
        for (const QString& name : refused) {
            QVERIFY2(all.unavailable.contains(name.toStdString()), qPrintable(name));
        }
        for (const std::string& name : measurableNames()) {
            for (const std::string& full : fullNames(name)) {
                QVERIFY2(values.contains(full) != all.unavailable.contains(full), full.c_str());
            }
        }
        for (const auto& [name, reason] : all.unavailable) {
            QVERIFY2(findMetric(name) != nullptr, name.c_str());
            QVERIFY2(!reason.empty() && !reason.ends_with("."), name.c_str());
        }
        for (const auto& [name, numbers] : values) {
            QVERIFY2(findMetric(name) != nullptr, name.c_str());
            for (const double number : numbers) {
                QVERIFY2(std::isfinite(number), name.c_str());
            }
        }
        QCOMPARE(valuesOf(measure(stored, {})), values);
    }

    void aMeasureAloneGivesTheSameNumbers_data() {
        QTest::addColumn<Experiment>("experiment");
        QTest::newRow("linear Gaussian") << linear();
        QTest::newRow("images with labels") << digits(2);
        QTest::newRow("five latent dimensions") << digits(5);
    }

    /// What else is asked for changes no number; and a measure that is asked for alone says why it gives none.
    void aMeasureAloneGivesTheSameNumbers() {
        QFETCH(const Experiment, experiment);
        const Stored stored(experiment);
        const ModelMeasures all = measure(stored, {});
        const auto together = valuesOf(all);
        for (const std::string& name : measurableNames()) {
            const ModelMeasures one = measure(stored, {name});
            for (const auto& [found, numbers] : valuesOf(one)) {
                QVERIFY2(withoutSplit(found) == name || findMetric(found)->variantOf == name, found.c_str());
                QVERIFY2(together.at(found) == numbers, found.c_str());
            }
            for (const std::string& full : fullNames(name)) {
                QCOMPARE(one.unavailable.contains(full), all.unavailable.contains(full));
                QCOMPARE(valuesOf(one).contains(full), together.contains(full));
            }
        }
    }

    void theOrderIsThatOfTheRegistry() {
        const Stored stored(points("two-gaussians", 1));
        QStringList names;
        for (const MeasuredMetric& metric : measure(stored, {}).measurements) {
            names.append(QString::fromStdString(metric.name));
        }
        QVERIFY(names.startsWith("distortion_train"));
        QCOMPARE(names.mid(0, 5),
                 (QStringList{"distortion_train", "distortion_test", "rate_train", "rate_test", "elbo_train"}));
        QCOMPARE(names.mid(names.indexOf("kl_marginal_test") + 1, 8),
                 (QStringList{"nll_k2_train", "nll_k5_train", "nll_train", "nll_k2_test", "nll_k5_test", "nll_test",
                              "nll_exact_train", "nll_exact_test"}));
        QCOMPARE(names.last(), QString("reconstruction_error_test"));
    }

    void aMeasurePutsOnlyWhatItDeclares() {
        const Stored stored(points("two-gaussians", 1));
        const torch::NoGradGuard noGradients;
        const FleetSubject fleet(*stored.snapshot, stored.experiment, *stored.dataset, options_);
        const MeasureSubject subject(fleet, 0);
        MeasureSink sink(1, {});
        QVERIFY(sink.begin({{"mmd"}, "codes", {}, {}}, 0, subject));
        sink.put("mmd", {1.0, 0.0});
        QVERIFY_EXCEPTION_THROWN(sink.put("rate", {1.0, 0.0}), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(sink.begin({{"nonsense"}, "codes", {}, {}}, 0, subject), std::logic_error);
    }

  private:
    ModelMeasures measure(const Stored& stored, const std::vector<std::string>& only) const {
        ModelMeasureOptions options = options_;
        options.only = only;
        return measureModel(*stored.snapshot, stored.experiment, *stored.dataset, options);
    }

    QTemporaryDir folder_;
    ModelMeasureOptions options_;
};

QTEST_GUILESS_MAIN(TestMeasures)
#include "tst_measures.moc"
