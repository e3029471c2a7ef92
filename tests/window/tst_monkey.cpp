// Clicks, drags, wheel, keys and menus at random in the real window, 400 of them or for as long as
// ELBOROOM_MONKEY_SECONDS says: it does not crash, it answers, and memory, threads and descriptors stay bounded.
// ELBOROOM_SEED repeats a run; with
// ELBOROOM_MONKEY_LOG=FILE every event stands in the file before it happens.
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QPointer>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>
#include <QtTest>
#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"

using namespace elbo;

namespace {

constexpr int kAnswerInterval = 20;        // ms, of the timer that must come
constexpr int kLongestDialog = 1500;       // ms that a dialog or a menu stays open
constexpr int kPatience = 60000;           // ms
constexpr long kMostGrowth = 1536L << 10;  // KiB after the warm-up: a GiB of replaced runs, and larger experiments
constexpr int kMoreThreads = 12;           // than after the warm-up: another fleet or another engine takes its own
constexpr int kMoreFiles = 24;

/// A number of this process from /proc/self/status: "VmRSS", in KiB, or "Threads".
long status(const QByteArray& name) {
    QFile file("/proc/self/status");
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith(name + ":")) {
                return line.mid(name.size() + 1).simplified().split(' ').first().toLong();
            }
        }
    }
    return 0;
}

struct Usage {
    long memory = status("VmRSS");
    long threads = status("Threads");
    long files = static_cast<long>(QDir("/proc/self/fd").entryList(QDir::Files | QDir::System).size());
};

/// How far a run is, from 0 to 1.
double progress(int events, qint64 milliseconds) {
    constexpr int kEvents = 400;
    const int seconds = qEnvironmentVariableIntValue("ELBOROOM_MONKEY_SECONDS");
    return seconds > 0 ? 1e-3 * static_cast<double>(milliseconds) / seconds : static_cast<double>(events) / kEvents;
}

/// A timer that should come every 20 ms: by how much it is late is how long a person waits for an answer.
class Answers : public QObject {
  public:
    Answers() {
        timer_.setTimerType(Qt::PreciseTimer);
        connect(&timer_, &QTimer::timeout, this,
                [this] { late_.push_back(std::max(0, static_cast<int>(clock_.restart()) - kAnswerInterval)); });
        clock_.start();
        timer_.start(kAnswerInterval);
    }
    /// ms that a share of all answers did not exceed.
    int quantile(double share) {
        std::sort(late_.begin(), late_.end());
        return late_.empty() ? 0 : late_[static_cast<std::size_t>(share * static_cast<double>(late_.size() - 1))];
    }

  private:
    QTimer timer_;
    QElapsedTimer clock_;
    std::vector<int> late_;
};

/// Presses what is there. Every event is sent to the window that a person could reach: a menu, a dialog, or the lab.
class Monkey : public QObject {
  public:
    Monkey(MainWindow& window, quint64 seed)
        : window_(window), random_(seed), log_(qEnvironmentVariable("ELBOROOM_MONKEY_LOG")) {
        // What would end the lab, or write where the monkey likes.
        Actions& actions = window.actions();
        for (QAction* action : {actions.quit, actions.open, actions.openFolder, actions.saveExperiment,
                                actions.saveCheckpoint, actions.exportFigure}) {
            action->setEnabled(false);
            forbidden_.append(action);
        }
        if (!log_.fileName().isEmpty() && !log_.open(QIODevice::WriteOnly)) {
            qWarning("%s cannot be written", qPrintable(log_.fileName()));
        }
        connect(&closer_, &QTimer::timeout, this, [this] { closeWhatIsOpen(); });
        closer_.start(200);
        next();
    }

    void stop() { stopping_ = true; }
    int events() const { return events_; }

  private:
    int below(int bound) { return bound < 1 ? 0 : std::uniform_int_distribution<int>(0, bound - 1)(random_); }

    /// By a timer of its own each time, so that it goes on while an event waits in the loop of a dialog it has opened.
    void next() {
        if (!stopping_) {
            QTimer::singleShot(5 + below(40), this, [this] {
                next();
                act();
            });
        }
    }

    QWidget* reachable() const {
        if (QWidget* popup = QApplication::activePopupWidget()) {
            return popup;
        }
        if (QWidget* dialog = QApplication::activeModalWidget()) {
            return dialog;
        }
        QWidget* active = QApplication::activeWindow();
        return active != nullptr ? active : &window_;
    }

    /// Escape to what stays open, and at once to a dialog that would choose a file.
    void closeWhatIsOpen() {
        QWidget* open = reachable();
        if (open == &window_) {
            open_ = nullptr;
            return;
        }
        if (open != open_) {
            open_ = open;
            since_.start();
        }
        if (stopping_ || since_.elapsed() > kLongestDialog || qobject_cast<QFileDialog*>(open) != nullptr) {
            QTest::keyClick(open, Qt::Key_Escape);
            if (open->isVisible() && since_.elapsed() > 2 * kLongestDialog) {
                open->close();
            }
        }
    }

    void note(const QString& what) {
        ++events_;
        if (log_.isOpen()) {
            log_.write(QString("%1 %2\n").arg(events_).arg(what).toUtf8());
            log_.flush();
        }
    }

    void act() {
        QWidget* target = reachable();
        QWindow* window = target->windowHandle();
        if (window == nullptr || !target->isVisible() || qobject_cast<QFileDialog*>(target) != nullptr) {
            return;
        }
        const QPoint place(below(target->width()), below(target->height()));
        const QString where = QString("%1 %2,%3").arg(target->metaObject()->className()).arg(place.x()).arg(place.y());
        switch (below(10)) {
            case 0:
            case 1:
            case 2:
                note("click " + where);
                QTest::mouseClick(window, Qt::LeftButton, below(8) == 0 ? Qt::ShiftModifier : Qt::NoModifier, place);
                return;
            case 3:
                note("right click " + where);
                QTest::mouseClick(window, Qt::RightButton, {}, place);
                return;
            case 4:
                note("double click " + where);
                QTest::mouseDClick(window, Qt::LeftButton, {}, place);
                return;
            case 5:
                return drag(window, place, where);
            case 6:
                return wheel(window, place, where);
            case 7:
            case 8:
                return key(target);
            default:
                return below(3) == 0 ? menu() : resize();
        }
    }

    void drag(QWindow* window, QPoint from, const QString& where) {
        const QPoint to(std::clamp(from.x() + below(400) - 200, 0, window->width() - 1),
                        std::clamp(from.y() + below(300) - 150, 0, window->height() - 1));
        const QPoint by = to - from;
        note(QString("drag %1 by %2,%3").arg(where).arg(by.x()).arg(by.y()));
        const QPointer<QWindow> alive = window;
        QTest::mousePress(window, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 4 && alive != nullptr; ++step) {
            QTest::mouseMove(window, from + by * step / 4);
        }
        if (alive != nullptr) {
            QTest::mouseRelease(window, Qt::LeftButton, {}, from + by);
        }
    }

    void wheel(QWindow* window, QPoint place, const QString& where) {
        const int turn = below(2) == 0 ? 120 : -120;
        note(QString("wheel %1 %2").arg(where).arg(turn));
        QWheelEvent event(place, window->mapToGlobal(place), {}, QPoint(0, turn), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(window, &event);
    }

    void key(QWidget* target) {
        static const std::vector<Qt::Key> kKeys{Qt::Key_Space,
                                                Qt::Key_S,
                                                Qt::Key_R,
                                                Qt::Key_F,
                                                Qt::Key_C,
                                                Qt::Key_BracketLeft,
                                                Qt::Key_BracketRight,
                                                Qt::Key_Tab,
                                                Qt::Key_Up,
                                                Qt::Key_Down,
                                                Qt::Key_Left,
                                                Qt::Key_Right,
                                                Qt::Key_Return,
                                                Qt::Key_Escape,
                                                Qt::Key_Home,
                                                Qt::Key_End,
                                                Qt::Key_0,
                                                Qt::Key_1,
                                                Qt::Key_5,
                                                Qt::Key_9,
                                                Qt::Key_Period,
                                                Qt::Key_Minus,
                                                Qt::Key_Plus,
                                                Qt::Key_E,
                                                Qt::Key_F1,
                                                Qt::Key_F11,
                                                Qt::Key_Backspace,
                                                Qt::Key_PageDown};
        static const std::vector<Qt::Key> kWithControl{Qt::Key_R, Qt::Key_M, Qt::Key_L, Qt::Key_1, Qt::Key_2,
                                                       Qt::Key_3, Qt::Key_T, Qt::Key_Z, Qt::Key_A, Qt::Key_V};
        const bool control = below(4) == 0;
        const std::vector<Qt::Key>& keys = control ? kWithControl : kKeys;
        const Qt::Key pressed = keys[static_cast<std::size_t>(below(static_cast<int>(keys.size())))];
        note("key " + QKeySequence(static_cast<int>(pressed)).toString() + (control ? " with Ctrl" : ""));
        QTest::keyClick(target->windowHandle(), pressed, control ? Qt::ControlModifier : Qt::NoModifier);
    }

    void menu() {
        QList<QAction*> choices = window_.actions().builtinMenu->actions();
        for (const Actions::Group& group : window_.actions().groups()) {
            choices += group.actions + group.actions;
        }
        QAction* action = choices[below(static_cast<int>(choices.size()))];
        if (action->isEnabled() && action->menu() == nullptr && !forbidden_.contains(action) &&
            reachable() == &window_) {
            note("menu " + action->text());
            action->trigger();
        }
    }

    void resize() {
        const QSize size(900 + below(700), 640 + below(360));
        note(QString("resize %1x%2").arg(size.width()).arg(size.height()));
        window_.resize(size);
    }

    MainWindow& window_;
    std::mt19937_64 random_;
    QFile log_;
    QTimer closer_;
    QList<QAction*> forbidden_;
    QPointer<QWidget> open_;  ///< the menu or dialog in front
    QElapsedTimer since_;     ///< of its coming
    bool stopping_ = false;
    int events_ = 0;
};

}  // namespace

class TestMonkey : public QObject {
    Q_OBJECT

    QTemporaryDir place_;

  private Q_SLOTS:
    void initTestCase() {
        if (QGuiApplication::platformName() != "xcb") {
            QSKIP("needs an X server: run it under xvfb-run");
        }
        QDir::setCurrent(place_.path());  // should a file be written after all
        QApplication::setStyle("Fusion");
    }

    void theLabOutlivesAMonkey() {
        const QByteArray given = qgetenv("ELBOROOM_SEED");
        const quint64 seed = given.isEmpty() ? std::random_device()() : given.toULongLong();
        qInfo("ELBOROOM_SEED=%llu", static_cast<unsigned long long>(seed));

        MainWindow window{Settings(false)};
        window.resize(1280, 800);
        window.show();
        window.activateWindow();  // there is no window manager that would do it
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.session().open(builtinExperiment("digits"));
        window.session().play();
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame() != nullptr, kPatience);

        Answers answers;
        Monkey monkey(window, seed);
        QElapsedTimer clock;
        clock.start();
        constexpr qint64 kLongestWarmUp = 60'000;  // ms
        Usage before, most;
        bool warm = false;
        while (progress(monkey.events(), clock.elapsed()) < 1.0) {
            const int events = monkey.events();
            QTRY_VERIFY2_WITH_TIMEOUT(monkey.events() > events + 10, "the monkey reaches nothing", kPatience);
            QVERIFY2(window.isVisible(), "the window was closed");
            const Usage now;
            const bool begun =
                clock.elapsed() > kLongestWarmUp || progress(monkey.events(), clock.elapsed()) > 1.0 / 3.0;
            if (!std::exchange(warm, begun)) {
                before = most = now;
            }
            most = {std::max(most.memory, now.memory), std::max(most.threads, now.threads),
                    std::max(most.files, now.files)};
        }
        monkey.stop();
        // An event may still wait in the loop of a dialog.
        QTRY_VERIFY_WITH_TIMEOUT(
            QApplication::activeModalWidget() == nullptr && QApplication::activePopupWidget() == nullptr, kPatience);

        const int p99 = answers.quantile(0.99);
        qInfo("monkey: %d events in %lld s, answers late by %d ms (median), %d (95 %%), %d (99 %%), %d at most",
              monkey.events(), static_cast<long long>(clock.elapsed() / 1000), answers.quantile(0.5),
              answers.quantile(0.95), p99, answers.quantile(1));
        qInfo("monkey: %ld MiB after the warm-up, %ld at most; %ld and %ld threads, %ld and %ld descriptors",
              before.memory / 1024, most.memory / 1024, before.threads, most.threads, before.files, most.files);
        const bool idle = qEnvironmentVariableIntValue("ELBOROOM_IDLE") != 0;  // the machine has nothing else to do
        QVERIFY2(p99 < (idle ? 1000 : 5000), "the window did not answer");
        QVERIFY2(most.memory - before.memory < kMostGrowth, "memory grows");
        QVERIFY2(most.threads <= before.threads + kMoreThreads, "threads grow");
        QVERIFY2(most.files <= before.files + kMoreFiles, "descriptors grow");
    }
};

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");  // the test is then skipped, and says why
    }
    QApplication application(argc, argv);
    TestMonkey test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_monkey.moc"
