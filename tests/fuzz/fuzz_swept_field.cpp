// The values that a sweep takes a field through: KEY=VALUES.
#include <algorithm>

#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/swept_field.h"
#include "training/sweep/sweep.h"

namespace elbo::fuzz {
namespace {

constexpr std::size_t kFew = 16;  ///< values; more are read once only

void requireSweep(const SweptField& field) {
    require(sweptField(field.key, field.values) == field, "values read back as they were written");
    const auto plan = accepted([&] { return SweepPlan::make(Experiment(), 2, 1, {field}); });
    if (!plan) {
        return;
    }
    require(plan->members.size() == 2 * field.values.size(), "every value has a model for each seed");
    for (const SweepPlan::Member& member : plan->members) {
        require(member.folder.find('/') == std::string::npos && member.folder.starts_with("member-"),
                "a model has a folder inside that of the sweep");
    }
}

}  // namespace

std::vector<std::string> seeds() {
    return {"data.train_size=1:100:lin100", "model.encoder=" + std::string(50'000, '['),
            "data.path=" + std::string(50'000, 'a') + "," + std::string(50'000, '"')};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string text = textOf(data, size);
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string key = text.substr(0, equals);
    const std::string values = text.substr(std::min(equals + 1, text.size()));
    const auto field = accepted([&] { return parseSweptField(key, values); });
    if (field) {
        require(!field->values.empty(), "a swept field has a value");
        for (std::size_t i = 0; i < std::min(kFew, field->values.size()); ++i) {
            require(std::count(field->values.begin(), field->values.end(), field->values[i]) == 1,
                    "every value is there once");
            require(field->values[i].starts_with(shortValue(field->values[i])),
                    "a short value is cut from the long one");
        }
        if (field->values.size() <= kFew) {
            requireSweep(*field);
        }
    }
    return 0;
}
