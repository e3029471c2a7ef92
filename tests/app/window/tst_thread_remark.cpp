// More threads than cores: the window says what the command line says.
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

#include "app/process/thread_budget.h"
#include "app/window/main_window.h"
#include "tests/app/small_experiment.h"
#include "training/step/worker_thread.h"

using namespace elbo;

namespace {

constexpr int kPatience = 60000;  // ms
constexpr int kMostThreads = 1024;

}  // namespace

class TestThreadRemark : public QObject {
    Q_OBJECT

    QTemporaryDir state_;

  private Q_SLOTS:
    void initTestCase() {
        if (usableThreads(kMostThreads) == kMostThreads) {
            QSKIP("this machine has as many cores as an experiment may ask for");
        }
        qputenv("XDG_STATE_HOME", state_.path().toUtf8());
        QApplication::setStyle("Fusion");
    }

    void onlyWhatIsCutIsSaid() {
        QCOMPARE(threadRemark(1), std::string());
        QCOMPARE(threadRemark(usableThreads(kMostThreads)), std::string());
        const QString remark = QString::fromStdString(threadRemark(kMostThreads));
        QVERIFY2(remark.startsWith("1024 threads are asked for") &&
                     remark.endsWith(QString("it uses %1").arg(usableThreads(kMostThreads))),
                 qPrintable(remark));
    }

    void theWindowSaysItOnceForEveryNumber() {
        MainWindow window{Settings(false)};
        window.show();
        const QSignalSpy said(window.statusBar(), &QStatusBar::messageChanged);
        const auto remarks = [&] {
            return std::count(said.begin(), said.end(),
                              QList<QVariant>{QString::fromStdString(threadRemark(kMostThreads))});
        };
        const auto open = [&](int threads, const char* name) {
            Experiment experiment = smallExperiment();
            experiment.name = experiment.title = name;
            experiment.run.threads = threads;
            window.session().open(experiment);
            QTRY_COMPARE_WITH_TIMEOUT(window.windowTitle().section(' ', 0, 0), QString(name), kPatience);
        };
        open(1, "one");
        QCOMPARE(remarks(), 0);
        open(kMostThreads, "many");
        QCOMPARE(remarks(), 1);
        open(kMostThreads, "again");
        QCOMPARE(remarks(), 1);
        open(1, "few");
        open(kMostThreads, "more");
        QCOMPARE(remarks(), 2);
    }
};

QTEST_MAIN(TestThreadRemark)
#include "tst_thread_remark.moc"
