// The worker threads of the lab behind one facade: what the window may ask, and what it may know.
#pragma once

#include <QObject>
#include <QString>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/session/run.h"
#include "training/engine/mailbox.h"

namespace elbo {

/// Owns the training thread, the analyst thread and the measuring thread. Thread: constructed, used and destroyed by
/// the GUI thread; no function waits for a worker except the destructor, which stops all and then joins them. All
/// signals are delivered by the event loop of the GUI thread and only mean that something is new.
class Session : public QObject {
    Q_OBJECT
  public:
    /// `keptBytes`: memory for trained runs that were replaced.
    explicit Session(std::size_t keptBytes = kKeptBytes, QObject* parent = nullptr);
    /// GUI thread. Returns once all threads have ended; a step or a frame in progress is finished first.
    ~Session() override;

    static constexpr std::size_t kKeptBytes = std::size_t{1} << 30U;

    /// GUI thread, does not wait. Loads the data on the training thread and replaces the run; a run that was playing
    /// goes on playing. On an error failed() is sent and the run in force is untouched.
    void open(const Experiment& experiment);
    /// The same, but what was opened rests until it is played: files from elsewhere do not compute by themselves.
    void openAtRest(const Experiment& experiment);
    /// GUI thread, does not wait. Reads the checkpoint on the training thread, and the curves of the run folder that it
    /// stands in; the run is paused at its step.
    void openCheckpoint(const QString& path);
    /// GUI thread, does not wait. The trained run of this number, which was replaced, comes back, paused, with the
    /// objective of `experiment`. When it is kept no more, `experiment` is opened anew.
    void returnTo(std::uint64_t number, const Experiment& experiment);
    /// GUI thread, does not wait. Most memory, in bytes, for trained runs that were replaced, from now on.
    void setKeptBytes(std::size_t bytes);
    /// GUI thread, does not wait. From now on the run in force is kept in this run folder: while it trains every
    /// RunSpec::autosaveSeconds, soon after it has come to rest, and at the end of the session.
    void keepIn(const QString& folder);
    /// GUI thread, does not wait. Writes a checkpoint of the run in force, then sends saved() or failed().
    void saveCheckpoint(const QString& path);

    /// GUI thread, does not wait. Trains until paused; reaching RunSpec::steps pauses once with the state Finished,
    /// from where play() goes on.
    void play();
    /// GUI thread, does not wait. Takes effect after the step in progress.
    void pause();
    /// GUI thread, does not wait. Pauses and takes one step.
    void stepOnce();
    /// GUI thread, does not wait. Back to the first weights with the knobs in force; plays on if it was playing.
    void reset();
    /// GUI thread, does not wait. The run in force anew from its first weights, along all that was moved by hand, and
    /// playing; whatever is moved from then on takes the place of what was still to come.
    void replay();

    /// GUI thread, does not wait. In force at the next step; ignored when the count is not that of the fleet.
    void setKnobs(const std::vector<Knobs>& knobs);
    /// GUI thread, does not wait. Another objective from the next step on, without a new start; failed() is sent, and
    /// nothing changes, when it does not fit the run.
    void setObjective(const Objective& objective);
    /// GUI thread, does not wait. Answered by a frame at once, from the newest snapshot.
    void setRequest(const ViewRequest& request);

    /// GUI thread. As last told by the training thread, which owns it.
    RunState state() const;
    /// GUI thread. Why the run failed or which members are paused; empty when all is well.
    QString message() const;
    /// GUI thread. The newest frame, or null before the first one.
    std::shared_ptr<const Frame> latestFrame() const;
    /// GUI thread. The newest snapshot of the run in force, or null before the first one.
    std::shared_ptr<const Snapshot> latestSnapshot() const;
    /// GUI thread. The one experiment in force, with the objective and the knobs last asked for; whoever shows or edits
    /// it asks here. Without a history: what was moved stands in the frames. The default experiment before anything was
    /// opened.
    const Experiment& experiment() const { return experiment_; }
    /// GUI thread. The data of the experiment in force; null before anything was opened.
    std::shared_ptr<const Dataset> dataset() const;
    /// GUI thread. Whether an experiment is open.
    bool isOpen() const;
    /// GUI thread. Number of the run in force, for returnTo(); 0 before anything was opened.
    std::uint64_t runNumber() const;

  Q_SIGNALS:
    /// latestFrame() is new.
    void frameAvailable();
    /// state() or message() is new.
    void stateChanged();
    /// experiment() is new: opened, reset or read from a checkpoint.
    void experimentOpened();
    /// experiment() is new: a replay has moved the objective or its weights.
    void objectiveReplayed();
    /// A checkpoint was written.
    void saved(const QString& path);
    /// Something asked for did not happen; names file, place and remedy.
    void failed(const QString& message);

  private:
    /// Takes back what was ordered for the run that is being replaced, and says by `choose` what takes its place.
    template <typename Choose>
    void replaceRun(Choose&& choose);
    void adoptRun();
    void followReplay(std::uint64_t run, const Objective& objective);
    void forgetMoves();
    void takeMoves();

    // GUI thread only.
    Experiment experiment_;
    std::optional<std::vector<Knobs>> knobsToCome_;  ///< moved since the last order to open
    std::optional<ObjectiveSpec> objectiveToCome_;   ///< likewise
    std::shared_ptr<const Run> run_;

    // Shared with the workers.
    Mailbox<Orders> orders_;
    Mailbox<RunStatus> status_;
    Mailbox<Assignment> assignments_;
    Mailbox<std::shared_ptr<const Frame>> frames_;
    std::atomic<bool> snapshotWanted_{false};

    // Last, so that they end before anything they use.
    std::jthread trainingThread_;
    std::jthread analystThread_;
    std::jthread measuringThread_;
};

}  // namespace elbo
