#include "app/session/measure_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "app/process/thread_budget.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

namespace elbo {

MeasureWorker::MeasureWorker(Mailbox<Assignment>& assignments, std::function<void(std::string)> failed)
    : assignments_(assignments), failed_(std::move(failed)) {}

MeasureWorker::Job MeasureWorker::jobOf(const Assignment& assignment) {
    if (assignment.snapshot == nullptr || (!assignment.request.exact && !assignment.request.health)) {
        return {};
    }
    return {assignment.snapshot,
            assignment.status.run->number,
            assignment.request.members,
            assignment.request.exactMembers,
            assignment.request.posteriorExamples,
            assignment.request.exact,
            assignment.request.health,
            assignment.status.state != RunState::Running};
}

bool MeasureWorker::Job::differsOnlyByTraining(const Job& other) const {
    return run == other.run && members == other.members && exactMembers == other.exactMembers &&
           examples == other.examples && exact == other.exact && health == other.health;
}

void MeasureWorker::run(const std::stop_token& stop) {
    prepareWorkerThread(1, false);
    lowerThreadPriority(kNice);
    while (!stop.stop_requested()) {
        const auto letter = assignments_.latest();
        const Job job = jobOf(letter.value);
        if (job.snapshot == nullptr || (job == done_ && moreExamples_ == 0)) {
            assignments_.wait(letter.version, stop);
        } else if (job == done_) {
            measure(letter.value, job, moreExamples_, stop);
        } else if (const auto now = Clock::now(); !job.thorough && job.differsOnlyByTraining(done_) && now < due_) {
            assignments_.waitFor(letter.version, stop, due_ - now);
        } else {
            measure(letter.value, job, 0, stop);
        }
    }
    measurer_.reset();
}

void MeasureWorker::measure(const Assignment& assignment, const Job& job, int examples, const std::stop_token& stop) {
    const Clock::time_point start = Clock::now();
    MeasureProgress progress;
    progress.stop = stop;
    progress.told = [&](double) {
        // Many examples take long: they are for a run that stays as it is.
        const Job newest = jobOf(assignments_.latest().value);
        if (examples > 0 ? newest != job : !newest.differsOnlyByTraining(job)) {
            throw MeasureStopped();
        }
    };
    try {
        const Run& run = *assignment.status.run;
        if (measurerRun_ != run.number) {
            measurer_ = std::make_unique<Measurer>(run.experiment, run.dataset);
            measurerRun_ = run.number;
        }
        auto measurement = std::make_shared<const Measurement>(
            measurer_->measure(*assignment.snapshot, assignment.request, job.thorough, progress, examples));
        moreExamples_ = job.thorough ? measurer_->nextExactExamples(*measurement) : 0;
        assignments_.change([&](Assignment& newest) {
            newest.measurement = std::move(measurement);
            newest.measuredRun = run.number;
        });
        lastError_.clear();
    } catch (const MeasureStopped&) {
        return;
    } catch (const std::exception& error) {
        moreExamples_ = 0;
        if (lastError_ != error.what()) {
            lastError_ = error.what();
            failed_(lastError_);
        }
    }
    done_ = job;
    due_ = start + std::max<Clock::duration>(kInterval, kRestFactor * (Clock::now() - start));
}

}  // namespace elbo
