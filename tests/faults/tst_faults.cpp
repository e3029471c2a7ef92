// The nth call to the system fails, for every kind of call that a run depends on: the program says so, ends as
// documented, leaves every file whole, and goes on afterwards to the same result.
//
// ELBOROOM_POINTS takes that many points of each kind in place of the few that a suite has time for.
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "tests/faults/disturbed_run.h"

using namespace elbo;

namespace {

constexpr int kKilled = -9;

#ifdef ELBOROOM_FAULT_SHIM
constexpr const char* kShim = ELBOROOM_FAULT_SHIM;
#else
constexpr const char* kShim = "";  // a sanitizer wants to be the first library itself
#endif

/// The program, in which a call fails that touches a file in `folder`.
Outcome under(const QString& fault, const QString& folder, const QStringList& arguments) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("LD_PRELOAD", kShim);
    environment.insert("ELBOROOM_FAULT", fault);
    environment.insert("ELBOROOM_FAULT_PREFIX", folder + "/");
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(ELBOROOM_BINARY, arguments);
    return endOf(process);
}

using Counts = std::map<QString, int>;

/// How often a command calls what, from what the library says at its end.
Counts countsIn(const QByteArray& err) {
    Counts counts;
    const QStringList words = QString::fromUtf8(err.mid(err.indexOf("fault_shim:"))).split(' ', Qt::SkipEmptyParts);
    for (qsizetype i = 1; i + 1 < words.size(); i += 2) {
        counts[words[i]] = words[i + 1].trimmed().toInt();
    }
    return counts;
}

/// `most` numbers from 1 to `count`: half of them evenly spread, half at the end, where a run keeps its results and
/// nothing comes after that would write them once more.
std::vector<int> spread(int count, int most) {
    const int wanted = qEnvironmentVariableIntValue("ELBOROOM_POINTS");
    most = std::min(wanted > 0 ? wanted : most, count);
    const int last = most / 2;
    std::set<int> points;
    for (int i = 0; i < most - last; ++i) {
        points.insert(1 + i * (count - last) / (most - last));
    }
    for (int i = 0; i < last; ++i) {
        points.insert(count - i);
    }
    return {points.begin(), points.end()};
}

/// The faults "KIND:N:HOW" of one kind and manner.
QStringList faults(const Counts& counts, const QString& kind, const QString& how, int most) {
    QStringList names;
    for (const int point : spread(counts.at(kind), most)) {
        names += QString("%1:%2:%3").arg(kind).arg(point).arg(how);
    }
    return names;
}

/// What is wrong with how a command ended under a fault; empty when nothing is.
QString complaintAbout(const Outcome& outcome, const QString& fault, const QString& folder) {
    if (fault.endsWith(":kill")) {
        return outcome.code == kKilled ? QString() : QString("it ended with %1 by itself").arg(outcome.code);
    }
    if (outcome.code != 0 && outcome.code != 3) {
        return QString("it ended with %1: %2").arg(outcome.code).arg(QString::fromUtf8(outcome.err.right(500)));
    }
    const bool memory = fault.startsWith("malloc") || fault.startsWith("mmap");
    if (outcome.code == 3 && !outcome.err.contains(memory ? "memory" : folder.toUtf8().constData())) {
        return "the message names no file: " + QString::fromUtf8(outcome.err);
    }
    for (const QByteArray& line : outcome.err.split('\n')) {
        if (!line.isEmpty() && !line.startsWith("elboroom: ")) {
            return "this is no message for people: " + QString::fromUtf8(line);
        }
    }
    const QStringList partial = partialFilesIn(folder);
    return partial.isEmpty() ? damageIn(folder) : partial.first() + " is left behind";
}

/// One fault in a folder of its own; returns what is wrong, or nothing.
using Trial = std::function<QString(const QString& fault, const QString& folder)>;

/// All complaints, each under the name of its fault. As many programs run at once as there are cores.
QString complaints(const QStringList& names, const Trial& trial) {
    QTemporaryDir place;
    const QString root = QFileInfo(place.path()).canonicalFilePath();
    std::vector<QString> found(static_cast<std::size_t>(names.size()));
    std::atomic<std::size_t> next{0};
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < std::clamp(QThread::idealThreadCount(), 1, 8); ++i) {
            workers.emplace_back([&] {
                for (std::size_t at = next++; at < found.size(); at = next++) {
                    const QString& fault = names[static_cast<qsizetype>(at)];
                    found[at] = trial(fault, QString("%1/trial-%2").arg(root).arg(at));
                }
            });
        }
    }
    QString text;
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (!found[at].isEmpty()) {
            text += names[static_cast<qsizetype>(at)] + ": " + found[at] + '\n';
        }
    }
    qInfo("%d faults", static_cast<int>(names.size()));
    return text;
}

void copyFolder(const QString& from, const QString& to) {
    QDir().mkpath(to);
    for (const QString& name : QDir(from).entryList(QDir::Files)) {
        QFile::copy(from + "/" + name, to + "/" + name);
    }
}

QStringList trainInto(const QString& folder) {
    return QStringList{"train", "ring", "--steps", "60", "--out", folder} + kSmallRing;
}

QStringList resumeIn(const QString& folder) {
    return {"train", "--resume", folder, "--steps", "60"};
}

QStringList sweepInto(const QString& folder) {
    return QStringList{"sweep", "ring", "--steps", "60", "--over", "beta=1,2", "--jobs", "1", "--out", folder} +
           kSmallRing;
}

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> place_;
    Counts training_, resuming_, sweeping_;

    QString path(const char* name) const { return QFileInfo(place_->path()).canonicalFilePath() + "/" + name; }

    /// The run is what it would have been; a checkpoint is gone on with, and where there is none it begins anew.
    QString afterwards(const QString& folder) const {
        const bool begun = QFileInfo::exists(folder + "/checkpoint.safetensors");
        const Outcome again = elboroom(begun ? resumeIn(folder) : trainInto(folder));
        if (again.code != 0) {
            return QString("it does not go on: %1: %2").arg(again.code).arg(QString::fromUtf8(again.err));
        }
        const QStringList partial = partialFilesIn(folder);
        return partial.isEmpty() ? differenceOf(folder, path("run")) : partial.first() + " is never removed";
    }

    QString whatBecomesOfTheRun(const Outcome& outcome, const QString& fault, const QString& folder) const {
        const QString complaint = complaintAbout(outcome, fault, folder);
        if (!complaint.isEmpty()) {
            return complaint;
        }
        return outcome.code == 0 ? differenceOf(folder, path("run")) : afterwards(folder);
    }

    QString train(const QString& fault, const QString& folder) const {
        return whatBecomesOfTheRun(under(fault, folder, trainInto(folder)), fault, folder);
    }

    QString resume(const QString& fault, const QString& folder) const {
        copyFolder(path("half"), folder);
        const Outcome outcome = under(fault, folder, resumeIn(folder));
        if (!QFileInfo::exists(folder + "/checkpoint.safetensors")) {
            return "the older checkpoint is gone";
        }
        return whatBecomesOfTheRun(outcome, fault, folder);
    }

    QString sweep(const QString& fault, const QString& folder) const {
        const Outcome outcome = under(fault, folder, sweepInto(folder));
        QString complaint = complaintAbout(outcome, fault, folder);
        if (complaint.isEmpty() && outcome.code != 0) {
            const Outcome again = elboroom(sweepInto(folder));
            if (again.code != 0) {
                return QString("it does not go on: %1: %2").arg(again.code).arg(QString::fromUtf8(again.err));
            }
        }
        for (const char* member : {"/member-00_beta-1", "/member-01_beta-2"}) {
            complaint += complaint.isEmpty() ? differenceOf(folder + member, path("sweep") + member) : QString();
        }
        const QStringList partial = partialFilesIn(folder);
        if (complaint.isEmpty() && (!partial.isEmpty() || !QFileInfo::exists(folder + "/sweep.csv"))) {
            return partial.isEmpty() ? "there is no table" : partial.first() + " is never removed";
        }
        return complaint.isEmpty() ? damageIn(folder) : complaint;
    }

    /// Over an older file; `suffix` says the format.
    QString exportFigure(const QString& fault, const QString& folder, const QString& suffix) const {
        const QString figure = folder + "/figure." + suffix;
        QDir().mkpath(folder);
        QFile older(figure);
        if (!older.open(QIODevice::WriteOnly) || older.write("older\n") != 6) {
            return "the older file cannot be written";
        }
        older.close();
        const Outcome outcome = under(fault, folder, figureInto(figure));
        const QByteArray bytes = contents(figure), whole = contents(path("figures/figure.") + suffix);
        if (bytes != "older\n" && bytes != whole) {
            return QString("the file is neither the older nor the new one, but %1 bytes").arg(bytes.size());
        }
        if (outcome.code == 0 && bytes != whole) {
            return "it ended well without a figure";
        }
        if (QDir(folder).entryList(QDir::Files | QDir::Hidden).size() > 1 && outcome.code != kKilled) {
            return "other files are left: " + QDir(folder).entryList(QDir::Files | QDir::Hidden).join(' ');
        }
        return complaintAbout(outcome, fault, folder);
    }

    QStringList figureInto(const QString& file) const {
        return {"figure", path("run/checkpoint.safetensors"), "--view", "curves", "--out", file};
    }

    static void check(const QStringList& names, const Trial& trial) {
        const QString found = complaints(names, trial);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

  private Q_SLOTS:
    void initTestCase() {
        if (*kShim == '\0') {
            QSKIP("not in a build with a sanitizer, which takes over the same calls");
        }
        place_ = std::make_unique<QTemporaryDir>();
        const auto counted = [&](const QString& folder, const QStringList& arguments) {
            const Outcome outcome = under("count", folder, arguments);
            return outcome.code == 0 ? countsIn(outcome.err) : Counts();
        };
        training_ = counted(path("run"), trainInto(path("run")));
        QVERIFY(training_.contains("rename"));
        const QString middle = QString("rename:%1:kill").arg(training_.at("rename") / 2);
        QCOMPARE(under(middle, path("half"), trainInto(path("half"))).code, kKilled);
        copyFolder(path("half"), path("counted"));
        resuming_ = counted(path("counted"), resumeIn(path("counted")));
        sweeping_ = counted(path("sweep"), sweepInto(path("sweep")));
        for (const Counts& counts : {training_, resuming_, sweeping_}) {
            for (const char* kind : {"write", "fsync", "rename", "open", "close", "malloc", "disk"}) {
                QVERIFY2(counts.contains(kind) && counts.at(kind) > 5, kind);
            }
        }
        QCOMPARE(differenceOf(path("counted"), path("run")), QString());
    }

    void trainingOutlivesACallThatFailsOnce() {
        QStringList names = faults(training_, "write", "once", 6);
        for (const char* kind : {"fsync", "rename", "open", "close"}) {
            names += faults(training_, kind, "once", 2);
        }
        check(names, std::bind_front(&TestFaults::train, this));
    }

    void trainingOnADiskThatDiesGoesOnLater() {
        const QStringList names = faults(training_, "write", "forever", 2) + faults(training_, "disk", "forever", 3) +
                                  faults(training_, "write", "half", 2);
        check(names, std::bind_front(&TestFaults::train, this));
    }

    void trainingKilledAtACallGoesOn() {
        check(faults(training_, "disk", "kill", 4), std::bind_front(&TestFaults::train, this));
    }

    void aResumedRunKeepsItsOlderCheckpoint() {
        const QStringList names = faults(resuming_, "disk", "once", 4) + faults(resuming_, "disk", "forever", 2) +
                                  faults(resuming_, "disk", "kill", 3);
        check(names, std::bind_front(&TestFaults::resume, this));
    }

    void aSweepGoesOnAfterEveryFault() {
        // The second call writes the plan, without which the folder is none of a sweep yet.
        const QStringList names = faults(sweeping_, "write", "once", 6) + faults(sweeping_, "disk", "once", 2) +
                                  faults(sweeping_, "disk", "forever", 2) + faults(sweeping_, "disk", "kill", 2) +
                                  QStringList{"disk:2:kill"};
        check(names, std::bind_front(&TestFaults::sweep, this));
    }

    void aFigureIsTheOlderOneOrTheNewOne() {
        for (const QString suffix : {"png", "csv"}) {
            const QString file = path("figures/figure.") + suffix;
            QVERIFY(QDir().mkpath(path("figures")));
            QFile older(file);
            QVERIFY(older.open(QIODevice::WriteOnly));  // a new file takes other calls than one that is replaced
            older.close();
            const Outcome outcome = under("count", path("figures"), figureInto(file));
            QVERIFY2(outcome.code == 0, outcome.err);
            const Counts counts = countsIn(outcome.err);
            QVERIFY(counts.at("disk") > 3 && QFileInfo(file).size() > 100);
            const QStringList names = faults(counts, "disk", "once", 4) + faults(counts, "disk", "forever", 2) +
                                      faults(counts, "disk", "kill", 2);
            check(names, [&](auto& fault, auto& folder) { return exportFigure(fault, folder, suffix); });
        }
    }

    void refusedMemoryEndsARunWithoutHarm() {
        const QStringList names = faults(training_, "malloc", "once", 4) + faults(training_, "mmap", "once", 1) +
                                  QStringList{"malloc:100:forever"};
        check(names, std::bind_front(&TestFaults::train, this));
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
