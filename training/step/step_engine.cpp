#include "training/step/step_engine.h"

#include <torch/torch.h>

#include "models/objective/fused_objective.h"
#include "training/step/device_step.h"
#include "training/step/plain_step.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

namespace {

class FusedStepEngine : public StepEngine {
  public:
    FusedStepEngine(const Experiment& experiment, const LatentModel& model)
        : fused_(model, experiment.fleetSize(), tensorOptions(experiment)),
          plain_(model, experiment.objective),
          kernel_(experiment.objective.kernel) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, const CriticsInForce& critics) override {
        lastWasFused_ = coefficients.threeTerms();
        return lastWasFused_ ? fused_.step(parameters, x, noise, coefficients, kernel_)
                             : plain_.step(parameters, x, noise, coefficients, critics);
    }

    StepSamples samples() const override { return lastWasFused_ ? StepSamples{} : plain_.samples(); }

  private:
    FusedObjective fused_;
    PlainStep plain_;
    DivergenceKernel kernel_;
    bool lastWasFused_ = true;
};

}  // namespace

std::unique_ptr<StepEngine> StepEngine::make(const Experiment& asked, const LatentModel& model) {
    Experiment experiment = asked;
    if (experiment.objective.rateTerm == RateTerm::SoftFreeBits) {
        experiment.objective.rateTerm = RateTerm::Rate;  // they scale its weight, which comes with each step
    }
    const torch::TensorOptions options = trainingOptions(experiment);
    if (!options.device().is_cpu()) {
        return std::make_unique<DeviceStep>(model, options.device(), experiment.objective);
    }
    if (experiment.run.engine == Engine::Fused && experiment.objective.standard() &&
        FusedObjective::supports(model, options)) {
        return std::make_unique<FusedStepEngine>(experiment, model);
    }
    return std::make_unique<PlainStep>(model, experiment.objective);
}

}  // namespace elbo
