#include "app/session/session.h"

#include <QMetaObject>
#include <iterator>
#include <utility>

#include "app/session/analysis_worker.h"
#include "app/session/measure_worker.h"
#include "app/session/training_worker.h"

namespace elbo {
namespace {

/// A new start of any kind takes the place of the starts and steps that were ordered before it.
void takeBackStarts(Orders& orders) {
    orders.reset = false;
    orders.replay = false;
    orders.steps = 0;
}

/// So does a start that has an objective of its own, and of the moves too.
void takeBackStartsAndMoves(Orders& orders) {
    takeBackStarts(orders);
    orders.objective.reset();
    orders.knobs.reset();
}

}  // namespace

Session::Session(std::size_t keptBytes, QObject* parent) : QObject(parent) {
    // Workers only post events to the GUI thread's loop; events left over at destruction die with the object.
    const auto post = [this](auto&& deliver) {
        QMetaObject::invokeMethod(this, std::forward<decltype(deliver)>(deliver), Qt::QueuedConnection);
    };
    WorkerNotices notices;
    notices.statusChanged = [this, post] { post([this] { Q_EMIT stateChanged(); }); };
    notices.opened = [this, post] { post([this] { adoptRun(); }); };
    notices.saved = [this, post](std::string path) {
        post([this, path = std::move(path)] { Q_EMIT saved(QString::fromStdString(path)); });
    };
    notices.failed = [this, post](std::string message) {
        post([this, message = std::move(message)] { Q_EMIT failed(QString::fromStdString(message)); });
    };
    notices.replayed = [this, post](std::uint64_t run, const Objective& objective) {
        post([this, run, objective] { followReplay(run, objective); });
    };
    const auto frameReady = [this, post] { post([this] { Q_EMIT frameAvailable(); }); };
    const auto analysisFailed = notices.failed;

    trainingThread_ = std::jthread([this, notices, keptBytes](const std::stop_token& stop) {
        TrainingWorker({orders_, status_, assignments_, frames_, snapshotWanted_}, notices, keptBytes).run(stop);
    });
    analystThread_ = std::jthread([this, frameReady, analysisFailed](const std::stop_token& stop) {
        AnalysisWorker(assignments_, frames_, snapshotWanted_, frameReady, analysisFailed).run(stop);
    });
    measuringThread_ = std::jthread(
        [this, analysisFailed](const std::stop_token& stop) { MeasureWorker(assignments_, analysisFailed).run(stop); });
}

Session::~Session() {
    trainingThread_.request_stop();
    analystThread_.request_stop();
    measuringThread_.request_stop();
    trainingThread_.join();
    analystThread_.join();
    measuringThread_.join();
}

void Session::open(const Experiment& experiment) {
    replaceRun([&](Orders& orders) { orders.open = experiment; });
}

void Session::openAtRest(const Experiment& experiment) {
    replaceRun([&](Orders& orders) {
        orders.open = experiment;
        orders.atRest = true;
        orders.run.reset();
    });
}

void Session::openCheckpoint(const QString& path) {
    replaceRun([&](Orders& orders) {
        orders.openCheckpoint = path.toStdString();
        orders.run.reset();
    });
}

void Session::returnTo(std::uint64_t number, const Experiment& experiment) {
    replaceRun([&](Orders& orders) {
        orders.returnTo = number;
        orders.open = experiment;
        orders.objective = experiment.objective;
        orders.knobs = experiment.knobs;
    });
    knobsToCome_ = experiment.knobs;
    objectiveToCome_ = experiment.objective;
}

template <typename Choose>
void Session::replaceRun(Choose&& choose) {
    forgetMoves();
    orders_.change([&](Orders& orders) {
        orders.open.reset();
        orders.atRest = false;
        orders.openCheckpoint.reset();
        orders.returnTo.reset();
        takeBackStartsAndMoves(orders);
        std::move(orders.saves.begin(), orders.saves.end(), std::back_inserter(orders.savesBeforeOpen));
        orders.saves.clear();
        choose(orders);
    });
}

void Session::setKeptBytes(std::size_t bytes) {
    orders_.change([&](Orders& orders) { orders.keptBytes = bytes; });
}

void Session::keepIn(const QString& folder) {
    orders_.change([&](Orders& orders) { orders.keepIn = folder.toStdString(); });
}

void Session::saveCheckpoint(const QString& path) {
    orders_.change([&](Orders& orders) { orders.saves.push_back(path.toStdString()); });
}

void Session::play() {
    orders_.change([](Orders& orders) {
        orders.run = true;
        orders.steps = 0;
    });
}

void Session::pause() {
    orders_.change([](Orders& orders) {
        orders.run = false;
        orders.steps = 0;
    });
}

void Session::stepOnce() {
    orders_.change([](Orders& orders) {
        orders.run = false;
        ++orders.steps;
    });
}

void Session::reset() {
    orders_.change([](Orders& orders) {
        takeBackStarts(orders);
        orders.reset = true;
    });
}

void Session::replay() {
    forgetMoves();
    orders_.change([](Orders& orders) {
        takeBackStartsAndMoves(orders);
        orders.replay = true;
        orders.run.reset();
    });
}

void Session::setKnobs(const std::vector<Knobs>& knobs) {
    knobsToCome_ = knobs;
    takeMoves();
    orders_.change([&](Orders& orders) { orders.knobs = knobs; });
}

void Session::setObjective(const Objective& objective) {
    objectiveToCome_ = objective.spec;
    knobsToCome_ = objective.knobs;
    takeMoves();
    orders_.change([&](Orders& orders) {
        orders.objective = objective.spec;
        orders.knobs = objective.knobs;
    });
}

void Session::setRequest(const ViewRequest& request) {
    assignments_.change([&](Assignment& assignment) { assignment.request = request; });
}

RunState Session::state() const {
    return status_.latest().value.state;
}

QString Session::message() const {
    return QString::fromStdString(status_.latest().value.message);
}

std::shared_ptr<const Frame> Session::latestFrame() const {
    return frames_.latest().value;
}

std::shared_ptr<const Snapshot> Session::latestSnapshot() const {
    const auto letter = assignments_.latest();
    const bool current =
        run_ != nullptr && letter.value.status.run != nullptr && letter.value.status.run->number == run_->number;
    return current ? letter.value.snapshot : nullptr;
}

std::shared_ptr<const Dataset> Session::dataset() const {
    return run_ == nullptr ? nullptr : run_->dataset;
}

bool Session::isOpen() const {
    return run_ != nullptr;
}

std::uint64_t Session::runNumber() const {
    return run_ == nullptr ? 0 : run_->number;
}

void Session::forgetMoves() {
    knobsToCome_.reset();
    objectiveToCome_.reset();
}

void Session::takeMoves() {
    if (objectiveToCome_) {
        experiment_.objective = *objectiveToCome_;
    }
    if (knobsToCome_ && knobsToCome_->size() == experiment_.knobs.size()) {
        experiment_.knobs = *knobsToCome_;
    }
}

void Session::adoptRun() {
    run_ = status_.latest().value.run;
    experiment_ = run_->experiment;
    experiment_.history = {};
    // What was moved while the run was being opened is on its way to it and newer than what it was opened with.
    takeMoves();
    Q_EMIT experimentOpened();
}

void Session::followReplay(std::uint64_t run, const Objective& objective) {
    const bool movedByHand = knobsToCome_ || objectiveToCome_;  // which is newer
    if (run_ != nullptr && run_->number == run && !movedByHand) {
        experiment_.objective = objective.spec;
        experiment_.knobs = objective.knobs;
        Q_EMIT objectiveReplayed();
    }
}

}  // namespace elbo
