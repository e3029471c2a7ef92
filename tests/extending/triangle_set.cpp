// Points evenly spread over a triangle: a data set as one row of the table of readers.
#include "training/data/data_reader.h"
#include "training/data/random.h"

namespace elbo {

namespace {

Examples triangle(std::uint64_t seed, std::uint64_t stream, int count) {
    Examples examples;
    examples.dim = 2;
    for (int i = 0; i < count; ++i) {
        Random random(seed, stream, static_cast<std::uint64_t>(i));
        double u = random.uniform(), v = random.uniform();
        if (u + v > 1.0) {
            u = 1.0 - u;
            v = 1.0 - v;
        }
        examples.values.push_back(static_cast<float>(u));
        examples.values.push_back(static_cast<float>(v));
    }
    return examples;
}

}  // namespace

std::vector<DataReader> triangleReaders() {
    DataReader reader;
    reader.name = "triangle";
    reader.title = "Points in a triangle";
    reader.dim = [](const DataSpec&) { return std::int64_t{2}; };
    reader.read = [](const DataSpec& spec) {
        Dataset set;
        set.name = "triangle";
        set.dim = 2;
        set.train = triangle(spec.seed, 1, spec.trainSize);
        set.test = triangle(spec.seed, 2, spec.testSize);
        return set;
    };
    return {reader};
}

}  // namespace elbo
