#include "models/tensor/torch.h"
#include "training/analysis/latent_projection.h"

#include <QtTest>

using namespace elbo;

class TestLatentProjection : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void axesPickCoordinates();
    void equalAxesBecomeDifferentOnes();
    void thePrincipalPlaneIsThatOfLargestVariance();
    void liftThenProjectIsTheIdentity();
};

void TestLatentProjection::axesPickCoordinates() {
    const LatentProjection projection({false, 2, 0}, torch::zeros({3}, torch::kFloat64),
                                      torch::eye(3, torch::kFloat64));
    const torch::Tensor point = projection.project(torch::tensor({{1.0, 2.0, 3.0}}, torch::kFloat64));
    QCOMPARE(point[0][0].item<double>(), 3.0);
    QCOMPARE(point[0][1].item<double>(), 1.0);
    QCOMPARE(projection.xAxis(), std::string("z3"));
    QVERIFY(projection.alongAxes());
}

void TestLatentProjection::equalAxesBecomeDifferentOnes() {
    const LatentProjection projection({false, 1, 1}, torch::zeros({2}, torch::kFloat64),
                                      torch::eye(2, torch::kFloat64));
    QVERIFY(projection.xAxis() != projection.yAxis());
}

void TestLatentProjection::thePrincipalPlaneIsThatOfLargestVariance() {
    const torch::Tensor covariance = torch::diag(torch::tensor({0.1, 4.0, 1.0}, torch::kFloat64));
    const torch::Tensor mean = torch::tensor({5.0, 6.0, 7.0}, torch::kFloat64);
    const LatentProjection projection({true, 0, 1}, mean, covariance);
    QVERIFY(!projection.alongAxes());
    QVERIFY(torch::allclose(projection.basis().select(1, 0), torch::tensor({0.0, 1.0, 0.0}, torch::kFloat64)));
    QVERIFY(torch::allclose(projection.basis().select(1, 1), torch::tensor({0.0, 0.0, 1.0}, torch::kFloat64)));
    QCOMPARE(projection.xAxis(), std::string("principal axis 1 (78 %)"));
    QVERIFY(torch::allclose(projection.priorMean(), torch::tensor({-6.0, -7.0}, torch::kFloat64)));
}

void TestLatentProjection::liftThenProjectIsTheIdentity() {
    torch::manual_seed(1);
    const torch::Tensor a = torch::randn({4, 4}, torch::kFloat64);
    const LatentProjection projection({true, 0, 1}, torch::randn({4}, torch::kFloat64), torch::mm(a, a.t()));
    const torch::Tensor points = torch::randn({5, 2}, torch::kFloat64);
    QVERIFY(torch::allclose(projection.project(projection.lift(points)), points));
}

QTEST_GUILESS_MAIN(TestLatentProjection)
#include "tst_latent_projection.moc"
