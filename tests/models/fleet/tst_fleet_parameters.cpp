#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"

using namespace elbo;

class TestFleetParameters : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void viewsAliasTheFlatBuffer();
    void autogradAccumulatesIntoTheFlatGradient();
    void freezingCopies();
    void refusesABufferOfAnotherSize();

  private:
    static std::shared_ptr<ParameterLayout> layout() {
        auto layout = std::make_shared<ParameterLayout>();
        layout->add("a", {2, 3});
        layout->add("b", {1, 3});
        return layout;
    }
};

void TestFleetParameters::viewsAliasTheFlatBuffer() {
    FleetParameters parameters(layout(), 4, torch::kFloat64);
    QCOMPARE(parameters.values().size(1), 9);
    QCOMPARE(parameters[1].sizes().vec(), (std::vector<std::int64_t>{4, 1, 3}));
    {
        const torch::NoGradGuard noGradients;
        parameters[1].fill_(7.0);
    }
    QCOMPARE(parameters.values().sum().item<double>(), 4 * 3 * 7.0);
    QCOMPARE(parameters.values()[2][6].item<double>(), 7.0);
}

void TestFleetParameters::autogradAccumulatesIntoTheFlatGradient() {
    FleetParameters parameters(layout(), 2, torch::kFloat64);
    const void* storage = parameters.gradients().data_ptr();
    (parameters[0].sum() * 2.0 + parameters[1].sum() * 5.0).backward();
    QCOMPARE(parameters.gradients().data_ptr(), storage);
    QCOMPARE(parameters.gradients()[1][0].item<double>(), 2.0);
    QCOMPARE(parameters.gradients()[1][8].item<double>(), 5.0);
    // A second pass adds in place; zeroing the flat buffer zeroes every leaf's gradient.
    parameters[1].sum().backward();
    QCOMPARE(parameters.gradients()[0][7].item<double>(), 6.0);
    parameters.gradients().zero_();
    QCOMPARE(parameters[1].grad().abs().sum().item<double>(), 0.0);
}

void TestFleetParameters::freezingCopies() {
    FleetParameters parameters(layout(), 1, torch::kFloat32);
    const auto frozen = parameters.freeze();
    {
        const torch::NoGradGuard noGradients;
        parameters[0].fill_(1.0);
    }
    QCOMPARE(frozen->values().abs().sum().item<float>(), 0.0F);
    QVERIFY(!(*frozen)[0].requires_grad());
}

void TestFleetParameters::refusesABufferOfAnotherSize() {
    QVERIFY_EXCEPTION_THROWN(FleetParameters(layout(), torch::zeros({1, 8})), std::invalid_argument);
}

QTEST_GUILESS_MAIN(TestFleetParameters)
#include "tst_fleet_parameters.moc"
