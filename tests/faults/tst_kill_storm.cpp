// SIGKILL at any moment: what is gone on with becomes the run that nobody disturbed. The program is killed when its
// metrics have grown, so that a fast machine gets as many kills as a slow one. The moments come from ELBOROOM_SEED;
// ELBOROOM_KILLS says how many for train, and half as many for sweep.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <random>

#include "tests/faults/disturbed_run.h"

using namespace elbo;

namespace {

constexpr int kKilled = -9;
constexpr int kPatience = 120000;           // ms
constexpr qint64 kReportEvery = 200;        // steps
constexpr int kMostLines = 8;               // of the metrics, from one kill to the next
constexpr int kLongestStart = 1500;         // ms
constexpr qint64 kEndless = 1'000'000'000;  // steps
constexpr qint64 kSweepSteps = 20 * kReportEvery;

int kills() {
    const int wanted = qEnvironmentVariableIntValue("ELBOROOM_KILLS");
    return wanted > 0 ? wanted : 4;
}

/// A checkpoint is due every few lines of the metrics.
QStringList storm(const QString& command, const QString& folder, qint64 steps) {
    QStringList arguments{
        command, "ring", "--steps", QString::number(steps), "--set", QString("report_every=%1").arg(kReportEvery),
        "--out", folder};
    for (const char* setting : {"data.train_size=1000", "data.test_size=100", "encoder=[64]", "decoder=[64]",
                                "run.threads=1", "run.autosave_seconds=0.02"}) {
        arguments += QStringList{"--set", setting};
    }
    return arguments;
}

/// The steps of all models under `folder`, by the last whole line of their metrics.
qint64 stepsIn(const QString& folder) {
    qint64 steps = 0;
    QDirIterator entry(folder, {"metrics.jsonl"}, QDir::Files, QDirIterator::Subdirectories);
    while (entry.hasNext()) {
        QFile file(entry.next());
        if (!file.open(QIODevice::ReadOnly) || !file.seek(std::max<qint64>(0, file.size() - 8192))) {
            continue;
        }
        QByteArray tail = file.readAll();
        tail.truncate(tail.lastIndexOf('\n') + 1);
        const qsizetype from = tail.lastIndexOf("{\"step\":");
        if (from >= 0) {
            const QByteArray number = tail.mid(from + 8, 20);
            steps += number.left(number.indexOf(',')).toLongLong();
        }
    }
    return steps;
}

/// However long it takes.
Outcome undisturbed(const QStringList& arguments) {
    QProcess process;
    process.start(ELBOROOM_BINARY, arguments);
    process.waitForFinished(-1);
    return endOf(process);
}

/// What a storm did.
struct Storm {
    int kills = 0;  ///< that found the program alive
    int starts = 0;
    QString complaint;
};

}  // namespace

class TestKillStorm : public QObject {
    Q_OBJECT

    QTemporaryDir place_;
    std::mt19937_64 random_;

    QString path(const QString& name) const { return place_.filePath(name); }
    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

    /// Waits until the program has come further than ever by a few lines, or now and then for any moment of its start.
    /// Nothing, or what is wrong.
    QString waitForTheMoment(QProcess& process, const QString& folder) {
        QElapsedTimer clock;
        clock.start();
        const bool early = below(4) == 0;
        const int moment = below(kLongestStart);
        const qint64 goal = stepsIn(folder) + kReportEvery * (1 + below(kMostLines));
        while (process.state() != QProcess::NotRunning && (early ? clock.elapsed() < moment : stepsIn(folder) < goal)) {
            if (clock.elapsed() > kPatience) {
                return "it wrote nothing more";
            }
            process.waitForFinished(2);
        }
        // Not always just behind a line.
        QThread::usleep(static_cast<unsigned long>(below(20'000)));
        return {};
    }

    /// Starts the program and kills it at work. False when it had ended before that.
    bool strike(Storm& storm, const QString& folder, const QStringList& arguments) {
        QProcess process;
        process.start(ELBOROOM_BINARY, arguments);
        ++storm.starts;
        storm.complaint = waitForTheMoment(process, folder);
        process.kill();
        process.waitForFinished(kPatience);
        const Outcome outcome = endOf(process);
        const bool killed = outcome.code == kKilled;
        if (storm.complaint.isEmpty() && !killed && outcome.code != 0) {
            storm.complaint = QString("it ended with %1: %2").arg(outcome.code).arg(QString(outcome.err));
        }
        if (storm.complaint.isEmpty()) {
            storm.complaint = damageIn(folder);
        }
        storm.kills += killed ? 1 : 0;
        return killed;
    }

    /// Lets the program end what was left.
    void calm(Storm& storm, const QString& folder, const QStringList& arguments) {
        const Outcome outcome = undisturbed(arguments);
        ++storm.starts;
        const QStringList partial = partialFilesIn(folder);
        if (outcome.code != 0) {
            storm.complaint = QString("it ended with %1: %2").arg(outcome.code).arg(QString(outcome.err));
        } else if (!partial.isEmpty()) {
            storm.complaint = partial.first() + " is never removed";
        }
    }

  private Q_SLOTS:
    void initTestCase() {
        const QByteArray given = qgetenv("ELBOROOM_SEED");
        const quint64 seed = given.isEmpty() ? std::random_device()() : given.toULongLong();
        qInfo("ELBOROOM_SEED=%llu", static_cast<unsigned long long>(seed));
        random_.seed(seed);
    }

    /// The run has no end of its own while it is killed; where it has come to then is its last step.
    void aRunThatIsKilledIsTheSameInTheEnd() {
        QElapsedTimer clock;
        clock.start();
        const QString folder = path("killed");
        const auto goOn = [&](qint64 steps) {
            return QFileInfo::exists(folder + "/checkpoint.safetensors")
                       ? QStringList{"train", "--resume", folder, "--steps", QString::number(steps)}
                       : storm("train", folder, steps);
        };
        Storm result;
        while (result.kills < kills()) {
            const bool killed = strike(result, folder, goOn(kEndless));
            QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));
            QVERIFY2(killed, "an endless run ended by itself");
        }
        // A checkpoint is less than a line ahead of the metrics.
        const qint64 steps = stepsIn(folder) + kReportEvery;
        calm(result, folder, goOn(steps));
        QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));

        const Outcome whole = undisturbed(storm("train", path("run"), steps));
        QVERIFY2(whole.code == 0, whole.err);
        const QString difference = differenceOf(folder, path("run"));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        qInfo("train: %d kills, %d starts, %lld steps, resumed equal, %.0f s", result.kills, result.starts,
              static_cast<long long>(steps), 1e-3 * static_cast<double>(clock.elapsed()));
    }

    /// A sweep has its end in its plan: where it comes too early for all kills, there is another sweep.
    void aSweepThatIsKilledIsTheSameInTheEnd() {
        QElapsedTimer clock;
        clock.start();
        const int count = std::max(1, kills() / 2);
        const auto sweep = [&](const QString& folder) {
            // Two fleets, one after the other: a kill finds one that ended, one at work or none yet.
            return storm("sweep", folder, kSweepSteps) +
                   QStringList{"--over", "beta=1,2", "--fleet", "1", "--jobs", "1"};
        };
        const Outcome whole = undisturbed(sweep(path("sweep")));
        QVERIFY2(whole.code == 0, whole.err);

        Storm result;
        int sweeps = 0;
        while (result.kills < count) {
            QVERIFY2(sweeps <= 2 * count, "sweeps end before they are killed");
            const QString folder = path(QString("killed-sweep-%1").arg(sweeps++));
            bool killed = true;
            while (killed && result.kills < count) {
                killed = strike(result, folder, sweep(folder));
                QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));
            }
            if (killed) {
                calm(result, folder, sweep(folder));
            }
            QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));
            for (const QString& member : QDir(path("sweep")).entryList({"member-*"}, QDir::Dirs)) {
                const QString difference = differenceOf(folder + "/" + member, path("sweep/") + member);
                QVERIFY2(difference.isEmpty(), qPrintable(member + ": " + difference));
            }
        }
        qInfo("sweep: %d kills, %d starts, %d sweeps, resumed equal, %.0f s", result.kills, result.starts, sweeps,
              1e-3 * static_cast<double>(clock.elapsed()));
    }
};

QTEST_GUILESS_MAIN(TestKillStorm)
#include "tst_kill_storm.moc"
