#include "training/data/amat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "training/data/gzip.h"

namespace elbo {
namespace {

constexpr std::size_t kChunk = 65'536;
const char* const kWrongFile = "Name a text file of 0 and 1 with an image a line, such as binarized_mnist_train.amat.";
const char* const kCopyAgain = "Copy or download the file again.";

/// The letter, or its number where a terminal could not show it.
std::string shownLetter(char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return code > 32 && code < 127 ? fmt::format("\"{}\"", letter) : fmt::format("the byte {:02x}", code);
}

bool isBlank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r';
}

/// Goes through the first `most` rows, hands each value to `take`, and returns how many rows there were.
template <class Take>
int scanRows(const std::string& path, int width, int most, const Take& take) {
    ByteStream stream(path);
    std::array<char, kChunk> chunk;
    std::uint64_t offset = 0;
    int rows = 0;
    int inRow = 0;
    bool insideValue = false;
    const auto endRow = [&] {
        insideValue = false;
        if (inRow == 0) {
            return;  // an empty line
        }
        if (inRow < width) {
            throwBadFile(path, offset, fmt::format("{} values in row {}", width, rows + 1), fmt::to_string(inRow),
                         kCopyAgain);
        }
        ++rows;
        inRow = 0;
    };
    bool more = true;
    while (more && rows < most) {
        const std::size_t count = stream.read(chunk.data(), chunk.size());
        more = count == chunk.size();
        for (std::size_t i = 0; i < count && rows < most; ++i, ++offset) {
            const char letter = chunk[i];
            if (letter == '\n') {
                endRow();
            } else if (isBlank(letter)) {
                insideValue = false;
            } else if (inRow == width) {
                throwBadFile(path, offset, fmt::format("the end of row {} after {} values", rows + 1, width), "more",
                             kWrongFile);
            } else if (insideValue || (letter != '0' && letter != '1')) {
                throwBadFile(path, offset, fmt::format("0 or 1 and a blank in row {}", rows + 1), shownLetter(letter),
                             kWrongFile);
            } else {
                take(letter == '1');
                ++inRow;
                insideValue = true;
            }
        }
    }
    if (rows < most) {
        endRow();  // the last line may lack its end
    }
    if (rows == 0) {
        throwBadFile(path, 0, fmt::format("rows of {} values", width), "none", kCopyAgain);
    }
    return rows;
}

}  // namespace

bool looksLikeAmat(std::string_view head) {
    constexpr std::size_t kEnough = 16;
    return head.size() >= kEnough && std::all_of(head.begin(), head.end(), [](char letter) {
               return letter == '0' || letter == '1' || letter == '\n' || isBlank(letter);
           });
}

std::vector<float> readAmat(const std::string& path, int width, int most) {
    std::vector<float> values;
    scanRows(path, width, most, [&values](bool on) { values.push_back(on ? 1.0f : 0.0f); });
    return values;
}

int countAmatRows(const std::string& path, int width) {
    return scanRows(path, width, std::numeric_limits<int>::max(), [](bool) {});
}

}  // namespace elbo
