// The folder of a sweep: sweep.json, and behind the first line "---" the summary of its first model.
#include <algorithm>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "training/experiment/input_file.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_results.h"

namespace elbo::fuzz {
namespace {

constexpr std::size_t kFew = 64;  ///< models; larger sweeps are read once only

/// The text of sweep.json as the program writes it.
std::string planText(const MemoryFolder& folder, const SweepPlan& plan) {
    writeSweepPlan(folder.path(), plan, std::string(64, 'a'));
    return readInputFile(sweepFile(folder.path()), {"a sweep", 1U << 20});
}

void readAgain(const MemoryFolder& folder, const StoredSweep& stored) {
    writeSweepPlan(folder.path(), stored.plan, stored.dataSha256);
    const StoredSweep again = readSweepPlan(folder.path());
    require(again.plan.experiment == stored.plan.experiment && again.plan.over == stored.plan.over &&
                again.plan.seeds == stored.plan.seeds && again.plan.fleetSize == stored.plan.fleetSize &&
                again.dataSha256 == stored.dataSha256,
            "a sweep reads back as it was written");
    requireSameSweep(again.plan, stored.plan, folder.path());
}

}  // namespace

std::vector<std::string> seeds() {
    const MemoryFolder folder;
    Experiment experiment;
    experiment.knobs.resize(2);
    experiment.knobs[1].beta = 4.0;
    const std::string summary =
        "---\n{\"rate_train\": 3.5, \"distortion_test\": 80, \"step\": 40, \"mmd\": null, \"failure\": \"\"}\n";
    const std::string plain = planText(folder, SweepPlan::make(experiment, 2, 2));
    return {
        plain + summary,
        planText(folder, SweepPlan::make(experiment, 1, 1, {SweptField{"data.train_size", {"500", "1000"}}})) + summary,
        plain + "---\n{\"a,b\\n\": 1, \"rate_train\": \"3\", \"failure\": \"=1+1\\r\\n<b>\"}",
        plain + "---\n" + std::string(100'000, '['), std::string(100'000, '{')};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    static const MemoryFolder kFolder;
    const std::string text = textOf(data, size);
    const std::string line = "---\n";
    const std::size_t cut = text.starts_with(line) ? 0 : std::min(text.find("\n" + line), text.size());
    const std::string summary = text.substr(std::min(text.size(), text.find('\n', cut + 1)));
    kFolder.empty();
    kFolder.write("sweep.json", text.substr(0, cut));
    const auto stored = accepted([&] { return readSweepPlan(kFolder.path()); });
    if (!stored) {
        return 0;
    }
    require(!stored->plan.members.empty(), "a sweep has a model");
    const std::string& member = stored->plan.members.front().folder;
    require(member.find('/') == std::string::npos && member.starts_with("member-"),
            "a model has a folder inside that of the sweep");
    kFolder.write(member + "/summary.json", summary);
    const Sweep sweep = readSweep(kFolder.path());
    require(sweep.planned == stored->plan.members.size() && sweep.points.size() <= 1, "a model has one point at most");
    const std::string table = sweepTable(stored->plan, readSummaries(kFolder.path(), stored->plan));
    require(table.starts_with("folder,") && table.ends_with("\n"), "a table has a head and ends its last line");
    if (stored->plan.members.size() <= kFew) {
        readAgain(kFolder, *stored);
    }
    return 0;
}
