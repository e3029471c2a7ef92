#include "training/data/representative.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

using namespace elbo;

namespace {

/// As many examples of each label as `sizes` say, sorted by label as files often are.
Examples labelled(const std::vector<int>& sizes) {
    Examples examples;
    examples.dim = 1;
    for (std::size_t label = 0; label < sizes.size(); ++label) {
        examples.labels.insert(examples.labels.end(), static_cast<std::size_t>(sizes[label]), static_cast<int>(label));
    }
    examples.values.assign(examples.labels.size(), 0.0F);
    return examples;
}

Examples unlabelled(int size) {
    Examples examples = labelled({size});
    examples.labels.clear();
    return examples;
}

bool isPermutation(std::vector<int> order, int size) {
    std::sort(order.begin(), order.end());
    std::vector<int> all(static_cast<std::size_t>(size));
    std::iota(all.begin(), all.end(), 0);
    return order == all;
}

}  // namespace

class TestRepresentative : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyExampleComesOnce() {
        QVERIFY(isPermutation(representativeOrder(labelled({50, 20, 7, 1}), 1), 78));
        QVERIFY(isPermutation(representativeOrder(unlabelled(100), 1), 100));
        QVERIFY(representativeOrder(Examples{}, 1).empty());
        QCOMPARE(representativeOrder(unlabelled(1), 1), std::vector<int>{0});
    }

    void theSameSeedGivesTheSameOrder() {
        const Examples examples = labelled({50, 20, 7, 1});
        QCOMPARE(representativeOrder(examples, 3), representativeOrder(examples, 3));
        QVERIFY(representativeOrder(examples, 3) != representativeOrder(examples, 4));
        QVERIFY(representativeOrder(unlabelled(50), 3) != representativeOrder(unlabelled(50), 4));
    }

    void everyBeginningHasTheLabelsInProportion() {
        const std::vector<int> sizes{500, 200, 37, 3, 260};
        const Examples examples = labelled(sizes);
        const double whole = examples.size(), labels = static_cast<double>(sizes.size());
        for (const std::uint64_t seed : {1ULL, 2ULL, 3ULL}) {
            std::map<int, int> counts;
            double taken = 0.0;
            for (const int example : representativeOrder(examples, seed)) {
                ++counts[examples.labels[static_cast<std::size_t>(example)]];
                taken += 1.0;
                for (std::size_t label = 0; label < sizes.size(); ++label) {
                    const double share = sizes[label] / whole;
                    QVERIFY(std::abs(counts[static_cast<int>(label)] - taken * share) < 1.0 + labels * share);
                }
            }
        }
    }

    /// The first hundred of a split that is sorted by its values would be off by far.
    void aBeginningIsARandomSample() {
        constexpr int kSize = 1000, kPart = 100, kSeeds = 200;
        for (const Examples& examples : {unlabelled(kSize), labelled({600, 400})}) {
            std::vector<double> chosen(kSize);
            for (int seed = 0; seed < kSeeds; ++seed) {
                const std::vector<int> order = representativeOrder(examples, static_cast<std::uint64_t>(seed));
                for (int i = 0; i < kPart; ++i) {
                    chosen[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] += 1.0 / kSeeds;
                }
            }
            // A tenth each, give or take the chance of 200 draws: 0.021, and 5 of those among 1000.
            for (const double share : chosen) {
                QVERIFY2(std::abs(share - 0.1) < 0.11, qPrintable(QString::number(share)));
            }
            for (int part = 0; part < kSize; part += 100) {
                const double mean = std::accumulate(chosen.begin() + part, chosen.begin() + part + 100, 0.0) / 100.0;
                QVERIFY2(std::abs(mean - 0.1) < 0.012, qPrintable(QString::number(mean)));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRepresentative)
#include "tst_representative.moc"
