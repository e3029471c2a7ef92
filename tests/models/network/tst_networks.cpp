// Every network of the registry: shapes, weights, gradients, cost.
#include <torch/torch.h>

#include <QtTest>

#include "models/fleet/generator.h"
#include "models/network/mlp.h"
#include "models/network/networks.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestNetworks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyEntry_data();
    void everyEntry();
    void aResidualLayerAddsToItsInput();
    void namesAreChecked();
};

void TestNetworks::everyEntry_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QList<int>>("hidden");
    QVERIFY(networkRows().size() >= 2);
    for (const RegistryRow& row : networkRows()) {
        for (const QList<int>& hidden : {QList<int>{}, QList<int>{4}, QList<int>{4, 4, 3}}) {
            const QString name = QString::fromStdString(row.name);
            QTest::addRow("%s with %d hidden layers", row.name.c_str(), static_cast<int>(hidden.size()))
                << name << hidden;
        }
    }
}

void TestNetworks::everyEntry() {
    QFETCH(QString, name);
    QFETCH(QList<int>, hidden);
    constexpr int kMembers = 3, kInputs = 5, kOutputs = 2;
    const auto make = [&](ParameterLayout& layout) {
        return makeNetwork(name.toStdString(), layout, "part",
                           {kInputs, {hidden.begin(), hidden.end()}, kOutputs, Activation::Tanh});
    };
    const auto layout = std::make_shared<ParameterLayout>();
    const auto network = make(*layout);
    QVERIFY(layout->size() > 0);
    for (const ParameterLayout::Slot& slot : layout->slots()) {
        QVERIFY2(slot.name.rfind("part.", 0) == 0, slot.name.c_str());
    }
    FleetParameters parameters(layout, kMembers, torch::kFloat64);
    torch::Generator generator = makeGenerator(3);
    network->initialise(parameters, generator);
    QVERIFY(parameters.values().abs().sum().item<double>() > 0.0);
    QVERIFY(torch::equal(parameters.values()[0], parameters.values()[2]));

    FleetParameters again(layout, kMembers, torch::kFloat64);
    torch::Generator same = makeGenerator(3);
    network->initialise(again, same);
    QVERIFY(torch::equal(parameters.values(), again.values()));

    parameters.values()[1].mul_(0.5);
    torch::Generator noise = makeGenerator(4);
    const torch::Tensor x = torch::randn({6, kInputs}, noise, torch::kFloat64);
    const torch::Tensor shared = network->forward(parameters, x);
    QCOMPARE(shared.sizes().vec(), (std::vector<std::int64_t>{kMembers, 6, kOutputs}));
    QVERIFY(torch::isfinite(shared).all().item<bool>());
    QVERIFY(torch::allclose(shared, network->forward(parameters, x.expand({kMembers, 6, kInputs}))));
    // A member alone, from a copy as a snapshot or a checkpoint has it, gives what it gives among others.
    QVERIFY(torch::allclose(shared[1], network->forward(parameters.freeze()->member(1), x)[0], 1e-12, 1e-14));
    QVERIFY(!torch::allclose(shared[0], shared[1]));

    QVERIFY(gradientError(parameters, [&] { return network->forward(parameters, x).square(); }) < 1e-7);

    const NetworkCost cost = network->cost();
    QVERIFY(cost.multiplications > 0 && cost.outputs >= kOutputs);
    QVERIFY(cost.multiplications <= layout->size());
    QVERIFY(network->mlp() == nullptr ||
            network->mlp()->layers().size() == static_cast<std::size_t>(hidden.size()) + 1);
}

void TestNetworks::aResidualLayerAddsToItsInput() {
    // With all weights of its blocks zero a residual network is its first and its last layer.
    const auto layout = std::make_shared<ParameterLayout>();
    const auto network = makeNetwork("residual_mlp", *layout, "part", {3, {4, 4, 4}, 2, Activation::Tanh});
    FleetParameters parameters(layout, 1, torch::kFloat64);
    torch::Generator generator = makeGenerator(1);
    network->initialise(parameters, generator);
    const torch::NoGradGuard noGradients;
    for (const std::size_t slot : {2U, 3U, 4U, 5U}) {
        parameters[slot].zero_();
    }
    const torch::Tensor x = torch::randn({5, 3}, generator, torch::kFloat64);
    const torch::Tensor hidden = torch::tanh(torch::matmul(x, parameters[0][0]) + parameters[1][0]);
    const torch::Tensor expected = torch::matmul(hidden, parameters[6][0]) + parameters[7][0];
    QVERIFY(torch::allclose(network->forward(parameters, x)[0], expected, 1e-12, 1e-14));
}

void TestNetworks::namesAreChecked() {
    ParameterLayout layout;
    QVERIFY_EXCEPTION_THROWN(makeNetwork("transformer", layout, "part", {1, {}, 1, Activation::Relu}),
                             std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestNetworks)
#include "tst_networks.moc"
