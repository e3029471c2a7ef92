#include "widgets/kit/evaluated_on.h"

#include <QtTest>
#include <cmath>

using namespace elbo;

class TestEvaluatedOn : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPartComesWithItsError() {
        QCOMPARE(textOf(300.0, 1.234), QString::fromUtf8("300 of 10\u2009000 test examples, \u00b1 1.3"));
        QCOMPARE(textOf(10000.0, 0.0), QString::fromUtf8("all 10\u2009000 test examples"));
        QCOMPARE(textOf(10000.0, 0.021), QString::fromUtf8("all 10\u2009000 test examples, \u00b1 0.03"));
    }

    void whatIsNotKnownIsNotSaid() {
        Frame frame;
        Report report;
        QVERIFY(evaluatedOn(frame, report, "elbo", Split::Test, 0).isEmpty());
        report.values["examples_train"] = {40.0};
        QVERIFY(evaluatedOn(frame, report, "elbo", Split::Train, 0).isEmpty());
        report.values["elbo_train"] = {-3.0};
        QCOMPARE(evaluatedOn(frame, report, "elbo", Split::Train, 0), QString("40 training examples"));
        QVERIFY(evaluatedOn(frame, report, "elbo", Split::Test, 0).isEmpty());
        QVERIFY(evaluatedOn(frame, report, "elbo", Split::Train, 1).isEmpty());
    }

    void errorsHaveOneDigitOrTwo() {
        QCOMPARE(plusMinus(0.34), QString::fromUtf8("\u00b1 0.4"));
        QCOMPARE(plusMinus(0.12), QString::fromUtf8("\u00b1 0.12"));
        QCOMPARE(plusMinus(3.0), QString::fromUtf8("\u00b1 3"));
        QVERIFY(plusMinus(0.0).isEmpty());
        QVERIFY(plusMinus(std::nan("")).isEmpty());
    }

  private:
    static QString textOf(double used, double error) {
        Frame frame;
        frame.testExamples = 10000;
        Report report;
        report.values["elbo_test"] = {-140.0};
        report.values["elbo_error_test"] = {error};
        report.values["examples_test"] = {used};
        return evaluatedOn(frame, report, "elbo", Split::Test, 0);
    }
};

QTEST_APPLESS_MAIN(TestEvaluatedOn)
#include "tst_evaluated_on.moc"
