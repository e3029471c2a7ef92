#include <QtTest>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "models/kernels/kernel_table.h"

using namespace elbo;

/// The three products of a layer and the change of layout against plain loops in double, at odd sizes, at sizes that
/// take several passes and copies, and with NaN in the lanes that hold no example.
class TestProduct : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void layer_data();
    void layer();
    void equalArgumentsGiveEqualBytes();
};

namespace {

template <class Real>
std::vector<Real> randomValues(std::size_t count, std::mt19937& generator) {
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    std::vector<Real> values(count);
    for (Real& value : values) {
        value = static_cast<Real>(uniform(generator));
    }
    return values;
}

/// A layer's operands as rows and as blocks.
template <class Real>
struct Layer {
    const KernelTable<Real>& kernels;
    int inputs;
    int outputs;
    int examples;
    int blocks;
    std::vector<Real> weight;
    std::vector<Real> bias;
    std::vector<Real> in;           // [examples, inputs]
    std::vector<Real> outGradient;  // [examples, outputs]
    std::vector<Real> scratch;

    Layer(CpuLevel level, int inputs, int outputs, int examples, unsigned seed)
        : kernels(kernelTable<Real>(level)),
          inputs(inputs),
          outputs(outputs),
          examples(examples),
          blocks((examples + kernels.width - 1) / kernels.width) {
        std::mt19937 generator(seed);
        const auto i = static_cast<std::size_t>(inputs);
        const auto o = static_cast<std::size_t>(outputs);
        const auto e = static_cast<std::size_t>(examples);
        weight = randomValues<Real>(i * o, generator);
        bias = randomValues<Real>(o, generator);
        in = randomValues<Real>(e * i, generator);
        outGradient = randomValues<Real>(e * o, generator);
        scratch.resize(kernels.productScratch(outputs, blocks));
    }

    std::size_t place(int features, int example, int feature) const {
        return (static_cast<std::size_t>(example / kernels.width) * static_cast<std::size_t>(features) +
                static_cast<std::size_t>(feature)) *
                   static_cast<std::size_t>(kernels.width) +
               static_cast<std::size_t>(example % kernels.width);
    }

    /// In blocks, with NaN in the lanes past the last example.
    std::vector<Real> inBlocks(const std::vector<Real>& rows, int features) const {
        std::vector<Real> result(static_cast<std::size_t>(blocks * kernels.width) * static_cast<std::size_t>(features));
        kernels.toBlocks(rows.data(), examples, features, result.data());
        for (int example = examples; example < blocks * kernels.width; ++example) {
            for (int feature = 0; feature < features; ++feature) {
                result[place(features, example, feature)] = std::numeric_limits<Real>::quiet_NaN();
            }
        }
        return result;
    }
    double w(int i, int o) const { return static_cast<double>(weight[static_cast<std::size_t>(i * outputs + o)]); }
    double x(int e, int i) const { return static_cast<double>(in[static_cast<std::size_t>(e * inputs + i)]); }
    double g(int e, int o) const { return static_cast<double>(outGradient[static_cast<std::size_t>(e * outputs + o)]); }
};

/// Rounding of a sum of `terms` products of values up to 1.
template <class Real>
double tolerance(int terms) {
    return 8.0 * static_cast<double>(std::numeric_limits<Real>::epsilon()) *
           std::sqrt(static_cast<double>(terms) + 1.0);
}

template <class Real>
void checkLayer(CpuLevel level, int inputs, int outputs, int examples) {
    const Layer<Real> layer(level, inputs, outputs, examples, 7);
    const KernelTable<Real>& kernels = layer.kernels;
    std::vector<Real> scratch = layer.scratch;
    const std::vector<Real> in = layer.inBlocks(layer.in, inputs);
    const std::vector<Real> outGradient = layer.inBlocks(layer.outGradient, outputs);
    const auto lanes = static_cast<std::size_t>(layer.blocks * kernels.width);

    // One element more than needed, to see whether anything is written past the end.
    const Real guard = Real(12345);
    std::vector<Real> out(lanes * static_cast<std::size_t>(outputs) + 1, guard);
    kernels.layerForward(layer.weight.data(), layer.bias.data(), in.data(), out.data(), inputs, outputs, layer.blocks,
                         scratch.data());
    std::vector<Real> inGradient(lanes * static_cast<std::size_t>(inputs) + 1, guard);
    // The factors of tanh's derivative at y = 1/2.
    const std::vector<Real> kept(lanes * static_cast<std::size_t>(inputs), Real(0.5));
    kernels.layerInputGradient(layer.weight.data(), outGradient.data(), Activation::Tanh, kept.data(),
                               inGradient.data(), inputs, outputs, layer.blocks, scratch.data());
    std::vector<Real> weightGradient(static_cast<std::size_t>(inputs * outputs) + 1, guard);
    std::vector<Real> biasGradient(static_cast<std::size_t>(outputs) + 1, guard);
    const double total = kernels.layerWeightGradient(in.data(), outGradient.data(), weightGradient.data(),
                                                     biasGradient.data(), inputs, outputs, examples, scratch.data());
    double expectedTotal = 0.0;
    for (const auto* buffer : {&weightGradient, &biasGradient}) {
        expectedTotal = std::accumulate(buffer->begin(), buffer->end() - 1, expectedTotal);
    }
    QVERIFY(std::abs(total - expectedTotal) < 10.0 * tolerance<Real>(inputs * outputs * examples));
    for (const auto* buffer : {&out, &inGradient, &weightGradient, &biasGradient}) {
        QCOMPARE(buffer->back(), guard);
    }

    double worst = 0.0;
    const auto compare = [&worst](Real found, double expected, int terms) {
        const double error = std::abs(static_cast<double>(found) - expected) / tolerance<Real>(terms);
        worst = error > worst || std::isnan(error) ? error : worst;
        return !std::isnan(error);
    };
    // Large layers are looked at on a coarse grid.
    const int step = inputs * outputs > 20000 ? 17 : 1;
    for (int e = 0; e<examples; e += step> 1 ? 5 : 1) {
        for (int o = 0; o < outputs; o += step) {
            double sum = static_cast<double>(layer.bias[static_cast<std::size_t>(o)]);
            for (int i = 0; i < inputs; ++i) {
                sum += layer.x(e, i) * layer.w(i, o);
            }
            QVERIFY(compare(out[layer.place(outputs, e, o)], sum, inputs));
        }
        for (int i = 0; i < inputs; i += step) {
            double sum = 0.0;
            for (int o = 0; o < outputs; ++o) {
                sum += layer.g(e, o) * layer.w(i, o);
            }
            QVERIFY(compare(inGradient[layer.place(inputs, e, i)], 0.75 * sum, outputs));
        }
    }
    for (int o = 0; o < outputs; ++o) {
        double biasSum = 0.0;
        for (int e = 0; e < examples; ++e) {
            biasSum += layer.g(e, o);
        }
        QVERIFY(compare(biasGradient[static_cast<std::size_t>(o)], biasSum, examples));
        for (int i = 0; i < inputs; i += step) {
            double sum = 0.0;
            for (int e = 0; e < examples; ++e) {
                sum += layer.x(e, i) * layer.g(e, o);
            }
            QVERIFY(compare(weightGradient[static_cast<std::size_t>(i * outputs + o)], sum, examples));
        }
    }
    QVERIFY2(worst < 1.0, qPrintable(QString("%1 tolerances").arg(worst)));
}

}  // namespace

void TestProduct::layer_data() {
    QTest::addColumn<int>("level");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("examples");
    const int shapes[][3] = {{1, 1, 1},     {2, 3, 5},      {3, 2, 128},  {5, 7, 31},    {17, 1, 33},   {1, 19, 64},
                             {64, 64, 128}, {9, 4, 100},    {8, 8, 7},    {31, 33, 65},  {65, 50, 129}, {700, 41, 37},
                             {41, 700, 37}, {333, 401, 40}, {13, 16, 16}, {48, 17, 200}, {100, 321, 3}, {321, 100, 18}};
    for (const CpuLevel level : availableCpuLevels()) {
        for (const auto& shape : shapes) {
            QTest::addRow("%s %d to %d, %d examples", cpuLevelName(level).c_str(), shape[0], shape[1], shape[2])
                << static_cast<int>(level) << shape[0] << shape[1] << shape[2];
        }
    }
}

void TestProduct::layer() {
    QFETCH(int, level);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    QFETCH(int, examples);
    checkLayer<float>(static_cast<CpuLevel>(level), inputs, outputs, examples);
    checkLayer<double>(static_cast<CpuLevel>(level), inputs, outputs, examples);
}

void TestProduct::equalArgumentsGiveEqualBytes() {
    const Layer<float> layer(cpuLevel(), 300, 300, 90, 3);
    const std::vector<float> in = layer.inBlocks(layer.in, 300);
    std::vector<float> scratch = layer.scratch;
    std::vector<float> first(static_cast<std::size_t>(layer.blocks * layer.kernels.width) * 300);
    std::vector<float> second(first.size());
    for (std::vector<float>* out : {&first, &second}) {
        layer.kernels.layerForward(layer.weight.data(), layer.bias.data(), in.data(), out->data(), 300, 300,
                                   layer.blocks, scratch.data());
    }
    for (int e = 0; e < 90; ++e) {
        for (int o = 0; o < 300; ++o) {
            QCOMPARE(first[layer.place(300, e, o)], second[layer.place(300, e, o)]);
        }
    }
}

QTEST_GUILESS_MAIN(TestProduct)
#include "tst_product.moc"
