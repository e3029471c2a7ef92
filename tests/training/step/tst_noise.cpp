#include "training/step/noise.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <vector>

using namespace elbo;

namespace {

std::vector<double> draw(std::uint64_t seed, NoiseStream stream, std::int64_t step, std::size_t count) {
    std::vector<double> values(count);
    drawNoise(seed, stream, step, values.data(), count);
    return values;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum / static_cast<double>(a.size());
}

}  // namespace

class TestNoise : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    /// Kolmogorov-Smirnov against the normal distribution, over many short blocks as training draws them.
    void isStandardNormal() {
        std::vector<double> values;
        for (int step = 0; step < 500; ++step) {
            const std::vector<double> block = draw(7, NoiseStream::Posterior, step, 401);
            values.insert(values.end(), block.begin(), block.end());
        }
        std::sort(values.begin(), values.end());
        double apart = 0.0;
        const auto n = static_cast<double>(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double expected = 0.5 * std::erfc(-values[i] / std::sqrt(2.0));
            apart = std::max({apart, std::abs(expected - static_cast<double>(i) / n),
                              std::abs(expected - static_cast<double>(i + 1) / n)});
        }
        QVERIFY2(apart * std::sqrt(n) < 1.63, qPrintable(QString::number(apart * std::sqrt(n))));  // 1 % level
        QVERIFY(values.back() > 4.0 && values.front() < -4.0);
    }

    void streamsStepsAndSeedsAreIndependent() {
        constexpr std::size_t kCount = 40000;
        const double bound = 4.0 / std::sqrt(static_cast<double>(kCount));
        const std::vector<double> base = draw(1, NoiseStream::Posterior, 0, kCount);
        QVERIFY(std::abs(correlation(base, draw(1, NoiseStream::Prior, 0, kCount))) < bound);
        QVERIFY(std::abs(correlation(base, draw(1, NoiseStream::Posterior, 1, kCount))) < bound);
        QVERIFY(std::abs(correlation(base, draw(2, NoiseStream::Posterior, 0, kCount))) < bound);
        const std::vector<double> shifted(base.begin() + 1, base.end());
        QVERIFY(std::abs(correlation(shifted, base)) < bound);
        QVERIFY(base == draw(1, NoiseStream::Posterior, 0, kCount));
    }

    void precisionsAgreeAndOddCountsAreFilled() {
        for (const std::size_t count : {1U, 2U, 127U, 128U, 129U, 300U}) {
            std::vector<float> narrow(count + 1, 99.0F);
            drawNoise(3, NoiseStream::Prior, 5, narrow.data(), count);
            const std::vector<double> wide = draw(3, NoiseStream::Prior, 5, count);
            for (std::size_t i = 0; i < count; ++i) {
                QVERIFY(std::abs(narrow[i] - wide[i]) < 1e-4);
            }
            QCOMPARE(narrow[count], 99.0F);
        }
    }
};

QTEST_GUILESS_MAIN(TestNoise)
#include "tst_noise.moc"
