#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "training/data/binarise.h"

using namespace elbo;

namespace {

/// n examples of odd dimension whose pixels run through the grey values from 0 to 1.
Examples ramp(int n, int dim = 257) {
    Examples examples;
    examples.dim = dim;
    for (int i = 0; i < n; ++i) {
        for (int p = 0; p < dim; ++p) {
            examples.values.push_back(static_cast<float>(p) / static_cast<float>(dim - 1));
        }
        examples.labels.push_back(i % 10);
    }
    return examples;
}

std::vector<int> orderOf(int n, std::uint64_t seed, std::int64_t epoch) {
    std::vector<int> order;
    drawEpochOrder(n, seed, epoch, order);
    return order;
}

}  // namespace

class TestBinarise : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void drawsHaveTheRightMeans() {
        constexpr double kDraws = 20000.0;
        const Examples grey = ramp(1);
        std::vector<float> out(257);
        std::vector<double> mean(257);
        double neighbours = 0.0;
        for (int draw = 0; draw < kDraws; ++draw) {
            binariseExample(grey.row(0), 257, 5, draw / 100, draw % 100, out.data());
            for (std::size_t p = 0; p < out.size(); ++p) {
                QVERIFY(out[p] == 0.0f || out[p] == 1.0f);
                mean[p] += out[p] / kDraws;
            }
            neighbours += (out[128] - 0.5) * (out[129] - grey.values[129]) / kDraws;
        }
        QCOMPARE(mean.front(), 0.0);
        QVERIFY(std::abs(mean.back() - 1.0) < 1e-9);
        for (std::size_t p = 0; p < mean.size(); ++p) {
            const double grayness = grey.values[p];
            const double deviation = std::sqrt(grayness * (1.0 - grayness) / kDraws);
            QVERIFY2(std::abs(mean[p] - grayness) <= 4.5 * deviation + 1e-9, qPrintable(QString::number(p)));
        }
        QVERIFY(std::abs(neighbours) < 4.5 * 0.25 / std::sqrt(kDraws));
    }

    void drawsArePureAndDiffer() {
        const Examples grey = ramp(1);
        const auto draw = [&](std::uint64_t seed, std::int64_t epoch, int index) {
            std::vector<float> out(257);
            binariseExample(grey.row(0), 257, seed, epoch, index, out.data());
            return out;
        };
        const auto reference = draw(1, 2, 3);
        QVERIFY(draw(1, 2, 3) == reference);
        QVERIFY(draw(2, 2, 3) != reference);
        QVERIFY(draw(1, 3, 3) != reference);
        QVERIFY(draw(1, 2, 4) != reference);
        QVERIFY(draw(2, 1, 3) != reference);
        QVERIFY(draw(1, 3, 2) != reference);
    }

    void onceOverASet() {
        const Examples grey = ramp(50);
        QVERIFY(binariseOnce(grey, Binarisation::None, 1).values == grey.values);
        QVERIFY(binariseOnce(grey, Binarisation::Stochastic, 1).values == grey.values);
        const Examples fixed = binariseOnce(grey, Binarisation::Static, 1);
        QVERIFY(fixed.labels == grey.labels);
        QVERIFY(fixed.values == binariseOnce(grey, Binarisation::Static, 1).values);
        QVERIFY(fixed.values != binariseOnce(grey, Binarisation::Static, 2).values);
        QVERIFY(std::all_of(fixed.values.begin(), fixed.values.end(), [](float v) { return v == 0.0f || v == 1.0f; }));
        const double mean = std::accumulate(fixed.values.begin(), fixed.values.end(), 0.0) / (50.0 * 257.0);
        QVERIFY(std::abs(mean - 0.5) < 0.02);
        QVERIFY(!std::equal(fixed.row(0), fixed.row(1), fixed.row(1)));
        const Examples sharp = binariseOnce(grey, Binarisation::Threshold, 1);
        QCOMPARE(sharp.values[127], 0.0f);
        QCOMPARE(sharp.values[128], 1.0f);  // exactly 1/2 counts as ink
    }

    void epochOrderIsAPermutation() {
        for (const int n : {0, 1, 2, 1000}) {
            std::vector<int> order = orderOf(n, 7, 3);
            std::sort(order.begin(), order.end());
            std::vector<int> all(static_cast<std::size_t>(n));
            std::iota(all.begin(), all.end(), 0);
            QVERIFY(order == all);
        }
        QVERIFY(orderOf(1000, 7, 3) == orderOf(1000, 7, 3));
        QVERIFY(orderOf(1000, 7, 4) != orderOf(1000, 7, 3));
        QVERIFY(orderOf(1000, 8, 3) != orderOf(1000, 7, 3));
        // Fair: over many epochs every example comes first about equally often.
        std::vector<int> first(5);
        for (int epoch = 0; epoch < 5000; ++epoch) {
            ++first[static_cast<std::size_t>(orderOf(5, 1, epoch).front())];
        }
        QVERIFY(std::all_of(first.begin(), first.end(), [](int count) { return std::abs(count - 1000) < 130; }));
    }

    void speed() {
        const Examples grey = ramp(1, 784);
        std::vector<float> out(784);
        QBENCHMARK {
            for (int i = 0; i < 100; ++i) {
                binariseExample(grey.row(0), 784, 1, 0, i, out.data());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestBinarise)
#include "tst_binarise.moc"
