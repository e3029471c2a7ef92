#include "training/sweep/sweep_budget.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

namespace elbo {
namespace {

constexpr std::uint64_t kMostOpenFiles = 512;

std::uint64_t ceilDiv(std::uint64_t a, std::uint64_t b) {
    return (a + b - 1) / b;
}

/// When the last of `jobs` ends that take fleets in order: a fleet of n members takes n + 1 units.
std::uint64_t endOfAll(std::uint64_t settings, std::uint64_t parts, std::uint64_t runs, std::uint64_t jobs) {
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> freeAt;
    for (std::uint64_t job = 0; job < jobs; ++job) {
        freeAt.push(0);
    }
    std::uint64_t end = 0;
    for (std::uint64_t fleet = 0; fleet < parts * runs; ++fleet) {
        const std::uint64_t part = fleet % parts;
        const std::uint64_t members = (part + 1) * settings / parts - part * settings / parts;
        const std::uint64_t now = freeAt.top() + members + 1;
        freeAt.pop();
        freeAt.push(now);
        end = std::max(end, now);
    }
    return end;
}

}  // namespace

SweepBudget sweepBudget(const Experiment& experiment, const DataShape& data, int seeds, const Machine& machine,
                        int wishedJobs, int wishedSize) {
    const std::uint64_t settings = experiment.knobs.size();
    const auto runs = static_cast<std::uint64_t>(seeds);
    const bool card = experiment.run.device != Device::Cpu;
    const auto cores =
        static_cast<std::uint64_t>(card ? 1 : std::max(1, machine.cores / std::max(1, experiment.run.threads)));
    const std::uint64_t wished = wishedJobs > 0 ? static_cast<std::uint64_t>(wishedJobs) : cores;
    const std::uint64_t jobs = std::clamp<std::uint64_t>(wished, 1, settings * runs);

    const std::uint64_t byMemory =
        machine.memoryBytes / 2 / jobs / std::max<std::uint64_t>(1, memberBytes(experiment, data));
    const std::uint64_t cap = std::clamp<std::uint64_t>(std::min(byMemory, kMostOpenFiles / jobs), 1, settings);
    std::uint64_t best = cap;
    if (wishedSize > 0) {
        best = std::min<std::uint64_t>(static_cast<std::uint64_t>(wishedSize), settings);
    } else {
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        for (std::uint64_t parts = ceilDiv(settings, cap); parts <= settings; ++parts) {
            const std::uint64_t end = endOfAll(settings, parts, runs, jobs);
            if (end < least) {
                least = end;
                best = ceilDiv(settings, parts);
            }
        }
    }
    const std::uint64_t fleets = runs * ceilDiv(settings, best);
    return {static_cast<int>(std::min(jobs, fleets)), static_cast<int>(best)};
}

}  // namespace elbo
