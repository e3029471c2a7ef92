#include <QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

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
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
