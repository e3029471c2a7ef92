#include "models/divergence/gaussian_moments.h"

#include <QtTest>
#include <cmath>

#include "models/latent_model.h"
#include "models/tensor/torch.h"

using namespace elbo;

/// The divergence of the moments against values worked out by hand, a large sample and what it must be blind to.
class TestGaussianMoments : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void valuesByHand();
    void diagonalCaseIsTheRate();
    void mixtureMomentsAreThoseOfASample();
    void seesNothingBeyondTwoMoments();
    void aBrokenMemberIsNotANumber();
};

namespace {

Gaussian posterior(const torch::Tensor& mean, const torch::Tensor& stddev) {
    return {mean, stddev, 2.0 * stddev.log()};
}

torch::Tensor normal(torch::IntArrayRef shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

}  // namespace

void TestGaussianMoments::valuesByHand() {
    // mean (1, -2), covariance [[2, 1], [1, 3]]: (5 + 5 - 2 - log 5) / 2.
    const torch::Tensor mean = torch::tensor({1.0, -2.0, 0.0, 0.0}, torch::kFloat64).view({2, 2});
    const torch::Tensor covariance =
        torch::tensor({2.0, 1.0, 1.0, 3.0, 1.0, 0.0, 0.0, 1.0}, torch::kFloat64).view({2, 2, 2});
    const torch::Tensor found = gaussianKl(mean, covariance);
    QVERIFY(std::abs(found[0].item<double>() - 0.5 * (8.0 - std::log(5.0))) < 1e-14);
    QVERIFY(std::abs(found[1].item<double>()) < 1e-15);
}

void TestGaussianMoments::diagonalCaseIsTheRate() {
    // One posterior alone is its own mixture: the divergence is its rate.
    const Gaussian one = posterior(normal({3, 1, 5}, 1), 0.2 + normal({3, 1, 5}, 2).abs());
    QVERIFY((momentDivergence(one) - one.rate().mean(1)).abs().max().item<double>() < 1e-13);
}

void TestGaussianMoments::mixtureMomentsAreThoseOfASample() {
    const Gaussian batch = posterior(2.0 * normal({1, 7, 3}, 1) + 0.5, 0.2 + normal({1, 7, 3}, 2).abs());
    const torch::Tensor many =
        batch.mean[0].repeat({20000, 1}) + batch.stddev[0].repeat({20000, 1}) * normal({140000, 3}, 4);
    const torch::Tensor mean = many.mean(0);
    const torch::Tensor centred = many - mean;
    const torch::Tensor covariance = torch::matmul(centred.t(), centred) / 140000.0;
    const double sampled = gaussianKl(mean.unsqueeze(0), covariance.unsqueeze(0)).item<double>();
    const double exact = momentDivergence(batch).item<double>();
    QVERIFY2(std::abs(sampled - exact) < 0.01 * exact, qPrintable(QString("%1, %2").arg(sampled).arg(exact)));
}

void TestGaussianMoments::seesNothingBeyondTwoMoments() {
    // Two narrow heaps at +-m with m^2 + s^2 = 1 are far from normal, but have its moments.
    const torch::Tensor mean = torch::tensor({-0.8, 0.8}, torch::kFloat64).view({1, 2, 1});
    const torch::Tensor stddev = torch::full({1, 2, 1}, 0.6, torch::kFloat64);
    QVERIFY(std::abs(momentDivergence(posterior(mean, stddev)).item<double>()) < 1e-14);
}

void TestGaussianMoments::aBrokenMemberIsNotANumber() {
    torch::Tensor mean = normal({3, 6, 2}, 5);
    mean[1][2][0] = std::nan("");
    const torch::Tensor found = momentDivergence(posterior(mean, torch::full({3, 6, 2}, 0.5, torch::kFloat64)));
    QVERIFY(std::isfinite(found[0].item<double>()) && std::isfinite(found[2].item<double>()));
    QVERIFY(std::isnan(found[1].item<double>()));
}

QTEST_GUILESS_MAIN(TestGaussianMoments)
#include "tst_gaussian_moments.moc"
