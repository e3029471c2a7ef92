#include "app/session/kept_runs.h"

#include <algorithm>
#include <utility>

#include "training/sweep/sweep_budget.h"

namespace elbo {

namespace {

std::size_t dataBytes(const Dataset& data) {
    return sizeof(float) * (data.train.values.size() + data.test.values.size());
}

std::size_t modelBytes(const Trainer& trainer) {
    return memberBytes(trainer.experiment(), trainer.dataset()->shape()) * trainer.experiment().knobs.size();
}

}  // namespace

void KeptRuns::keep(KeptRun run) {
    runs_.push_back(std::move(run));
    makeRoom();
}

void KeptRuns::setMost(std::size_t bytes) {
    most_ = bytes;
    makeRoom();
}

void KeptRuns::makeRoom() {
    while (!runs_.empty() && bytes() > most_) {
        dropped_.insert(runs_.front().run->number);
        runs_.pop_front();
    }
}

std::optional<KeptRun> KeptRuns::take(std::uint64_t number) {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [number](const KeptRun& kept) { return kept.run->number == number; });
    if (found == runs_.end()) {
        return std::nullopt;
    }
    KeptRun run = std::move(*found);
    runs_.erase(found);
    return run;
}

std::size_t KeptRuns::bytes() const {
    std::set<const Dataset*> data;
    std::size_t sum = 0;
    for (const KeptRun& kept : runs_) {
        sum += modelBytes(*kept.trainer);
        if (const auto dataset = kept.trainer->dataset(); data.insert(dataset.get()).second) {
            sum += dataBytes(*dataset);
        }
    }
    return sum;
}

}  // namespace elbo
