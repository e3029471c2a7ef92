#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "training/metrics/report.h"

using namespace elbo;

class TestReport : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fleetOfOneIsWrittenAsNumbers() {
        Report report;
        report.step = 300;
        report.epoch = 1.5;
        report.wallSeconds = 0.1;
        report.stepsPerSecond = 2000.0;
        report.values["rate"] = {1.0 / 3.0};
        report.values["loss_test"] = {std::nan("")};
        const std::string line = reportJson(report);
        QVERIFY(line.find('\n') == std::string::npos);
        QVERIFY2(line.rfind("{\"step\":300,\"epoch\":1.5,\"wall_s\":0.1,\"steps_per_s\":2000.0,", 0) == 0,
                 line.c_str());
        const auto json = nlohmann::json::parse(line);
        QCOMPARE(json["rate"].get<double>(), 1.0 / 3.0);
        QVERIFY(json["loss_test"].is_null());
    }

    void largerFleetIsWrittenAsArrays() {
        Report report;
        report.values["rate"] = {1.0, std::numeric_limits<double>::infinity(), 3.0};
        const auto json = nlohmann::json::parse(reportJson(report));
        QCOMPARE(json["rate"].dump(), std::string("[1.0,null,3.0]"));
    }

    void missingValuesAreNotANumber() {
        Report report;
        report.values["rate"] = {1.0, 2.0};
        QCOMPARE(report.value("rate", 1), 2.0);
        QVERIFY(std::isnan(report.value("rate", 2)));
        QVERIFY(std::isnan(report.value("rate", -1)));
        QVERIFY(std::isnan(report.value("elbo", 0)));
    }

    void everyMetricOfTheDesignHasAnEntry() {
        std::set<std::string> names;
        std::set<std::string> measured;
        for (const MetricEntry& entry : metricEntries()) {
            QVERIFY2(names.insert(entry.name).second, entry.name.c_str());
            QVERIFY(!entry.label.empty());
            QVERIFY2(entry.meaning.ends_with("."), entry.name.c_str());
            if (entry.measured) {
                measured.insert(entry.name);
            }
        }
        // The list of DESIGN.md, restated.
        for (const char* name : {"step",
                                 "epoch",
                                 "wall_s",
                                 "steps_per_s",
                                 "loss",
                                 "distortion",
                                 "rate",
                                 "elbo",
                                 "marginal_divergence",
                                 "beta",
                                 "lambda",
                                 "alpha",
                                 "mi_q",
                                 "mi_q_lower",
                                 "mi_q_upper",
                                 "mi_p_lower",
                                 "mi_p_upper",
                                 "kl_marginal",
                                 "nll",
                                 "nll_exact",
                                 "kl_posterior",
                                 "mmd",
                                 "log_det_cov",
                                 "active_units",
                                 "class_cross_entropy",
                                 "svm_error",
                                 "henze_zirkler",
                                 "smooth_knn"}) {
            const std::string plain = name;
            QVERIFY2(names.contains(plain) || (names.contains(plain + "_train") && names.contains(plain + "_test")),
                     name);
        }
        for (const char* name : {"step", "loss", "distortion", "rate_test", "elbo_train", "marginal_divergence",
                                 "log_det_cov_test", "active_units_train", "beta", "lambda", "alpha"}) {
            QVERIFY2(measured.contains(name), name);
        }
        for (const char* name : {"multiplier_rate", "multiplier_elbo", "multiplier_divergence", "rate_weight_factor"}) {
            QVERIFY2(measured.contains(name), name);
        }
        QVERIFY(measured.contains("svm_error") && measured.contains("nll_exact_test"));
    }
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
