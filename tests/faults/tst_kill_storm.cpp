// SIGKILL at any moment: what is gone on with becomes the run that nobody disturbed. The moments come from
// ELBOROOM_SEED; ELBOROOM_KILLS says how many for train, and half as many for sweep.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <functional>
#include <random>

#include "tests/faults/disturbed_run.h"

using namespace elbo;

namespace {

constexpr int kKilled = -9;
constexpr int kPatience = 120000;    // ms
constexpr int kReportEvery = 200;    // steps
constexpr int kStepsBetween = 2000;  // of all models together, from one kill to the next

int kills() {
    const int wanted = qEnvironmentVariableIntValue("ELBOROOM_KILLS");
    return wanted > 0 ? wanted : 8;
}

/// A step of it takes long enough that a kill finds it at work.
QStringList storm(const QString& command, const QString& folder, int steps) {
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
        const QByteArray tail = file.readAll();
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

    QString path(const char* name) const { return place_.filePath(name); }
    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

    /// Kills the program when it is a few steps further, or now and then at any moment of its start; false when it
    /// ended before that.
    bool killAtWork(QProcess& process, const QString& folder) {
        QElapsedTimer clock;
        clock.start();
        const bool early = below(4) == 0;
        const int moment = below(1500);  // ms
        const qint64 goal = stepsIn(folder) + kReportEvery + below(kStepsBetween);
        while (process.state() != QProcess::NotRunning && clock.elapsed() < kPatience &&
               (early ? clock.elapsed() < moment : stepsIn(folder) < goal)) {
            process.waitForFinished(2);
        }
        QThread::usleep(static_cast<unsigned long>(below(20'000)));
        process.kill();
        process.waitForFinished(kPatience);
        return process.exitStatus() == QProcess::CrashExit;
    }

    /// Starts the program again and again, and kills it `count` times at work; the last time it ends by itself.
    Storm weather(int count, const QString& folder, const std::function<QStringList()>& arguments) {
        Storm storm;
        bool over = false;
        while (!over && storm.complaint.isEmpty()) {
            QProcess process;
            process.start(ELBOROOM_BINARY, arguments());
            ++storm.starts;
            if (storm.kills < count && killAtWork(process, folder)) {
                ++storm.kills;
                storm.complaint = process.exitCode() == -kKilled ? damageIn(folder) : "it crashed";
                continue;
            }
            process.waitForFinished(-1);
            const Outcome outcome = endOf(process);
            over = true;
            if (outcome.code != 0) {
                storm.complaint = QString("it ended with %1: %2").arg(outcome.code).arg(QString(outcome.err));
            }
        }
        if (const QStringList partial = partialFilesIn(folder); storm.complaint.isEmpty() && !partial.isEmpty()) {
            storm.complaint = partial.first() + " is never removed";
        }
        return storm;
    }

  private Q_SLOTS:
    void initTestCase() {
        const QByteArray given = qgetenv("ELBOROOM_SEED");
        const quint64 seed = given.isEmpty() ? std::random_device()() : given.toULongLong();
        qInfo("ELBOROOM_SEED=%llu", static_cast<unsigned long long>(seed));
        random_.seed(seed);
    }

    void aRunThatIsKilledIsTheSameInTheEnd() {
        const int count = kills();
        const int steps = (count + 2) * kStepsBetween;
        const Outcome calm = undisturbed(storm("train", path("run"), steps));
        QVERIFY2(calm.code == 0, calm.err);

        QElapsedTimer clock;
        clock.start();
        const QString folder = path("killed");
        const Storm result = weather(count, folder, [&] {
            return QFileInfo::exists(folder + "/checkpoint.safetensors") ? QStringList{"train", "--resume", folder}
                                                                         : storm("train", folder, steps);
        });
        QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));
        const QString difference = differenceOf(folder, path("run"));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        QVERIFY2(result.kills > count / 2, "it ended before it was killed");
        qInfo("train: %d kills, %d starts, resumed equal, %.0f s", result.kills, result.starts,
              1e-3 * static_cast<double>(clock.elapsed()));
    }

    void aSweepThatIsKilledIsTheSameInTheEnd() {
        const int count = std::max(1, kills() / 2);
        const int steps = (count + 2) * kStepsBetween / 2;
        const auto sweep = [&](const QString& folder) {
            // Two fleets, one after the other: a kill finds one that ended, one at work or none yet.
            return storm("sweep", folder, steps) + QStringList{"--over", "beta=1,2", "--fleet", "1", "--jobs", "1"};
        };
        const Outcome calm = undisturbed(sweep(path("sweep")));
        QVERIFY2(calm.code == 0, calm.err);

        QElapsedTimer clock;
        clock.start();
        const QString folder = path("killed-sweep");
        const Storm result = weather(count, folder, [&] { return sweep(folder); });
        QVERIFY2(result.complaint.isEmpty(), qPrintable(result.complaint));
        for (const QString& member : QDir(path("sweep")).entryList({"member-*"}, QDir::Dirs)) {
            const QString difference = differenceOf(folder + "/" + member, path("sweep/") + member);
            QVERIFY2(difference.isEmpty(), qPrintable(member + ": " + difference));
        }
        QVERIFY2(result.kills > count / 2, "it ended before it was killed");
        qInfo("sweep: %d kills, %d starts, resumed equal, %.0f s", result.kills, result.starts,
              1e-3 * static_cast<double>(clock.elapsed()));
    }
};

QTEST_GUILESS_MAIN(TestKillStorm)
#include "tst_kill_storm.moc"
