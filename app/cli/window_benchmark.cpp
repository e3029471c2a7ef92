#include "app/cli/window_benchmark.h"

#include <fmt/format.h>

#include <QApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

namespace elbo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;

double quantile(std::vector<double> values, double share) {
    if (values.empty()) {
        return 0.0;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Runs the event loop until `done` says so or the time is over.
void spin(double seconds, const std::function<bool()>& done) {
    const Clock::time_point start = Clock::now();
    while (millisecondsSince(start) < 1000.0 * seconds && !done()) {
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    }
}

void spin(double seconds) {
    spin(seconds, [] { return false; });
}

/// The trainer alone on a worker thread of its own, as `elboroom train` runs it.
double headlessRate(const Experiment& experiment, const std::shared_ptr<const Dataset>& dataset, double seconds) {
    double rate = 0.0;
    std::jthread worker([&] {
        prepareWorkerThread(experiment.run.threads, true);
        Trainer trainer(experiment, dataset);
        for (int warmUp = 0; warmUp < 5; ++warmUp) {
            trainer.step();
        }
        const Clock::time_point start = Clock::now();
        std::int64_t steps = 0;
        while (millisecondsSince(start) < 1000.0 * seconds) {
            trainer.step();
            ++steps;
        }
        rate = static_cast<double>(steps) / (millisecondsSince(start) / 1000.0);
    });
    worker.join();
    return rate;
}

/// Steps per second between the first and the last frame that arrive within `seconds`.
double sessionRate(const Session& session, double seconds) {
    const auto first = session.latestFrame();
    spin(seconds);
    const auto last = session.latestFrame();
    const std::chrono::duration<double> span = last->takenAt - first->takenAt;
    return span.count() > 0.0 ? static_cast<double>(last->report.step - first->report.step) / span.count() : 0.0;
}

/// Frames as the window shows them: the time between them, and how old each is when it is painted.
struct FrameLog {
    std::vector<double> intervals;
    std::vector<double> ages;
};

FrameLog watchFrames(const Session& session, double seconds) {
    FrameLog log;
    std::uint64_t seen = session.latestFrame()->sequence;
    Clock::time_point last = Clock::now();
    spin(seconds, [&] {
        const auto frame = session.latestFrame();
        if (frame->sequence != seen) {
            seen = frame->sequence;
            log.intervals.push_back(millisecondsSince(last));
            log.ages.push_back(millisecondsSince(frame->takenAt));
            last = Clock::now();
        }
        return false;
    });
    return log;
}

double sliderToFrame(Session& session, int trial) {
    std::vector<Knobs> knobs = session.experiment().knobs;
    knobs[0].beta = 1.0 + 0.01 * (trial + 1);
    const Clock::time_point moved = Clock::now();
    session.setKnobs(knobs);
    spin(2.0, [&] { return session.latestFrame()->knobs == knobs; });
    return millisecondsSince(moved);
}

/// Moves a knob while paused and counts the single steps until a frame says that it is in force.
int sliderToStep(Session& session) {
    session.pause();
    spin(1.0, [&] { return session.state() == RunState::Paused; });
    spin(0.3);
    const std::int64_t before = session.latestFrame()->report.step;
    std::vector<Knobs> knobs = session.experiment().knobs;
    knobs[0].beta = 3.0;
    session.setKnobs(knobs);
    session.stepOnce();
    spin(2.0, [&] { return session.latestFrame()->report.step > before && session.latestFrame()->knobs == knobs; });
    return static_cast<int>(session.latestFrame()->report.step - before);
}

}  // namespace

WindowBenchmark benchmarkWindow(const std::string& name, double seconds,
                                const std::function<void(const std::string&)>& progress) {
    WindowBenchmark result;
    result.experiment = name;
    Experiment experiment = namedExperiment(name);
    experiment.run.steps = 1'000'000'000;
    const auto dataset = loadDataset(experiment.data);

    MainWindow window{Settings(false)};
    window.resize(1280, 800);
    window.show();
    Session& session = window.session();
    session.open(experiment);
    session.play();
    spin(60.0, [&] { return session.latestFrame() != nullptr && session.latestFrame()->report.step > 20; });

    std::vector<double> headless, open, hidden, minimised, intervals, ages, answers;
    for (int round = 0; round < kRounds; ++round) {
        progress(fmt::format("window, round {}", round + 1));
        session.pause();
        window.hide();
        spin(0.5);
        headless.push_back(headlessRate(experiment, dataset, seconds));

        window.showNormal();
        session.play();
        spin(1.0);
        open.push_back(sessionRate(session, seconds));
        const FrameLog log = watchFrames(session, seconds);
        intervals.insert(intervals.end(), log.intervals.begin(), log.intervals.end());
        ages.insert(ages.end(), log.ages.begin(), log.ages.end());
        for (int trial = 0; trial < 5; ++trial) {
            answers.push_back(sliderToFrame(session, 5 * round + trial));
        }

        window.hide();
        spin(1.2);
        hidden.push_back(sessionRate(session, seconds));
        window.showNormal();
        window.showMinimized();
        spin(1.2);
        minimised.push_back(sessionRate(session, seconds));
        window.showNormal();
    }
    result.headlessStepsPerSecond = quantile(headless, 0.5);
    result.openStepsPerSecond = quantile(open, 0.5);
    result.hiddenStepsPerSecond = quantile(hidden, 0.5);
    result.minimisedStepsPerSecond = quantile(minimised, 0.5);
    result.framesPerSecond = static_cast<double>(intervals.size()) / (kRounds * seconds);
    result.frameMedianMs = quantile(intervals, 0.5);
    result.frame99thMs = quantile(intervals, 0.99);
    result.stepToFrameMedianMs = quantile(ages, 0.5);
    result.sliderToFrameMedianMs = quantile(answers, 0.5);
    result.sliderToStep = sliderToStep(session);
    return result;
}

}  // namespace elbo
