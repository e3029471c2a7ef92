// Cells of CSV tables: numbers read back, words stay in one cell whatever they hold.
#include <QTest>
#include <limits>

#include "widgets/kit/csv.h"

using namespace elbo;

class TestCsv : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbers_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("digits");
        QTest::addColumn<QString>("cell");
        QTest::newRow("zero") << 0.0 << 10 << "0";
        QTest::newRow("whole") << 1200.0 << 10 << "1200";
        QTest::newRow("no trailing zeros") << 0.25 << 10 << "0.25";
        QTest::newRow("ten digits") << 1.0 / 3.0 << 10 << "0.3333333333";
        QTest::newRow("four digits") << 2.0 / 3.0 << 4 << "0.6667";
        QTest::newRow("small") << -1e-5 << 10 << "-1e-05";
        QTest::newRow("large") << 2.5e20 << 10 << "2.5e+20";
        QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN() << 10 << "nan";
        QTest::newRow("infinity") << -std::numeric_limits<double>::infinity() << 10 << "-inf";
    }
    void numbers() {
        QFETCH(double, value);
        QFETCH(int, digits);
        QTEST(csvNumber(value, digits), "cell");
    }

    void singlePrecision() {
        QCOMPARE(csvFloat(0.1F), "0.1");
        QCOMPARE(csvFloat(2.0 / 3.0), "0.6666667");
    }

    void severalNumbers() {
        QCOMPARE(csvNumbers({}), "");
        QCOMPARE(csvNumbers({0.5}), "0.5");
        QCOMPARE(csvNumbers({1.0, std::numeric_limits<double>::quiet_NaN(), 2.0 / 3.0}, 4), "1,nan,0.6667");
    }

    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("cell");
        QTest::newRow("empty") << ""
                               << "\"\"";
        QTest::newRow("plain") << "ring"
                               << "\"ring\"";
        QTest::newRow("comma") << "beta 1, lambda 500"
                               << "\"beta 1, lambda 500\"";
        QTest::newRow("quotation marks") << "the \"elbow\""
                                         << "\"the \"\"elbow\"\"\"";
        QTest::newRow("one quotation mark") << "\""
                                            << "\"\"\"\"";
        QTest::newRow("line end") << "two\nlines"
                                  << "\"two\nlines\"";
        QTest::newRow("place marker") << "100 %1"
                                      << "\"100 %1\"";
        QTest::newRow("symbols") << QString::fromUtf8("\u03b2 = 4") << QString::fromUtf8("\"\u03b2 = 4\"");
    }
    void words() {
        QFETCH(QString, text);
        QTEST(csvText(text), "cell");
    }
};

QTEST_APPLESS_MAIN(TestCsv)
#include "tst_csv.moc"
