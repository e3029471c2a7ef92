// Fields as a person sets them: one assignment a line, each made on what the lines before it left.
#include <sstream>

#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/experiment_text.h"

namespace elbo::fuzz {
namespace {

/// The key of an assignment without the blanks around it.
std::string keyOf(const std::string& assignment) {
    constexpr const char* kSpace = " \t\r\n";
    const std::string key = assignment.substr(0, assignment.find('='));
    const std::size_t first = key.find_first_not_of(kSpace);
    return key.substr(first, key.find_last_not_of(kSpace) - first + 1);
}

void assign(Experiment& experiment, const std::string& assignment) {
    const Experiment before = experiment;
    const bool assigned = accepted([&] {
                              assignField(experiment, assignment);
                              return true;
                          }).has_value();
    if (!assigned) {
        require(experiment == before, "what is refused changes nothing");
        return;
    }
    const std::string key = keyOf(assignment);
    Experiment again = experiment;
    assignField(again, key + "=" + fieldText(experiment, key));
    require(again == experiment, "the text of a field sets it to what it is");
}

}  // namespace

std::vector<std::string> seeds() {
    std::string all;
    for (const std::string& key : experimentKeys()) {
        all += key + "=" + fieldText(Experiment(), key) + "\n";
    }
    return {all, "beta=" + std::string(100'000, '1'), std::string(100'000, 'a') + "=1"};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream lines(elbo::fuzz::textOf(data, size));
    elbo::Experiment experiment;
    std::string line;
    constexpr int kMost = 200;  // lines; a crossed fleet costs more with each
    for (int i = 0; i < kMost && std::getline(lines, line); ++i) {
        elbo::fuzz::assign(experiment, line);
    }
    return 0;
}
