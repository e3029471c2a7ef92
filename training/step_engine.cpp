#include "training/step_engine.h"

#include <torch/torch.h>

#include "models/objective/fused_objective.h"
#include "training/device_step.h"
#include "training/model_inputs.h"
#include "training/tensor_values.h"

namespace elbo {

namespace {

class PlainStep : public StepEngine {
  public:
    PlainStep(const LatentModel& model, const ObjectiveSpec& spec, const CriticInForce& critic)
        : model_(model), spec_(spec), critic_(critic) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel) override {
        parameters.gradients().zero_();
        const Terms terms = computeTerms(model_, parameters, x, noise, coefficients, kernel, spec_, critic_);
        if (spec_.usesCritic()) {
            codes_ = terms.codes.detach();
        }
        combineTerms(terms, coefficients).sum().backward();
        terms_.distortion = toDoubles(terms.distortion);
        terms_.rate = toDoubles(terms.rate);
        terms_.marginalDivergence.clear();
        if (terms.marginalDivergence.defined()) {
            terms_.marginalDivergence = toDoubles(terms.marginalDivergence);
        }
        terms_.rateTerm = terms.rateTerm.defined() ? toDoubles(terms.rateTerm) : std::vector<double>{};
        terms_.gradientSum = toDoubles(parameters.gradients().sum(1));
        return terms_;
    }

    torch::Tensor codes() const override { return codes_; }

  private:
    const LatentModel& model_;
    ObjectiveSpec spec_;
    CriticInForce critic_;
    StepTerms terms_;
    torch::Tensor codes_;
};

class FusedStepEngine : public StepEngine {
  public:
    FusedStepEngine(const Experiment& experiment, const LatentModel& model)
        : objective_(model, experiment.fleetSize(), tensorOptions(experiment)) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel) override {
        return objective_.step(parameters, x, noise, coefficients, kernel);
    }

  private:
    FusedObjective objective_;
};

}  // namespace

std::unique_ptr<StepEngine> StepEngine::make(const Experiment& experiment, const LatentModel& model,
                                             const CriticInForce& critic) {
    const torch::TensorOptions options = trainingOptions(experiment);
    if (!options.device().is_cpu()) {
        return std::make_unique<DeviceStep>(model, options.device(), experiment.objective, critic);
    }
    if (experiment.run.engine == Engine::Fused && experiment.objective.standard() &&
        FusedObjective::supports(experiment.model, options)) {
        return std::make_unique<FusedStepEngine>(experiment, model);
    }
    return std::make_unique<PlainStep>(model, experiment.objective, critic);
}

}  // namespace elbo
