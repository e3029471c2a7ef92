#include "training/step/device_buffers.h"

#include <QtTest>

#include "models/objective/objective.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"
#include "training/step/worker_thread.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

/// A step through the buffers for other devices, on the CPU: the copies are the same there, only the recording is
/// missing.
class TestDeviceBuffers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void followsKnobsBatchesAndKernels();
    void saysThatThereIsNoDevice();
};

void TestDeviceBuffers::followsKnobsBatchesAndKernels() {
    const LatentModel model(smallDigits().model, 20);
    FleetParameters parameters(model.layout(), 2, torch::kFloat64);
    model.initialise(parameters, 3);
    DeviceBuffers device(model, torch::kCPU);
    torch::Generator generator = makeGenerator(5);
    const auto random = [&](std::int64_t rows, std::int64_t columns) {
        return torch::randn({rows, columns}, generator, torch::kFloat64);
    };
    int divergences = 0;
    for (const std::int64_t examples : {30, 30, 7, 30}) {
        for (const double lambda : {1.0, 25.0, 60.0}) {
            const Coefficients coefficients = Coefficients::fromKnobs({{0.5, lambda, 0.0}, {2.0, 1.0, 0.1}});
            const torch::Tensor x = torch::rand({examples, 20}, generator, torch::kFloat64);
            const StepNoise noise{random(examples, model.latentDim()), random(examples, model.latentDim()),
                                  random(examples, model.likelihoodNoise())};
            const ObjectiveSpec spec{.kernel = lambda == 60.0 ? DivergenceKernel::GaussianDim2
                                                              : DivergenceKernel::InverseMultiquadratic};
            device.receive(parameters.values().options().requires_grad(false), x, noise);
            QVERIFY(torch::equal(device.x(), x) && torch::equal(device.noise().prior, noise.prior));
            const StepTerms& found = device.recordedStep(parameters, coefficients, spec);
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

void TestDeviceBuffers::saysThatThereIsNoDevice() {
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

QTEST_GUILESS_MAIN(TestDeviceBuffers)
#include "tst_device_buffers.moc"
