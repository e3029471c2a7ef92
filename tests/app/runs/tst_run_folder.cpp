// The folder of a run: whole lines of metrics whatever the disk does, one writer, and words about what is missing.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <string>
#include <vector>

#include "app/runs/folder_lock.h"
#include "app/runs/metrics_file.h"
#include "app/runs/patience.h"
#include "app/runs/run_folder.h"
#include "app/runs/step_checkpoints.h"
#include "tests/app/small_experiment.h"
#include "tests/training/message_of.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"
#include "training/sweep/sweep.h"

using namespace elbo;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void store(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

QByteArray lines(const std::vector<int>& steps) {
    QByteArray text;
    for (const int step : steps) {
        text += "{\"step\":" + QByteArray::number(step) + "}\n";
    }
    return text;
}

/// No file of this process may become longer while it lives: what a full disk looks like.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit now = before_;
        now.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    rlimit before_{};
};

Experiment small() {
    Experiment experiment = smallExperiment(100);
    experiment.run.reportEvery = 10;
    return experiment;
}

}  // namespace

class TestRunFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    QString metrics() const { return folder_->filePath("metrics.jsonl"); }
    std::string path() const { return folder_->path().toStdString(); }

  private Q_SLOTS:
    void initTestCase() {
        prepareWorkerThread(1, true);
        ::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails with an error
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aLineThatTheDiskTakesInPartIsCutAndWrittenLater() {
        MetricsFile file(metrics().toStdString());
        file.append("first");
        {
            const FullDisk full(10);
            for (const char* line : {"second", "third"}) {
                const QString message = messageOf([&] { file.append(line); });
                QVERIFY2(message.startsWith(metrics()) && message.contains("waits"), qPrintable(message));
                QCOMPARE(contents(metrics()), QByteArray("first\n"));
            }
            QVERIFY(!messageOf([&] { file.sync(); }).isEmpty());
        }
        file.append("fourth");
        QCOMPARE(contents(metrics()), QByteArray("first\nsecond\nthird\nfourth\n"));
    }

    void whatWaitsIsWrittenBeforeACheckpoint() {
        MetricsFile file(metrics().toStdString());
        {
            const FullDisk full(3);
            QVERIFY(!messageOf([&] { file.append("waits"); }).isEmpty());
        }
        file.sync();
        QCOMPARE(contents(metrics()), QByteArray("waits\n"));
    }

    void halfALineOfAnotherIsCutOff() {
        MetricsFile file(metrics().toStdString());
        file.append("first");
        QFile torn(metrics());
        QVERIFY(torn.open(QIODevice::Append));
        torn.write("{\"step\":1");
        torn.close();
        file.append("second");
        QCOMPARE(contents(metrics()), QByteArray("first\nsecond\n"));
    }

    void aRemovedFileIsMadeAnewAndSaid() {
        MetricsFile file(metrics().toStdString());
        file.append("first");
        QVERIFY(QFile::remove(metrics()));
        const QString message = messageOf([&] { file.append("second"); });
        QVERIFY2(message.contains("removed while training"), qPrintable(message));
        QCOMPARE(contents(metrics()), QByteArray("second\n"));
        file.append("third");  // once is enough
        QCOMPARE(contents(metrics()), QByteArray("second\nthird\n"));
    }

    void damagedLinesAreLeftOutAndLaterOnesKept_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("said");
        QTest::newRow("whole") << lines({10, 20, 30}) << lines({10, 20, 30}) << QString();
        QTest::newRow("torn in the middle") << lines({10}) + "{\"step\":20,\"epo{\"step\":25}\n" + lines({30})
                                            << lines({10, 30}) << "1 damaged line is left out";
        QTest::newRow("torn at the end") << lines({10, 20, 30}) + "{\"st" << lines({10, 20, 30}) << "1 damaged line";
        QTest::newRow("zeros of a power cut")
            << QByteArray(4096, '\0') + "\n" + lines({10, 20, 30}) << lines({10, 20, 30}) << "1 damaged line";
        QTest::newRow("other things") << lines({10}) + "[]\n{\"step\":\"x\"}\n{\"step\":-5}\n" + lines({20, 30})
                                      << lines({10, 20, 30}) << "3 damaged lines are left out";
        QTest::newRow("later than the checkpoint") << lines({10, 20, 30, 40, 50}) << lines({10, 20, 30}) << QString();
        QTest::newRow("lag behind the checkpoint")
            << lines({10}) << lines({10}) << "from step 10 to the checkpoint's step 35 are missing";
        QTest::newRow("gone") << QByteArray() << QByteArray() << "from step 0 to the checkpoint's step 35";
        QTest::newRow("reported less often before") << lines({5, 25}) << lines({5, 25}) << QString();
    }
    void damagedLinesAreLeftOutAndLaterOnesKept() {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        QFETCH(const QString, said);
        store(metrics(), before);
        const RunFolder folder = RunFolder::resume(path(), small(), 35);
        QCOMPARE(contents(metrics()), after);
        QCOMPARE(folder.remarks().size(), std::size_t(said.isEmpty() ? 0 : 1));
        if (!said.isEmpty()) {
            const QString remark = QString::fromStdString(folder.remarks().front());
            QVERIFY2(remark.startsWith(metrics()) && remark.contains(said), qPrintable(remark));
        }
        // What the window shows of such a folder.
        store(metrics(), before);
        const ReportHistory history = RunFolder::historyBeside(RunFolder::checkpointPath(path()), 35);
        QCOMPARE(history.size(), static_cast<std::size_t>(after.count('\n')));
    }

    void aFolderHasOneWriter() {
        const std::string run = folder_->filePath("run").toStdString();
        {
            const FolderLock first = FolderLock::ofRun(run);
            const QString message = messageOf([&] { FolderLock::ofRun(run + "/"); });
            QVERIFY2(message.contains(QString("process %1").arg(::getpid())), qPrintable(message));
        }
        const FolderLock again = FolderLock::ofRun(run);
        FolderLock moved = FolderLock::ofRun(folder_->filePath("other").toStdString());
        moved = FolderLock();
        const FolderLock other = FolderLock::ofRun(folder_->filePath("other").toStdString());
    }

    void aMemberAndItsSweepExcludeEachOther() {
        const SweepPlan plan = SweepPlan::make(small(), 1, 1);
        writeSweepPlan(path(), plan, "digest");
        const std::string member = folder_->filePath("member-00").toStdString();
        {
            const FolderLock sweep = FolderLock::ofSweep(path());
            QVERIFY(messageOf([&] { FolderLock::ofRun(member); }).contains("sweep that this run belongs to"));
        }
        const FolderLock run = FolderLock::ofRun(member);
        QVERIFY(messageOf([&] { FolderLock::ofSweep(path()); }).contains("working on this sweep"));
        const FolderLock second = FolderLock::ofRun(folder_->filePath("member-01").toStdString());
    }

    void whatKilledWritersLeftIsRemoved() {
        const pid_t child = ::fork();
        if (child == 0) {
            ::_exit(0);
        }
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        const QString left = folder_->filePath(QString("checkpoint.safetensors.partial-%1-0").arg(child));
        store(left, "x");
        RunFolder::create(path(), small(), true);
        QVERIFY(!QFile::exists(left));
    }

    void theLastFilesAreTriedAgainAndSaidOnce() {
        std::vector<std::string> said;
        int calls = 0;
        const auto say = [&](const std::string& message) { said.push_back(message); };
        const Patience patience{5, std::chrono::milliseconds(0)};
        QVERIFY(writePatiently(
            [&] {
                if (++calls < 4) {
                    throw InputError("the disk is full");
                }
            },
            say, patience));
        QCOMPARE(calls, 4);
        QCOMPARE(said.size(), std::size_t{1});
        calls = 0;
        said.clear();
        QVERIFY(!writePatiently(
            [&] {
                ++calls;
                throw InputError("the disk is full");
            },
            say, patience));
        QCOMPARE(calls, 5);
        QCOMPARE(said.size(), std::size_t{2});
        QVERIFY(said[0].starts_with("the disk is full") && said[1].starts_with("given up: "));
    }

    void theLastCheckpointsStayUnderTheirSteps() {
        Experiment experiment = small();
        experiment.run.keepCheckpoints = 2;
        Trainer trainer(experiment, loadDataset(experiment.data));
        const auto kept = [&](int steps, RunFolder& folder) {
            while (trainer.stepCount() < steps) {
                trainer.step();
            }
            folder.saveCheckpoint(trainer);
            return stepCheckpoints(path());
        };
        using Steps = std::vector<std::int64_t>;
        {
            RunFolder folder = RunFolder::create(path(), experiment, true);
            QCOMPARE(folder.checkpointStep(), std::optional<std::int64_t>());
            QCOMPARE(kept(5, folder), (Steps{5}));
            QCOMPARE(kept(5, folder), (Steps{5}));
            QCOMPARE(kept(9, folder), (Steps{5, 9}));
            QCOMPARE(kept(12, folder), (Steps{9, 12}));
            QCOMPARE(folder.checkpointStep(), std::optional<std::int64_t>(12));
        }
        QCOMPARE(contents(QString::fromStdString(stepCheckpointPath(path(), 12))),
                 contents(QString::fromStdString(RunFolder::checkpointPath(path()))));
        Trainer older(experiment, trainer.dataset());
        restoreCheckpoint(stepCheckpointPath(path(), 9), older);
        QCOMPARE(older.stepCount(), std::int64_t{9});
        store(metrics(), lines({4, 8, 12}));
        QCOMPARE(RunFolder::historyBeside(stepCheckpointPath(path(), 9), 9).size(), std::size_t{2});

        // Gone on with from the older one, its future is another.
        {
            RunFolder folder = RunFolder::resume(path(), experiment, 9);
            QCOMPARE(stepCheckpoints(path()), (Steps{9}));
            QVERIFY(QFile::exists(folder_->filePath("checkpoint-12.safetensors.later")));
            QCOMPARE(folder.remarks().size(), std::size_t{1});
            QVERIFY(folder.remarks().front().find("1 checkpoint of later steps is set aside") != std::string::npos);
            QCOMPARE(folder.checkpointStep(), std::optional<std::int64_t>(9));
        }
        // Another run in its place has none, and keeps none unless it is told to.
        RunFolder folder = RunFolder::create(path(), small(), true);
        QCOMPARE(stepCheckpoints(path()), Steps{});
        Trainer plain(small(), trainer.dataset());
        plain.step();
        folder.saveCheckpoint(plain);
        QCOMPARE(stepCheckpoints(path()), Steps{});
    }

    void aCheckpointIsSavedAlsoWhereMetricsAreNot() {
        const auto dataset = loadDataset(small().data);
        Trainer trainer(small(), dataset);
        RunFolder folder = RunFolder::create(path(), small(), true);
        trainer.step();
        // A folder in place of the metrics, which cannot be opened again.
        QVERIFY(QFile::remove(metrics()));
        QVERIFY(QDir().mkdir(metrics()));
        QVERIFY(!messageOf([&] { folder.append(runningReport(trainer.progress())); }).isEmpty());
        QVERIFY(!messageOf([&] { folder.saveCheckpoint(trainer); }).isEmpty());
        QVERIFY(QFile::exists(QString::fromStdString(RunFolder::checkpointPath(path()))));
    }
};

QTEST_GUILESS_MAIN(TestRunFolder)
#include "tst_run_folder.moc"
