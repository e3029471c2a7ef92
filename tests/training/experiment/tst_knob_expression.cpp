#include <QtTest>
#include <cmath>

#include "tests/training/message_of.h"
#include "training/experiment/experiment.h"
#include "training/experiment/input_error.h"
#include "training/experiment/knob_expression.h"

using namespace elbo;

namespace {

std::vector<double> values(const char* text) {
    return parseKnobValues(text).values;
}

KnobColumns columns(const char* beta, const char* lambda, const char* alpha) {
    return {parseKnobValues(beta), parseKnobValues(lambda), parseKnobValues(alpha)};
}

}  // namespace

class TestKnobExpression : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbersAndLists() {
        QVERIFY(values("0.5") == std::vector<double>{0.5});
        QVERIFY(values("1, 500") == (std::vector<double>{1.0, 500.0}));
        QVERIFY(values(" 1;2 3 ") == (std::vector<double>{1.0, 2.0, 3.0}));
        QVERIFY(values("-1e-3") == std::vector<double>{-1e-3});
        QVERIFY(!parseKnobValues("1, 2").crossed);
        QVERIFY(parseKnobValues("x1,2").crossed);
        QVERIFY(values(" x 1, 2") == (std::vector<double>{1.0, 2.0}));
    }

    void ranges() {
        QVERIFY(values("0:1:lin5") == (std::vector<double>{0.0, 0.25, 0.5, 0.75, 1.0}));
        QVERIFY(values("0.1:10:log3") == (std::vector<double>{0.1, 1.0, 10.0}));
        QVERIFY(values("10:0.1:log3") == (std::vector<double>{10.0, 1.0, 0.1}));
        QVERIFY(values("0, 0.1:10:log3, 500") == (std::vector<double>{0.0, 0.1, 1.0, 10.0, 500.0}));
        // Also where the ends are so far apart that neither their ratio nor their difference is a number.
        QVERIFY(values("1e-300:1e300:log4") == (std::vector<double>{1e-300, 1e-100, 1e100, 1e300}));
        QVERIFY(values("-1e308:1e308:lin3") == (std::vector<double>{-1e308, 0.0, 1e308}));
        QVERIFY(values("-1:2:lin4") == (std::vector<double>{-1.0, 0.0, 1.0, 2.0}));
        const std::vector<double> sweep = values("0.1:10:log16");
        QCOMPARE(sweep.size(), std::size_t(16));
        QCOMPARE(sweep.front(), 0.1);
        QCOMPARE(sweep.back(), 10.0);
        QVERIFY(sweep[1] == 0.135936);  // six digits: it is found again as it is read
        for (std::size_t i = 1; i < sweep.size(); ++i) {
            QVERIFY(std::abs(std::log10(sweep[i] / sweep[i - 1]) - 2.0 / 15.0) < 1e-5);
        }
    }

    void mistakes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("character");
        QTest::addColumn<QString>("remedy");
        QTest::newRow("empty") << "" << 1 << "0.1:10:log16";
        QTest::newRow("blank") << "  " << 3 << "0.1:10:log16";
        QTest::newRow("grid of nothing") << "x" << 2 << "a value is missing";
        QTest::newRow("word") << "1, much" << 4 << "\"much\" is not a finite number";
        QTest::newRow("late x") << "1, x 2" << 4 << "\"x\" is not a finite number";
        QTest::newRow("nan") << "nan" << 1 << "finite";
        QTest::newRow("infinite") << "1:inf:lin3" << 3 << "finite";
        QTest::newRow("too large") << "1e999" << 1 << "finite";
        QTest::newRow("no spacing") << "1:2" << 1 << "FROM:TO:logN";
        QTest::newRow("unknown spacing") << "1:2:cube4" << 5 << "neither logN nor linN";
        QTest::newRow("no count") << "0.1:10:log" << 11 << "write log16";
        QTest::newRow("one value") << "1:2:log1" << 8 << "2 to 4096";
        QTest::newRow("negative count") << "1:2:lin-3" << 8 << "2 to 4096";
        QTest::newRow("fraction") << "1:2:lin3.5" << 8 << "2 to 4096";
        QTest::newRow("four parts") << "1:2:lin3:4" << 8 << "2 to 4096";
        QTest::newRow("log of 0") << "0:1:log4" << 1 << "above 0";
        QTest::newRow("log to below 0") << "1:-1:log4" << 3 << "above 0";
        QTest::newRow("equal ends") << "1:1:lin4" << 1 << "must differ";
        QTest::newRow("too many") << "0:1:lin4096, 7" << 14 << "more than 4096";
        QTest::newRow("far too many") << "0:1:lin99999999999999999999" << 8 << "2 to 4096";
    }
    void mistakes() {
        QFETCH(QString, text);
        QFETCH(int, character);
        QFETCH(QString, remedy);
        const QString message = messageOf([&] { parseKnobValues(text.toStdString()); });
        QVERIFY2(message.startsWith(QString("\"%1\", character %2: ").arg(text).arg(character)), qPrintable(message));
        QVERIFY2(message.contains(remedy), qPrintable(message));
    }

    void listsStandSideBySide() {
        QVERIFY(columns("1,2,4", "10,20,40", "0.5").assemble() ==
                (std::vector<Knobs>{{1, 10, 0.5}, {2, 20, 0.5}, {4, 40, 0.5}}));
        const QString message = messageOf([] { columns("1,2,4", "10,20", "0").assemble(); });
        QVERIFY2(message.contains("objective.lambda has 2 values") && message.contains("\"x "), qPrintable(message));
    }

    void gridsMultiply() {
        QVERIFY(columns("1", "1,2", "x 0, 0.5").assemble() ==
                (std::vector<Knobs>{{1, 1, 0}, {1, 1, 0.5}, {1, 2, 0}, {1, 2, 0.5}}));
        QCOMPARE(columns("x 1,2", "x 1,2,3", "x 0, 0.5").assemble().size(), std::size_t(12));
        // Pairs of beta and lambda, each with every alpha.
        QCOMPARE(columns("1,2,4", "10,20,40", "x 0, 0.5").assemble().size(), std::size_t(6));
        // Members that agree would train the same model twice.
        QCOMPARE(columns("1,1", "1", "x 0, 0.5").assemble().size(), std::size_t(2));
    }

    void gridsAreBounded() {
        QCOMPARE(columns("x 0:1:lin64", "x 0:1:lin64", "0").assemble().size(), kMostMembers);
        const QString message = messageOf([] { columns("x 0:1:lin64", "x 0:1:lin65", "0").assemble(); });
        QVERIFY2(message.startsWith("objective.lambda crosses 64 members with 65 values"), qPrintable(message));
    }

    void rangesAreWrittenAsTheyWereTyped() {
        for (const char* text : {"0.1:10:log16", "10:0.1:log16", "1e-05:1000:log7", "0:1:lin5", "-1:2:lin13",
                                 "1:0:lin64", "0, 0.1:10:log16", "0, 0.1:10:log16, 500", "0:1:lin5, 10:1000:log5",
                                 "0.3:0.7:lin4096", "0.5", "1, 500", "1, 2, 3, 4", "1e-300:1e+300:log5"}) {
            QCOMPARE(knobValuesText(values(text)), std::string(text));
        }
        QCOMPARE(knobValuesText({}), std::string());
    }

    void whatIsWrittenReadsBackExactly() {
        const auto comesBack = [](const std::vector<double>& wanted) {
            return parseKnobValues(knobValuesText(wanted)).values == wanted;
        };
        QVERIFY(comesBack({0.1 + 0.2, 1.0 / 3.0, 1e308, -1e-308}));
        QVERIFY(comesBack(std::vector<double>(7, 2.0)));
        QVERIFY(comesBack({1.0, 1.000001, 1.0, 1.000001, 1.0, 1.000001}));  // almost a range
        QVERIFY(comesBack({1e308, -1e308, 1e308, -1e308, 1e308, 0.0}));
        QVERIFY(comesBack({0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5}));  // a range of more digits than it writes
        // Parts of ranges, and ranges with one value changed.
        std::vector<double> range = values("0.1:10:log40");
        for (std::size_t i = 0; i < range.size(); ++i) {
            std::vector<double> part(range.begin() + static_cast<std::ptrdiff_t>(i), range.end());
            QVERIFY(comesBack(part));
            part = range;
            part[i] *= 1.001;
            QVERIFY(comesBack(part));
            part[i] = 0.0;
            QVERIFY(comesBack(part));
        }
        // Steps that are almost even, thousands of times, cost no more than one look at each.
        std::vector<double> wobbling;
        for (int i = 0; i < 4096; ++i) {
            wobbling.push_back(1.0 + 0.001 * i + 1e-9 * (i % 3));
        }
        QElapsedTimer clock;
        clock.start();
        QVERIFY(comesBack(wobbling));
        QVERIFY(clock.elapsed() < 2000);
    }

    void columnsComeBack() {
        for (const auto& knobs : {columns("1,2", "x 3,4", "0").assemble(), columns("1,1,1", "2", "0").assemble(),
                                  columns("1", "5", "0, 0.5").assemble()}) {
            QVERIFY(KnobColumns::of(knobs).assemble() == knobs);
        }
        QCOMPARE(KnobColumns::of({{1, 5, 0}, {1, 5, 0.5}})[Knob::Lambda].values.size(), std::size_t(1));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(values("")), InputError);
    }
};

QTEST_APPLESS_MAIN(TestKnobExpression)
#include "tst_knob_expression.moc"
