#include "training/data/formula_sets.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "models/spec/number_text.h"
#include "training/data/random.h"
#include "training/experiment/input_error.h"

namespace elbo {
namespace {

constexpr double kPi = std::numbers::pi;

enum Split : std::uint64_t { kTrain = 1, kValidation = 2, kTest = 3 };

/// One labelled point in the plane.
struct PlanePoint {
    double x;
    double y;
    int label;
};

Examples reserve(int count, int dim) {
    Examples examples;
    examples.dim = dim;
    examples.values.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(dim));
    return examples;
}

template <typename Draw>
void fillSplits(Dataset& set, const DataSpec& spec, const Draw& draw) {
    set.train = draw(kTrain, spec.trainSize);
    set.validation = draw(kValidation, spec.validationSize);
    set.test = draw(kTest, spec.testSize);
}

// On the line -----------------------------------------------------------------------------------------------------

void makeTwoPoints(Dataset& set, const DataSpec& spec) {
    set.dim = 1;
    set.labelNames = {fmt::format("x = {}", shortNumber(-spec.separation)),
                      fmt::format("x = {}", shortNumber(spec.separation))};
    // The entropy stays unset: with respect to the length of a line, two points have no density.
    fillSplits(set, spec, [&](Split, int count) {
        Examples examples = reserve(count, 1);
        for (int i = 0; i < count; ++i) {
            const int label = i % 2;
            examples.values[static_cast<std::size_t>(i)] =
                static_cast<float>(label == 0 ? -spec.separation : spec.separation);
            examples.labels.push_back(label);
        }
        return examples;
    });
}

void makeTwoGaussians(Dataset& set, const DataSpec& spec) {
    set.dim = 1;
    set.labelNames = {"around -" + shortNumber(spec.separation), "around " + shortNumber(spec.separation)};
    set.entropy = twoGaussiansEntropy(spec.separation, spec.variance);
    const double stddev = std::sqrt(spec.variance);
    fillSplits(set, spec, [&](Split split, int count) {
        Examples examples = reserve(count, 1);
        for (int i = 0; i < count; ++i) {
            Random random(spec.seed, split, static_cast<std::uint64_t>(i));
            const int label = static_cast<int>(random.below(2));
            const double mean = label == 0 ? -spec.separation : spec.separation;
            examples.values[static_cast<std::size_t>(i)] = static_cast<float>(mean + stddev * random.normal());
            examples.labels.push_back(label);
        }
        return examples;
    });
}

// Linear Gaussian --------------------------------------------------------------------------------------------------

/// A sample in double precision beside its whitened copy, then in the precision of a data set.
constexpr std::int64_t kWhitenedBytes = 2 * sizeof(double) + sizeof(float);

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Examples drawLinearGaussian(const DataSpec& spec, Split split, int count) {
    const auto dim = static_cast<Eigen::Index>(spec.spectrum.size());
    Matrix x(count, dim);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        Random random(spec.seed, split, static_cast<std::uint64_t>(i));
        for (Eigen::Index j = 0; j < dim; ++j) {
            x(i, j) = random.normal();
        }
    }
    // The water-filling oracle speaks of the covariance that the model is trained on. A sample's own covariance differs
    // from diag(spectrum) by O(1/sqrt(n)), which would hide errors of the model behind sampling error. So the sample is
    // whitened with its own covariance (divided by n, as a maximum-likelihood fit sees it) and coloured anew: the
    // empirical mean is then 0 and the covariance diag(spectrum), and the closed form holds for this very sample.
    // n <= dim leaves the covariance singular; such a sample stays as drawn.
    if (count > dim) {
        x.rowwise() -= x.colwise().mean();
        const Eigen::MatrixXd covariance = x.transpose() * x / static_cast<double>(count);
        const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
        x = factor.matrixL().solve(x.transpose()).transpose().eval();
    }
    Examples examples = reserve(count, static_cast<int>(dim));
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        for (Eigen::Index j = 0; j < dim; ++j) {
            const double stddev = std::sqrt(spec.spectrum[static_cast<std::size_t>(j)]);
            examples.values[static_cast<std::size_t>(i * dim + j)] = static_cast<float>(stddev * x(i, j));
        }
    }
    return examples;
}

void makeLinearGaussian(Dataset& set, const DataSpec& spec) {
    set.dim = static_cast<int>(spec.spectrum.size());
    double entropy = 0.0;
    for (const double eigenvalue : spec.spectrum) {
        entropy += 0.5 * std::log(2.0 * kPi * std::numbers::e * eigenvalue);
    }
    set.entropy = entropy;
    fillSplits(set, spec, [&](Split split, int count) { return drawLinearGaussian(spec, split, count); });
}

// In the plane -----------------------------------------------------------------------------------------------------
// All are scaled so that a coordinate has a standard deviation near 1.

constexpr int kRingModes = 8;
constexpr double kRingRadius = std::numbers::sqrt2;
constexpr int kGridSide = 5;
constexpr double kGridStep = 0.5 * std::numbers::sqrt2;
constexpr int kPinwheelArms = 5;

PlanePoint ring(Random& random, double noise) {
    const int mode = static_cast<int>(random.below(kRingModes));
    const double angle = 2.0 * kPi * mode / kRingModes;
    return {kRingRadius * std::cos(angle) + noise * random.normal(),
            kRingRadius * std::sin(angle) + noise * random.normal(), mode};
}

PlanePoint grid(Random& random, double noise) {
    const int column = static_cast<int>(random.below(kGridSide));
    const int row = static_cast<int>(random.below(kGridSide));
    constexpr double kCentre = 0.5 * (kGridSide - 1);
    return {kGridStep * (column - kCentre) + noise * random.normal(),
            kGridStep * (row - kCentre) + noise * random.normal(), kGridSide * row + column};
}

PlanePoint twoMoons(Random& random, double noise) {
    const int moon = static_cast<int>(random.below(2));
    const double angle = kPi * random.uniform();
    // Unit half circles, the lower one shifted into the upper one; centred and stretched to unit scale.
    const double x = moon == 0 ? std::cos(angle) : 1.0 - std::cos(angle);
    const double y = moon == 0 ? std::sin(angle) : 0.5 - std::sin(angle);
    return {1.15 * (x - 0.5) + noise * random.normal(), 1.9 * (y - 0.25) + noise * random.normal(), moon};
}

PlanePoint pinwheel(Random& random, double noise) {
    const int arm = static_cast<int>(random.below(kPinwheelArms));
    // An arm is a radial line from 0.3 to 2.2, turned the further the more it lies outwards. Its width grows outwards.
    const double radius = 0.3 + 1.9 * std::sqrt(random.uniform());
    const double across = (0.09 + noise) * (0.5 + radius) * random.normal() / (1.0 + radius);
    const double angle = 2.0 * kPi * arm / kPinwheelArms + 0.62 * radius + across;
    return {radius * std::cos(angle), radius * std::sin(angle), arm};
}

PlanePoint spiral(Random& random, double noise) {
    const int arm = static_cast<int>(random.below(2));
    // The square root spreads the points evenly along the arm.
    const double turn = 3.0 * kPi * std::sqrt(random.uniform());
    const double radius = 2.0 * turn / (3.0 * kPi);
    const double angle = turn + kPi * arm;
    return {radius * std::cos(angle) + noise * random.normal(), radius * std::sin(angle) + noise * random.normal(),
            arm};
}

PlanePoint swissRoll(Random& random, double noise) {
    const double along = random.uniform();
    const double turn = 1.5 * kPi * (1.0 + 2.0 * along);
    // The means over the roll are 2 and 2 / (3 pi).
    const double x = (turn * std::cos(turn) - 2.0) / 7.0;
    const double y = (turn * std::sin(turn) - 2.0 / (3.0 * kPi)) / 7.0;
    const int quarter = std::min(3, static_cast<int>(4.0 * along));
    return {x + noise * random.normal(), y + noise * random.normal(), quarter};
}

struct PlaneSet {
    const char* name;
    const char* title;
    int labels;
    PlanePoint (*draw)(Random&, double noise);
    double spacing;  ///< distance of neighbouring modes of a mixture of equal Gaussians; 0 for other sets
};

constexpr std::array<PlaneSet, 6> kPlaneSets{{
    {"ring", "Ring of eight Gaussians", kRingModes, ring, 2.0 * kRingRadius * 0.3826834323650898},
    {"grid", "Grid of 5 x 5 Gaussians", kGridSide* kGridSide, grid, kGridStep},
    {"two-moons", "Two moons", 2, twoMoons, 0.0},
    {"pinwheel", "Pinwheel with five arms", kPinwheelArms, pinwheel, 0.0},
    {"spiral", "Two spiral arms", 2, spiral, 0.0},
    {"swiss-roll", "Swiss roll in the plane", 4, swissRoll, 0.0},
}};

void makePlaneSet(Dataset& set, const DataSpec& spec, const PlaneSet& plane) {
    set.dim = 2;
    for (int label = 0; label < plane.labels; ++label) {
        set.labelNames.push_back(std::to_string(label + 1));
    }
    // Modes twelve standard deviations apart overlap by less than 1e-8: the mixture's entropy is then the sum of the
    // entropy of the choice and that of one mode.
    if (plane.spacing > 0.0 && spec.noise > 0.0 && plane.spacing >= 12.0 * spec.noise) {
        set.entropy = std::log(plane.labels) + std::log(2.0 * kPi * std::numbers::e * spec.noise * spec.noise);
    }
    fillSplits(set, spec, [&](Split split, int count) {
        Examples examples = reserve(count, 2);
        examples.labels.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            Random random(spec.seed, split, static_cast<std::uint64_t>(i));
            const PlanePoint point = plane.draw(random, spec.noise);
            examples.values[2 * static_cast<std::size_t>(i)] = static_cast<float>(point.x);
            examples.values[2 * static_cast<std::size_t>(i) + 1] = static_cast<float>(point.y);
            examples.labels.push_back(point.label);
        }
        return examples;
    });
}

std::int64_t oneValue(const DataSpec& /*spec*/) {
    return 1;
}

std::int64_t spectrumLength(const DataSpec& spec) {
    return static_cast<std::int64_t>(spec.spectrum.size());
}

/// Sets that are not in the plane.
struct LineSet {
    const char* name;
    const char* title;
    void (*make)(Dataset& set, const DataSpec& spec);
    std::vector<std::string> fields;
    std::int64_t (*dim)(const DataSpec& spec);
};

const std::vector<LineSet>& lineSets() {
    static const std::vector<LineSet> kSets{
        {"two-points", "Two points on a line", makeTwoPoints, {"separation"}, oneValue},
        {"two-gaussians", "Two Gaussians on a line", makeTwoGaussians, {"separation", "variance"}, oneValue},
        {"linear-gaussian", "Gaussian with a given spectrum", makeLinearGaussian, {"spectrum"}, spectrumLength},
    };
    return kSets;
}

template <typename Make>
DataReader formulaReader(const char* name, const char* title, std::vector<std::string> fields, Make make) {
    DataReader reader;
    reader.name = name;
    reader.title = title;
    reader.fields = std::move(fields);
    reader.read = [make](const DataSpec& spec) {
        Dataset set;
        make(set, spec);
        return set;
    };
    return reader;
}

}  // namespace

std::vector<DataReader> formulaReaders() {
    std::vector<DataReader> readers;
    for (const LineSet& line : lineSets()) {
        readers.push_back(formulaReader(line.name, line.title, line.fields, line.make));
        readers.back().dim = line.dim;
        if (line.make == makeLinearGaussian) {
            readers.back().bytesPerValue = kWhitenedBytes;
        }
    }
    for (const PlaneSet& plane : kPlaneSets) {
        readers.push_back(
            formulaReader(plane.name, plane.title, {"noise"},
                          [&plane](Dataset& set, const DataSpec& spec) { makePlaneSet(set, spec, plane); }));
        readers.back().dim = [](const DataSpec&) { return std::int64_t{2}; };
    }
    return readers;
}

double twoGaussiansEntropy(double separation, double variance) {
    const double stddev = std::sqrt(variance);
    const double distance = std::abs(separation) / stddev;
    const double single = 0.5 * std::log(2.0 * kPi * std::numbers::e * variance);
    if (distance > 40.0) {
        return single + std::numbers::ln2;  // no overlap left in double precision
    }
    // In units of the standard deviation. The trapezoid rule converges exponentially for integrands that are smooth and
    // vanish at both ends; a step of 1/64 is far inside that regime.
    const double end = distance + 12.0;
    constexpr double kStep = 1.0 / 64.0;
    const auto steps = static_cast<int>(std::ceil(end / kStep));
    double sum = 0.0;
    for (int i = -steps; i <= steps; ++i) {
        const double u = i * kStep;
        const double a = -0.5 * (u - distance) * (u - distance);
        const double b = -0.5 * (u + distance) * (u + distance);
        const double top = std::max(a, b);
        const double logDensity =
            top + std::log(std::exp(a - top) + std::exp(b - top)) - std::log(2.0 * std::sqrt(2.0 * kPi));
        sum -= std::exp(logDensity) * logDensity;
    }
    return sum * kStep + std::log(stddev);
}

}  // namespace elbo
