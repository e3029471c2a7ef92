#include "training/measure/quadrature/sampling_errors.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace elbo;

namespace {

constexpr Eigen::Index kWhole = 400;

/// Posteriors of one width whose means are standard normal.
Mixture posteriors(int dims, double stddev) {
    std::mt19937 random(5);
    std::normal_distribution<double> normal;
    Mixture mixture{Eigen::ArrayXXd(kWhole, dims), Eigen::ArrayXXd::Constant(kWhole, dims, stddev)};
    for (Eigen::Index n = 0; n < kWhole; ++n) {
        for (int dim = 0; dim < dims; ++dim) {
            mixture.means(n, dim) = normal(random);
        }
    }
    return mixture;
}

Mixture partOf(const Mixture& mixture, const std::vector<int>& examples) {
    const auto count = static_cast<Eigen::Index>(examples.size());
    Mixture part{Eigen::ArrayXXd(count, mixture.means.cols()), Eigen::ArrayXXd(count, mixture.means.cols())};
    for (Eigen::Index n = 0; n < count; ++n) {
        part.means.row(n) = mixture.means.row(examples[static_cast<std::size_t>(n)]);
        part.stddevs.row(n) = mixture.stddevs.row(examples[static_cast<std::size_t>(n)]);
    }
    return part;
}

/// KL(q(z|x_n) || N(0, I)); the other values are of no consequence here.
ExampleValues valuesOf(const Mixture& mixture) {
    const Eigen::ArrayXd rates =
        (0.5 * (mixture.means.square() + mixture.stddevs.square() - 1.0) - mixture.stddevs.log()).rowwise().sum();
    ExampleValues values;
    values.rates.assign(rates.data(), rates.data() + rates.size());
    values.distortions = values.logLikelihoods = values.posteriorGaps = values.rates;
    return values;
}

}  // namespace

class TestSamplingErrors : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPartOfTheMixtureIsOffByWhatItSays_data() {
        QTest::addColumn<int>("dims");
        QTest::addColumn<double>("stddev");
        QTest::newRow("codes that overlap") << 1 << 0.5;
        QTest::newRow("codes that hardly overlap") << 1 << 0.01;
        QTest::newRow("codes that lie apart") << 1 << 1e-5;
        QTest::newRow("a plane") << 2 << 0.3;
    }

    void aPartOfTheMixtureIsOffByWhatItSays() {
        QFETCH(const int, dims);
        QFETCH(const double, stddev);
        const Mixture whole = posteriors(dims, stddev);
        const MixtureIntegrals all = integrateMixture(whole, PriorValues(dims));
        std::vector<int> order(kWhole);
        std::iota(order.begin(), order.end(), 0);
        std::mt19937 random(7);
        constexpr int kParts = 30;
        int information = 0, marginal = 0, rate = 0;
        for (int i = 0; i < kParts; ++i) {
            std::shuffle(order.begin(), order.end(), random);
            const Mixture part = partOf(whole, {order.begin(), order.begin() + 60});
            const MixtureIntegrals found = integrateMixture(part, PriorValues(dims));
            const ExampleValues values = valuesOf(part);
            const FormErrors errors = samplingErrors(values, part, kWhole);
            const auto covers = [](double error, double off) { return std::abs(off) <= 2.0 * error ? 1 : 0; };
            information += covers(errors.informationQ, found.information.value - all.information.value);
            marginal += covers(errors.marginalKl, found.klMarginal.value - all.klMarginal.value);
            const auto mean = [](const std::vector<double>& rates) {
                return std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
            };
            rate += covers(errors.rate, mean(values.rates) - mean(valuesOf(whole).rates));
        }
        // All but 5 % on average; rates are skewed.
        for (const int covered : {information, marginal, rate}) {
            QVERIFY2(covered >= 24, qPrintable(QString("%1 %2 %3").arg(information).arg(marginal).arg(rate)));
        }
    }

    void nothingIsOpenWhereAllWereUsed() {
        const Mixture whole = posteriors(2, 0.5);
        const FormErrors errors = samplingErrors(valuesOf(whole), whole, kWhole);
        for (const double error : {errors.distortion, errors.rate, errors.negativeElbo, errors.negativeLogLikelihood,
                                   errors.posteriorGap, errors.informationQ, errors.marginalKl}) {
            QCOMPARE(error, 0.0);
        }
    }
};

QTEST_APPLESS_MAIN(TestSamplingErrors)
#include "tst_sampling_errors.moc"
