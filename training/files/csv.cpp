#include "training/files/csv.h"

namespace elbo {

std::string csvText(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        result.append(c == '"' ? 2 : 1, c);
    }
    return result + '"';
}

std::string csvCell(const std::string& text) {
    return text.find_first_of(",\";\n\r") == std::string::npos ? text : csvText(text);
}

}  // namespace elbo
