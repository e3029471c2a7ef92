// The reference pages: what `elboroom docs` writes is what lies in docs/reference, and names everything.
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "app/builtin/builtin_architectures.h"
#include "app/builtin/builtin_objectives.h"
#include "tests/app/program.h"
#include "training/data/data_readers.h"
#include "training/experiment/field_table.h"
#include "training/metrics/metric_table.h"

using namespace elbo;

class TestDocs : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void thePagesAreNotStale();
    void everythingIsNamed();
    void whatCannotBeWrittenIsSaid();

  private:
    QTemporaryDir folder_;
    QByteArray page(const QString& name) const;
};

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

QByteArray TestDocs::page(const QString& name) const {
    return contents(folder_.filePath("pages/" + name));
}

void TestDocs::initTestCase() {
    const Outcome outcome = elboroom({"docs", "--out", folder_.filePath("pages")});
    QVERIFY2(outcome.code == 0, outcome.err.constData());
}

void TestDocs::thePagesAreNotStale() {
    const QDir written(folder_.filePath("pages")), kept(QString(ELBOROOM_SOURCE_DIR) + "/docs/reference");
    QCOMPARE(kept.entryList(QDir::Files), written.entryList(QDir::Files));
    QVERIFY(written.entryList(QDir::Files).size() >= 7);
    for (const QString& name : written.entryList(QDir::Files)) {
        QVERIFY2(contents(kept.filePath(name)) == page(name),
                 qPrintable("docs/reference/" + name + " is stale: run elboroom docs --out docs/reference"));
    }
}

void TestDocs::everythingIsNamed() {
    for (const ExperimentField& field : experimentFields()) {
        QVERIFY2(page("experiment.md").contains(("| `" + field.leaf() + "` |").c_str()), field.key.c_str());
        QVERIFY2(!field.tip.empty() && field.tip.back() == '.', field.key.c_str());
    }
    for (const MetricRow& metric : metricRows()) {
        QVERIFY2(page("metrics.md").contains(("`" + metric.name).c_str()), metric.name.c_str());
    }
    for (const ObjectivePreset& preset : builtinObjectives()) {
        QVERIFY2(page("objectives.md").contains(("`" + preset.name + "`").c_str()), preset.name.c_str());
    }
    for (const ArchitecturePreset& preset : builtinArchitectures()) {
        QVERIFY2(page("models.md").contains(("`" + preset.name + "`").c_str()), preset.name.c_str());
    }
    for (const DataReader& reader : dataReaders()) {
        QVERIFY2(page("data.md").contains(("`" + reader.name + "`").c_str()), reader.name.c_str());
    }
    for (const char* command :
         {"train", "sweep", "measure", "figure", "list", "download", "bench", "explain", "docs"}) {
        QVERIFY2(page("commands.md").contains(QByteArray("## elboroom ") + command), command);
    }
}

void TestDocs::whatCannotBeWrittenIsSaid() {
    const Outcome outcome = elboroom({"docs", "--out", "/dev/null/pages"});
    QCOMPARE(outcome.code, 3);
    QVERIFY2(outcome.err.contains("/dev/null/pages"), outcome.err.constData());
}

QTEST_GUILESS_MAIN(TestDocs)
#include "tst_docs.moc"
