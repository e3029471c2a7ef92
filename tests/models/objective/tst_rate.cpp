#include "models/objective/rate.h"

#include <QtTest>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// Rate targets, free bits and information against sums written out one posterior and one dimension at a time.
class TestRate : public QObject {
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

Gaussian posteriors(std::int64_t members, std::int64_t count, std::int64_t dim) {
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

double informationByHand(const Gaussian& posterior, const torch::Tensor& z, std::int64_t member) {
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

void TestRate::theRateItselfIsNoExtraTerm() {
    const Gaussian posterior = posteriors(2, 5, 3);
    QVERIFY(!rateTerm({}, GaussianBatch(posterior), posterior.mean, posterior.rate().mean(1)).defined());
}

void TestRate::targetIsADistance() {
    const Gaussian posterior = posteriors(2, 5, 3);
    const torch::Tensor rate = posterior.rate().mean(1);
    for (const double target : {0.0, 0.7, 100.0}) {
        const torch::Tensor term = rateTerm(withTerm(RateTerm::Target, target), GaussianBatch(posterior),
                                            posterior.mean, posterior.rate().mean(1));
        for (int member = 0; member < 2; ++member) {
            QCOMPARE(term[member].item<double>(), std::abs(rate[member].item<double>() - target));
        }
    }
}

void TestRate::freeBitsAreFreeByDimension() {
    // Rates 1/2 (mean 1), 0 and 2 (mean 2) with unit variances, floor 0.8: 0.8 + 0.8 + 2.
    torch::Tensor mean = torch::tensor({1.0, 0.0, 2.0}, torch::kFloat64).view({1, 1, 3}).requires_grad_();
    const torch::Tensor stddev = torch::ones({1, 1, 3}, torch::kFloat64);
    const Gaussian posterior{mean, stddev, torch::zeros_like(stddev)};
    const torch::Tensor term =
        rateTerm(withTerm(RateTerm::FreeBits, 0.0, 0.8), GaussianBatch(posterior), mean, posterior.rate().mean(1));
    QVERIFY(std::abs(term.item<double>() - 3.6) < 1e-14);
    term.sum().backward();
    QVERIFY(torch::equal(mean.grad(), torch::tensor({0.0, 0.0, 2.0}, torch::kFloat64).view({1, 1, 3})));
    // The floor is for the average over the batch, not for every example.
    const torch::Tensor pair = torch::tensor({0.0, 2.0}, torch::kFloat64).view({1, 2, 1});
    const Gaussian two{pair, torch::ones_like(pair), torch::zeros_like(pair)};
    QVERIFY(std::abs(rateTerm(withTerm(RateTerm::FreeBits, 0.0, 0.8), GaussianBatch(two), pair, two.rate().mean(1))
                         .item<double>() -
                     1.0) < 1e-14);
}

void TestRate::informationIsTheSumOverPairs() {
    const Gaussian posterior = posteriors(3, 7, 5);
    const torch::Tensor z = posterior.sample(normal({7, 5}, 4));
    const torch::Tensor found = batchInformation(GaussianBatch(posterior), z);
    const torch::Tensor term =
        rateTerm(withTerm(RateTerm::Information, 0.9), GaussianBatch(posterior), z, posterior.rate().mean(1));
    for (std::int64_t member = 0; member < 3; ++member) {
        const double expected = informationByHand(posterior, z, member);
        QVERIFY(std::abs(found[member].item<double>() - expected) < 1e-12);
        QVERIFY(std::abs(term[member].item<double>() - std::abs(expected - 0.9)) < 1e-12);
    }
}

void TestRate::informationOfSeparateAndEqualPosteriors() {
    const torch::Tensor apart = 1e3 * torch::arange(6, torch::kFloat64).view({1, 6, 1});
    const Gaussian separate{apart, torch::ones_like(apart), torch::zeros_like(apart)};
    QVERIFY(std::abs(batchInformation(GaussianBatch(separate), apart).item<double>() - std::log(6.0)) < 1e-12);
    const torch::Tensor same = torch::zeros({1, 6, 1}, torch::kFloat64);
    const Gaussian equal{same, torch::ones_like(same), torch::zeros_like(same)};
    QVERIFY(std::abs(batchInformation(GaussianBatch(equal), equal.sample(normal({6, 1}, 3))).item<double>()) < 1e-12);
}

QTEST_GUILESS_MAIN(TestRate)
#include "tst_rate.moc"
