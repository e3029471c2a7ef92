#include "training/analysis/analyst.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "models/tensor/torch.h"
#include "training/analysis/direction_thresholds.h"
#include "training/analysis/frame_parts.h"
#include "training/analysis/quick_health.h"
#include "training/experiment/experiment_text.h"
#include "training/measure/health.h"
#include "training/metrics/history.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

using Clock = std::chrono::steady_clock;

namespace {

/// Examples per split in an evaluation at rest, to begin with, and how the part grows from there.
constexpr int kThoroughExamples = 2000;
constexpr int kGrowthAtRest = 4;
constexpr int kThoroughCodes = 2000;
/// Evaluations start at least this many times their own cost apart, so that frames keep coming.
constexpr double kEvaluationRest = 16.0;

/// What the evaluations of a step rest on.
enum class EvaluationDepth { Live, Thorough, Asked };

/// Number of codes a live frame can afford: halves when analysing took too long, doubles when there is room.
class CodeBudget {
  public:
    int codes(int wanted, bool thorough) const { return thorough ? wanted : std::min(wanted, current_); }
    void took(double seconds) {
        constexpr double kTooLong = 0.020;
        constexpr double kRoom = 0.007;
        if (seconds > kTooLong && current_ > 250) {
            current_ /= 2;
        } else if (seconds < kRoom && current_ < 16000) {
            current_ *= 2;
        }
    }

  private:
    int current_ = 1000;
};

std::vector<CurvePoint> closedFormCurve(const Experiment& experiment) {
    Experiment plain = experiment;
    plain.constraints = {};  // they choose a point of the curve, and do not move it
    std::vector<CurvePoint> curve;
    constexpr int kPoints = 161;
    for (int i = 0; i < kPoints; ++i) {
        const double beta = std::pow(10.0, -2.0 + 4.0 * i / (kPoints - 1));
        if (const auto point = closedForm(plain, Knobs{beta, 1.0, 0.0})) {
            curve.push_back({point->rate, point->distortion, beta});
        }
    }
    return curve;
}

}  // namespace

struct Analyst::Impl {
    Experiment experiment;  ///< as opened; the objective in force comes with each snapshot
    std::shared_ptr<const Dataset> dataset;
    LatentModel model;
    ModelInputs train;
    ModelInputs test;
    std::vector<CurvePoint> optimum;
    std::vector<double> thresholds;
    History history;
    CodeBudget budget;
    std::uint64_t sequence = 0;
    Clock::time_point lastEvaluation{};
    double evaluationRest = 0.0;  ///< least seconds between two live ones
    double lastCost = 0.0;        ///< seconds that the last live one took
    double evaluationSeconds = 0.0;
    std::int64_t evaluatedStep = -1;
    EvaluationDepth depth = EvaluationDepth::Live;
    EvaluationBudget evaluated;
    std::map<std::string, std::vector<double>> evaluation;
    std::int64_t filledTo = -1;  ///< copies of passed steps up to this one were looked at

    Impl(const Experiment& e, std::shared_ptr<const Dataset> d)
        : experiment(e),
          dataset(std::move(d)),
          model(e.model, dataset->shape()),
          train(e, *dataset, dataset->train),
          test(e, *dataset, dataset->test),
          optimum(closedFormCurve(e)),
          thresholds(directionThresholds(e, train)) {}

    int largestSplit() const { return std::max(train.size(), test.size()); }

    /// Whether all examples of both splits were used.
    bool everything(const EvaluationBudget& budget) const {
        return budget.examples == 0 || budget.examples >= largestSplit();
    }

    /// Evaluations of both splits; false when budget.goOn() said so.
    bool evaluateInto(Report& report, const Snapshot& snapshot, const EvaluationBudget& budget) const {
        return evaluateSplitInto(report, snapshot, model, test, "_test", budget) &&
               evaluateSplitInto(report, snapshot, model, train, "_train", budget);
    }

    bool evaluateAt(const Snapshot& snapshot, EvaluationDepth wanted, const EvaluationBudget& budget) {
        const Clock::time_point start = Clock::now();
        Report report;
        const bool through = evaluateInto(report, snapshot, budget);
        if (through) {
            evaluation = std::move(report.values);
            evaluatedStep = snapshot.step;
            depth = wanted;
            evaluated = budget;
            evaluated.goOn = {};
        }
        lastEvaluation = Clock::now();
        evaluationSeconds = std::chrono::duration<double>(lastEvaluation - start).count();
        return through;
    }

    /// Whether a run under way is worth a new evaluation.
    bool overdue(const Snapshot& snapshot) const {
        const double since = std::chrono::duration<double>(Clock::now() - lastEvaluation).count();
        const bool grown = static_cast<double>(snapshot.step) >= kEvaluationGrowth * static_cast<double>(evaluatedStep);
        return since >= evaluationRest && (grown || since >= kEvaluationSeconds);
    }

    /// Adds test and train evaluations when they are due; a step that was evaluated keeps its values.
    void evaluate(Report& report, const Snapshot& snapshot, bool thorough) {
        evaluationSeconds = 0.0;
        const bool newStep = snapshot.step != evaluatedStep;
        if (evaluatedStep < 0 || (newStep && (thorough || overdue(snapshot))) ||
            (!newStep && thorough && depth == EvaluationDepth::Live)) {
            if (thorough) {
                evaluateAt(snapshot, EvaluationDepth::Thorough, {kThoroughExamples, 1, kThoroughCodes});
            } else {
                evaluateAt(snapshot, EvaluationDepth::Live, liveBudget(dataset->dim, experiment.fleetSize()));
                // The cheaper of two: one that was late, as the first of a run often is, does not hold up the next.
                evaluationRest =
                    kEvaluationRest * std::min(evaluationSeconds, std::exchange(lastCost, evaluationSeconds));
            }
        }
        if (snapshot.step == evaluatedStep) {
            for (const auto& [name, values] : evaluation) {
                report.values[name] = values;
            }
        }
    }

    /// Whether the history has an evaluation nearer to this step than the next copy would be.
    bool evaluatedNear(std::int64_t step) const {
        const double near = std::sqrt(Milestones::kGrowth);
        const auto at = static_cast<double>(step);
        const ReportHistory& reports = history.reports();
        return std::any_of(reports.begin(), reports.end(), [&](const std::shared_ptr<const Report>& report) {
            const auto other = static_cast<double>(report->step);
            return report->values.contains("distortion_test") &&
                   (report->step == step || (other <= near * at && at <= near * other));
        });
    }

    void describe(Frame& frame) const {
        frame.experimentName = experiment.title.empty() ? experiment.name : experiment.title;
        frame.totalSteps = experiment.run.steps;
        frame.fleetSize = experiment.fleetSize();
        frame.discreteData = dataset->discrete && familyOf(experiment.model.likelihood).discrete();
        frame.dataEntropy = dataset->entropy;
        frame.closedFormCurve = optimum;
        frame.directionThresholds = thresholds;
        frame.labelNames = dataset->labelNames;
        frame.trainExamples = train.size();
        frame.testExamples = test.size();
    }
};

Analyst::Analyst(const Experiment& experiment, std::shared_ptr<const Dataset> dataset, const ReportHistory& history)
    : impl_(std::make_unique<Impl>(experiment, std::move(dataset))) {
    for (const std::shared_ptr<const Report>& report : history) {
        impl_->history.add(report);
    }
}

Analyst::~Analyst() = default;

std::shared_ptr<Frame> Analyst::analyse(const Snapshot& snapshot, const ViewRequest& request, bool thorough) {
    const torch::NoGradGuard noGradients;
    Impl& self = *impl_;
    auto frame = std::make_shared<Frame>();
    frame->sequence = ++self.sequence;
    self.describe(*frame);
    frame->takenAt = snapshot.takenAt;
    frame->message = snapshot.failure;
    const ObjectiveSpec& objective = snapshot.objective.spec;
    frame->objective = objective;
    frame->kernelName = keyOf(objective.kernel);
    frame->knobs = snapshot.objective.knobs;
    frame->scheduled = snapshot.scheduled;
    frame->moves = snapshot.moves;
    frame->report = runningReport(snapshot);

    const Clock::time_point start = Clock::now();
    const FrameParts parts{self.experiment, *self.dataset, self.model, self.train, self.test};
    for (const int wanted : request.members) {
        const int member = std::clamp(wanted, 0, self.experiment.fleetSize() - 1);
        const FleetParameters parameters = snapshot.parameters->member(member);
        Codes codes;
        if (request.latent || !request.probes.empty()) {
            codes = parts.encode(parameters, self.budget.codes(request.codeCount, thorough));
        }
        if (request.latent) {
            frame->latents.push_back(parts.latent(parameters, codes, member, request));
            frame->kernelSaturated =
                frame->kernelSaturated || (objective.divergence == DivergenceKind::Mmd &&
                                           kernelSaturated(parts.kernelMean(parameters, codes, objective.kernel)));
        }
        if (request.data && self.dataset->dim <= 2) {
            frame->data.push_back(parts.data(parameters, member, request));
        }
        const bool pseudoInputs = request.pseudoInputs && self.model.prior().pseudoInputs(parameters);
        if (self.dataset->isImage() &&
            (request.reconstructions || request.samples || request.manifold || request.sheets || pseudoInputs)) {
            frame->images.push_back(parts.images(parameters, member, request));
        }
        for (const ProbeRequest& probe : request.probes) {
            if (probe.member == member) {
                frame->probes.push_back(parts.probe(parameters, codes, probe, request.plane));
            }
        }
    }
    self.budget.took(std::chrono::duration<double>(Clock::now() - start).count());
    self.evaluate(frame->report, snapshot, thorough);
    self.history.add(std::make_shared<const Report>(frame->report));
    frame->history = self.history.reports();
    if (request.health) {
        judgeQuickly(*frame, *self.dataset, self.model);
    }
    return frame;
}

bool Analyst::evaluate(const Snapshot& snapshot, const EvaluationBudget& budget) {
    return impl_->evaluateAt(snapshot, EvaluationDepth::Asked, budget);
}

bool Analyst::fillIn(const Snapshots& passed) {
    const torch::NoGradGuard noGradients;
    Impl& self = *impl_;
    for (const std::shared_ptr<const Snapshot>& snapshot : passed) {
        if (snapshot->step <= self.filledTo) {
            continue;
        }
        self.filledTo = snapshot->step;
        if (self.evaluatedNear(snapshot->step)) {
            continue;
        }
        auto report = std::make_shared<Report>(runningReport(*snapshot));
        if (self.evaluateInto(*report, *snapshot, liveBudget(self.dataset->dim, self.experiment.fleetSize()))) {
            self.history.insert(std::move(report));
        }
        return true;
    }
    return false;
}

std::optional<EvaluationBudget> Analyst::nextBudget(const Snapshot& snapshot) const {
    const Impl& self = *impl_;
    // Everything comes with as many draws as there is a use for.
    if (snapshot.step != self.evaluatedStep || (self.everything(self.evaluated) && self.evaluated.draws == 0)) {
        return std::nullopt;
    }
    EvaluationBudget next{kGrowthAtRest * self.evaluated.examples, 1, kThoroughCodes};
    return self.everything(next) ? EvaluationBudget{0, 0, kThoroughCodes} : next;
}

double Analyst::evaluationSeconds() const {
    return impl_->evaluationSeconds;
}

}  // namespace elbo
