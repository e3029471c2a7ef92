// Tables of points.
#include <cmath>

#include "models/spec/number_text.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "training/measure/points/points.h"

namespace elbo::fuzz {
namespace {

std::string csv(const Points& points) {
    std::string text;
    for (Eigen::Index row = 0; row < points.rows(); ++row) {
        for (Eigen::Index column = 0; column < points.cols(); ++column) {
            text += (column == 0 ? "" : ",") + exactNumber(points(row, column));
        }
        text += '\n';
    }
    return text;
}

}  // namespace

std::vector<std::string> seeds() {
    return {"", std::string(100'000, ','), std::string(100'000, '\n'), std::string("1,2\n3,4\0\n", 9),
            "\xef\xbb\xbfx;y\r\n1;2\r\n3;4\r\n"};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    static const MemoryFile kFile;
    kFile.write(textOf(data, size));
    if (const auto points = accepted([&] { return readPoints(kFile.path()); })) {
        require(points->rows() > 0 && points->cols() > 0, "a table has a point, and a point a number");
        require(points->allFinite(), "points are finite");
        kFile.write(csv(*points));
        const Points again = readPoints(kFile.path());
        require(again.rows() == points->rows() && again.cols() == points->cols() && again == *points,
                "points read back as they were written");
    }
    return 0;
}
