// The values that a sweep takes a field through: numbers, ranges, words and lists, for every field of the table.
#include <QtTest>
#include <string>
#include <vector>

#include "tests/training/message_of.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "training/experiment/swept_field.h"

using namespace elbo;

namespace {

using Values = std::vector<std::string>;

}  // namespace

class TestSweptField : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void valuesAreReadAsTheyAreWritten() {
        const auto read = [](const char* key, const char* values) { return parseSweptField(key, values).values; };
        QCOMPARE(read("train_size", "500, 1000,5_000"), (Values{"500", "1000", "5000"}));
        QCOMPARE(parseSweptField("train_size", "1").key, std::string("data.train_size"));
        QCOMPARE(read("train_size", "100:10000:log5"), (Values{"100", "316", "1000", "3162", "10000"}));
        QCOMPARE(read("learning_rate", "1e-4:1e-2:log3, 0.5"), (Values{"1e-04", "0.001", "0.01", "0.5"}));
        QCOMPARE(read("model.likelihood", "bernoulli,gaussian"), (Values{"bernoulli", "gaussian"}));
        QCOMPARE(read("encoder", "[512, 512],[64],[]"), (Values{"[512, 512]", "[64]", "[]"}));
        QCOMPARE(read("data.path", "\"/a, b\",/c"), (Values{"/a, b", "/c"}));
        QCOMPARE(read("rate_at_least", "none,2,5"), (Values{"none", "2.0", "5.0"}));
        QCOMPARE(read("schedule.beta", "0:1:1000, [[0, 0], [9, 1]], []"),
                 (Values{"[[0, 0.0], [1000, 1.0]]", "[[0, 0.0], [9, 1.0]]", "[]"}));
        QCOMPARE(read("latent_dim", "2,5,2"), (Values{"2", "5"}));  // the same model once
    }

    void everyFieldCanBeSwept() {
        for (const ExperimentField& field : experimentFields()) {
            if (field.isWeight() || field.key == "run.seed") {
                continue;  // a fleet, and --seeds
            }
            const std::string value = fieldText(Experiment(), field.key);
            const std::string quotes = field.bareText && value.empty() ? "\"\"" : value;
            const SweptField swept = parseSweptField(field.key, quotes);
            QCOMPARE(swept.key, field.key);
            const std::string written = swept.values.at(0);
            QVERIFY2(withValues(Experiment(), {swept}, {written}) == Experiment(), field.key.c_str());
            Values keys;
            for (const FieldChoice& choice : field.choices) {
                keys.push_back(choice.key);
            }
            QVERIFY2(keys.empty() || sweptField(field.key, keys).values == keys, field.key.c_str());
        }
    }

    void mistakesAreNamed_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("values");
        QTest::addColumn<QString>("part");
        QTest::newRow("unknown") << "trian_size"
                                 << "1"
                                 << "data.train_size";
        QTest::newRow("range") << "latent_dim"
                               << "0,1"
                               << "model.latent_dim is 0, but must be an integer from 1";
        QTest::newRow("spacing") << "latent_dim"
                                 << "1:4:cube2"
                                 << "model.latent_dim is \"1:4:cube2\", character 5";
        QTest::newRow("word") << "likelihood"
                              << "bernoulli,poisson"
                              << "model.likelihood is \"poisson\"";
        QTest::newRow("nothing") << "latent_dim"
                                 << ""
                                 << "model.latent_dim";
        QTest::newRow("weight") << "beta"
                                << "1,2"
                                << "a weight";
        QTest::newRow("seed") << "seed"
                              << "1,2"
                              << "--seeds N";
        QTest::newRow("open bracket") << "encoder"
                                      << "[1,2"
                                      << "model.encoder";
    }
    void mistakesAreNamed() {
        QFETCH(QString, key);
        QFETCH(QString, values);
        QFETCH(QString, part);
        const QString message = messageOf([&] { parseSweptField(key.toStdString(), values.toStdString()); });
        QVERIFY2(message.contains(part), qPrintable(message));
    }

    void combinationsVaryTheLastFieldFastest() {
        QCOMPARE(combinations({}), (std::vector<Values>{{}}));
        const std::vector<SweptField> over{{"model.latent_dim", {"2", "5"}}, {"data.train_size", {"10", "20"}}};
        QCOMPARE(combinations(over), (std::vector<Values>{{"2", "10"}, {"2", "20"}, {"5", "10"}, {"5", "20"}}));
        const Experiment experiment = withValues(Experiment(), over, {"5", "20"});
        QCOMPARE(experiment.model.latentDim, 5);
        QCOMPARE(experiment.data.trainSize, 20);
    }

    void namesAndValuesAreShort() {
        const std::vector<SweptField> over{{"data.variance", {"1.0"}}, {"model.variance", {"fixed"}}, {"name", {"a"}}};
        QCOMPARE(shortName(over, 0), std::string("data.variance"));
        QCOMPARE(shortName(over, 2), std::string("name"));
        QCOMPARE(shortName({{"model.latent_dim", {"2"}}}, 0), std::string("latent_dim"));
        QCOMPARE(shortValue("2.0"), std::string("2"));
        QCOMPARE(shortValue("-20.0"), std::string("-20"));
        QCOMPARE(shortValue("0.05"), std::string("0.05"));
        QCOMPARE(shortValue("v1.0"), std::string("v1.0"));
    }
};

QTEST_APPLESS_MAIN(TestSweptField)
#include "tst_swept_field.moc"
