#include "training/engine/memory.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "models/latent_model.h"
#include "training/experiment/input_error.h"

namespace elbo {

namespace {

std::uint64_t numberBytes(const Experiment& experiment) {
    return experiment.run.precision == Precision::Float64 ? 8 : 4;
}

/// "12.3 GB"
std::string sizeText(std::uint64_t bytes) {
    constexpr double kMega = 1e6, kGiga = 1e9;
    const auto size = static_cast<double>(bytes);
    return size < kGiga ? fmt::format("{:.0f} MB", size / kMega) : fmt::format("{:.1f} GB", size / kGiga);
}

/// What the limits of this process leave: `ulimit -v`, and the memory of its control group.
std::uint64_t limitedBytes() {
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    struct rlimit space {};
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
        most = space.rlim_cur;
    }
    std::uint64_t group = 0;
    if (std::ifstream("/sys/fs/cgroup/memory.max") >> group) {
        most = std::min(most, group);
    }
    return most;
}

}  // namespace

Machine Machine::here() {
    Machine machine;
    machine.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    machine.memoryBytes = static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES))) *
                          static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PAGESIZE))) / 2;
    std::ifstream info("/proc/meminfo");
    std::string name;
    std::uint64_t kibibytes = 0;
    while (info >> name >> kibibytes) {
        if (name == "MemAvailable:") {
            machine.memoryBytes = kibibytes * 1024;
        }
        info.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    machine.memoryBytes = std::min(machine.memoryBytes, limitedBytes());
    return machine;
}

std::uint64_t memberBytes(const Experiment& experiment, int dataDim) {
    const LatentModel model(experiment.model, dataDim);
    const auto weights = static_cast<std::uint64_t>(model.layout()->size());
    const auto outputs = static_cast<std::uint64_t>(model.posterior().network().cost().outputs +
                                                    model.decoder().network().cost().outputs);
    const auto batch = static_cast<std::uint64_t>(experiment.optimiser.batchSize);
    return numberBytes(experiment) * (4 * weights + 3 * batch * outputs);
}

std::uint64_t trainerBytes(const Experiment& experiment, const Dataset& dataset) {
    Experiment drawn = experiment;
    drawn.optimiser.batchSize = std::clamp(experiment.optimiser.batchSize, 1, std::max(1, dataset.train.size()));
    const auto batch = static_cast<std::uint64_t>(drawn.optimiser.batchSize);
    const auto values = static_cast<std::uint64_t>(dataset.train.values.size());
    return memberBytes(drawn, dataset.dim) * experiment.knobs.size() +
           numberBytes(experiment) * (values + batch * static_cast<std::uint64_t>(dataset.dim));
}

void requireMemory(const Experiment& experiment, const Dataset& dataset, const Machine& machine) {
    if (experiment.run.device != Device::Cpu || machine.memoryBytes == 0) {
        return;
    }
    const std::uint64_t needed = trainerBytes(experiment, dataset);
    if (needed > machine.memoryBytes) {
        const std::size_t members = experiment.knobs.size();
        throw InputError(
            fmt::format("\"{}\": training {} needs about {} of memory, but {} can be had here; make the widths of "
                        "model.encoder and "
                        "model.decoder, optimiser.batch_size, data.train_size or the fleet smaller",
                        experiment.name, members == 1 ? "this model" : fmt::format("these {} models at once", members),
                        sizeText(needed), sizeText(machine.memoryBytes)));
    }
}

}  // namespace elbo
