// Text files of 0 and 1, an image a line, plain and gzip.
#include <algorithm>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/gzipped.h"
#include "tests/fuzz/memory_file.h"
#include "training/data/amat.h"

namespace elbo::fuzz {
namespace {

constexpr int kWidth = 4;
constexpr int kMostRows = 1000;

std::string row(const char* values) {
    return std::string(values) + "\n";
}

void readRows(const MemoryFile& file, const std::string& bytes) {
    file.write(bytes);
    const auto values = accepted([&] { return readAmat(file.path(), kWidth, kMostRows); });
    const auto counted = accepted([&] { return countAmatRows(file.path(), kWidth); });
    if (!values) {
        require(!counted, "what cannot be read is not counted");
        return;
    }
    const auto rows = static_cast<int>(values->size()) / kWidth;
    require(values->size() % kWidth == 0 && rows >= 1 && rows <= kMostRows, "rows are whole, and no more than wanted");
    require(!counted || std::min(*counted, kMostRows) == rows, "rows are counted as they are read");
    require(std::all_of(values->begin(), values->end(), [](float v) { return v == 0.0f || v == 1.0f; }),
            "a value is 0 or 1");
    std::string again;
    for (std::size_t i = 0; i < values->size(); ++i) {
        again += (*values)[i] == 1.0f ? '1' : '0';
        again += (i + 1) % kWidth == 0 ? '\n' : ' ';
    }
    for (const std::string& written : {again, gzipped(again)}) {
        file.write(written);
        require(readAmat(file.path(), kWidth, kMostRows) == *values, "rows read back as they were written");
    }
    constexpr std::size_t kEnough = 16;  // bytes, to know a file by
    require(again.size() < kEnough || looksLikeAmat(again.substr(0, kEnough)), "what is such a file looks like it");
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string rows = row("0 1 1 0") + row("1 1 1 1") + row("0 0 0 0");
    std::string many;
    for (int i = 0; i <= kMostRows; ++i) {
        many += row("1 0 0 1");
    }
    return {rows,
            rows.substr(0, rows.size() - 1),
            gzipped(rows),
            gzipped(rows).substr(0, 20),
            row("0\t1 \t1 0 \r") + "\n\n" + row("1 1 0 0"),
            row("0 1 1"),
            row("0 1 1 0 1"),
            row("0 1 2 0"),
            row("01 1 0"),
            row("0.5 1 1 0"),
            row("-1 0 0 0"),
            "",
            "\n\n \n",
            "\x89PNG\r\n\x1a\n",
            std::string("0 1 1 0\n\0", 9),
            many,
            gzipped(std::string(1U << 20, ' ')),
            std::string(65'535, ' ') + rows};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const elbo::fuzz::MemoryFile kFile;
    elbo::fuzz::readRows(kFile, elbo::fuzz::textOf(data, size));
    return 0;
}
