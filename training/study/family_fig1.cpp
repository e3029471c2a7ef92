#include "training/study/family_fig1.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <memory>
#include <numbers>
#include <optional>
#include <thread>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "training/data/dataset.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/step/worker_thread.h"

namespace elbo {

namespace {

double mixtureBelow(double x, double separation, double stddev) {
    const auto below = [&](double mean) { return 0.5 * std::erfc((mean - x) / (stddev * std::numbers::sqrt2)); };
    return 0.5 * (below(-separation) + below(separation));
}

/// The middles of `count` parts of equal mass, [N, 1].
torch::Tensor quantiles(const DataSpec& data, int count) {
    const double stddev = std::sqrt(data.variance);
    torch::Tensor x = torch::empty({count, 1}, torch::kFloat64);
    for (int n = 0; n < count; ++n) {
        const double share = (n + 0.5) / count;
        double low = -data.separation - 10.0 * stddev, high = data.separation + 10.0 * stddev;
        for (int halving = 0; halving < 60; ++halving) {
            const double middle = 0.5 * (low + high);
            (mixtureBelow(middle, data.separation, stddev) < share ? low : high) = middle;
        }
        x.data_ptr<double>()[n] = 0.5 * (low + high);
    }
    return x;
}

/// The steps that are measured, from 0 to the last one. The information grows within the first few hundred steps, the
/// likelihood recovers over thousands: hence even distances on a logarithmic axis.
std::vector<std::int64_t> measuredSteps(std::int64_t last, int points) {
    std::vector<std::int64_t> steps{0};
    for (int i = 1; i <= points; ++i) {
        const double share = static_cast<double>(i) / points;
        const auto step = static_cast<std::int64_t>(std::llround(std::pow(static_cast<double>(last), share)));
        if (step > steps.back() && step <= last) {
            steps.push_back(step);
        }
    }
    return steps;
}

/// Trains one fleet and measures it on the way. Thread: its own.
class Fleet {
  public:
    Fleet(const Experiment& experiment, bool capped, std::shared_ptr<const Dataset> dataset)
        : experiment_(experiment), dataset_(std::move(dataset)) {
        for (const Knobs& knobs : experiment.knobs) {
            curves_.push_back({knobs.beta, capped, {}, {}});
        }
    }

    void run(const torch::Tensor& x, int points, std::stop_token stop) {
        try {
            prepareWorkerThread(experiment_.run.threads, true);
            Trainer trainer(experiment_, dataset_);
            for (const std::int64_t step : measuredSteps(experiment_.run.steps, points)) {
                while (trainer.stepCount() < step && !trainer.failed() && !stop.stop_requested()) {
                    trainer.step();
                    taken_.fetch_add(1, std::memory_order_relaxed);
                }
                if (stop.stop_requested()) {
                    break;
                }
                measure(trainer, x);
            }
        } catch (...) {
            error_ = std::current_exception();
        }
        done_.store(true);
    }

    std::int64_t taken() const { return taken_.load(std::memory_order_relaxed); }
    bool done() const { return done_.load(); }
    /// After the thread has ended. Throws what ended it.
    const std::vector<FamilyFig1Curve>& curves() const {
        if (error_ != nullptr) {
            std::rethrow_exception(error_);
        }
        return curves_;
    }

  private:
    void measure(const Trainer& trainer, const torch::Tensor& x) {
        const auto snapshot = trainer.snapshot();
        const LatentModel model(experiment_.model, dataset_->shape());
        for (std::size_t member = 0; member < curves_.size(); ++member) {
            FamilyFig1Curve& curve = curves_[member];
            if (!trainer.state().healthy[member]) {
                curve.failure = snapshot->failure;
                continue;
            }
            const ExactMeasures exact =
                measureExactly(model, *snapshot->parameters, static_cast<int>(member), x, {}, {});
            curve.points.push_back({snapshot->step, exact.information.value, exact.distortion.value, exact.rate.value,
                                    exact.klMarginal.value, exact.nll.value, exact.forms.error});
        }
    }

    const Experiment experiment_;
    const std::shared_ptr<const Dataset> dataset_;
    std::vector<FamilyFig1Curve> curves_;
    std::exception_ptr error_;
    std::atomic<std::int64_t> taken_{0};
    std::atomic<bool> done_{false};
};

/// The members below beta = 1 with a cap; nothing where there are none.
std::optional<Experiment> cappedFleet(const Experiment& experiment) {
    Experiment capped = experiment;
    std::erase_if(capped.knobs, [](const Knobs& knobs) { return knobs.beta >= 1.0; });
    capped.objective.rateTerm = RateTerm::Cap;
    return capped.knobs.empty() ? std::nullopt : std::optional(capped);
}

}  // namespace

void checkFamilyFig1(const Experiment& experiment) {
    experiment.validate();
    const auto refuse = [](const std::string& field, const std::string& found, const std::string& wanted) {
        throw InputError(fmt::format("family-fig1: {} is {}, but must be {} for this figure", field, found, wanted));
    };
    if (experiment.data.name != "two-gaussians") {
        refuse("data.name", fmt::format("\"{}\"", experiment.data.name), "\"two-gaussians\"");
    }
    if (experiment.model.latentDim != 1) {
        refuse("model.latent_dim", std::to_string(experiment.model.latentDim), "1");
    }
    if (experiment.objective.rateTerm != RateTerm::Rate) {
        refuse("objective.rate_term", "set", "\"rate\": the capped models are made beside the others");
    }
}

FamilyFig1 makeFamilyFig1(const Experiment& experiment, const std::function<bool(double)>& proceed,
                          const FamilyFig1Options& options) {
    checkFamilyFig1(experiment);
    const std::shared_ptr<const Dataset> dataset = loadDataset(experiment.data);
    const torch::Tensor x = quantiles(experiment.data, options.examples);
    std::vector<std::unique_ptr<Fleet>> fleets;
    fleets.push_back(std::make_unique<Fleet>(experiment, false, dataset));
    if (const auto capped = cappedFleet(experiment)) {
        fleets.push_back(std::make_unique<Fleet>(*capped, true, dataset));
    }
    {
        std::vector<std::jthread> threads;
        for (const auto& fleet : fleets) {
            threads.emplace_back([&](std::stop_token stop) { fleet->run(x, options.points, stop); });
        }
        const auto all = static_cast<double>(experiment.run.steps) * static_cast<double>(fleets.size());
        const auto running = [](const auto& fleet) { return !fleet->done(); };
        while (std::any_of(fleets.begin(), fleets.end(), running)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            double taken = 0.0;
            for (const auto& fleet : fleets) {
                taken += static_cast<double>(fleet->taken());
            }
            if (proceed && !proceed(all > 0.0 ? taken / all : 1.0)) {
                break;  // the destructors ask the threads to stop, then join them
            }
        }
    }
    FamilyFig1 figure{dataset->entropy.value(), experiment.objective.rateTarget, experiment.model.minimumStddev, {}};
    for (const auto& fleet : fleets) {
        const auto& curves = fleet->curves();
        figure.curves.insert(figure.curves.end(), curves.begin(), curves.end());
    }
    return figure;
}

}  // namespace elbo
