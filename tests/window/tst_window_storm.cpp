// kill -9 of the window while it trains: the next start brings back a model that is one autosave older at most.
// ELBOROOM_KILLS says how often, ELBOROOM_SEED which moments. The window runs in a process of its own: this program
// once more.
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

#include "app/runs/run_folder.h"
#include "app/window/main_window.h"
#include "tests/app/small_experiment.h"
#include "training/engine/trainer.h"

using namespace elbo;

namespace {

constexpr int kPatience = 60000;   // ms
constexpr double kAutosave = 0.5;  // s
constexpr int kSlack = 2000;       // ms more than an autosave, for a loaded machine
constexpr const char* kWindow = "--window";

/// The window with the session of the state folder. Plays, and prints with every frame the step that it was brought
/// back at and the step it has come to.
int runWindow() {
    MainWindow window{Settings(true)};
    window.resize(900, 600);
    qint64 restored = -1;
    QObject::connect(&window.session(), &Session::frameAvailable, &window, [&] {
        const qint64 step = window.session().latestFrame()->report.step;
        if (restored < 0) {
            restored = step;
            window.session().play();
        }
        std::printf("%lld %lld\n", static_cast<long long>(restored), static_cast<long long>(step));
        std::fflush(stdout);
    });
    window.restoreSession();
    window.show();
    return QApplication::exec();
}

/// A line of the window's output, and when it came.
struct Sight {
    qint64 at = 0;  ///< ms
    qint64 restored = 0;
    qint64 step = 0;
};

}  // namespace

class TestWindowStorm : public QObject {
    Q_OBJECT

    QTemporaryDir state_;
    QElapsedTimer clock_;

    /// Starts the window, lets it train for `duration` ms from its first frame on, and kills it.
    std::vector<Sight> startAndKill(int duration) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_STATE_HOME", state_.path());
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(), {kWindow});
        std::vector<Sight> sights;
        const qint64 start = clock_.elapsed();
        while (process.state() != QProcess::NotRunning && clock_.elapsed() - start < kPatience &&
               (sights.empty() || clock_.elapsed() - sights.front().at < duration)) {
            process.waitForReadyRead(50);
            while (process.canReadLine()) {
                const QList<QByteArray> numbers = process.readLine().trimmed().split(' ');
                sights.push_back({clock_.elapsed(), numbers.value(0).toLongLong(), numbers.value(1).toLongLong()});
            }
        }
        process.kill();
        process.waitForFinished(kPatience);
        return sights;
    }

  private Q_SLOTS:
    void initTestCase() {
        if (QGuiApplication::platformName() != "xcb") {
            QSKIP("needs an X server: run it under xvfb-run");
        }
    }

    void comesBackOneAutosaveOlderAtMost() {
        const int wanted = qEnvironmentVariableIntValue("ELBOROOM_KILLS");
        const int rounds = wanted > 0 ? wanted : 3;
        const QByteArray given = qgetenv("ELBOROOM_SEED");
        const quint64 seed = given.isEmpty() ? std::random_device()() : given.toULongLong();
        qInfo("ELBOROOM_SEED=%llu", static_cast<unsigned long long>(seed));
        std::mt19937_64 random(seed);

        Experiment experiment = smallExperiment();
        experiment.run.autosaveSeconds = kAutosave;
        Trainer trainer(experiment, loadDataset(experiment.data));
        trainer.step();
        RunFolder::write(state_.filePath("elboroom/session").toStdString(), trainer, {});
        clock_.start();

        std::vector<Sight> last;  // of the window that was killed
        qint64 end = 0;           // when it was
        double oldest = 0;
        for (int round = 0; round <= rounds; ++round) {
            const auto duration = std::uniform_int_distribution<int>(3000, 5000)(random);
            const std::vector<Sight> sights = startAndKill(duration);
            QVERIFY2(!sights.empty(), "the window showed no model");
            const qint64 restored = sights.front().restored;
            QVERIFY2(sights.back().step > restored, "it did not go on training");
            if (!last.empty()) {
                qint64 kept = last.front().at;
                for (const Sight& sight : last) {
                    kept = sight.step <= restored ? sight.at : kept;
                }
                const auto age = static_cast<double>(end - kept);
                QVERIFY2(age <= 1000 * kAutosave + kSlack,
                         qPrintable(QString("brought back at step %1, which was %2 ms old").arg(restored).arg(age)));
                oldest = std::max(oldest, age);
            }
            last = sights;
            end = clock_.elapsed();
        }
        qInfo("window: %d kills, each session came back, %.1f s old at most, %.0f s", rounds, 1e-3 * oldest,
              1e-3 * static_cast<double>(clock_.elapsed()));
    }
};

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");  // the test is then skipped, and says why
    }
    QApplication application(argc, argv);
    if (argc > 1 && std::strcmp(argv[1], kWindow) == 0) {
        QApplication::setStyle("Fusion");
        return runWindow();
    }
    TestWindowStorm test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_storm.moc"
