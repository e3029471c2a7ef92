// Figures of papers as a shell asks for them.
#include <signal.h>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/app/program.h"
#include "training/experiment/experiment_text.h"
#include "widgets/figure/figure_source.h"

using namespace elbo;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The table after the first line that begins with `header`, one map of columns per row.
std::vector<std::map<QByteArray, QByteArray>> tableAfter(const QByteArray& csv, const QByteArray& header) {
    std::vector<std::map<QByteArray, QByteArray>> rows;
    QList<QByteArray> names;
    for (const QByteArray& line : csv.split('\n')) {
        if (names.isEmpty()) {
            names = line.startsWith(header) ? line.split(',') : names;
            continue;
        }
        if (line.isEmpty()) {
            break;
        }
        const QList<QByteArray> cells = line.split(',');
        auto& row = rows.emplace_back();
        for (qsizetype i = 0; i < std::min(names.size(), cells.size()); ++i) {
            row[names[i]] = cells[i];
        }
    }
    return rows;
}

/// Whether the process has said that it wants to be told of SIGINT.
bool catchesInterruption(qint64 process) {
    for (const QByteArray& line : contents(QString("/proc/%1/status").arg(process)).split('\n')) {
        if (line.startsWith("SigCgt:")) {
            return ((line.mid(7).trimmed().toULongLong(nullptr, 16) >> (SIGINT - 1)) & 1U) != 0;
        }
    }
    return false;
}

const QStringList kSmall{"--set", "encoder=[16]", "--set", "decoder=[16]", "--set", "data.train_size=1000"};

}  // namespace

class TestStudyFigures : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString path(const QString& name) const { return folder_.filePath(name); }

  private Q_SLOTS:
    void theyAreListedWithTheirPapers() {
        const Outcome list = elboroom({"list", "figures", "--json"});
        QCOMPARE(list.code, 0);
        const auto entries = nlohmann::json::parse(list.out.toStdString());
        QCOMPARE(entries.size(), std::size_t{2});
        for (const auto& entry : entries) {
            QVERIFY(entry.at("name") == "family-fig1" || entry.at("name") == "rd-fig2");
            QVERIFY(entry.at("source").get<std::string>().find("2018") != std::string::npos);
        }
        QVERIFY(elboroom({"figure", "--help"}).out.contains("list figures"));
    }

    void rdFig2HasThePapersNumbers() {
        const Outcome outcome = elboroom({"figure", "rd-fig2", "--out", path("rd.csv")});
        QVERIFY2(outcome.code == 0, outcome.err);
        auto rows = tableAfter(contents(path("rd-models.csv")), "model,");
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[1]["model"], QByteArray("elbo"));
        QVERIFY(rows[1]["rate"].toDouble() < 0.01);
        QCOMPARE(rows[2]["model"], QByteArray("target-rate"));
        QVERIFY(std::abs(rows[2]["rate"].toDouble() - 0.5) < 0.02);
        for (auto& row : rows) {
            QVERIFY(row["kl_data_model"].toDouble() < 1e-3);
            QVERIFY(row["kl_data_model"].toDouble() >= 0.0);
        }
        QCOMPARE(tableAfter(contents(path("rd-shares.csv")), "model,").size(), std::size_t{3 * 30});
        QCOMPARE(tableAfter(contents(path("rd-probabilities.csv")), "model,").size(), std::size_t{3 * 3 * 30 * 30});
    }

    void rdFig2IsDrawnInEveryFormat() {
        for (const char* format : {"svg", "pdf", "png"}) {
            const QString file = path(QString("rd.") + format);
            const Outcome outcome = elboroom({"figure", "rd-fig2", "--steps", "30", "--out", file});
            QVERIFY2(outcome.code == 0, outcome.err);
            QVERIFY(contents(file).size() > 5000);
        }
        const QByteArray svg = contents(path("rd.svg"));
        for (const char* word : {"Target rate 0.5", "ELBO", "q(z|x)", "marginal m(z)", "Alemi"}) {
            QVERIFY2(svg.contains(word), word);
        }
    }

    void familyFig1CarriesItsExperiment() {
        const Outcome outcome =
            elboroom(QStringList{"figure", "family-fig1", "--steps", "4", "--out", path("family.csv")} + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        const QByteArray csv = contents(path("family.csv"));
        const auto rows = tableAfter(csv, "beta,");
        const auto source = experimentInFigure(path("family.csv"));
        QVERIFY(source.has_value());
        const Experiment experiment = parseExperiment(source->toStdString(), "figure");
        QCOMPARE(experiment.name, std::string("family-fig1"));
        QCOMPARE(experiment.run.steps, std::int64_t{4});
        // Members without a cap, and those below beta = 1 with one; steps 0 to 4.
        std::size_t curves = experiment.knobs.size();
        for (const Knobs& knobs : experiment.knobs) {
            curves += knobs.beta < 1.0 ? 1 : 0;
        }
        QCOMPARE(rows.size(), 5 * curves);
        QVERIFY(csv.contains("entropy_minus_distortion"));
        const Outcome drawn =
            elboroom(QStringList{"figure", "family-fig1", "--steps", "4", "--out", path("family.svg")} + kSmall);
        QVERIFY2(drawn.code == 0, drawn.err);
        QVERIFY(contents(path("family.svg")).contains("entropy of the data"));
    }

    // The experiment of that name is still to be had, one view of it for one.
    void withAViewItIsTheExperiment() {
        const Outcome outcome = elboroom(
            QStringList{"figure", "family-fig1", "--view", "curves", "--steps", "4", "--out", path("v.csv")} + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(!contents(path("v.csv")).contains("entropy_minus_distortion"));
    }

    void badInputIsThree() {
        const auto fails = [](const QStringList& arguments, const char* word) {
            const Outcome outcome = elboroom(arguments);
            QVERIFY2(outcome.code == 3, outcome.err);
            QVERIFY2(outcome.err.contains(word), outcome.err);
        };
        fails({"figure", "rd-fig2", "--out", path("rd.xyz")}, ".pdf");
        fails({"figure", "rd-fig2", "--out", path("absent/rd.svg")}, "does not exist");
        // A size at which rows would be lost is refused, with one at which none is.
        fails({"figure", "rd-fig2", "--steps", "3", "--out", path("rd.svg"), "--size", "180x60mm"},
              "least size that works is 180 x");
        fails({"figure", "family-fig1", "--out", path("f.svg"), "--set", "latent_dim=2"}, "latent_dim");
        fails({"figure", "family-fig1", "--out", path("f.svg"), "--set", "data.name=ring"}, "two-gaussians");
    }

    void interruptionIsHundredAndThirty() {
        QProcess process;
        process.start(
            ELBOROOM_BINARY,
            QStringList{"figure", "family-fig1", "--steps", "100000000", "--out", path("interrupted.svg")} + kSmall);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(catchesInterruption(process.processId()), 60000);
        QTest::qWait(500);
        QCOMPARE(process.state(), QProcess::Running);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(!QFile::exists(path("interrupted.svg")));
    }
};

QTEST_GUILESS_MAIN(TestStudyFigures)
#include "tst_study_figures.moc"
