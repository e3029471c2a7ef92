#include <QFile>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "training/data/dataset.h"
#include "training/data/formula_sets.h"
#include "training/experiment/input_error.h"

using namespace elbo;

namespace {

double meanOf(const Examples& examples, int column) {
    double sum = 0.0;
    for (int i = 0; i < examples.size(); ++i) {
        sum += examples.row(i)[column];
    }
    return sum / examples.size();
}

double covarianceOf(const Examples& examples, int a, int b) {
    const double meanA = meanOf(examples, a);
    const double meanB = meanOf(examples, b);
    double sum = 0.0;
    for (int i = 0; i < examples.size(); ++i) {
        sum += (examples.row(i)[a] - meanA) * (examples.row(i)[b] - meanB);
    }
    return sum / examples.size();
}

bool close(double a, double b, double tolerance) {
    const bool near = std::abs(a - b) <= tolerance;
    if (!near) {
        qWarning("%.15g is not %.15g within %g", a, b, tolerance);
    }
    return near;
}

DataSpec specOf(const std::string& name, int train = 4000, int test = 1000) {
    DataSpec spec;
    spec.name = name;
    spec.trainSize = train;
    spec.testSize = test;
    return spec;
}

}  // namespace

class TestFormulaSets : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everySet_data() {
        QTest::addColumn<QString>("name");
        for (const DataReader& entry : formulaReaders()) {
            QTest::newRow(entry.name.c_str()) << QString::fromStdString(entry.name);
        }
    }
    /// Shapes, labels, repeatability, separate splits; whatever is in the registry.
    void everySet() {
        QFETCH(QString, name);
        DataSpec spec = specOf(name.toStdString(), 600, 200);
        spec.validationSize = 100;
        const auto set = loadDataset(spec);
        QCOMPARE(set->name, spec.name);
        QVERIFY(set->dim > 0 && !set->isImage() && !set->discrete);
        QCOMPARE(set->train.size(), 600);
        QCOMPARE(set->validation.size(), 100);
        QCOMPARE(set->test.size(), 200);
        for (const Examples* split : {&set->train, &set->validation, &set->test}) {
            QCOMPARE(split->dim, set->dim);
            QVERIFY(std::all_of(split->values.begin(), split->values.end(), [](float v) { return std::isfinite(v); }));
            QVERIFY(split->labels.empty() || static_cast<int>(split->labels.size()) == split->size());
            for (const int label : split->labels) {
                QVERIFY(label >= 0 && label < static_cast<int>(set->labelNames.size()));
            }
        }
        QCOMPARE(loadDataset(spec)->sha256, set->sha256);
        if (name != "two-points") {
            QVERIFY(!std::equal(set->test.values.begin(), set->test.values.end(), set->train.values.begin()));
            spec.seed = 99;
            QVERIFY(loadDataset(spec)->sha256 != set->sha256);
        }
    }

    void planeSetsHaveUnitScale_data() {
        QTest::addColumn<QString>("name");
        for (const DataReader& entry : formulaReaders()) {
            if (loadDataset(specOf(entry.name, 10, 0))->dim == 2) {
                QTest::newRow(entry.name.c_str()) << QString::fromStdString(entry.name);
            }
        }
    }
    void planeSetsHaveUnitScale() {
        QFETCH(QString, name);
        const auto set = loadDataset(specOf(name.toStdString(), 20000, 0));
        for (const int column : {0, 1}) {
            const double stddev = std::sqrt(covarianceOf(set->train, column, column));
            QVERIFY2(stddev > 0.75 && stddev < 1.3, qPrintable(QString::number(stddev)));
            QVERIFY(std::abs(meanOf(set->train, column)) < 0.25);
        }
        // Every label occurs, none rules.
        std::vector<int> counts(set->labelNames.size());
        for (const int label : set->train.labels) {
            ++counts[static_cast<std::size_t>(label)];
        }
        const double fair = 20000.0 / static_cast<double>(counts.size());
        for (const int count : counts) {
            QVERIFY(close(count, fair, 0.2 * fair));
        }
    }

    void twoPoints() {
        DataSpec spec = specOf("two-points", 5, 4);
        spec.separation = 1.5;
        const auto set = loadDataset(spec);
        QVERIFY((set->train.values == std::vector<float>{-1.5f, 1.5f, -1.5f, 1.5f, -1.5f}));
        QVERIFY((set->train.labels == std::vector<int>{0, 1, 0, 1, 0}));
        QVERIFY(!set->entropy);
    }

    void twoGaussians() {
        const auto set = loadDataset(specOf("two-gaussians", 40000, 0));
        QVERIFY(close(meanOf(set->train, 0), 0.0, 0.03));
        QVERIFY(close(covarianceOf(set->train, 0, 0), 1.25, 0.03));
        double right = 0.0;
        int count = 0;
        for (int i = 0; i < set->train.size(); ++i) {
            if (set->train.labels[static_cast<std::size_t>(i)] == 1) {
                right += set->train.row(i)[0];
                ++count;
            }
        }
        QVERIFY(close(right / count, 1.0, 0.02));
        QVERIFY(close(count, 20000, 500));
    }

    void twoGaussiansEntropyMatchesTheOracle() {
        // Of ../shared/oracles/two_gaussians.json, restated for trees without that folder.
        double oracle = 1.3585115463815944;
        QFile file(ELBOROOM_SOURCE_DIR "/../shared/oracles/two_gaussians.json");
        if (file.open(QIODevice::ReadOnly)) {
            oracle = nlohmann::json::parse(file.readAll().toStdString())["entropy"].get<double>();
        }
        QVERIFY(close(twoGaussiansEntropy(1.0, 0.25), oracle, 1e-13));
        QVERIFY(close(*loadDataset(specOf("two-gaussians", 10, 0))->entropy, oracle, 1e-13));
        // Scaling by c adds log c; no separation is a single Gaussian; far apart adds log 2 to it.
        QVERIFY(close(twoGaussiansEntropy(3.0, 2.25), oracle + std::log(3.0), 1e-12));
        const double single = 0.5 * std::log(2.0 * std::numbers::pi * std::numbers::e * 0.3);
        QVERIFY(close(twoGaussiansEntropy(0.0, 0.3), single, 1e-12));
        QVERIFY(close(twoGaussiansEntropy(20.0, 0.3), single + std::numbers::ln2, 1e-12));
        QVERIFY(close(twoGaussiansEntropy(1e6, 0.3), single + std::numbers::ln2, 1e-12));
    }

    void linearGaussianHasExactMoments() {
        DataSpec spec = specOf("linear-gaussian", 500, 50);
        spec.spectrum = {4.0, 2.0, 1.0, 0.5, 0.1};
        const auto set = loadDataset(spec);
        QCOMPARE(set->dim, 5);
        for (const Examples* split : {&set->train, &set->test}) {
            for (int a = 0; a < 5; ++a) {
                QVERIFY(close(meanOf(*split, a), 0.0, 1e-6));
                for (int b = 0; b < 5; ++b) {
                    const double wanted = a == b ? spec.spectrum[static_cast<std::size_t>(a)] : 0.0;
                    QVERIFY(close(covarianceOf(*split, a, b), wanted, 2e-6));
                }
            }
        }
        double entropy = 0.0;
        for (const double s : spec.spectrum) {
            entropy += 0.5 * std::log(2.0 * std::numbers::pi * std::numbers::e * s);
        }
        QVERIFY(close(*set->entropy, entropy, 1e-12));
        spec.trainSize = 5;  // no more examples than dimensions: left as drawn
        spec.testSize = 0;
        QCOMPARE(loadDataset(spec)->train.size(), 5);
    }

    /// log K + entropy of one mode against a Monte Carlo estimate of the mixture's own entropy.
    void mixtureEntropy() {
        const auto set = loadDataset(specOf("ring", 20000, 0));
        QVERIFY(set->entropy.has_value());
        const double variance = 0.05 * 0.05;
        double sum = 0.0;
        for (int i = 0; i < set->train.size(); ++i) {
            double density = 0.0;
            for (int mode = 0; mode < 8; ++mode) {
                const double angle = 2.0 * std::numbers::pi * mode / 8.0;
                const double dx = set->train.row(i)[0] - std::numbers::sqrt2 * std::cos(angle);
                const double dy = set->train.row(i)[1] - std::numbers::sqrt2 * std::sin(angle);
                density += std::exp(-0.5 * (dx * dx + dy * dy) / variance) / (8.0 * 2.0 * std::numbers::pi * variance);
            }
            sum -= std::log(density);
        }
        QVERIFY(close(sum / set->train.size(), *set->entropy, 0.03));
        DataSpec blurred = specOf("ring", 10, 0);
        blurred.noise = 0.5;
        QVERIFY(!loadDataset(blurred)->entropy);
    }

    void unknownNameIsRefused() { QVERIFY_THROWS_EXCEPTION(InputError, loadDataset(specOf("octagon"))); }
};

QTEST_GUILESS_MAIN(TestFormulaSets)
#include "tst_formula_sets.moc"
