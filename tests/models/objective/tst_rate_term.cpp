#include "models/objective/rate_term.h"

#include <torch/torch.h>

#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"

using namespace elbo;

/// Rate targets, free bits and information against sums written out one posterior and one dimension at a time.
class TestRateTerm : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theRateItselfIsNoExtraTerm();
    void targetIsADistance();
    void freeBitsAreFreeByDimension();
    void informationIsTheSumOverPairs();
    void informationOfSeparateAndEqualPosteriors();
};

namespace {

torch::Tensor normal(torch::IntArrayRef shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

DiagonalGaussian posteriors(std::int64_t members, std::int64_t count, std::int64_t dim) {
    const torch::Tensor stddev = 0.3 + normal({members, count, dim}, 2).abs();
    return {normal({members, count, dim}, 1), stddev, 2.0 * stddev.log()};
}

ObjectiveSpec withTerm(RateTerm term, double target, double freeBits = 0.0) {
    ObjectiveSpec spec;
    spec.rateTerm = term;
    spec.rateTarget = target;
    spec.freeBits = freeBits;
    return spec;
}

double informationByHand(const DiagonalGaussian& posterior, const torch::Tensor& z, std::int64_t member) {
    const auto density = [&](std::int64_t code, std::int64_t j) {
        double log = 0.0;
        for (std::int64_t k = 0; k < z.size(2); ++k) {
            const double stddev = posterior.stddev[member][j][k].item<double>();
            const double t = (z[member][code][k].item<double>() - posterior.mean[member][j][k].item<double>()) / stddev;
            log += -0.5 * t * t - std::log(stddev) - 0.5 * std::log(2.0 * std::numbers::pi);
        }
        return std::exp(log);
    };
    double sum = 0.0;
    for (std::int64_t i = 0; i < z.size(1); ++i) {
        double mixture = 0.0;
        for (std::int64_t j = 0; j < z.size(1); ++j) {
            mixture += density(i, j) / static_cast<double>(z.size(1));
        }
        sum += std::log(density(i, i) / mixture) / static_cast<double>(z.size(1));
    }
    return sum;
}

}  // namespace

void TestRateTerm::theRateItselfIsNoExtraTerm() {
    const DiagonalGaussian posterior = posteriors(2, 5, 3);
    QVERIFY(!rateTerm({}, posterior, posterior.mean).defined());
}

void TestRateTerm::targetIsADistance() {
    const DiagonalGaussian posterior = posteriors(2, 5, 3);
    const torch::Tensor rate = posterior.rate().mean(1);
    for (const double target : {0.0, 0.7, 100.0}) {
        const torch::Tensor term = rateTerm(withTerm(RateTerm::Target, target), posterior, posterior.mean);
        for (int member = 0; member < 2; ++member) {
            QCOMPARE(term[member].item<double>(), std::abs(rate[member].item<double>() - target));
        }
    }
}

void TestRateTerm::freeBitsAreFreeByDimension() {
    // Rates 1/2 (mean 1), 0 and 2 (mean 2) with unit variances, floor 0.8: 0.8 + 0.8 + 2.
    torch::Tensor mean = torch::tensor({1.0, 0.0, 2.0}, torch::kFloat64).view({1, 1, 3}).requires_grad_();
    const torch::Tensor stddev = torch::ones({1, 1, 3}, torch::kFloat64);
    const DiagonalGaussian posterior{mean, stddev, torch::zeros_like(stddev)};
    const torch::Tensor term = rateTerm(withTerm(RateTerm::FreeBits, 0.0, 0.8), posterior, mean);
    QVERIFY(std::abs(term.item<double>() - 3.6) < 1e-14);
    term.sum().backward();
    QVERIFY(torch::equal(mean.grad(), torch::tensor({0.0, 0.0, 2.0}, torch::kFloat64).view({1, 1, 3})));
    // The floor is for the average over the batch, not for every example.
    const torch::Tensor pair = torch::tensor({0.0, 2.0}, torch::kFloat64).view({1, 2, 1});
    const DiagonalGaussian two{pair, torch::ones_like(pair), torch::zeros_like(pair)};
    QVERIFY(std::abs(rateTerm(withTerm(RateTerm::FreeBits, 0.0, 0.8), two, pair).item<double>() - 1.0) < 1e-14);
}

void TestRateTerm::informationIsTheSumOverPairs() {
    const DiagonalGaussian posterior = posteriors(3, 7, 5);
    const torch::Tensor z = posterior.sample(normal({7, 5}, 4));
    const torch::Tensor found = batchInformation(posterior, z);
    const torch::Tensor term = rateTerm(withTerm(RateTerm::Information, 0.9), posterior, z);
    for (std::int64_t member = 0; member < 3; ++member) {
        const double expected = informationByHand(posterior, z, member);
        QVERIFY(std::abs(found[member].item<double>() - expected) < 1e-12);
        QVERIFY(std::abs(term[member].item<double>() - std::abs(expected - 0.9)) < 1e-12);
    }
}

void TestRateTerm::informationOfSeparateAndEqualPosteriors() {
    const torch::Tensor apart = 1e3 * torch::arange(6, torch::kFloat64).view({1, 6, 1});
    const DiagonalGaussian separate{apart, torch::ones_like(apart), torch::zeros_like(apart)};
    QVERIFY(std::abs(batchInformation(separate, apart).item<double>() - std::log(6.0)) < 1e-12);
    const torch::Tensor same = torch::zeros({1, 6, 1}, torch::kFloat64);
    const DiagonalGaussian equal{same, torch::ones_like(same), torch::zeros_like(same)};
    QVERIFY(std::abs(batchInformation(equal, equal.sample(normal({6, 1}, 3))).item<double>()) < 1e-12);
}

QTEST_GUILESS_MAIN(TestRateTerm)
#include "tst_rate_term.moc"
