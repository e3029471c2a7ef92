#include <QtTest>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include "models/kernels/kernel_table.h"

using namespace elbo;

/// The functions of every level and precision against long double arithmetic, and their bounds as vector_math.inl
/// states them.
class TestElementwise : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void exponentialAndLogarithm_data() { levels(); }
    void exponentialAndLogarithm();
    void activations_data() { levels(); }
    void activations();
    void slopes_data() { levels(); }
    void slopes();
    void specialValues_data() { levels(); }
    void specialValues();
    void aValueDoesNotDependOnItsPlace_data() { levels(); }
    void aValueDoesNotDependOnItsPlace();
    void levelsAreOrdered();

  private:
    static void levels() {
        QTest::addColumn<int>("level");
        for (const CpuLevel level : availableCpuLevels()) {
            QTest::newRow(cpuLevelName(level).c_str()) << static_cast<int>(level);
        }
    }
};

namespace {

using Function = std::function<long double(long double)>;

const std::vector<Activation> kActivations{Activation::Identity, Activation::Relu,    Activation::LeakyRelu,
                                           Activation::Tanh,     Activation::Sigmoid, Activation::Softplus,
                                           Activation::Gelu,     Activation::Elu};

long double normalBelow(long double x) {
    return 0.5L * std::erfc(-x / std::sqrt(2.0L));
}

long double activated(Activation activation, long double x) {
    switch (activation) {
        case Activation::Identity:
            return x;
        case Activation::Relu:
            return x > 0 ? x : 0;
        case Activation::LeakyRelu:
            return x > 0 ? x : 0.1L * x;
        case Activation::Tanh:
            return std::tanh(x);
        case Activation::Sigmoid:
            return 1 / (1 + std::exp(-x));
        case Activation::Softplus:
            return x > 20 ? x : std::log1p(std::exp(x));
        case Activation::Gelu:
            return x * normalBelow(x);
        case Activation::Elu:
            return x > 0 ? x : std::expm1(x);
    }
    return x;
}

long double slopeOf(Activation activation, long double x) {
    switch (activation) {
        case Activation::Identity:
            return 1;
        case Activation::Relu:
            return x > 0 ? 1 : 0;
        case Activation::LeakyRelu:
            return x > 0 ? 1 : 0.1L;
        case Activation::Tanh:
            return 1 - std::tanh(x) * std::tanh(x);
        case Activation::Sigmoid:
            return activated(activation, x) * activated(activation, -x);
        case Activation::Softplus:
            return x > 20 ? 1 : activated(Activation::Sigmoid, x);
        case Activation::Gelu:
            return normalBelow(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0L));
        case Activation::Elu:
            return x > 0 ? 1 : std::exp(x);
    }
    return 1;
}

/// Both signs, evenly and towards zero.
template <class Real>
std::vector<Real> arguments(double limit) {
    std::vector<Real> values;
    for (int i = -4001; i <= 4001; ++i) {
        values.push_back(static_cast<Real>(limit * i / 4001.0));
    }
    for (double size = limit; size > 1e-12; size *= 0.93) {
        values.push_back(static_cast<Real>(size));
        values.push_back(static_cast<Real>(-size));
    }
    return values;
}

/// Largest error in units of the precision's epsilon: relative, below `floor` absolute.
template <class Real>
double worstError(const std::vector<Real>& x, const std::vector<Real>& found, const Function& exact, double floor,
                  double* where) {
    double worst = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const long double expected = exact(static_cast<long double>(x[i]));
        const long double size = std::max(std::abs(expected), static_cast<long double>(floor));
        const auto error = static_cast<double>(std::abs(static_cast<long double>(found[i]) - expected) / size /
                                               static_cast<long double>(std::numeric_limits<Real>::epsilon()));
        if (!(error <= worst)) {
            worst = error;
            *where = static_cast<double>(x[i]);
        }
    }
    return worst;
}

#define VERIFY_BOUND(error, bound, what, where) \
    QVERIFY2((error) <= (bound),                \
             qPrintable(QString("%1: %2 epsilons at %3").arg(QString(what)).arg(error).arg(where, 0, 'g', 17)))

template <class Real>
void checkExponentialAndLogarithm(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    const bool single = sizeof(Real) == sizeof(float);
    double where = 0.0;

    std::vector<Real> x = arguments<Real>(single ? 86.0 : 707.0);
    std::vector<Real> found = x;
    kernels.exponential(found.data(), found.size());
    const double exponential = worstError(
        x, found, [](long double v) { return std::exp(v); }, 0.0, &where);
    VERIFY_BOUND(exponential, 1.0, "exp", where);

    std::vector<Real> positive;
    for (double size = 1e-30; size < 1e30; size *= 1.013) {
        positive.push_back(static_cast<Real>(size));
    }
    for (int i = 1; i < 3000; ++i) {
        positive.push_back(static_cast<Real>(i / 1500.0));
    }
    found = positive;
    kernels.logarithm(found.data(), found.size());
    const double logarithm = worstError(
        positive, found, [](long double v) { return std::log(v); }, 0.0, &where);
    VERIFY_BOUND(logarithm, 1.0, "log", where);
}

template <class Real>
void checkActivations(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    for (const Activation activation : kActivations) {
        const double limit = activation == Activation::Gelu ? 6.0 : 80.0;
        const std::vector<Real> x = arguments<Real>(limit);
        std::vector<Real> found = x;
        std::vector<Real> slopes(x.size());
        kernels.activate(activation, found.data(), slopes.data(), found.size());
        double where = 0.0;
        const double error = worstError(
            x, found, [&](long double v) { return activated(activation, v); }, 1e-30, &where);
        // The tail of GELU loses digits with the square in its exponent.
        const double bound = activation == Activation::Gelu ? 12.0 : 2.0;
        VERIFY_BOUND(error, bound, QString("activation %1").arg(static_cast<int>(activation)), where);
    }
}

/// Derivatives at x as the backward product applies them: every input's gradient is 1 before that.
template <class Real>
std::vector<Real> slopesAt(const KernelTable<Real>& kernels, Activation activation, std::vector<Real> x) {
    const std::size_t count = x.size();
    const auto width = static_cast<std::size_t>(kernels.width);
    const std::size_t inputs = (count + width - 1) / width;
    x.resize(inputs * width);
    std::vector<Real> slopes(x.size());
    std::vector<Real> gradients(x.size());
    kernels.activate(activation, x.data(), slopes.data(), x.size());
    const std::vector<Real> ones(inputs + width, Real(1));
    std::vector<Real> scratch(kernels.productScratch(1, 1));
    kernels.layerInputGradient(ones.data(), ones.data(), activation,
                               activationKeepsSlope(activation) ? slopes.data() : x.data(), gradients.data(),
                               static_cast<int>(inputs), 1, 1, scratch.data());
    gradients.resize(count);
    return gradients;
}

template <class Real>
void checkSlopes(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    for (const Activation activation : kActivations) {
        const std::vector<Real> x = arguments<Real>(30.0);
        const std::vector<Real> found = slopesAt(kernels, activation, x);
        double where = 0.0;
        // A slope is a factor of a gradient: its absolute error counts, since 1 - tanh^2 cancels.
        const double error = worstError(
            x, found, [&](long double v) { return slopeOf(activation, v); }, 1.0, &where);
        VERIFY_BOUND(error, 4.0, QString("slope of activation %1").arg(static_cast<int>(activation)), where);
    }
}

template <class Real>
void checkSpecialValues(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    const Real infinity = std::numeric_limits<Real>::infinity();
    const Real nan = std::numeric_limits<Real>::quiet_NaN();

    std::vector<Real> values{nan, infinity, -infinity, Real(0), Real(1000), Real(-1000)};
    kernels.exponential(values.data(), values.size());
    QVERIFY(std::isnan(values[0]));
    QCOMPARE(values[1], infinity);
    QCOMPARE(values[2], Real(0));
    QCOMPARE(values[3], Real(1));
    QCOMPARE(values[4], infinity);
    QCOMPARE(values[5], Real(0));

    values = {nan, infinity, Real(0), Real(-1), Real(1)};
    kernels.logarithm(values.data(), values.size());
    QVERIFY(std::isnan(values[0]));
    QCOMPARE(values[1], infinity);
    QCOMPARE(values[2], -infinity);
    QVERIFY(std::isnan(values[3]));
    QCOMPARE(values[4], Real(0));

    for (const Activation activation : kActivations) {
        const bool passes =
            activation == Activation::Identity || activation == Activation::Relu || activation == Activation::LeakyRelu;
        QVERIFY(passes || std::isnan(slopesAt(kernels, activation, {nan})[0]));
        values = {nan, infinity, -infinity};
        std::vector<Real> slopes(values.size());
        kernels.activate(activation, values.data(), slopes.data(), values.size());
        QVERIFY(std::isnan(values[0]));
        const auto low = static_cast<Real>(activated(activation, -std::numeric_limits<long double>::infinity()));
        const auto high = static_cast<Real>(activated(activation, std::numeric_limits<long double>::infinity()));
        const auto near = [](Real a, Real b) { return a == b || std::abs(a - b) <= Real(2e-7) || (a != a && b != b); };
        QVERIFY2(near(values[1], high), qPrintable(QString("activation %1").arg(static_cast<int>(activation))));
        QVERIFY2(near(values[2], low), qPrintable(QString("activation %1").arg(static_cast<int>(activation))));
    }
}

template <class Real>
void checkPlaces(CpuLevel level) {
    const KernelTable<Real>& kernels = kernelTable<Real>(level);
    const std::vector<Real> x = arguments<Real>(9.0);
    for (const Activation activation : kActivations) {
        std::vector<Real> together(x.begin(), x.begin() + 77);
        std::vector<Real> slopes(x.size());
        kernels.activate(activation, together.data(), slopes.data(), together.size());
        for (std::size_t i = 0; i < together.size(); ++i) {
            Real alone = x[i];
            Real slope = 0;
            kernels.activate(activation, &alone, &slope, 1);
            QVERIFY(std::memcmp(&alone, &together[i], sizeof(Real)) == 0);
        }
    }
}

}  // namespace

void TestElementwise::exponentialAndLogarithm() {
    QFETCH(int, level);
    checkExponentialAndLogarithm<float>(static_cast<CpuLevel>(level));
    checkExponentialAndLogarithm<double>(static_cast<CpuLevel>(level));
}

void TestElementwise::activations() {
    QFETCH(int, level);
    checkActivations<float>(static_cast<CpuLevel>(level));
    checkActivations<double>(static_cast<CpuLevel>(level));
}

void TestElementwise::slopes() {
    QFETCH(int, level);
    checkSlopes<float>(static_cast<CpuLevel>(level));
    checkSlopes<double>(static_cast<CpuLevel>(level));
}

void TestElementwise::specialValues() {
    QFETCH(int, level);
    checkSpecialValues<float>(static_cast<CpuLevel>(level));
    checkSpecialValues<double>(static_cast<CpuLevel>(level));
}

void TestElementwise::aValueDoesNotDependOnItsPlace() {
    QFETCH(int, level);
    checkPlaces<float>(static_cast<CpuLevel>(level));
    checkPlaces<double>(static_cast<CpuLevel>(level));
}

void TestElementwise::levelsAreOrdered() {
    const std::vector<CpuLevel> levels = availableCpuLevels();
    QCOMPARE(levels.front(), CpuLevel::Plain);
    QCOMPARE(levels.back(), highestCpuLevel());
    // A level beyond the machine's is replaced by one that it can run.
    QCOMPARE(&kernelTable<float>(CpuLevel::V4), &kernelTable<float>(highestCpuLevel()));
}

QTEST_GUILESS_MAIN(TestElementwise)
#include "tst_elementwise.moc"
