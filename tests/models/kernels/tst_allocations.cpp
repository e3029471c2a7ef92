#include <QtTest>

#include "models/objective/fused_objective.h"
#include "models/objective/objective.h"
#include "models/tensor/torch.h"
#include "tests/allocation_counter.h"

using namespace elbo;

/// After the first step the fused path takes no memory.
class TestAllocations : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aSteadyStepAllocatesNothing_data();
    void aSteadyStepAllocatesNothing();
};

void TestAllocations::aSteadyStepAllocatesNothing_data() {
    QTest::addColumn<int>("likelihood");
    QTest::addColumn<bool>("wide");
    QTest::newRow("bernoulli, float32") << static_cast<int>(LikelihoodKind::Bernoulli) << false;
    QTest::newRow("gaussian, float64") << static_cast<int>(LikelihoodKind::Gaussian) << true;
}

void TestAllocations::aSteadyStepAllocatesNothing() {
#if COUNTS_ALLOCATIONS
    QFETCH(int, likelihood);
    QFETCH(bool, wide);
    ModelSpec spec;
    spec.encoder = {40, 30};
    spec.decoder = {30, 40};
    spec.activation = Activation::Gelu;
    spec.likelihood = static_cast<LikelihoodKind>(likelihood);
    spec.variance = VarianceKind::Network;
    const torch::TensorOptions options = wide ? torch::kFloat64 : torch::kFloat32;
    const LatentModel model(spec, 50);
    FleetParameters parameters(model.layout(), 3, options);
    model.initialise(parameters, 1);
    const torch::Tensor x = torch::rand({70, 50}, options);
    const StepNoise noise{torch::randn({70, 2}, options), torch::randn({70, 2}, options)};
    const Coefficients coefficients = Coefficients::fromKnobs({{}, {4.0, 1.0, 0.0}, {1.0, 10.0, 0.0}});

    const long beforePlain = allocations;
    const Terms plain =
        computeTerms(model, parameters, x, noise, coefficients, {.kernel = DivergenceKernel::MultiScale});
    QVERIFY2(allocations > beforePlain, "the counter counts nothing");

    FusedObjective objective(model, 3, options);
    double sum =
        objective.step(parameters, x, noise, coefficients, DivergenceKernel::MultiScale)[LossTerm::Distortion][0];
    const long before = allocations;
    for (int step = 0; step < 20; ++step) {
        sum +=
            objective.step(parameters, x, noise, coefficients, DivergenceKernel::MultiScale)[LossTerm::Distortion][0];
    }
    QCOMPARE(allocations - before, 0L);
    QVERIFY(std::abs(sum / 21.0 - plain[LossTerm::Distortion][0].item<double>()) < 1e-3);
#else
    QSKIP("allocations are counted with glibc and without a sanitizer");
#endif
}

QTEST_GUILESS_MAIN(TestAllocations)
#include "tst_allocations.moc"
