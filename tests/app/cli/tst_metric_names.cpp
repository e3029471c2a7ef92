// `elboroom list metrics` is complete: every named objective is trained for a few steps, and every name in what it
// leaves behind (metrics.jsonl, summary.json, sweep.csv, measures) is in the table of metrics.
#include <QtTest>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/builtin/builtin_objectives.h"
#include "app/runs/measure_text.h"
#include "app/runs/summary.h"
#include "tests/app/small_experiment.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/measure/evaluation.h"
#include "training/metrics/metric_table.h"
#include "training/step/worker_thread.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_results.h"

using namespace elbo;

namespace {

using Names = std::set<std::string>;

/// What stands beside the metrics and is none.
const Names kOthers{"experiment",  "failure", "version", "errors", "counts",
                    "unavailable", "health",  "folder",  "seed",   "state"};

/// Those that the table does not allow.
Names strangers(const Names& names) {
    Names found;
    for (const std::string& name : names) {
        if (!kOthers.contains(name) && findMetric(name) == nullptr) {
            found.insert(name);
        }
    }
    return found;
}

Names keysOf(const nlohmann::json& json) {
    Names keys;
    for (const auto& [key, value] : json.items()) {
        keys.insert(key);
    }
    return keys;
}

Names keysOf(const std::string& json) {
    return keysOf(nlohmann::json::parse(json));
}

Names columnsOf(const std::string& csv) {
    Names columns;
    std::istringstream header(csv.substr(0, csv.find('\n')));
    for (std::string column; std::getline(header, column, ',');) {
        columns.insert(column);
    }
    return columns;
}

Experiment tiny(const std::string& objective, const QStringList& settings) {
    Experiment experiment = smallExperiment(3);
    experiment.data.trainSize = 40;
    experiment.data.testSize = 30;
    applySetting(experiment, "objective=" + objective);
    for (const QString& setting : settings) {
        applySetting(experiment, setting.toStdString());
    }
    return experiment;
}

/// Every name that a run of this experiment leaves behind.
Names namesIn(const Experiment& experiment) {
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Names names;
    while (!trainer.finished()) {
        trainer.step();
        names.merge(keysOf(reportJson(runningReport(*trainer.snapshot()))));
    }
    const std::string summary = summaryJson(trainer);
    names.merge(keysOf(summary));
    names.merge(columnsOf(sweepTable(SweepPlan::make(experiment, 1, 1), {summary})));
    ModelMeasureOptions options;
    options.draws = {2, 3};
    options.examples = 2;
    options.samples = 5;
    const auto snapshot = trainer.snapshot();
    const ModelMeasures measures = measureModel(*snapshot, experiment, *dataset, options);
    const auto json = nlohmann::json::parse(modelMeasuresJson(measures, *snapshot, experiment));
    names.merge(keysOf(json));
    names.merge(keysOf(json.at("errors")));
    names.merge(keysOf(json.at("unavailable")));
    return names;
}

QString joined(const Names& names) {
    QStringList list;
    for (const std::string& name : names) {
        list.append(QString::fromStdString(name));
    }
    return list.join(", ");
}

}  // namespace

class TestMetricNames : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void everyNameIsInTheTable_data() {
        QTest::addColumn<QString>("objective");
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QStringList>("among");  // so that the test looks at what it means to
        for (const ObjectivePreset& preset : builtinObjectives()) {
            QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name) << QStringList()
                                               << QStringList{"loss", "rate_test", "mi_q_test"};
        }
        QTest::newRow("every weight")
            << "elbo" << QStringList{"objective.divergence=adversarial",   "objective.lambda=2",
                                     "objective.second_divergence=1",      "objective.code_distortion=1",
                                     "objective.data_divergence=1",        "objective.joint_divergence=1",
                                     "objective.rate_estimate=adversarial"}
            << QStringList{"second_divergence", "code_distortion",     "data_divergence",  "joint_divergence",
                           "critic_loss",       "critic_loss_second",  "critic_loss_data", "critic_loss_joint",
                           "critic_loss_rate",  "critic_accuracy_rate"};
        QTest::newRow("every constraint")
            << "elbo"
            << QStringList{"constraints.rate_at_least=1", "constraints.negative_elbo_at_most=5",
                           "constraints.divergence_at_most=0.1"}
            << QStringList{"multiplier_rate", "multiplier_elbo", "multiplier_divergence"};
        QTest::newRow("a known optimum") << "elbo"
                                         << QStringList{"data.name=linear-gaussian", "model.encoder=[]",
                                                        "model.decoder=[]"}
                                         << QStringList{"rate_closed_form", "distortion_closed_form"};
    }

    void everyNameIsInTheTable() {
        QFETCH(const QString, objective);
        QFETCH(const QStringList, settings);
        QFETCH(const QStringList, among);
        const Names names = namesIn(tiny(objective.toStdString(), settings));
        for (const QString& name : among) {
            QVERIFY2(names.contains(name.toStdString()), qPrintable(name));
        }
        QVERIFY2(strangers(names).empty(), qPrintable(joined(strangers(names))));
    }

    void aStrangerWouldShow() {
        QCOMPARE(strangers({"rate", "rate_test", "nll_k5_train", "step", "version", "nonsense", "beta_test", "nll"}),
                 (Names{"nonsense", "beta_test", "nll"}));
        QCOMPARE(columnsOf("folder,rate_test,wall_s\n1,2,3\n"), (Names{"folder", "rate_test", "wall_s"}));
    }
};

QTEST_GUILESS_MAIN(TestMetricNames)
#include "tst_metric_names.moc"
