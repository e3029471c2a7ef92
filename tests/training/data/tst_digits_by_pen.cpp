#include <QtTest>
#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "training/data/dataset.h"
#include "training/data/digits_by_pen.h"

using namespace elbo;

namespace {

float squaredDistance(const float* a, const float* b) {
    float sum = 0.0f;
    for (int i = 0; i < kDigitPixels; ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
}

/// Share of `test` whose nearest neighbour in `train` has another label.
double nearestNeighbourError(const Examples& train, const Examples& test) {
    int wrong = 0;
    for (int i = 0; i < test.size(); ++i) {
        int nearest = 0;
        float best = 1e30f;
        for (int j = 0; j < train.size(); ++j) {
            const float distance = squaredDistance(test.row(i), train.row(j));
            if (distance < best) {
                best = distance;
                nearest = j;
            }
        }
        wrong += train.labels[static_cast<std::size_t>(nearest)] != test.labels[static_cast<std::size_t>(i)];
    }
    return wrong / static_cast<double>(test.size());
}

}  // namespace

class TestDigitsByPen : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void examplesArePureFunctions() {
        const Examples many = drawDigits(3, 200);
        std::array<float, kDigitPixels> again{};
        for (const int i : {199, 0, 57}) {
            QCOMPARE(drawDigit(3, static_cast<std::uint64_t>(i), again.data()),
                     many.labels[static_cast<std::size_t>(i)]);
            QCOMPARE(std::memcmp(again.data(), many.row(i), sizeof again), 0);
        }
        const Examples few = drawDigits(3, 20);
        QVERIFY(std::equal(few.values.begin(), few.values.end(), many.values.begin()));
        QVERIFY(drawDigits(4, 20).values != few.values);
    }

    void everyBlockOfTenHoldsAllDigits() {
        const Examples examples = drawDigits(11, 500);
        for (std::size_t block = 0; block < 50; ++block) {
            const auto begin = examples.labels.begin() + static_cast<std::ptrdiff_t>(10 * block);
            QCOMPARE(std::set<int>(begin, begin + 10).size(), std::size_t{10});
        }
    }

    void pixelsAreGreyAndInkStaysOnThePage() {
        const Examples examples = drawDigits(5, 3000);
        double ink = 0.0;
        double edge = 0.0;
        int between = 0;
        for (int i = 0; i < examples.size(); ++i) {
            for (int p = 0; p < kDigitPixels; ++p) {
                const float value = examples.row(i)[p];
                QVERIFY(value >= 0.0f && value <= 1.0f);
                ink += value;
                between += value > 0.0f && value < 1.0f;
                const int x = p % kDigitSide;
                const int y = p / kDigitSide;
                if (x == 0 || y == 0 || x == kDigitSide - 1 || y == kDigitSide - 1) {
                    edge += value;
                }
            }
        }
        // About as much ink as MNIST (0.13), antialiased, and practically none cut off at the border.
        const double mean = ink / (3000.0 * kDigitPixels);
        QVERIFY2(mean > 0.09 && mean < 0.19, qPrintable(QString::number(mean)));
        QVERIFY(between > 3000 * 30);
        QVERIFY2(edge < 1e-3 * ink, qPrintable(QString::number(edge / ink)));
    }

    void digitsAreDistinct() {
        const double error = nearestNeighbourError(drawDigits(21, 2000), drawDigits(22, 500));
        qInfo("1-NN error, 2000 examples: %.3f", error);
        QVERIFY2(error < 0.05, qPrintable(QString::number(error)));
        // ... and varied: two writings of one digit are far from equal.
        const Examples examples = drawDigits(23, 1000);
        for (int i = 1; i < examples.size(); ++i) {
            QVERIFY(squaredDistance(examples.row(0), examples.row(i)) > 5.0f);
        }
    }

    void splitsAreSeparateStreams() {
        DataSpec spec;
        spec.trainSize = 100;
        spec.validationSize = 100;
        spec.testSize = 100;
        const auto set = loadDataset(spec);
        QCOMPARE(set->name, std::string("digits"));
        QCOMPARE(set->dim, kDigitPixels);
        QVERIFY(set->isImage() && set->discrete);
        QVERIFY(set->train.values != set->test.values && set->train.values != set->validation.values);
        spec.trainSize = 150;
        const auto larger = loadDataset(spec);
        QVERIFY(larger->test.values == set->test.values);
        QVERIFY(std::equal(set->train.values.begin(), set->train.values.end(), larger->train.values.begin()));
        spec.trainSize = 100;
        QCOMPARE(loadDataset(spec)->sha256, set->sha256);
        spec.seed = 2;
        QVERIFY(loadDataset(spec)->sha256 != set->sha256);
    }

    void speed() {
        QElapsedTimer timer;
        timer.start();
        const Examples examples = drawDigits(1, 20000);
        const double seconds = 1e-3 * static_cast<double>(timer.elapsed());
        qInfo("20,000 digits in %.2f s", seconds);
        QCOMPARE(examples.size(), 20000);
#ifdef NDEBUG
        QVERIFY(seconds < 5.0);
#endif
    }
};

QTEST_GUILESS_MAIN(TestDigitsByPen)
#include "tst_digits_by_pen.moc"
