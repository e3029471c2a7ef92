// Masked autoregressive networks and the flows made of them.
#include "models/network/made.h"

#include <torch/autograd.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "models/fleet/generator.h"
#include "models/network/autoregressive_flow.h"
#include "models/tensor/torch.h"
#include "tests/models/differences.h"

using namespace elbo;

class TestMade : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theJacobianIsStrictlyTriangular_data();
    void theJacobianIsStrictlyTriangular();
    void inOneDimensionItIsItsBias();
    void aContextMovesEveryRowByItself();
    void theLastLayerStartsAsSmallAsAsked();
    void gradientsAreRight();
    void solvingUndoesIt_data();
    void solvingUndoesIt();
    void aFleetIsItsMembers();
    void flowsKeepVolumesAndComeBack_data();
    void flowsKeepVolumesAndComeBack();
    void stepsMoveTheCoordinatesInTurn();
    void singlePrecisionComesBackToo();
    void thePapersSizesHaveTheirCounts();
};

namespace {

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64);
}

/// A network alone in its buffer, of `members` whose weights all differ; masked ones too.
struct Lone {
    Lone(int inputs, const std::vector<int>& hidden, int members, int context = 0)
        : layout(std::make_shared<ParameterLayout>()),
          made(*layout, "part", inputs, hidden, Activation::Tanh, context),
          parameters(layout, members, torch::kFloat64) {
        const torch::NoGradGuard noGradients;
        parameters.values().copy_(0.7 * normal({members, layout->size()}, 11));
    }

    std::shared_ptr<ParameterLayout> layout;
    Made made;
    FleetParameters parameters;
};

ModelSpec flowSpec(int latentDim, int steps, FlowPermutation permutation) {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.activation = Activation::Tanh;
    spec.flowSteps = steps;
    spec.flowHidden = {7, 6};
    spec.flowPermutation = permutation;
    return spec;
}

/// d f_i / d z_j of one member for one row, [Z, Z]; z: [1, 1, Z] with gradient.
torch::Tensor jacobianOf(const torch::Tensor& f, const torch::Tensor& z) {
    std::vector<torch::Tensor> rows;
    for (std::int64_t i = 0; i < f.size(2); ++i) {
        rows.push_back(torch::autograd::grad({f[0][0][i]}, {z}, {}, /*retain_graph=*/true)[0].reshape({-1}));
    }
    return torch::stack(rows);
}

void addShapes() {
    QTest::addColumn<int>("inputs");
    QTest::addColumn<QList<int>>("hidden");
    for (const int inputs : {1, 2, 3, 6}) {
        // None, fewer units than inputs, as many degrees as units, several layers of different widths.
        for (const QList<int>& hidden : {QList<int>{}, QList<int>{2}, QList<int>{5}, QList<int>{9, 1, 12}}) {
            QTest::addRow("%d inputs, %d layers from %d", inputs, static_cast<int>(hidden.size()),
                          hidden.isEmpty() ? 0 : hidden.front())
                << inputs << hidden;
        }
    }
}

}  // namespace

void TestMade::theJacobianIsStrictlyTriangular_data() {
    addShapes();
}

void TestMade::theJacobianIsStrictlyTriangular() {
    QFETCH(int, inputs);
    QFETCH(QList<int>, hidden);
    const Lone lone(inputs, {hidden.begin(), hidden.end()}, 1);
    const torch::Tensor x = normal({1, 4, inputs}, 2).requires_grad_();
    const torch::Tensor output = lone.made.forward(lone.parameters, x);
    QCOMPARE(output.sizes().vec(), (std::vector<std::int64_t>{1, 4, inputs}));
    for (int i = 0; i < inputs; ++i) {
        const torch::Tensor slope =
            torch::autograd::grad({output.select(2, i).sum()}, {x}, {}, /*retain_graph=*/true)[0];
        const torch::Tensor ahead = slope.narrow(2, i, inputs - i);
        QCOMPARE(ahead.abs().max().item<double>(), 0.0);
        // And what comes before is seen: all of it where every degree has a unit in every layer.
        if (i > 0 && (hidden.isEmpty() || *std::min_element(hidden.begin(), hidden.end()) >= inputs - 1)) {
            QVERIFY(slope.narrow(2, 0, i).abs().min().item<double>() > 0.0);
        }
    }
    if (inputs > 2) {
        // With few units not all, but something.
        const torch::Tensor last =
            torch::autograd::grad({output.select(2, inputs - 1).sum()}, {x}, {}, /*retain_graph=*/true)[0];
        QVERIFY(last.abs().max().item<double>() > 0.0);
    }
}

void TestMade::inOneDimensionItIsItsBias() {
    const Lone lone(1, {4, 3}, 2);
    const torch::Tensor bias = lone.parameters[5];  // the third layer's
    QCOMPARE(bias.sizes().vec(), (std::vector<std::int64_t>{2, 1, 1}));
    const torch::Tensor x = 10.0 * normal({5, 1}, 3);
    QVERIFY(torch::equal(lone.made.forward(lone.parameters, x), bias.expand({2, 5, 1})));
    QVERIFY(torch::equal(lone.made.solve(lone.parameters, x, {}), x - bias));
}

void TestMade::aContextMovesEveryRowByItself() {
    const Lone lone(3, {6, 5}, 2, 4);
    QCOMPARE(lone.layout->slots().size(), 8U);  // three layers, two contexts
    const torch::Tensor x = normal({5, 3}, 3), context = normal({2, 5, 4}, 4);
    const torch::Tensor without = lone.made.forward(lone.parameters, x);
    const torch::Tensor with = lone.made.forward(lone.parameters, x, context);
    // No hidden unit is before the first coordinate; the others all move.
    QVERIFY(torch::equal(with.select(2, 0), without.select(2, 0)));
    QVERIFY((with - without).narrow(2, 1, 2).abs().min().item<double>() > 0.0);
    // A row sees its own context and no other's.
    for (std::int64_t row = 0; row < 5; ++row) {
        const torch::Tensor alone = lone.made.forward(lone.parameters, x.narrow(0, row, 1), context.narrow(1, row, 1));
        QVERIFY(torch::allclose(alone.select(1, 0), with.select(1, row), 1e-12, 1e-13));
    }
    // One context for all rows.
    const torch::Tensor one = context.narrow(1, 2, 1);
    QVERIFY(torch::allclose(lone.made.forward(lone.parameters, x, one),
                            lone.made.forward(lone.parameters, x, one.expand({2, 5, 4})), 1e-12, 1e-13));
    // A map without hidden layers has its context at the output.
    const Lone linear(3, {}, 1, 4);
    const torch::Tensor moved =
        linear.made.forward(linear.parameters, x, context.narrow(0, 0, 1)) - linear.made.forward(linear.parameters, x);
    QVERIFY(torch::allclose(moved, torch::matmul(context.narrow(0, 0, 1), linear.parameters[2]), 1e-12, 1e-13));
}

void TestMade::theLastLayerStartsAsSmallAsAsked() {
    Lone lone(3, {6}, 2);
    const auto started = [&](double last) {
        torch::Generator generator = makeGenerator(8);
        lone.made.initialise(lone.parameters, generator, last);
        return lone.parameters.values().clone();
    };
    const torch::Tensor x = normal({5, 3}, 3);
    const torch::Tensor whole = started(1.0), tenth = started(0.1);
    const std::int64_t first = 3 * 6 + 6, rest = whole.size(1) - first;
    QVERIFY(torch::equal(tenth.narrow(1, 0, first), whole.narrow(1, 0, first)));
    QVERIFY(torch::allclose(tenth.narrow(1, first, rest), 0.1 * whole.narrow(1, first, rest), 1e-12, 1e-15));
    torch::Generator generator = makeGenerator(8);
    lone.made.initialise(lone.parameters, generator);
    QVERIFY(torch::equal(lone.parameters.values(), tenth));
    started(0.0);
    QCOMPARE(lone.made.forward(lone.parameters, x).abs().max().item<double>(), 0.0);
    QVERIFY(lone.parameters.values().narrow(1, 0, first).abs().min().item<double>() > 0.0);
    QVERIFY(torch::equal(lone.parameters.values()[0], lone.parameters.values()[1]));
}

void TestMade::gradientsAreRight() {
    Lone lone(4, {6, 5}, 2, 3);
    const torch::Tensor x = normal({5, 4}, 3), context = normal({2, 5, 3}, 4);
    QVERIFY(gradientError(lone.parameters, [&] { return lone.made.forward(lone.parameters, x, context).square(); }) <
            1e-7);
    // What is masked has no gradient: an optimiser leaves it alone.
    const torch::Tensor gradient = lone.parameters.gradients().narrow(1, 0, 4 * 6).view({2, 4, 6});
    QCOMPARE(gradient.select(1, 3).abs().max().item<double>(), 0.0);  // no unit sees the last input
    QVERIFY(gradient.select(1, 0).abs().min().item<double>() > 0.0);  // all see the first
    QVERIFY(gradientError(lone.parameters, [&] { return lone.made.solve(lone.parameters, x, context).square(); }) <
            1e-7);
}

void TestMade::solvingUndoesIt_data() {
    addShapes();
}

void TestMade::solvingUndoesIt() {
    QFETCH(int, inputs);
    QFETCH(QList<int>, hidden);
    for (const int context : {0, 3}) {
        for (const int members : {1, 3}) {
            const Lone lone(inputs, {hidden.begin(), hidden.end()}, members, context);
            const torch::Tensor h = context > 0 ? normal({members, 5, context}, 4) : torch::Tensor();
            const torch::Tensor y = normal({5, inputs}, 3);
            const torch::Tensor x = lone.made.solve(lone.parameters, y, h);
            QCOMPARE(x.sizes().vec(), (std::vector<std::int64_t>{members, 5, inputs}));
            const torch::Tensor back = x + lone.made.forward(lone.parameters, x, h);
            QVERIFY(torch::allclose(back, y.expand({members, 5, inputs}), 0.0, 1e-11));
        }
    }
}

void TestMade::aFleetIsItsMembers() {
    const Lone three(4, {6, 5}, 3);
    const torch::Tensor x = normal({3, 5, 4}, 3);
    const torch::Tensor mu = three.made.forward(three.parameters, x),
                        solved = three.made.solve(three.parameters, x, {});
    QVERIFY(!torch::allclose(mu[0], mu[1]));
    const auto frozen = three.parameters.freeze();
    for (std::int64_t i = 0; i < 3; ++i) {
        const FleetParameters member = frozen->member(i);
        QVERIFY(torch::allclose(three.made.forward(member, x[i])[0], mu[i], 1e-12, 1e-13));
        QVERIFY(torch::allclose(three.made.solve(member, x[i], {})[0], solved[i], 1e-12, 1e-13));
    }
}

void TestMade::flowsKeepVolumesAndComeBack_data() {
    QTest::addColumn<int>("latentDim");
    QTest::addColumn<int>("steps");
    QTest::addColumn<int>("permutation");
    for (const int latentDim : {1, 2, 5}) {
        for (const int steps : {1, 3, 4}) {
            for (const EnumName<FlowPermutation>& name : namesOf<FlowPermutation>) {
                QTest::addRow("%d latents, %d steps, %s", latentDim, steps, name.key)
                    << latentDim << steps << static_cast<int>(name.value);
            }
        }
    }
}

void TestMade::flowsKeepVolumesAndComeBack() {
    QFETCH(int, latentDim);
    QFETCH(int, steps);
    QFETCH(int, permutation);
    const auto layout = std::make_shared<ParameterLayout>();
    const AutoregressiveFlow flow(*layout, "flow",
                                  flowSpec(latentDim, steps, static_cast<FlowPermutation>(permutation)));
    FleetParameters parameters(layout, 1, torch::kFloat64);
    torch::Generator generator = makeGenerator(5);
    flow.initialise(parameters, generator);
    const torch::Tensor many = normal({6, latentDim}, 3);
    // It starts as the identity, whatever the number of steps.
    QVERIFY(torch::equal(flow.forward(parameters, many)[0], many));
    QVERIFY(torch::equal(flow.inverse(parameters, many)[0], many));

    parameters.values().add_(0.7 * normal({1, layout->size()}, 4));
    const torch::Tensor moved = flow.forward(parameters, many);
    QVERIFY((moved[0] - many).abs().max().item<double>() > 1e-3);
    QVERIFY(torch::allclose(flow.inverse(parameters, moved)[0], many, 0.0, 1e-10));
    QVERIFY(torch::allclose(flow.forward(parameters, flow.inverse(parameters, many))[0], many, 0.0, 1e-10));

    const torch::Tensor z = normal({1, 1, latentDim}, 6).requires_grad_();
    const torch::Tensor jacobian = jacobianOf(flow.forward(parameters, z), z);
    QVERIFY(std::abs(torch::linalg_det(jacobian).item<double>() - 1.0) < 1e-8);
    if (steps == 1 || static_cast<FlowPermutation>(permutation) == FlowPermutation::None) {
        // One order: triangular with ones on the diagonal, exactly.
        QVERIFY(torch::equal(jacobian.triu(), torch::eye(latentDim, torch::kFloat64)));
    } else if (latentDim > 1) {
        QVERIFY(jacobian.triu(1).abs().max().item<double>() > 1e-3);
    }
}

void TestMade::stepsMoveTheCoordinatesInTurn() {
    // One linear step moves (a, b) to (a, b + w a + c); the second one, in reverse order, moves the first coordinate.
    ModelSpec spec = flowSpec(2, 2, FlowPermutation::Reverse);
    spec.flowHidden = {};
    const auto layout = std::make_shared<ParameterLayout>();
    const AutoregressiveFlow flow(*layout, "flow", spec);
    QCOMPARE(layout->size(), 2 * (4 + 2));
    FleetParameters parameters(layout, 1, torch::kFloat64);
    const torch::NoGradGuard noGradients;
    // Weights [from, to], then biases [to]. Those that are 7 are masked.
    parameters[0].copy_(torch::tensor({7.0, 2.0, 7.0, 7.0}, torch::kFloat64).view({1, 2, 2}));
    parameters[1].copy_(torch::tensor({0.0, 0.5}, torch::kFloat64).view({1, 1, 2}));
    parameters[2].copy_(torch::tensor({7.0, -3.0, 7.0, 7.0}, torch::kFloat64).view({1, 2, 2}));
    parameters[3].copy_(torch::tensor({1.0, 0.0}, torch::kFloat64).view({1, 1, 2}));
    const torch::Tensor z = torch::tensor({1.0, 10.0}, torch::kFloat64).view({1, 2});
    // b = 10 + 2 * 1 + 0.5 = 12.5. Reversed: (12.5, 1) moves to (12.5 + 1, 1 - 3 * 12.5) = (13.5, -36.5).
    QVERIFY(torch::allclose(flow.forward(parameters, z)[0], torch::tensor({-36.5, 13.5}, torch::kFloat64).view({1, 2}),
                            1e-14, 1e-14));
}

void TestMade::singlePrecisionComesBackToo() {
    const auto layout = std::make_shared<ParameterLayout>();
    ModelSpec spec = flowSpec(8, 4, FlowPermutation::Reverse);
    spec.flowHidden = {32, 32};
    const AutoregressiveFlow flow(*layout, "flow", spec);
    const FleetParameters parameters(layout, (0.1 * normal({2, layout->size()}, 4)).to(torch::kFloat32));
    const torch::Tensor z = normal({2, 50, 8}, 5).to(torch::kFloat32);
    const torch::Tensor moved = flow.forward(parameters, z);
    QVERIFY(moved.scalar_type() == torch::kFloat32);
    QVERIFY((moved - z).abs().max().item<double>() > 0.1);
    QVERIFY((flow.inverse(parameters, moved) - z).abs().max().item<double>() < 1e-5);
    // The masks of both precisions are the same.
    const FleetParameters wide(layout, parameters.values().to(torch::kFloat64));
    QVERIFY((flow.forward(wide, z.to(torch::kFloat64)) - moved).abs().max().item<double>() < 1e-4);
}

void TestMade::thePapersSizesHaveTheirCounts() {
    ParameterLayout one;
    const Made made(one, "part", 64, {640, 640, 640}, Activation::Relu);
    QCOMPARE(one.size(), 903104);
    QCOMPARE(made.cost().multiplications, 901120);
    ModelSpec spec;
    spec.latentDim = 64;
    spec.flowHidden = {640, 640, 640};
    ParameterLayout four;
    const AutoregressiveFlow flow(four, "flow", spec);
    QCOMPARE(four.size(), 3612416);
    QCOMPARE(flow.cost().multiplications, 3604480);
}

QTEST_GUILESS_MAIN(TestMade)
#include "tst_made.moc"
