#include "app/session/analysis_worker.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "app/process/thread_budget.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

namespace elbo {

AnalysisWorker::AnalysisWorker(Mailbox<Assignment>& assignments, Mailbox<std::shared_ptr<const Frame>>& frames,
                               std::atomic<bool>& snapshotWanted, std::function<void()> frameReady,
                               std::function<void(std::string)> failed)
    : assignments_(assignments),
      frames_(frames),
      snapshotWanted_(snapshotWanted),
      frameReady_(std::move(frameReady)),
      failed_(std::move(failed)),
      restFactor_(std::thread::hardware_concurrency() <= 2 ? kRestFactorOnTwoCores : kRestFactor) {}

void AnalysisWorker::run(const std::stop_token& stop) {
    prepareWorkerThread(1, false);
    lowerThreadPriority(kNice);
    while (!stop.stop_requested()) {
        const auto letter = assignments_.latest();
        const Assignment& assignment = letter.value;
        const bool news = letter.version != assignmentSeen_;
        const bool settling = !news && atRest(assignment) && assignment.snapshot != settled_;
        assignmentSeen_ = letter.version;
        if (assignment.snapshot != nullptr && (news || settling)) {
            // A run at rest keeps its thorough picture while the pointer moves over it.
            analyse(assignment, settling || (atRest(assignment) && assignment.snapshot == settled_));
        } else if (hasHoles(assignment)) {
            fillIn(assignment, stop);
        } else if (restsOnPart(assignment)) {
            evaluateMore(assignment, stop);
        }
        waitForWork(stop);
    }
    analyst_.reset();
}

bool AnalysisWorker::atRest(const Assignment& assignment) const {
    return assignment.snapshot != nullptr && assignment.status.state != RunState::Running &&
           !assignment.request.isNothing();
}

bool AnalysisWorker::isSettled(const Assignment& assignment) const {
    return atRest(assignment) && assignment.snapshot == settled_ && analyst_ != nullptr &&
           analystRun_ == assignment.status.run->number;
}

bool AnalysisWorker::restsOnPart(const Assignment& assignment) const {
    return isSettled(assignment) && assignment.snapshot != givenUp_ &&
           analyst_->nextBudget(*assignment.snapshot).has_value();
}

void AnalysisWorker::evaluateMore(const Assignment& assignment, const std::stop_token& stop) {
    EvaluationBudget budget = *analyst_->nextBudget(*assignment.snapshot);
    budget.goOn = [&] { return !stop.stop_requested() && assignments_.latest().version == assignmentSeen_; };
    try {
        if (analyst_->evaluate(*assignment.snapshot, budget)) {
            analyse(assignment, true);
        }
    } catch (const std::exception& error) {
        givenUp_ = assignment.snapshot;
        report(error);
    }
}

bool AnalysisWorker::hasHoles(const Assignment& assignment) const {
    return isSettled(assignment) && filled_ != assignmentSeen_;
}

void AnalysisWorker::fillIn(const Assignment& assignment, const std::stop_token& stop) {
    const Clock::time_point start = Clock::now();
    bool any = false;
    bool more = true;
    try {
        while (more && Clock::now() - start < kFillTime && !stop.stop_requested() &&
               assignments_.latest().version == assignmentSeen_) {
            more = analyst_->fillIn(assignment.passed);
            any = any || more;
        }
    } catch (const std::exception& error) {
        more = false;
        report(error);
    }
    if (!more) {
        filled_ = assignmentSeen_;
    }
    if (any) {
        analyse(assignment, true);
    }
}

void AnalysisWorker::report(const std::exception& error) {
    if (lastError_ != error.what()) {
        lastError_ = error.what();
        failed_(lastError_);
    }
}

void AnalysisWorker::waitForWork(const std::stop_token& stop) {
    const auto letter = assignments_.latest();
    if (letter.version != assignmentSeen_) {
        return;
    }
    if (letter.value.status.state != RunState::Running) {
        if (atRest(letter.value) && letter.value.snapshot != settled_) {
            assignments_.waitFor(assignmentSeen_, stop, kSettleTime);
        } else if (hasHoles(letter.value)) {
            return;
        } else if (restsOnPart(letter.value)) {
            // A pointer on its way over a view is answered first, again and again.
            assignments_.waitFor(assignmentSeen_, stop, kSettleTime);
        } else {
            assignments_.wait(assignmentSeen_, stop);
        }
        return;
    }
    // Rest until a fresh snapshot is due, then ask the trainer for one; a changed request ends either wait.
    const auto interval = letter.value.request.isNothing()
                              ? Clock::duration(kHiddenInterval)
                              : std::max<Clock::duration>(kFrameInterval, restFactor_ * lastEffort_);
    const auto due = snapshotTaken_ + interval - Clock::now();
    if (due > Clock::duration::zero()) {
        assignments_.waitFor(assignmentSeen_, stop, due);
    } else {
        snapshotWanted_.store(true, std::memory_order_relaxed);
        assignments_.wait(assignmentSeen_, stop);
    }
}

void AnalysisWorker::analyse(const Assignment& assignment, bool thorough) {
    const Clock::time_point start = Clock::now();
    std::chrono::duration<double> evaluation{};
    const bool fresh = assignment.snapshot != analysed_;
    if (fresh) {
        analysed_ = assignment.snapshot;
        snapshotTaken_ = start;
    }
    try {
        const Run& run = *assignment.status.run;
        if (analystRun_ != run.number) {
            analyst_ = std::make_unique<Analyst>(run.experiment, run.dataset, run.history);
            analystRun_ = run.number;
            settled_.reset();
        }
        std::shared_ptr<Frame> frame = analyst_->analyse(*assignment.snapshot, assignment.request, thorough);
        evaluation = std::chrono::duration<double>(analyst_->evaluationSeconds());
        frame->sequence = ++sequence_;
        frame->run = run.number;
        frame->state = assignment.status.state;
        frame->message = assignment.status.message;
        if (assignment.measurement != nullptr && assignment.measuredRun == run.number) {
            addTo(*frame, *assignment.measurement);
        }
        frames_.put(std::move(frame));
        lastError_.clear();
        frameReady_();
        if (evaluation.count() > 0.0 && !thorough) {
            // A run that is evaluated less often than its curves deserve catches up by and by.
            const Clock::time_point filling = Clock::now();
            analyst_->fillIn(assignment.passed);
            evaluation += Clock::now() - filling;
        }
    } catch (const std::exception& error) {
        report(error);
    }
    if (thorough) {
        settled_ = assignment.snapshot;
    } else if (fresh) {
        // Evaluations space themselves out; frames need not rest for them too.
        lastEffort_ = Clock::now() - start - std::chrono::duration_cast<Clock::duration>(evaluation);
    }
}

}  // namespace elbo
