// Every network of the registry: shapes, weights, gradients, cost.

#include <QtTest>
#include <utility>

#include "models/fleet/generator.h"
#include "models/network/mlp.h"
#include "models/network/networks.h"
#include "models/tensor/torch.h"
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

namespace {

/// What a network of images is asked to be: small images with two channels that are halved once, a value of noise
/// beside them, and a decoder with two outputs for every value.
NetworkShape imageShape(bool decoder, std::vector<int> hidden) {
    constexpr DataShape kImages = DataShape::image(2, 4, 2);
    NetworkShape shape{kImages.dim + 1, std::move(hidden), 2, Activation::Tanh, NetworkRole::Encoder, kImages, {2}};
    if (decoder) {
        shape.role = NetworkRole::Decoder;
        shape.inputs = 3;
        shape.outputs = 2 * kImages.dim;
    }
    return shape;
}

}  // namespace

void TestNetworks::everyEntry_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("decoder");
    QTest::addColumn<QList<int>>("hidden");
    QVERIFY(networkRows().size() >= 5);
    for (const RegistryRow& row : networkRows()) {
        for (const QList<int>& hidden : {QList<int>{}, QList<int>{4}, QList<int>{4, 4, 3}}) {
            const QString name = QString::fromStdString(row.name);
            QTest::addRow("%s with %d hidden layers", row.name.c_str(), static_cast<int>(hidden.size()))
                << name << false << hidden;
            if (networkTraits(row.name).images) {
                QTest::addRow("%s as decoder with %d hidden layers", row.name.c_str(), static_cast<int>(hidden.size()))
                    << name << true << hidden;
            }
        }
    }
}

void TestNetworks::everyEntry() {
    QFETCH(QString, name);
    QFETCH(bool, decoder);
    QFETCH(QList<int>, hidden);
    constexpr int kMembers = 3;
    const bool images = networkTraits(name.toStdString()).images;
    const std::vector<int> widths(hidden.begin(), hidden.end());
    const NetworkShape shape = images ? imageShape(decoder, widths) : NetworkShape{5, widths, 2, Activation::Tanh};
    const int inputs = shape.inputs, outputs = shape.outputs;
    const auto make = [&](ParameterLayout& layout) { return makeNetwork(name.toStdString(), layout, "part", shape); };
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

    // Weights that are not small, and members that differ.
    torch::Generator noise = makeGenerator(4);
    parameters.values().add_(0.3 * torch::randn({layout->size()}, noise, torch::kFloat64));
    parameters.values()[1].mul_(0.5);
    const torch::Tensor x = torch::randn({6, inputs}, noise, torch::kFloat64);
    const torch::Tensor shared = network->forward(parameters, x);
    QCOMPARE(shared.sizes().vec(), (std::vector<std::int64_t>{kMembers, 6, outputs}));
    QVERIFY(torch::isfinite(shared).all().item<bool>());
    QVERIFY(torch::allclose(shared, network->forward(parameters, x.expand({kMembers, 6, inputs}))));
    // A member alone, from a copy as a snapshot or a checkpoint has it, gives what it gives among others.
    QVERIFY(torch::allclose(shared[1], network->forward(parameters.freeze()->member(1), x)[0], 1e-12, 1e-14));
    QVERIFY(!torch::allclose(shared[0], shared[1]));

    QVERIFY(gradientError(parameters, [&] { return network->forward(parameters, x).square(); }) < 1e-7);

    const NetworkCost cost = network->cost();
    QVERIFY(cost.multiplications > 0 && cost.outputs >= outputs);
    // A weight is used once, or at most once for every pixel.
    QVERIFY(cost.multiplications <= layout->size() * (images ? shape.data.height * shape.data.width : 1));
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
