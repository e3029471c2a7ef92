#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "models/kernels/kernel_table.h"

using namespace elbo;

/// Distortions, rates, kernel sums and the Adam row against plain loops in long double; their gradients against central
/// differences of those loops.
class TestTerms : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void distortions_data() { levels(); }
    void distortions();
    void posteriors_data() { levels(); }
    void posteriors();
    void kernelSums_data() { levels(); }
    void kernelSums();
    void rows_data() { levels(); }
    void rows();

  private:
    static void levels() {
        QTest::addColumn<int>("level");
        for (const CpuLevel level : availableCpuLevels()) {
            QTest::newRow(cpuLevelName(level).c_str()) << static_cast<int>(level);
        }
    }
};

namespace {

using Wide = long double;

/// Values in blocks of one or two widths; lanes past `examples` hold NaN.
template <class Real>
struct Blocks {
    int width;
    int features;
    int examples;
    std::vector<Real> values;

    Blocks(const KernelTable<Real>& kernels, int features, int examples, unsigned seed, double low, double high)
        : width(kernels.width), features(features), examples(examples) {
        std::mt19937 generator(seed);
        std::uniform_real_distribution<double> uniform(low, high);
        values.assign(static_cast<std::size_t>(blocks() * features * width), std::numeric_limits<Real>::quiet_NaN());
        for (int example = 0; example < examples; ++example) {
            for (int feature = 0; feature < features; ++feature) {
                at(example, feature) = static_cast<Real>(uniform(generator));
            }
        }
    }
    int blocks() const { return (examples + width - 1) / width; }
    Real& at(int example, int feature) {
        return values[static_cast<std::size_t>((example / width * features + feature) * width + example % width)];
    }
    Wide wide(int example, int feature) { return static_cast<Wide>(at(example, feature)); }
    Real* data() { return values.data(); }
};

template <class Real>
bool close(Real found, Wide expected, double epsilons) {
    const Wide unit = static_cast<Wide>(std::numeric_limits<Real>::epsilon()) * (1 + std::abs(expected));
    return std::abs(static_cast<Wide>(found) - expected) <= epsilons * unit;
}

bool closeSum(double found, Wide expected, double epsilon) {
    return std::abs(static_cast<Wide>(found) - expected) <= epsilon * (1 + std::abs(expected));
}

template <class Function>
Wide derivative(Function function, Wide at) {
    const Wide step = 1e-5L;
    return (function(at + step) - function(at - step)) / (2 * step);
}

struct WideScale {
    Wide stddev;
    Wide logVariance;
};

WideScale wideScale(ScaleKind kind, Wide a, Wide minimum) {
    const Wide stddev =
        kind == ScaleKind::Sigmoid ? 1 / (1 + std::exp(-a)) + minimum : std::sqrt(std::exp(a) + minimum * minimum);
    return {stddev, 2 * std::log(stddev)};
}

/// Rounding of the sums: a few units per term.
template <class Real>
constexpr double kSum = 16 * static_cast<double>(std::numeric_limits<Real>::epsilon());

template <class Real>
void checkDistortions(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    const int examples = kernels.width + 3;
    const Real scale = Real(0.37);
    for (const int features : {1, 5, 37}) {
        Blocks<Real> x(kernels, features, examples, 1, 0.0, 1.0);
        std::vector<double> perExample(static_cast<std::size_t>(x.blocks() * x.width));

        Blocks<Real> logits(kernels, features, examples, 2, -30.0, 30.0);
        Blocks<Real> gradients = logits;
        kernels.bernoulli(x.data(), gradients.data(), features, x.blocks(), scale, perExample.data());
        for (int e = 0; e < examples; ++e) {
            Wide sum = 0;
            for (int f = 0; f < features; ++f) {
                const Wide l = logits.wide(e, f);
                sum += (l > 20 ? l : std::log1p(std::exp(l))) - x.wide(e, f) * l;
                const Wide slope = (l > 20 ? 1 : 1 / (1 + std::exp(-l))) - x.wide(e, f);
                QVERIFY(close(gradients.at(e, f), slope * static_cast<Wide>(scale), 4.0));
            }
            QVERIFY(closeSum(perExample[static_cast<std::size_t>(e)], sum, kSum<Real>));
        }

        Blocks<Real> means(kernels, features, examples, 3, -2.0, 2.0);
        gradients = means;
        kernels.gaussian(x.data(), gradients.data(), features, x.blocks(), scale, perExample.data());
        for (int e = 0; e < examples; ++e) {
            Wide sum = 0;
            for (int f = 0; f < features; ++f) {
                const Wide difference = means.wide(e, f) - x.wide(e, f);
                sum += difference * difference;
                QVERIFY(close(gradients.at(e, f), difference * static_cast<Wide>(scale), 4.0));
            }
            QVERIFY(closeSum(perExample[static_cast<std::size_t>(e)], sum, kSum<Real>));
        }

        for (const ScaleKind kind : {ScaleKind::Exponential, ScaleKind::Sigmoid}) {
            const Real minimum = Real(0.05);
            Blocks<Real> outputs(kernels, 2 * features, examples, 4, -2.0, 2.0);
            gradients = outputs;
            kernels.gaussianNetwork(kind, minimum, x.data(), gradients.data(), features, x.blocks(), scale,
                                    perExample.data());
            for (int e = 0; e < examples; ++e) {
                Wide sum = 0;
                for (int f = 0; f < features; ++f) {
                    const auto term = [&](Wide mean, Wide a) {
                        const WideScale s = wideScale(kind, a, static_cast<Wide>(minimum));
                        const Wide difference = (mean - x.wide(e, f)) / s.stddev;
                        return (difference * difference + s.logVariance) / 2;
                    };
                    const Wide mean = outputs.wide(e, f);
                    const Wide a = outputs.wide(e, features + f);
                    const auto factor = static_cast<Wide>(scale);
                    sum += term(mean, a);
                    const Wide byMean = derivative([&](Wide v) { return term(v, a); }, mean);
                    const Wide byScale = derivative([&](Wide v) { return term(mean, v); }, a);
                    // The difference quotients are good to nine digits.
                    const double room = sizeof(Real) == sizeof(float) ? 32.0 : 1e8;
                    QVERIFY(close(gradients.at(e, f), byMean * factor, room));
                    QVERIFY(close(gradients.at(e, features + f), byScale * factor, room));
                }
                QVERIFY(closeSum(perExample[static_cast<std::size_t>(e)], sum, kSum<Real>));
            }
        }
    }
}

template <class Real>
void checkPosteriors(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    const int examples = kernels.width + 5;
    const Real minimum = Real(0.03);
    const Real rateScale = Real(0.6);
    for (const ScaleKind kind : {ScaleKind::Exponential, ScaleKind::Sigmoid}) {
        for (const int latent : {1, 3}) {
            Blocks<Real> outputs(kernels, 2 * latent, examples, 5, -2.0, 2.0);
            Blocks<Real> noise(kernels, latent, examples, 6, -2.0, 2.0);
            Blocks<Real> zGradient(kernels, latent, examples, 7, -1.0, 1.0);
            Blocks<Real> z = noise;
            Blocks<Real> zSlope = noise;
            Blocks<Real> rateSlope = noise;
            Blocks<Real> gradient = outputs;
            std::vector<double> rates(static_cast<std::size_t>(z.blocks() * z.width));
            kernels.posterior(kind, minimum, outputs.data(), noise.data(), z.data(), zSlope.data(), rateSlope.data(),
                              latent, z.blocks(), rates.data());
            kernels.posteriorBackward(gradient.data(), zGradient.data(), zSlope.data(), rateSlope.data(), rateScale,
                                      latent, z.blocks());
            for (int e = 0; e < examples; ++e) {
                Wide rate = 0;
                for (int f = 0; f < latent; ++f) {
                    const Wide mean = outputs.wide(e, f);
                    const Wide a = outputs.wide(e, latent + f);
                    const auto code = [&](Wide m, Wide raw) {
                        return m + wideScale(kind, raw, static_cast<Wide>(minimum)).stddev * noise.wide(e, f);
                    };
                    const auto term = [&](Wide m, Wide raw) {
                        const WideScale s = wideScale(kind, raw, static_cast<Wide>(minimum));
                        return (m * m + s.stddev * s.stddev - 1 - s.logVariance) / 2;
                    };
                    const auto loss = [&](Wide m, Wide raw) {
                        return zGradient.wide(e, f) * code(m, raw) + static_cast<Wide>(rateScale) * term(m, raw);
                    };
                    rate += term(mean, a);
                    QVERIFY(close(z.at(e, f), code(mean, a), 4.0));
                    const double room = sizeof(Real) == sizeof(float) ? 32.0 : 1e8;
                    QVERIFY(close(gradient.at(e, f), derivative([&](Wide v) { return loss(v, a); }, mean), room));
                    QVERIFY(
                        close(gradient.at(e, latent + f), derivative([&](Wide v) { return loss(mean, v); }, a), room));
                }
                QVERIFY(closeSum(rates[static_cast<std::size_t>(e)], rate, kSum<Real>));
            }
        }
    }
}

Wide wideKernel(DivergenceKernel kernel, Wide r2, Wide d) {
    switch (kernel) {
        case DivergenceKernel::GaussianDim2:
            return std::exp(-r2 / (d * d));
        case DivergenceKernel::GaussianDim:
            return std::exp(-r2 / d);
        case DivergenceKernel::InverseMultiquadratic:
            return 2 * d / (2 * d + r2);
        case DivergenceKernel::MultiScale: {
            Wide sum = 0;
            for (const Wide scale : {0.25L, 0.5L, 1.0L, 2.0L, 4.0L}) {
                sum += std::exp(-r2 / (scale * d)) / 5;
            }
            return sum;
        }
    }
    return 0;
}

template <class Real>
void checkKernelSums(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    for (const auto kernel : {DivergenceKernel::GaussianDim2, DivergenceKernel::GaussianDim,
                              DivergenceKernel::InverseMultiquadratic, DivergenceKernel::MultiScale}) {
        for (const int latent : {1, 2, 7}) {
            for (const int examples : {1, kernels.width - 1, kernels.width + 2}) {
                Blocks<Real> a(kernels, latent, examples, 8, -2.0, 2.0);
                Blocks<Real> b(kernels, latent, examples, 9, -2.0, 2.0);
                Blocks<Real> gradient(kernels, latent, examples, 10, -1.0, 1.0);
                Blocks<Real> before = gradient;
                const Real scale = Real(0.25);
                std::vector<Real> scratch(static_cast<std::size_t>(examples * kernels.width));
                const double sum = kernels.kernelSum(kernel, a.data(), b.data(), latent, examples, gradient.data(),
                                                     scale, scratch.data());
                const double valueOnly =
                    kernels.kernelSum(kernel, a.data(), b.data(), latent, examples, nullptr, Real(0), scratch.data());
                QCOMPARE(valueOnly, sum);
                Wide exact = 0;
                for (int i = 0; i < examples; ++i) {
                    std::vector<Wide> slope(static_cast<std::size_t>(latent), 0);
                    for (int j = 0; j < examples; ++j) {
                        Wide r2 = 0;
                        for (int d = 0; d < latent; ++d) {
                            r2 += (a.wide(i, d) - b.wide(j, d)) * (a.wide(i, d) - b.wide(j, d));
                        }
                        exact += wideKernel(kernel, r2, latent);
                        const Wide fall = -derivative([&](Wide v) { return wideKernel(kernel, v, latent); }, r2);
                        for (int d = 0; d < latent; ++d) {
                            slope[static_cast<std::size_t>(d)] += fall * (a.wide(i, d) - b.wide(j, d));
                        }
                    }
                    for (int d = 0; d < latent; ++d) {
                        const Wide expected =
                            before.wide(i, d) + static_cast<Wide>(scale) * slope[static_cast<std::size_t>(d)];
                        QVERIFY(close(gradient.at(i, d), expected, sizeof(Real) == sizeof(float) ? 64.0 : 1e8));
                    }
                }
                QVERIFY(closeSum(sum, exact, kSum<Real>));
            }
        }
    }
}

template <class Real>
void checkRows(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    std::mt19937 generator(11);
    std::normal_distribution<double> normal;
    for (const std::size_t count : {std::size_t{1}, std::size_t{31}, std::size_t{1000}}) {
        std::vector<Real> parameters(count + 1, Real(5));
        std::vector<Real> gradients(count + 1);
        std::vector<Real> first(count + 1);
        std::vector<Real> second(count + 1);
        for (std::size_t i = 0; i < count; ++i) {
            gradients[i] = static_cast<Real>(normal(generator));
            first[i] = static_cast<Real>(normal(generator));
            second[i] = static_cast<Real>(std::abs(normal(generator)));
        }
        std::vector<Real> found = parameters;
        std::vector<Real> newFirst = first;
        std::vector<Real> newSecond = second;
        const AdamConstants<Real> c{Real(0.9), Real(0.999), Real(0.1), Real(0.001), Real(1e-8), Real(0.01), Real(1.5)};
        kernels.adam(found.data(), gradients.data(), newFirst.data(), newSecond.data(), count, c);
        QCOMPARE(found[count], Real(5));
        for (std::size_t i = 0; i < count; ++i) {
            const auto g = static_cast<Wide>(gradients[i]);
            const Wide m = static_cast<Wide>(c.beta1) * first[i] + static_cast<Wide>(c.keep1) * g;
            const Wide v = static_cast<Wide>(c.beta2) * second[i] + static_cast<Wide>(c.keep2) * g * g;
            const Wide root = std::sqrt(v) * static_cast<Wide>(c.inverseRoot) + static_cast<Wide>(c.epsilon);
            QVERIFY(close(newFirst[i], m, 2.0));
            QVERIFY(close(newSecond[i], v, 2.0));
            QVERIFY(close(found[i], static_cast<Wide>(parameters[i]) - static_cast<Wide>(c.stepSize) * m / root, 2.0));
        }
    }
}

}  // namespace

void TestTerms::distortions() {
    QFETCH(int, level);
    checkDistortions<float>(static_cast<CpuLevel>(level));
    checkDistortions<double>(static_cast<CpuLevel>(level));
}

void TestTerms::posteriors() {
    QFETCH(int, level);
    checkPosteriors<float>(static_cast<CpuLevel>(level));
    checkPosteriors<double>(static_cast<CpuLevel>(level));
}

void TestTerms::kernelSums() {
    QFETCH(int, level);
    checkKernelSums<float>(static_cast<CpuLevel>(level));
    checkKernelSums<double>(static_cast<CpuLevel>(level));
}

void TestTerms::rows() {
    QFETCH(int, level);
    checkRows<float>(static_cast<CpuLevel>(level));
    checkRows<double>(static_cast<CpuLevel>(level));
}

QTEST_GUILESS_MAIN(TestTerms)
#include "tst_terms.moc"
