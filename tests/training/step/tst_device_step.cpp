#include "training/step/device_step.h"

#include <torch/torch.h>

#include <QtTest>

#include "models/objective/objective.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"
#include "training/step/worker_thread.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

/// The step for other devices, run on the CPU: buffers and copies are the same there, only the recording is missing.
class TestDeviceStep : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void followsKnobsBatchesAndKernels();
    void saysThatThereIsNoDevice();
};

void TestDeviceStep::followsKnobsBatchesAndKernels() {
    const LatentModel model(smallDigits().model, 20);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 3);
    const ObjectiveSpec spec{.kernel = DivergenceKernel::InverseMultiquadratic};
    DeviceStep device(model, torch::kCPU, spec);
    torch::Generator generator = makeGenerator(5);
    const auto random = [&](std::int64_t rows, std::int64_t columns) {
        return torch::randn({rows, columns}, generator, torch::kFloat64);
    };
    int divergences = 0;
    for (const std::int64_t examples : {30, 30, 7, 30}) {
        for (const double lambda : {1.0, 25.0, 60.0}) {
            Knobs wide{0.5, lambda, 0.0};
            wide.codeDistortion = lambda == 60.0 ? 0.3 : 0.0;  // no step that could be recorded, in between
            const Coefficients coefficients = Coefficients::fromKnobs({wide, {2.0, 1.0, 0.1}});
            const torch::Tensor x = torch::rand({examples, 20}, generator, torch::kFloat64);
            const StepNoise noise{random(examples, model.latentDim()), random(examples, model.latentDim()),
                                  random(examples, model.likelihoodNoise())};
            const StepTerms& found = device.step(parameters, x, noise, coefficients, {});
            const torch::Tensor gradients = parameters.gradients().clone();
            parameters.gradients().zero_();
            const Terms expected = computeTerms(model, parameters, x, noise, coefficients, spec);
            combineTerms(expected, coefficients).sum().backward();
            QVERIFY(torch::allclose(gradients, parameters.gradients(), 1e-12, 1e-14));
            for (std::int64_t member = 0; member < 2; ++member) {
                const auto i = static_cast<std::size_t>(member);
                QCOMPARE(found[LossTerm::Distortion][i], expected[LossTerm::Distortion][member].item<double>());
                QCOMPARE(found[LossTerm::Rate][i], expected[LossTerm::Rate][member].item<double>());
                QCOMPARE(found[LossTerm::MarginalDivergence].empty(),
                         !expected[LossTerm::MarginalDivergence].defined());
                if (expected[LossTerm::MarginalDivergence].defined()) {
                    QCOMPARE(found[LossTerm::MarginalDivergence][i],
                             expected[LossTerm::MarginalDivergence][member].item<double>());
                    ++divergences;
                }
            }
        }
    }
    QVERIFY(divergences > 0);
}

void TestDeviceStep::saysThatThereIsNoDevice() {
    if (torch::cuda::is_available()) {
        QSKIP("there is one");
    }
    Experiment experiment = smallDigits();
    experiment.run.device = Device::Cuda;
    try {
        const Trainer trainer(experiment, loadDataset(experiment.data));
        QFAIL("a trainer without its device");
    } catch (const InputError& error) {
        QVERIFY(std::string(error.what()).find("run.device") != std::string::npos);
        QVERIFY(std::string(error.what()).find("\"cpu\"") != std::string::npos);
    }
}

QTEST_GUILESS_MAIN(TestDeviceStep)
#include "tst_device_step.moc"
