#include "training/experiment/shown_text.h"

#include <algorithm>

namespace elbo {

std::string shownText(std::string_view text, std::size_t longest) {
    const bool whole = text.size() <= longest;
    std::size_t end = std::min(text.size(), longest);
    // Not in the middle of a letter of several bytes, whose later ones begin with the bits 10.
    while (!whole && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    std::string shown(text.substr(0, end));
    for (char& c : shown) {
        const auto code = static_cast<unsigned char>(c);
        c = c == '\n' || c == '\r' || c == '\t' ? ' ' : code < 32 || code == 127 ? '?' : c;
    }
    return whole ? shown : shown + "...";
}

}  // namespace elbo
