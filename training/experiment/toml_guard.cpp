#include "training/experiment/toml_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

constexpr std::size_t kLongestText = 1'048'576;
constexpr std::size_t kLongestWord = 256;
constexpr int kMostParts = 16;
constexpr int kDeepest = 32;

constexpr std::string_view kSigns = "+-_:.,=[]{} \t\r\n";

bool isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Goes over a text once and knows where it is.
class TomlGuard {
  public:
    TomlGuard(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

    void check() {
        if (text_.size() > kLongestText) {
            refuse(fmt::format("expected at most {} bytes of TOML, found {}; check that this is the text you meant",
                               kLongestText, text_.size()));
        }
        if (text_.starts_with("\xef\xbb\xbf")) {
            at_ = 3;  // the byte order mark of some editors
        }
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '"' || c == '\'') {
                skipString(c);
            } else {
                takeSign(c);
            }
        }
    }

  private:
    [[noreturn]] void refuse(const std::string& complaint) const {
        const std::string_view before = text_.substr(0, at_);
        int line = 1;
        for (const char c : before) {
            line += c == '\n' ? 1 : 0;
        }
        const std::size_t start = before.rfind('\n');
        const std::size_t column = at_ - (start == std::string_view::npos ? 0 : start + 1);
        throw InputError(complaint).at({origin_, line, static_cast<int>(column) + 1});
    }

    void takeSign(char c) {
        if (!isLetterOrDigit(c) && kSigns.find(c) == std::string_view::npos) {
            const auto code = static_cast<unsigned char>(c);
            refuse(code >= 128 ? std::string("a letter beyond ASCII stands outside of quotes; put the text "
                                             "between \"quotes\"")
                   : code < 32 || code == 127 ? std::string("a control character stands here; remove it")
                                              : fmt::format("'{}' cannot stand outside of quotes; put a text between "
                                                            "\"quotes\"",
                                                            c));
        }
        const bool word = isLetterOrDigit(c) || c == '_' || c == '-' || c == '+' || c == '.' || c == ':';
        word_ = word ? word_ + 1 : 0;
        if (word_ > kLongestWord) {
            refuse(fmt::format("a word has more than {} letters; a text stands between \"quotes\"", kLongestWord));
        }
        if (c == '[' && depth_ == 0 && beginsLine()) {
            requireName();
        }
        if (c == '[' || c == '{') {
            requireDepth();
        } else if ((c == ']' || c == '}') && depth_ > 0) {
            --depth_;
        }
        if (c == '.') {
            requireParts();
        } else if (c == ',' || c == '=' || c == '[' || c == ']' || c == '{' || c == '}' || c == '\n') {
            dots_ = 0;
        }
        ++at_;
    }

    bool beginsLine() const {
        const std::size_t before = at_ == 0 ? std::string_view::npos : text_.find_last_not_of(" \t", at_ - 1);
        return before == std::string_view::npos || text_[before] == '\n' || (at_ == 3 && before == 2);
    }

    /// The head of a table, [name] or [[name]], is taken for one whatever stands in it.
    void requireName() {
        const std::size_t second = at_ + 1 < text_.size() && text_[at_ + 1] == '[' ? 1 : 0;
        const std::size_t name = text_.find_first_not_of(" \t", at_ + 1 + second);
        if (name == std::string_view::npos) {
            return;
        }
        const char c = text_[name];
        if (!isLetterOrDigit(c) && std::string_view("_-\"']").find(c) == std::string_view::npos) {
            at_ = name;
            refuse("the name of a table is missing here; write [data], for example");
        }
    }

    void requireDepth() {
        if (++depth_ > kDeepest) {
            refuse(fmt::format("lists or tables stand inside each other more than {} deep; no field needs that",
                               kDeepest));
        }
    }

    void requireParts() {
        if (++dots_ > kMostParts) {
            refuse(fmt::format("a key has more than {} dots; no field has such a name", kMostParts));
        }
    }

    /// A string of one line or of several; what never ends is left to the parser.
    void skipString(char quote) {
        const std::size_t start = at_;
        const std::string three(3, quote);
        const bool several = text_.substr(at_, 3) == three;
        at_ += several ? 3 : 1;
        at_ = std::min(at_, text_.size());
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\' && quote == '"') {
                at_ += 2;
            } else if (several ? text_.substr(at_, 3) == three : c == quote || c == '\n') {
                break;
            } else {
                ++at_;
            }
        }
        at_ = std::min(at_ + (several ? 3 : 1), text_.size());
        for (int more = 0; several && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) {
            ++at_;  // the text may end with quotes of its own
        }
        const std::size_t length = at_ - start;
        word_ = 0;
        if (length > kLongestWord && isKey()) {
            at_ = start;
            refuse(fmt::format("a key has more than {} bytes; no field has such a name", kLongestWord));
        }
    }

    /// Whether the string that ends here is a part of a key.
    bool isKey() const {
        const std::size_t next = text_.find_first_not_of(" \t", at_);
        return next != std::string_view::npos && (text_[next] == '=' || text_[next] == '.');
    }

    std::string_view text_;
    const std::string& origin_;
    std::size_t at_ = 0;
    std::size_t word_ = 0;  ///< length of the run of letters that ends here
    int depth_ = 0;
    int dots_ = 0;  ///< of the key or number under way
};

}  // namespace

void requireHarmlessToml(std::string_view text, const std::string& origin) {
    TomlGuard(text, origin).check();
}

}  // namespace elbo
