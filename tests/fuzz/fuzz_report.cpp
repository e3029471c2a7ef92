// Lines of metrics.jsonl.
#include <cmath>

#include "tests/fuzz/fuzz_target.h"
#include "training/metrics/report.h"

namespace elbo::fuzz {
namespace {

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

bool same(const Report& a, const Report& b) {
    if (a.step != b.step || !same(a.epoch, b.epoch) || !same(a.wallSeconds, b.wallSeconds) ||
        !same(a.stepsPerSecond, b.stepsPerSecond) || a.values.size() != b.values.size()) {
        return false;
    }
    for (const auto& [name, members] : a.values) {
        const auto found = b.values.find(name);
        if (found == b.values.end() || found->second.size() != members.size()) {
            return false;
        }
        for (std::size_t member = 0; member < members.size(); ++member) {
            if (!same(members[member], found->second[member])) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

std::vector<std::string> seeds() {
    Report report{600, 6.0, 1.5, 400.0, {}};
    report.values = {{"beta", {1.0, 4.0}}, {"distortion", {100.5, std::nan("")}}, {"rate", {3.25}}, {"none", {}}};
    return {reportJson(report), "{\"step\": 1, \"rate\": " + std::string(100'000, '['),
            "{\"step\": " + std::string(100'000, '9') + "}"};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    if (const auto report = parseReport(textOf(data, size))) {
        const auto again = parseReport(reportJson(*report));
        require(again && same(*again, *report), "a report reads back as it was written");
        measuredValue(*report, "rate", 0);
    }
    return 0;
}
