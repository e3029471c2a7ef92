#include "training/bench/benchmark.h"

#include <torch/optim.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "models/tensor/torch.h"
#include "training/data/dataset.h"
#include "training/engine/trainer.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBatch = 128;

Experiment base(const std::string& data, int latentDim, const std::vector<int>& widths, Activation activation) {
    Experiment experiment;
    experiment.data.name = data;
    experiment.data.trainSize = 2000;
    experiment.data.testSize = 10;
    // Drawn once: the engine is measured, not the data.
    experiment.data.binarisation = data == "digits" ? Binarisation::Static : Binarisation::None;
    experiment.model.latentDim = latentDim;
    experiment.model.encoder = experiment.model.decoder = widths;
    experiment.model.activation = activation;
    experiment.model.likelihood = data == "digits" ? LikelihoodKind::Bernoulli : LikelihoodKind::Gaussian;
    experiment.optimiser.batchSize = kBatch;
    return experiment;
}

std::vector<BenchmarkTier> tiers() {
    Experiment toy = base("linear-gaussian", 2, {64, 64}, Activation::Tanh);
    toy.data.spectrum = {2.0, 1.0};
    const Experiment twoPoints = base("two-points", 1, {200, 200, 200}, Activation::Relu);
    const Experiment mlp = benchmarkDigits();
    const Experiment wide = base("digits", 50, {1024, 1024}, Activation::Relu);
    Experiment toyFleet = toy;
    toyFleet.knobs.resize(16);
    Experiment mlpFleet = mlp;
    mlpFleet.knobs.resize(8);
    return {{"toy", toy},       {"two-points", twoPoints},  {"mlp", mlp},
            {"mlp-wide", wide}, {"toy-fleet-16", toyFleet}, {"mlp-fleet-8", mlpFleet}};
}

/// Multiplications and additions of all products of one step of one model: forward, weight gradients, and input
/// gradients; of fully connected networks not those of the first layer, which nothing asks for.
double flopsPerStep(const Experiment& experiment, const DataShape& data) {
    const LatentModel model(experiment.model, data);
    const double perExample =
        static_cast<double>(model.posterior().cost().multiplications +
                            model.decoder().network().cost().multiplications + model.prior().cost().multiplications);
    const double once = static_cast<double>(model.prior().costOfAny().multiplications);
    const std::vector<int>& encoder = experiment.model.encoder;
    const double first =
        experiment.model.network == "mlp"
            ? static_cast<double>(data.dim) * (encoder.empty() ? 2 * experiment.model.latentDim : encoder[0])
            : 0.0;
    return 2.0 * (kBatch * (3.0 * perExample - first) + 3.0 * once);
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

double secondsOf(const std::function<void()>& work) {
    const Clock::time_point start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The fastest single-precision matrix product seen: the limit that a step is held against. Taken again and again
/// between the steps, so that limit and steps are measured on the same machine, whatever else it does.
class GemmPeak {
  public:
    void tryAgain() {
        const torch::NoGradGuard noGradients;
        best_ = std::min(best_, secondsOf([this] { torch::mm_out(c_, a_, b_); }));
    }
    double flopsPerSecond() const { return 2.0 * kSize * kSize * kSize / best_; }

  private:
    static constexpr std::int64_t kSize = 1024;
    torch::Tensor a_ = torch::rand({kSize, kSize});
    torch::Tensor b_ = torch::rand({kSize, kSize});
    torch::Tensor c_ = torch::empty({kSize, kSize});
    double best_ = 1e9;
};

/// One model as a user of LibTorch writes it: operations, autograd and torch::optim::Adam. The yardstick; it shares the
/// architecture and the terms with the lab, but none of its engine.
class EagerModel {
  public:
    EagerModel(const Experiment& experiment, const Dataset& dataset)
        : model_(experiment.model, dataset.shape()),
          parameters_(model_.layout(), 1, tensorOptions(experiment)),
          data_(ModelInputs(experiment, dataset, dataset.train).first(dataset.train.size()).clone()),
          coefficients_(Coefficients::fromKnobs(experiment.knobs)),
          spec_(experiment.objective),
          optimiser_(leaves(parameters_), torch::optim::AdamOptions(experiment.optimiser.learningRate)) {
        model_.initialise(parameters_, experiment.run.seed);
    }

    void step() {
        const torch::Tensor x = data_.index_select(0, torch::randint(data_.size(0), {kBatch}, torch::kInt64));
        StepNoise noise{torch::randn({kBatch, model_.posteriorNoise()}, data_.options()), {}};
        if (coefficients_.usesPrior()) {
            noise.prior = torch::randn({kBatch, model_.priorNoise()}, data_.options());
        }
        optimiser_.zero_grad();
        const Terms terms = computeTerms(model_, parameters_, x, noise, coefficients_, spec_);
        combineTerms(terms, coefficients_).sum().backward();
        optimiser_.step();
    }

  private:
    static std::vector<torch::Tensor> leaves(const FleetParameters& parameters) {
        std::vector<torch::Tensor> result;
        for (std::size_t slot = 0; slot < parameters.layout()->slots().size(); ++slot) {
            result.push_back(parameters[slot]);
            result.back().mutable_grad() = torch::Tensor();  // the optimiser wants gradients of its own
        }
        return result;
    }

    LatentModel model_;
    FleetParameters parameters_;
    torch::Tensor data_;  ///< [N, D]
    Coefficients coefficients_;
    ObjectiveSpec spec_;
    torch::optim::Adam optimiser_;
};

EngineTiming measure(const Experiment& fleet, const std::shared_ptr<const Dataset>& dataset, double seconds,
                     GemmPeak& peak) {
    Experiment fusedExperiment = fleet;
    fusedExperiment.run.engine = Engine::Fused;
    Trainer fused(fusedExperiment, dataset);
    std::vector<std::unique_ptr<EagerModel>> plain;
    for (const Knobs& knobs : fleet.knobs) {
        Experiment lone = fleet;
        lone.knobs = {knobs};
        plain.push_back(std::make_unique<EagerModel>(lone, *dataset));
    }
    const auto stepPlain = [&] {
        for (const auto& model : plain) {
            model->step();
        }
    };
    for (int warmUp = 0; warmUp < 3; ++warmUp) {
        stepPlain();
        fused.step();
    }
    // As many fused steps as fit into the time of one plain one, so that both sides see the same disturbances.
    const double plainGuess = secondsOf(stepPlain);
    const double fusedGuess = secondsOf([&] { fused.step(); });
    const int burst = std::clamp(static_cast<int>(plainGuess / fusedGuess), 1, 50);
    std::vector<double> plainTimes, fusedTimes;
    const Clock::time_point start = Clock::now();
    while (plainTimes.size() < 5 || std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
        peak.tryAgain();
        plainTimes.push_back(secondsOf(stepPlain));
        fusedTimes.push_back(secondsOf([&] {
                                 for (int i = 0; i < burst; ++i) {
                                     fused.step();
                                 }
                             }) /
                             burst);
    }
    const auto members = static_cast<double>(fleet.knobs.size());
    EngineTiming timing;
    timing.fusedStepsPerSecond = members / median(fusedTimes);
    timing.plainStepsPerSecond = members / median(plainTimes);
    timing.fusedFlopsPerSecond = timing.fusedStepsPerSecond * flopsPerStep(fleet, dataset->shape());
    return timing;
}

}  // namespace

Experiment benchmarkDigits() {
    return base("digits", 2, {200, 200}, Activation::Relu);
}

EngineBenchmark benchmarkEngine(const std::vector<BenchmarkTier>& further, double seconds,
                                const std::function<void(const std::string&)>& progress) {
    EngineBenchmark result;
    GemmPeak peak;
    std::vector<BenchmarkTier> all = tiers();
    all.insert(all.end(), further.begin(), further.end());
    for (const BenchmarkTier& tier : all) {
        progress(tier.name);
        const auto dataset = loadDataset(tier.experiment.data);
        TierTiming timing;
        timing.name = tier.name;
        timing.elbo = measure(tier.experiment, dataset, seconds, peak);
        Experiment withDivergence = tier.experiment;
        for (Knobs& knobs : withDivergence.knobs) {
            knobs.lambda = 10.0;
        }
        timing.mmd = measure(withDivergence, dataset, seconds, peak);
        result.tiers.push_back(timing);
    }
    result.gemmPeakGflops = peak.flopsPerSecond() * 1e-9;
    for (TierTiming& timing : result.tiers) {
        timing.elbo.shareOfPeak = timing.elbo.fusedFlopsPerSecond / peak.flopsPerSecond();
        timing.mmd.shareOfPeak = timing.mmd.fusedFlopsPerSecond / peak.flopsPerSecond();
    }
    return result;
}

}  // namespace elbo
