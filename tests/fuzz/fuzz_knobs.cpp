// Weights of a fleet as people write them: one expression a line, each of the next weight.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/knob_expression.h"

namespace elbo::fuzz {
namespace {

/// The values of one expression; none where it is refused.
KnobValues read(const std::string& text) {
    const auto knob = accepted([&] { return parseKnobValues(text); });
    if (!knob) {
        return {};
    }
    const std::vector<double>& values = knob->values;
    require(!values.empty() && values.size() <= kMostMembers,
            "a weight has from one value to those of the largest fleet");
    require(std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }),
            "weights are finite");
    require(parseKnobValues(knobValuesText(values)).values == values, "values read back as they were written");
    return *knob;
}

}  // namespace

std::vector<std::string> seeds() {
    std::string many;
    for (int i = 0; i < 5000; ++i) {
        many += "1 ";
    }
    return {many, std::string(100'000, '1'), std::string(100'000, ':')};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    std::istringstream lines(textOf(data, size));
    KnobColumns columns;
    std::string line;
    for (std::size_t place = 0; place < kKnobCount && std::getline(lines, line); ++place) {
        columns[place] = read(line);
    }
    const auto fleet = accepted([&] { return columns.assemble(); });
    if (fleet) {
        require(!fleet->empty() && fleet->size() <= kMostMembers, "a fleet has its bounds");
        require(KnobColumns::of(*fleet).assemble() == *fleet, "the columns of a fleet make the fleet");
    }
    return 0;
}
