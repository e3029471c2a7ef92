#include "training/analysis/measurer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "models/tensor/torch.h"
#include "training/analysis/frame_parts.h"
#include "training/measure/evaluation.h"
#include "training/measure/health.h"
#include "training/measure/prior_shape.h"
#include "training/measure/quadrature/decoder_curve.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

namespace {

/// Test examples and cells per latent dimension while training, and at rest.
constexpr int kLiveExamples = 64;
constexpr int kThoroughExamples = 400;
/// Between those and all of them, of a run that stays at rest.
constexpr int kManyExamples = 2000;
/// Pairs of means that a picture can show.
constexpr std::size_t kMostPairs = 2000;
constexpr int kLiveCells = 96;
constexpr int kThoroughCells = 128;
/// Draws of the model for I_p, at rest only.
constexpr int kModelDraws = 400;
/// Posteriors drawn when the request leaves the choice, and the cells of their pictures.
constexpr int kChosenPosteriors = 6;
constexpr int kPictureCells = 64;
/// Examples per split that the health of a model is read from, and codes for its kernel.
constexpr int kHealthExamples = 500;
constexpr int kHealthCodes = 200;

QuadratureOptions quadratureOptions(bool thorough) {
    QuadratureOptions options;
    options.cells = thorough ? kThoroughCells : kLiveCells;
    options.maxCells = thorough ? 2 * kThoroughCells : kLiveCells;
    options.samples = thorough ? kModelDraws : 0;
    return options;
}

/// The first examples with labels of their own, then the first of the rest.
std::vector<int> chooseExamples(const std::vector<int>& labels, int available) {
    std::vector<int> chosen;
    std::set<int> seen;
    for (int i = 0; i < std::min<int>(available, static_cast<int>(labels.size())); ++i) {
        if (static_cast<int>(chosen.size()) < kChosenPosteriors &&
            seen.insert(labels[static_cast<std::size_t>(i)]).second) {
            chosen.push_back(i);
        }
    }
    for (int i = 0; i < available && static_cast<int>(chosen.size()) < kChosenPosteriors; ++i) {
        if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) {
            chosen.push_back(i);
        }
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

}  // namespace

struct Measurer::Impl {
    Experiment experiment;
    std::shared_ptr<const Dataset> dataset;
    LatentModel model;
    ModelInputs train;
    ModelInputs test;

    Impl(const Experiment& e, std::shared_ptr<const Dataset> d)
        : experiment(e),
          dataset(std::move(d)),
          model(e.model, dataset->shape()),
          train(e, *dataset, dataset->train),
          test(e, *dataset, dataset->test) {}

    /// Codes that do not separate into dimensions cost too much for more than many of them.
    int mostExactExamples() const {
        const bool separable =
            model.prior().standardNormal() && experiment.model.posteriorName() == "diagonal_gaussian";
        return separable ? test.size() : std::min(kManyExamples, test.size());
    }

    /// "7", "x = -1", or "example 12".
    std::string nameOf(int example, const torch::Tensor& x) const {
        const auto index = static_cast<std::size_t>(example);
        if (index < test.labels().size()) {
            const auto label = static_cast<std::size_t>(test.labels()[index]);
            return label < dataset->labelNames.size() ? dataset->labelNames[label] : std::to_string(label);
        }
        if (dataset->dim == 1) {
            return fmt::format("x = {:.3g}", x.item<double>());
        }
        return fmt::format("example {}", example);
    }

    ExactFrame exactFrame(const Snapshot& snapshot, int member, const ViewRequest& request, bool thorough,
                          const MeasureProgress& progress, int exactExamples) const {
        QuadratureOptions options = quadratureOptions(thorough);
        options.available = test.size();
        options.curveBetas = decoderCurveBetas();
        options.curveExamples = kThoroughExamples;
        options.slope = slopeInForce(experiment, snapshot.objective.spec,
                                     snapshot.objective.knobs[static_cast<std::size_t>(member)]);
        const int usual = thorough ? kThoroughExamples : kLiveExamples;
        const ExamplePart part =
            test.representative(std::min(mostExactExamples(), exactExamples > 0 ? exactExamples : usual));
        const ExactMeasures exact = measureExactly(model, *snapshot.parameters, member, part.x, options, progress);
        ExactFrame frame;
        frame.member = member;
        frame.latentDim = model.latentDim();
        frame.forms = exact.forms;
        frame.curve = exact.curve;
        const auto dims = static_cast<std::size_t>(model.latentDim());
        for (std::size_t n = 0; n < std::min(kMostPairs, part.indices.size()); ++n) {
            frame.trueMeanX.push_back(static_cast<float>(exact.posteriorMeans[n * dims]));
            frame.encoderMeanX.push_back(static_cast<float>(exact.encoderMeans[n * dims]));
            if (dims == 2) {
                frame.trueMeanY.push_back(static_cast<float>(exact.posteriorMeans[n * dims + 1]));
                frame.encoderMeanY.push_back(static_cast<float>(exact.encoderMeans[n * dims + 1]));
            }
            if (n < part.labels.size()) {
                frame.labels.push_back(part.labels[n]);
            }
        }
        std::vector<int> chosen;
        for (const int example : request.posteriorExamples) {
            if (example >= 0 && example < test.size()) {
                chosen.push_back(example);
            }
        }
        if (chosen.empty()) {
            chosen = chooseExamples(test.labels(), std::min(usual, test.size()));
        }
        const torch::Tensor x = test.at(chosen.data(), static_cast<int>(chosen.size()));
        // A few pictures at the end: the share that is done stays what the measure of all examples said last.
        frame.posteriors = posteriorPairs(model, *snapshot.parameters, member, x, kPictureCells, options,
                                          MeasureProgress{{}, progress.stop});
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            PosteriorPair& pair = frame.posteriors[i];
            const auto example = static_cast<std::size_t>(chosen[i]);
            pair.name = nameOf(chosen[i], x[static_cast<std::int64_t>(i)]);
            pair.label = example < test.labels().size() ? test.labels()[example] : -1;
        }
        return frame;
    }

    /// `exactFrames` may hold the member's exact values.
    std::vector<HealthFinding> health(const Snapshot& snapshot, const std::vector<ExactFrame>& exactFrames,
                                      const MeasureProgress& progress) const {
        Report report;
        const EvaluationBudget budget{kHealthExamples, 1, kHealthExamples};
        evaluateSplitInto(report, snapshot, model, train, "_train", budget);
        evaluateSplitInto(report, snapshot, model, test, "_test", budget);
        const FrameParts parts{experiment, *dataset, model, train, test};
        std::vector<HealthFinding> findings;
        for (int member = 0; member < experiment.fleetSize(); ++member) {
            progress.at(0.95);
            std::map<std::string, double> exact;
            for (const ExactFrame& frame : exactFrames) {
                if (frame.member == member) {
                    exact = {{"mi_q_test", frame.forms.informationQ},
                             {"kl_posterior_test", frame.forms.posteriorGap},
                             {"inference_gap_test", frame.curve.inferenceGap.value}};
                }
            }
            HealthNumbers numbers = healthNumbers(
                snapshot.objective.spec, *dataset, model, snapshot.objective.knobs[static_cast<std::size_t>(member)],
                member,
                [&](const char* name) {
                    const auto found = exact.find(name);
                    return found == exact.end() ? report.value(name, member) : found->second;
                },
                [&] {
                    const FleetParameters parameters = snapshot.parameters->member(member);
                    return parts.kernelMean(parameters, parts.encode(parameters, kHealthCodes),
                                            snapshot.objective.spec.kernel);
                },
                [&] {
                    const FleetParameters parameters = snapshot.parameters->member(member);
                    const torch::Tensor x = train.representative(kHealthExamples).x;
                    return priorShape(model, parameters, model.encode(parameters, x).to(torch::kFloat64));
                });
            numbers.step = snapshot.step;
            for (HealthFinding& finding : healthFindings(numbers)) {
                findings.push_back(std::move(finding));
            }
        }
        return findings;
    }
};

Measurer::Measurer(const Experiment& experiment, std::shared_ptr<const Dataset> dataset)
    : impl_(std::make_unique<const Impl>(experiment, std::move(dataset))) {}

Measurer::~Measurer() = default;

Measurement Measurer::measure(const Snapshot& snapshot, const ViewRequest& request, bool thorough,
                              const MeasureProgress& progress, int exactExamples) const {
    const torch::NoGradGuard noGradients;
    Measurement measurement;
    measurement.step = snapshot.step;
    if (request.exact && impl_->model.latentDim() <= 2 && impl_->test.size() > 0) {
        for (const int wanted : request.exactMembers.empty() ? request.members : request.exactMembers) {
            const int member = std::clamp(wanted, 0, impl_->experiment.fleetSize() - 1);
            measurement.exactFrames.push_back(
                impl_->exactFrame(snapshot, member, request, thorough, progress, exactExamples));
        }
    }
    if (request.health && snapshot.step >= kFirstJudgement) {
        measurement.findings = impl_->health(snapshot, measurement.exactFrames, progress);
        measurement.healthKnown = true;
    }
    return measurement;
}

int Measurer::nextExactExamples(const Measurement& measurement) const {
    const int most = impl_->mostExactExamples();
    int least = most;
    for (const ExactFrame& frame : measurement.exactFrames) {
        least = std::min(least, frame.forms.examples);
    }
    return least >= most ? 0 : least < kManyExamples ? std::min(kManyExamples, most) : most;
}

namespace {

/// Whether something was moved by hand between a step and that of the frame: what was measured then says nothing of a
/// model under other weights.
bool movedSince(const Frame& frame, std::int64_t step) {
    return frame.moves != nullptr && std::any_of(frame.moves->begin(), frame.moves->end(), [&](const Move& move) {
               return move.step >= step && move.step > 0 && move.step < frame.report.step;
           });
}

}  // namespace

void addTo(Frame& frame, const Measurement& measurement) {
    frame.exactFrames = measurement.exactFrames;
    frame.exactStep = measurement.step;
    const bool outdated = movedSince(frame, measurement.step);
    frame.healthMeasured = measurement.healthKnown && !outdated;
    // What the frame could judge by itself is newer there.
    const auto onShow = [&](int member) {
        return std::any_of(frame.latents.begin(), frame.latents.end(),
                           [member](const LatentFrame& latent) { return latent.member == member; });
    };
    for (const HealthFinding& finding : measurement.findings) {
        if (outdated && frame.healthKnown) {
            break;  // the frame's own verdicts are of now
        }
        if (!frame.healthKnown || finding.kind == HealthKind::AmortisationGap ||
            finding.kind == HealthKind::KernelSaturated ||
            (finding.kind == HealthKind::UnlikePrior && !onShow(finding.member))) {
            frame.findings.push_back(finding);
        }
    }
    if (!frame.healthKnown && measurement.healthKnown) {
        frame.healthKnown = true;
        frame.healthStep = measurement.step;
    }
}

}  // namespace elbo
