#include "app/runs/step_checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "app/runs/set_aside.h"
#include "training/experiment/input_file.h"
#include "training/files/atomic_file.h"

namespace elbo {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBegin = "checkpoint-";
constexpr std::string_view kEnd = ".safetensors";

/// Nothing for another file.
std::optional<std::int64_t> stepOf(const std::string& name) {
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) {
        return std::nullopt;
    }
    const char* const end = name.data() + name.size() - kEnd.size();
    std::int64_t step = 0;
    const auto [rest, error] = std::from_chars(name.data() + kBegin.size(), end, step);
    return error == std::errc() && rest == end && step >= 0 ? std::optional(step) : std::nullopt;
}

}  // namespace

std::string stepCheckpointPath(const std::string& folder, std::int64_t step) {
    return fmt::format("{}/{}{}{}", folder, kBegin, step, kEnd);
}

std::vector<std::int64_t> stepCheckpoints(const std::string& folder) {
    std::vector<std::int64_t> steps;
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        if (const auto step = stepOf(i->path().filename().string())) {
            steps.push_back(*step);
        }
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

void keepStepCheckpoint(const std::string& folder, const std::string& newest, std::int64_t step, std::size_t most) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 30;
    const std::string path = stepCheckpointPath(folder, step);
    std::error_code error;
    fs::remove(path, error);
    // Of the file itself, should the name be a link to it.
    fs::create_hard_link(fs::weakly_canonical(newest, error), path, error);
    if (error) {
        writeFileAtomically(path, readInputFile(newest, {"a checkpoint", kMostBytes}));
    }
    std::vector<std::int64_t> steps = stepCheckpoints(folder);
    std::erase_if(steps, [step](std::int64_t other) { return other > step; });
    for (std::size_t i = 0; i + most < steps.size(); ++i) {
        fs::remove(stepCheckpointPath(folder, steps[i]), error);
    }
}

std::size_t setLaterCheckpointsAside(const std::string& folder, std::int64_t step) {
    const std::vector<std::int64_t> steps = stepCheckpoints(folder);
    return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [&](std::int64_t later) {
        return later > step && !setAside(stepCheckpointPath(folder, later), ".later").empty();
    }));
}

}  // namespace elbo
