// The names of every enumeration that has them: complete, different, and found both ways.
#include <QtTest>
#include <cctype>
#include <set>
#include <string>

#include "models/spec/kernel.h"
#include "models/spec/model_spec.h"
#include "models/spec/objective_spec.h"
#include "training/experiment/experiment.h"

using namespace elbo;

namespace {

enum class Colour { Red, Green };

bool snakeCase(const std::string& key) {
    return !key.empty() && std::islower(static_cast<unsigned char>(key.front())) != 0 &&
           key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

template <class Enum>
void checkTable() {
    QVERIFY(!namesOf<Enum>.empty());
    std::set<std::string> keys, labels;
    for (const EnumName<Enum>& name : namesOf<Enum>) {
        QVERIFY2(snakeCase(name.key), name.key);
        QVERIFY2(keys.insert(name.key).second, name.key);
        QVERIFY2(!std::string(name.label).empty() && labels.insert(name.label).second, name.key);
        QVERIFY2(!std::string(name.words).empty(), name.key);
        QVERIFY2(valueOf<Enum>(name.key) == name.value, name.key);
        QCOMPARE(std::string(keyOf(name.value)), std::string(name.key));
        QCOMPARE(std::string(labelOf(name.value)), std::string(name.label));
    }
    QVERIFY(!valueOf<Enum>("").has_value() && !valueOf<Enum>("no_such_name").has_value());
    const auto beyond = static_cast<Enum>(namesOf<Enum>.size());
    QVERIFY(findName(beyond) == nullptr);
    QCOMPARE(std::string(keyOf(beyond)), std::string("?"));
}

}  // namespace

class TestNames : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void tablesAreWhole() {
        checkTable<Activation>();
        checkTable<LikelihoodKind>();
        checkTable<VarianceKind>();
        checkTable<ScaleKind>();
        checkTable<DivergenceKernel>();
        checkTable<DivergenceKind>();
        checkTable<RateTerm>();
        checkTable<RateEstimate>();
        checkTable<CodeGradient>();
        checkTable<Binarisation>();
        checkTable<Schedule>();
        checkTable<Normalise>();
        checkTable<ScheduleValues>();
        checkTable<Precision>();
        checkTable<Engine>();
        checkTable<Device>();
    }

    void otherTypesHaveNoNames() {
        QVERIFY(namesOf<Colour>.empty());
        QVERIFY(!wellNamed(Colour::Green));
    }
};

QTEST_APPLESS_MAIN(TestNames)
#include "tst_names.moc"
