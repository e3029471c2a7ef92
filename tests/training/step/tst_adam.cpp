#include <torch/optim.h>

#include <QtTest>

#include "models/tensor/torch.h"
#include "training/step/adam.h"

using namespace elbo;

class TestAdam : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithLibTorch();
    void unhealthyMembersStayWhereTheyAre();
};

void TestAdam::agreesWithLibTorch() {
    torch::manual_seed(1);
    torch::Tensor ours = torch::randn({3, 17}, torch::kFloat64);
    torch::Tensor theirs = ours.clone().set_requires_grad(true);
    OptimiserSpec spec;
    spec.learningRate = 0.03;
    Adam adam(spec, ours);
    torch::optim::Adam reference({theirs}, torch::optim::AdamOptions(0.03).betas({0.9, 0.999}).eps(1e-8));
    for (int step = 0; step < 20; ++step) {
        const torch::Tensor gradient = torch::randn({3, 17}, torch::kFloat64);
        adam.step(ours, gradient, 0.03, {true, true, true});
        theirs.mutable_grad() = gradient.clone();
        reference.step();
    }
    QVERIFY((ours - theirs).abs().max().item<double>() < 1e-12);
}

void TestAdam::unhealthyMembersStayWhereTheyAre() {
    torch::Tensor parameters = torch::ones({2, 3});
    Adam adam({}, parameters);
    torch::Tensor gradient = torch::ones({2, 3});
    gradient[0].fill_(std::nan(""));
    adam.step(parameters, gradient, 0.1, {false, true});
    QCOMPARE(parameters[0].sum().item<float>(), 3.0F);
    QVERIFY(parameters[1].sum().item<float>() < 3.0F);
    QCOMPARE(adam.firstMoment()[0].abs().sum().item<float>(), 0.0F);
}

QTEST_GUILESS_MAIN(TestAdam)
#include "tst_adam.moc"
