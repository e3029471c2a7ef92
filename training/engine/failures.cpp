#include "training/engine/failures.h"

namespace elbo {

namespace {

std::string headOf(std::size_t member) {
    return "member " + std::to_string(member) + ": ";
}

}  // namespace

std::string failureText(const std::vector<std::string>& failures) {
    std::string text;
    for (std::size_t member = 0; member < failures.size(); ++member) {
        if (!failures[member].empty()) {
            text += (text.empty() ? "" : "; ") + headOf(member) + failures[member];
        }
    }
    return text;
}

std::vector<std::string> failuresOf(const std::string& text, std::size_t members) {
    std::vector<std::string> failures(members);
    for (std::size_t member = 0; member < members; ++member) {
        const std::string head = headOf(member);
        std::size_t start = text.rfind(head, 0) == 0 ? 0 : text.find("; " + head);
        if (start == std::string::npos) {
            continue;
        }
        start = text.find(head, start) + head.size();
        const std::size_t end = text.find("; member ", start);
        failures[member] = text.substr(start, end == std::string::npos ? end : end - start);
    }
    return failures;
}

}  // namespace elbo
