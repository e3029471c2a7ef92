// The session: two threads behind one facade that never waits, in every state, under a storm of orders.
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "app/session/session.h"
#include "tests/app/small_experiment.h"

using namespace elbo;

namespace {

constexpr int kPatience = 30000;  // ms; generous because test machines are busy

std::int64_t stepOf(const Session& session) {
    const auto frame = session.latestFrame();
    return frame == nullptr ? -1 : frame->report.step;
}

}  // namespace

class TestSession : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void startsIdleAndShowsStepZero() {
        Session session;
        QCOMPARE(session.state(), RunState::Idle);
        QVERIFY(!session.isOpen());
        session.open(smallExperiment());
        QTRY_VERIFY_WITH_TIMEOUT(session.isOpen(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{0}, kPatience);
        QCOMPARE(session.state(), RunState::Idle);
        QCOMPARE(session.experiment(), smallExperiment());
    }

    void playsPausesAndSteps() {
        Session session;
        QSignalSpy frames(&session, &Session::frameAvailable);
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 20, kPatience);
        QCOMPARE(session.state(), RunState::Running);
        QVERIFY(!frames.isEmpty());

        session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Paused, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->state, RunState::Paused, kPatience);
        const std::int64_t rest = stepOf(session);
        QTest::qWait(50);
        QCOMPARE(stepOf(session), rest);

        session.stepOnce();
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), rest + 1, kPatience);
        session.stepOnce();
        session.stepOnce();
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), rest + 3, kPatience);
        QCOMPARE(session.state(), RunState::Paused);
    }

    void resetReturnsToTheFirstWeightsAndKeepsTheKnobs() {
        Session session;
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);
        session.pause();
        session.setKnobs({Knobs{2.0, 3.0, 0.5}});
        session.reset();
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{0}, kPatience);
        QCOMPARE(session.latestFrame()->knobs, (std::vector<Knobs>{{2.0, 3.0, 0.5}}));
        QTRY_COMPARE_WITH_TIMEOUT(session.experiment().knobs, (std::vector<Knobs>{{2.0, 3.0, 0.5}}), kPatience);
        QCOMPARE(session.state(), RunState::Idle);
    }

    void knobsActWhilePlayingAndWhileResting() {
        Session session;
        session.open(smallExperiment());
        session.play();
        session.setKnobs({Knobs{4.0, 1.0, 0.0}});
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame() && session.latestFrame()->knobs.at(0).beta == 4.0, kPatience);
        QVERIFY(session.latestFrame()->report.value("beta", 0) == 4.0);
        session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Paused, kPatience);
        session.setKnobs({Knobs{0.25, 1.0, 0.0}});
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->knobs.at(0).beta, 0.25, kPatience);
    }

    void aReplayTakesTheSameWayAndTheWindowFollows() {
        Session session;
        Experiment experiment = smallExperiment();
        experiment.run.steps = 60;
        Objective later = experiment.whole();
        later.knobs[0].beta = 4.0;
        Objective last = later;
        last.spec.divergence = DivergenceKind::Moments;
        experiment.history.moves = {{0, experiment.whole()}, {20, later}, {40, last}};
        experiment.objective = last.spec;
        experiment.knobs = last.knobs;
        session.openAtRest(experiment);
        QTRY_VERIFY_WITH_TIMEOUT(session.isOpen(), kPatience);
        QCOMPARE(session.experiment().knobs[0].beta, experiment.history.moves[0].objective.knobs[0].beta);
        QVERIFY(session.experiment().history.moves.empty());
        QSignalSpy moved(&session, &Session::objectiveReplayed);
        session.play();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.experiment().whole(), last, kPatience);
        QVERIFY(!moved.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{60}, kPatience);
        QCOMPARE(*session.latestFrame()->moves, experiment.history.moves);

        const std::uint64_t before = session.runNumber();
        session.replay();
        QTRY_VERIFY_WITH_TIMEOUT(session.runNumber() != before, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.experiment().whole(), last, kPatience);

        // Reset begins with what is in force, and nothing was moved then.
        session.reset();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) == 0 && session.latestFrame()->moves == nullptr, kPatience);
        QCOMPARE(session.experiment().whole(), last);
    }

    void aHandOnASliderEndsAReplay() {
        Session session;
        Experiment experiment = smallExperiment();
        experiment.run.steps = 1'000'000;
        Objective later = experiment.whole();
        later.knobs[0].beta = 4.0;
        experiment.history.moves = {{0, experiment.whole()}, {900'000, later}};
        experiment.knobs = later.knobs;
        session.open(experiment);
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);
        session.setKnobs({Knobs{2.0, 1.0, 0.0}});
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame()->knobs[0].beta == 2.0, kPatience);
        QCOMPARE(session.latestFrame()->moves->size(), std::size_t{2});
        QCOMPARE(session.latestFrame()->moves->back().objective.knobs[0].beta, 2.0);
        QCOMPARE(session.experiment().knobs[0].beta, 2.0);
    }

    void finishesOnceAndPlaysOn() {
        Session session;
        Experiment experiment = smallExperiment();
        experiment.run.steps = 30;
        session.open(experiment);
        session.play();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{30}, kPatience);
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 60, kPatience);
        QCOMPARE(session.state(), RunState::Running);
    }

    // It is over before the analyst has looked often: what it passed is evaluated afterwards.
    void aFastRunHasCurvesWithoutHoles() {
        Session session;
        session.open(smallExperiment(3000));
        session.play();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
        const auto widestHole = [&] {
            double widest = 1.0;
            double last = 10.0;  // before that, steps are too close for a share of them
            const auto frame = session.latestFrame();
            for (const auto& report : frame == nullptr ? ReportHistory{} : frame->history) {
                if (report->values.contains("elbo_test") && report->step > 10) {
                    widest = std::max(widest, static_cast<double>(report->step) / last);
                    last = static_cast<double>(report->step);
                }
            }
            return std::max(widest, 3000.0 / last);
        };
        QTRY_VERIFY_WITH_TIMEOUT(widestHole() < 1.3, kPatience);
    }

    void aChangedRequestIsAnsweredAtRest() {
        Session session;
        session.open(smallExperiment());
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame() != nullptr, kPatience);
        ViewRequest request;
        request.probes.push_back({7, 0, 0.5, 0.0});
        session.setRequest(request);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->probes.size(), std::size_t{1}, kPatience);
        QCOMPARE(session.latestFrame()->probes.front().id, std::uint64_t{7});
    }

    void measurementsFollowTheRun() {
        Session session;
        ViewRequest request;
        request.exact = request.health = true;
        session.setRequest(request);
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame() && session.latestFrame()->healthKnown, kPatience);
        // The frame judges by itself; what only the measuring thread knows joins later.
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame()->healthMeasured, kPatience);
        QCOMPARE(session.latestFrame()->exactFrames.size(), std::size_t{1});
        QVERIFY(session.latestFrame()->exactStep > 0);

        // At rest the step on show itself is measured, with more examples than a live measurement takes.
        session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Paused, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->exactStep, stepOf(session), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->exactFrames.at(0).forms.examples, 100, kPatience);

        // Another model begins without the measurements of this one.
        Experiment wider = smallExperiment();
        wider.model.encoder = {12};
        session.open(wider);
        QTRY_COMPARE_WITH_TIMEOUT(session.experiment(), wider, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{0}, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->exactStep, std::int64_t{0}, kPatience);
        QVERIFY(!session.latestFrame()->healthKnown);
    }

    void failingDataLeavesTheRunningExperimentAlive() {
        Session session;
        QSignalSpy failures(&session, &Session::failed);
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);

        Experiment broken = smallExperiment();
        broken.data.name = "mnist";
        broken.data.path = "/nonexistent/folder";
        session.open(broken);
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, kPatience);
        QVERIFY2(failures[0][0].toString().contains("/nonexistent/folder"), qPrintable(failures[0][0].toString()));

        broken = smallExperiment();
        broken.data.name = "no-such-data";
        session.open(broken);
        session.openCheckpoint("/nonexistent/checkpoint.safetensors");
        QTRY_VERIFY_WITH_TIMEOUT(failures.size() >= 2, kPatience);

        const std::int64_t before = stepOf(session);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > before + 20, kPatience);
        QCOMPARE(session.state(), RunState::Running);
        QCOMPARE(session.experiment(), smallExperiment());
    }

    void anotherArchitectureGoesOnPlaying() {
        Session session;
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);
        Experiment wider = smallExperiment();
        wider.model.latentDim = 2;
        wider.model.encoder = {16, 16};
        wider.knobs = {Knobs{}, Knobs{4.0, 1.0, 0.0}};
        session.open(wider);
        QTRY_COMPARE_WITH_TIMEOUT(session.experiment(), wider, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->fleetSize, 2, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);
        QCOMPARE(session.state(), RunState::Running);
        session.setKnobs({Knobs{}});  // of another fleet: ignored
        const std::int64_t before = stepOf(session);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > before, kPatience);
        QCOMPARE(session.state(), RunState::Running);
    }

    void checkpointsComeBackAtTheirStep() {
        QTemporaryDir folder;
        const QString path = folder.filePath("run.safetensors");
        Session session;
        QSignalSpy saved(&session, &Session::saved), failures(&session, &Session::failed);
        session.saveCheckpoint(path);
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, kPatience);
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 10, kPatience);
        session.pause();
        session.saveCheckpoint(path);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.latestFrame()->state, RunState::Paused, kPatience);
        const std::int64_t step = stepOf(session);
        session.reset();
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{0}, kPatience);
        session.openCheckpoint(path);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), step, kPatience);
        QCOMPARE(session.state(), RunState::Paused);
    }

    void aStormOfOrdersEndsInTheLastOne() {
        Session session;
        session.open(smallExperiment());
        std::mt19937 random(7);
        std::uniform_real_distribution<double> beta(0.1, 10.0);
        for (int i = 0; i < 10000; ++i) {
            const unsigned choice = random() % 40;
            if (choice == 0) {
                session.reset();
            } else if (choice == 1) {
                session.pause();
            } else if (choice == 2) {
                session.play();
            } else if (choice == 3) {
                session.stepOnce();
            } else if (choice == 4) {
                Experiment other = smallExperiment();
                other.model.encoder = {4 + static_cast<int>(random() % 8)};
                session.open(other);
            } else if (choice == 5) {
                ViewRequest request;
                request.latent = random() % 2 == 0;
                request.exact = random() % 2 == 0;
                request.health = random() % 2 == 0;
                request.probes.push_back({random(), 0, 0.1, 0.2});
                session.setRequest(request);
            } else {
                session.setKnobs({Knobs{beta(random), beta(random), 0.0}});
            }
            if (i % 100 == 0) {
                QTest::qWait(1);
            }
        }
        session.setRequest(ViewRequest{});
        session.setKnobs({Knobs{1.5, 2.5, 0.0}});
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame() && session.latestFrame()->knobs.at(0).beta == 1.5, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Running, kPatience);
        const std::int64_t before = stepOf(session);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > before, kPatience);
    }

    void isKeptWhileItTrains() {
        QTemporaryDir folder;
        const QString kept = folder.filePath("kept");
        const QString checkpoint = kept + "/checkpoint.safetensors";
        Experiment experiment = smallExperiment();
        experiment.run.autosaveSeconds = 0.2;
        Session session;
        session.keepIn(kept);
        session.open(experiment);
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(checkpoint), kPatience);
        // What is there after kill -9: a later one while it still trains, as it lies on the disk.
        const QDateTime first = QFileInfo(checkpoint).lastModified();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(checkpoint).lastModified() > first, kPatience);
        QCOMPARE(session.state(), RunState::Running);
        const QString copy = folder.filePath("copy");
        QVERIFY(QDir().mkpath(copy));
        QVERIFY(QFile::copy(kept + "/metrics.jsonl", copy + "/metrics.jsonl"));
        QVERIFY(QFile::copy(checkpoint, copy + "/checkpoint.safetensors"));
        Session next;
        next.openCheckpoint(copy + "/checkpoint.safetensors");
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(next) > 0, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(next.state(), RunState::Paused, kPatience);
        QVERIFY(next.latestFrame()->history.size() > 1);
        QCOMPARE(next.latestFrame()->history.back()->step, stepOf(next));
    }

    void isKeptAtTheEnd() {
        QTemporaryDir folder;
        Experiment experiment = smallExperiment(25);
        experiment.run.autosaveSeconds = 1e6;
        {
            Session session;
            session.keepIn(folder.path());
            session.open(experiment);
            session.play();
            QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
            session.setKnobs({Knobs{3.0, 1.0, 0.0}});
            QTRY_VERIFY_WITH_TIMEOUT(session.latestFrame() && session.latestFrame()->knobs.front().beta == 3.0,
                                     kPatience);
        }
        Session next;
        next.openCheckpoint(folder.filePath("checkpoint.safetensors"));
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(next), std::int64_t{25}, kPatience);
        QCOMPARE(next.experiment().knobs.front().beta, 3.0);
    }

    void aFolderThatCannotBeWrittenIsSaidOnce() {
        Session session;
        QSignalSpy failures(&session, &Session::failed);
        session.keepIn("/proc/no-such-place/session");
        Experiment experiment = smallExperiment();
        experiment.run.autosaveSeconds = 0.05;
        session.open(experiment);
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(!failures.isEmpty(), kPatience);
        QVERIFY(failures.front().front().toString().contains("/proc/no-such-place"));
        QTest::qWait(400);
        QCOMPARE(failures.size(), 1);
        QCOMPARE(session.state(), RunState::Running);
    }

    void whatHadToMakeRoomBeginsAnew() {
        Session session(1);
        QSignalSpy failures(&session, &Session::failed);
        session.open(smallExperiment());
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 5, kPatience);
        session.pause();
        const std::uint64_t number = session.runNumber();
        session.reset();
        QTRY_VERIFY_WITH_TIMEOUT(session.runNumber() != number, kPatience);
        session.returnTo(number, smallExperiment());
        QTRY_COMPARE_WITH_TIMEOUT(session.runNumber(), number, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(session), std::int64_t{0}, kPatience);
        QCOMPARE(failures.size(), 1);
        QVERIFY(failures.front().front().toString().contains("make room"));
    }

    void closingInAnyStateJoins_data() {
        QTest::addColumn<bool>("named");
        for (const char* name :
             {"nothing open", "opening", "idle", "running", "paused", "finished", "failed to open"}) {
            QTest::newRow(name) << true;
        }
    }

    void closingInAnyStateJoins() {
        const QByteArray state = QTest::currentDataTag();
        Session session;
        if (state == "nothing open") {
            return;
        }
        Experiment experiment = smallExperiment();
        if (state == "failed to open") {
            experiment.data.name = "no-such-data";
        }
        if (state == "finished") {
            experiment.run.steps = 5;
        }
        session.open(experiment);
        if (state == "running" || state == "finished" || state == "paused") {
            session.play();
        }
        if (state == "paused") {
            QTRY_VERIFY_WITH_TIMEOUT(session.state() == RunState::Running, kPatience);
            session.pause();
            QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Paused, kPatience);
        }
        if (state == "running") {
            QTRY_VERIFY_WITH_TIMEOUT(stepOf(session) > 3, kPatience);
        }
        if (state == "finished") {
            QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunState::Finished, kPatience);
        }
        if (state == "failed to open" || state == "idle") {
            QTest::qWait(20);
        }
        // The destructor joins both threads; a test that hangs here runs into its time limit.
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
