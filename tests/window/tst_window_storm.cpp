// kill -9 of the window while it trains: the next start brings back the model as it was kept last, and it is kept again
// and again. ELBOROOM_KILLS says how often, ELBOROOM_SEED which moments. The window runs in a process of its own: this
// program once more.
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <cstdio>
#include <cstring>
#include <random>

#include "app/runs/run_folder.h"
#include "app/window/main_window.h"
#include "tests/app/small_experiment.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/files/safetensors.h"

using namespace elbo;

namespace {

constexpr int kPatience = 60000;   // ms
constexpr double kAutosave = 0.1;  // s
constexpr int kMostSaves = 3;      // of the session, from one kill to the next
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

/// What a window did until it was killed.
struct Life {
    qint64 restored = -1;  ///< step at which the session was brought back
    qint64 shown = -1;     ///< the last step that was seen
    QString complaint;
};

}  // namespace

class TestWindowStorm : public QObject {
    Q_OBJECT

    QTemporaryDir state_;

    QString folder() const { return state_.filePath("elboroom/session"); }

    /// The step of the session on the disk. Throws InputError where it is not whole.
    qint64 keptStep() const {
        const std::string path = RunFolder::checkpointPath(folder().toStdString());
        const SafetensorsFile file = decodeSafetensors(readInputFile(path, {"a checkpoint", 1U << 30}), path);
        for (const TensorBlob& blob : file.tensors) {
            if (blob.name == "steps" && blob.bytes.size() >= sizeof(qint64)) {
                qint64 step = 0;
                std::memcpy(&step, blob.bytes.data(), sizeof step);
                return step;
            }
        }
        throw InputError(path + ": it has no step");
    }

    /// Starts the window, lets it train until its session was kept `saves` times, and kills it up to `later` ms behind
    /// that.
    Life startAndKill(int saves, int later) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_STATE_HOME", state_.path());
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(), {kWindow});
        Life life;
        qint64 kept = keptStep();
        QElapsedTimer clock;
        clock.start();
        while (saves > 0 && life.complaint.isEmpty()) {
            process.waitForReadyRead(10);
            while (process.canReadLine()) {
                const QList<QByteArray> numbers = process.readLine().trimmed().split(' ');
                life.restored = numbers.value(0).toLongLong();
                life.shown = numbers.value(1).toLongLong();
            }
            const qint64 now = keptStep();
            if (now < kept) {
                life.complaint = QString("step %1 was kept in place of step %2").arg(now).arg(kept);
            } else if (process.state() == QProcess::NotRunning || clock.elapsed() > kPatience) {
                life.complaint = QString("it ended, or kept nothing more, at step %1").arg(life.shown);
            }
            saves -= now > kept && life.restored >= 0 ? 1 : 0;
            kept = now;
        }
        QThread::msleep(static_cast<unsigned long>(later));
        process.kill();
        process.waitForFinished(kPatience);
        return life;
    }

  private Q_SLOTS:
    void initTestCase() {
        if (QGuiApplication::platformName() != "xcb") {
            QSKIP("needs an X server: run it under xvfb-run");
        }
    }

    void comesBackAsItWasKeptLast() {
        const int wanted = qEnvironmentVariableIntValue("ELBOROOM_KILLS");
        const int rounds = wanted > 0 ? wanted : 3;
        const QByteArray given = qgetenv("ELBOROOM_SEED");
        const quint64 seed = given.isEmpty() ? std::random_device()() : given.toULongLong();
        qInfo("ELBOROOM_SEED=%llu", static_cast<unsigned long long>(seed));
        std::mt19937_64 random(seed);
        const auto below = [&](int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); };

        Experiment experiment = smallExperiment();
        experiment.run.autosaveSeconds = kAutosave;
        Trainer trainer(experiment, loadDataset(experiment.data));
        trainer.step();
        RunFolder::write(folder().toStdString(), trainer, {});
        QElapsedTimer clock;
        clock.start();
        for (int round = 0; round < rounds; ++round) {
            const qint64 kept = keptStep();
            const Life life = startAndKill(1 + below(kMostSaves), below(static_cast<int>(2000 * kAutosave)));
            QVERIFY2(life.complaint.isEmpty(), qPrintable(life.complaint));
            QCOMPARE(life.restored, kept);
            QVERIFY2(keptStep() > kept, "what it came to was not kept");
        }
        qInfo("window: %d kills, each session came back as it was kept last, %.0f s", rounds,
              1e-3 * static_cast<double>(clock.elapsed()));
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
