#include "training/data/machine.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <thread>

#include "training/experiment/input_error.h"

namespace elbo {

namespace {

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

void Machine::require(std::uint64_t bytes, const std::string& subject, const std::string& remedy) const {
    if (memoryBytes > 0 && bytes > memoryBytes) {
        throw InputError(fmt::format("{} needs about {} of memory, but {} can be had here; {}", subject,
                                     sizeText(bytes), sizeText(memoryBytes), remedy));
    }
}

}  // namespace elbo
