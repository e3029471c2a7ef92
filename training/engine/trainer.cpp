#include "training/engine/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "models/latent_model.h"
#include "models/objective/fused_objective.h"
#include "models/objective/objective.h"
#include "models/tensor/torch.h"
#include "training/engine/batches.h"
#include "training/engine/built_model.h"
#include "training/engine/failures.h"
#include "training/engine/memory.h"
#include "training/engine/step_rate.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/step/step_engine.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

using Clock = std::chrono::steady_clock;

namespace {

// Named once: a name that is longer than what a string keeps in place would be memory taken at every step.
const std::string kRateTerm = "rate_term";
const std::string kImportanceTerm = "importance_term";
const std::string kLoss = "loss";
const std::string kElbo = "elbo";

/// A name for every term: `head` and what `part` says of its row; empty where that is null.
template <class Part>
PerTerm<std::string> termNames(const std::string& head, Part part) {
    PerTerm<std::string> names;
    for (const TermRow& term : kTerms) {
        const char* tail = part(term);
        names[term.id] = tail == nullptr ? "" : head + tail;
    }
    return names;
}
const PerTerm<std::string> kTermMetrics = termNames("", [](const TermRow& term) { return term.metric; });
const PerTerm<std::string> kCriticLosses =
    termNames("critic_loss", [](const TermRow& term) { return term.critic.suffix; });
const PerTerm<std::string> kCriticAccuracies =
    termNames("critic_accuracy", [](const TermRow& term) { return term.critic.suffix; });
const std::vector<double> kNoValues;

/// The experiment as it was before the first of its moves, with every one of them proved. Throws InputError.
Experiment atItsBeginning(Experiment experiment) {
    experiment.validate();
    const MoveHistory history = std::exchange(experiment.history, {});
    for (auto move = history.moves.rbegin(); move != history.moves.rend(); ++move) {
        experiment.objective = move->objective.spec;
        experiment.knobs = move->objective.knobs;
        experiment.validate();
    }
    experiment.history.moves = history.moves;  // its step is that of a figure, and this one is its own
    return experiment;
}

}  // namespace

struct Trainer::Impl {
    Experiment experiment;                   // the one in force: fixed after construction, except its objective
    std::shared_ptr<const Dataset> dataset;  // fixed
    LatentModel model;                       // fixed
    TrainerState state;                      // training thread only
    StepEngine engine;                       // training thread only
    StepRate rate;                           // training thread only
    Clock::time_point lastTick{};
    bool clockRuns = false;

    // Of the step in progress; kept, so that a steady step takes no memory.
    Batches batches;
    Coefficients coefficients;       // of the knobs
    Coefficients weights;            // these and what the multipliers make of them
    std::vector<double> loss, elbo;  // [M]

    std::size_t movesMade = 0;                    // of experiment.history: those in force or past
    std::shared_ptr<const Moves> publishedMoves;  // what snapshots share; null: none, or not copied yet

    Impl(const Experiment& e, std::shared_ptr<const Dataset> d)
        : experiment(e),
          dataset(std::move(d)),
          model(builtModel(e, dataset->shape())),
          state{FleetParameters(model.layout(), e.fleetSize(), trainingOptions(e)),
                Adam(e.optimiser, state.parameters.values(), model.encoderColumns(), blocksOf(*model.layout())),
                e.schedule.inForce(e.knobs, {}, 0),
                {},
                std::vector<bool>(e.knobs.size(), true),
                std::vector<std::string>(e.knobs.size()),
                {},
                0,
                0.0,
                TrainedCritics(experiment, model, trainingOptions(e)),
                Multipliers(e.constraints, e.fleetSize()),
                SoftFreeBits(e.fleetSize())},
          engine(model, e.fleetSize(), state.parameters.values().options(), e.run.engine),
          batches(e, *dataset, model),
          coefficients(Coefficients::fromKnobs(state.knobs, e.objective)),
          weights(coefficients),
          loss(e.knobs.size()),
          elbo(e.knobs.size()) {
        model.initialise(state.parameters, e.run.seed);
        if (const int examples = model.prior().startingExamples(); examples > 0) {
            model.prior().startFrom(state.parameters, batches.startingExamples(examples));
        }
        movesMade = std::min<std::size_t>(1, experiment.history.moves.size());  // the first is what it begins with
        replayMoves();
    }

    void setWeights(const std::vector<Knobs>& knobs);
    void setInForce(const Objective& objective);
    void moveByHand(const Objective& objective);
    void replayMoves();

    /// Takes the knobs that are in force in step `step`.
    void applySchedule(std::int64_t step) {
        if (!experiment.schedule.empty()) {
            state.knobs = experiment.schedule.inForce(experiment.knobs, state.held, step);
            coefficients = Coefficients::fromKnobs(state.knobs, experiment.objective);
        }
    }

    bool softFreeBits() const { return experiment.objective.rateTerm == RateTerm::SoftFreeBits; }

    /// Takes the weights of the next step from the knobs and from what the trainer adjusts by itself.
    void takeWeights() {
        weights = coefficients;
        if (softFreeBits()) {
            state.softFreeBits.applyTo(weights);
        }
        state.multipliers.addTo(weights);
    }

    /// Whether step `step` moves the encoder alone: all but each last of encoderSteps + 1 (He et al. 2019).
    bool encoderOnly(std::int64_t step) const {
        const OptimiserSpec& spec = experiment.optimiser;
        return (step + 1) % (spec.encoderSteps + 1) != 0 && (spec.encoderPhase == 0 || step < spec.encoderPhase);
    }

    /// The share of the learning rates that is left at this step.
    double rateShare() const {
        if (experiment.optimiser.schedule == Schedule::Constant || experiment.run.steps == 0) {
            return 1.0;
        }
        const double progress = static_cast<double>(state.step) / static_cast<double>(experiment.run.steps);
        return std::clamp(2.0 * (1.0 - progress), 0.0, 1.0);
    }

    /// Pauses the members whose terms or gradients are not finite and says which term did it.
    void checkHealth(const StepTerms& terms) {
        for (std::size_t member = 0; member < state.healthy.size(); ++member) {
            const auto finite = [member](const std::vector<double>& values) {
                return values.empty() || std::isfinite(values[member]);
            };
            const char* culprit = nullptr;
            for (const TermRow& term : kTerms) {
                culprit = culprit == nullptr && !finite(terms[term.id]) ? term.words : culprit;
            }
            if (culprit == nullptr && !finite(terms.rateTerm)) {
                culprit = "rate term";
            }
            if (culprit == nullptr && !finite(terms.importance)) {
                culprit = "importance term";
            }
            if (culprit == nullptr) {
                culprit = !finite(loss) ? "loss" : !finite(terms.gradientSum) ? "gradient" : nullptr;
            }
            if (culprit != nullptr && state.healthy[member]) {
                state.healthy[member] = false;
                state.failures[member] = std::string("the ") + culprit + " became non-finite at step " +
                                         std::to_string(state.step + 1) + "; its last finite parameters are kept";
            }
        }
    }

    /// A term that is not computed keeps no average of its past.
    void addWhereComputed(const std::string& name, const std::vector<double>& values) {
        if (values.empty()) {
            state.averages.forget(name);
        } else {
            state.averages.add(name, values);
        }
    }

    void tickClock() {
        const Clock::time_point now = Clock::now();
        if (clockRuns) {
            state.wallSeconds += std::chrono::duration<double>(now - lastTick).count();
        }
        lastTick = now;
        clockRuns = true;
    }

    void moveParameters();
    void adjustWeights(const StepTerms& terms);
    void trainCritics();
    void step();
};

void Trainer::Impl::moveParameters() {
    torch::Tensor values = state.parameters.values();
    const double learningRate = experiment.optimiser.learningRate * rateShare();
    if (encoderOnly(state.step)) {
        state.adam.stepApart(values, state.parameters.gradients(), learningRate, state.healthy);
    } else {
        state.adam.step(values, state.parameters.gradients(), learningRate, state.healthy);
    }
}

void Trainer::Impl::adjustWeights(const StepTerms& terms) {
    state.multipliers.ascend(terms, rateShare(), state.healthy);
    if (softFreeBits()) {
        const double floor = experiment.objective.freeBits * experiment.model.latentDim;
        state.softFreeBits.adjust(terms.weighedRate(), floor, state.healthy);
    }
}

void Trainer::Impl::trainCritics() {
    if (state.critics.anyActive()) {
        state.critics.train(batches.x().to(state.parameters.values().device()), engine.samples(), state.step,
                            rateShare(), state.healthy, state.parameters);
    }
    for (const TermRow& term : kTerms) {
        if (const TrainedCritic* critic = state.critics.find(term.id)) {
            const bool active = state.critics.active(term.id);
            addWhereComputed(kCriticLosses[term.id], active ? critic->loss() : kNoValues);
            addWhereComputed(kCriticAccuracies[term.id], active ? critic->accuracy() : kNoValues);
        }
    }
}

void Trainer::Impl::step() {
    if (!clockRuns) {
        tickClock();
        rate.mark(lastTick, state.step);
    }
    applySchedule(state.step);
    takeWeights();
    batches.draw(state.step, weights, experiment.objective.importanceSamples);
    const CriticsInForce critics = state.critics.prepare(weights);
    const StepTerms& terms =
        engine.step(state.parameters, batches.x(), batches.noise(), weights, experiment.objective, critics);
    for (std::size_t member = 0; member < state.knobs.size(); ++member) {
        loss[member] = combineTerms(terms, weights, member) + state.multipliers.constant(member);
        elbo[member] = -(terms[LossTerm::Distortion][member] + terms[LossTerm::Rate][member]);
    }
    checkHealth(terms);
    moveParameters();
    adjustWeights(terms);

    state.averages.add(kLoss, loss);
    state.averages.add(kElbo, elbo);
    for (const TermRow& term : kTerms) {
        addWhereComputed(kTermMetrics[term.id], terms[term.id]);
    }
    addWhereComputed(kRateTerm, terms.rateTerm);
    addWhereComputed(kImportanceTerm, terms.importance);
    trainCritics();
    ++state.step;
    replayMoves();
    tickClock();
    rate.mark(lastTick, state.step);
}

/// Of every member; a knob that changes leaves its schedule.
void Trainer::Impl::setWeights(const std::vector<Knobs>& knobs) {
    const PerKnob<bool> moved = movedKnobs(experiment.knobs, knobs);
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        state.held[knob] = state.held[knob] || moved[knob];
    }
    experiment.knobs = knobs;
    state.knobs = knobs;
    coefficients = Coefficients::fromKnobs(knobs, experiment.objective);
    applySchedule(std::max<std::int64_t>(state.step - 1, 0));
}

void Trainer::Impl::setInForce(const Objective& objective) {
    if (objective.spec != experiment.objective) {
        state.critics.objectiveChanged(std::exchange(experiment.objective, objective.spec));
        // The past of a term may be that of another kind. Distortion and rate have one only.
        for (const TermRow& term : kTerms) {
            if (term.id > LossTerm::Rate) {
                state.averages.forget(kTermMetrics[term.id]);
            }
        }
        state.averages.forget(kRateTerm);
        state.averages.forget(kImportanceTerm);
    }
    setWeights(objective.knobs);
}

void Trainer::Impl::moveByHand(const Objective& objective) {
    if (objective.knobs.size() != state.knobs.size()) {
        throw InputError("objective: " + std::to_string(objective.knobs.size()) + " knob settings for a fleet of " +
                         std::to_string(state.knobs.size()));
    }
    const Objective before = experiment.whole();
    if (objective != before) {
        Moves& moves = experiment.history.moves;
        moves.resize(movesMade);
        // Before the first step nothing has come of the old ones, unless a weight has left its schedule.
        if (state.step == 0 && experiment.schedule.empty()) {
            moves.clear();
        } else {
            recordMove(moves, state.step, before, objective, experiment.schedule.empty());
        }
        movesMade = moves.size();
        publishedMoves = nullptr;
    }
    setInForce(objective);
}

void Trainer::Impl::replayMoves() {
    const Moves& moves = experiment.history.moves;
    for (; movesMade < moves.size() && moves[movesMade].step <= state.step; ++movesMade) {
        setInForce(Objective(moves[movesMade].objective));
    }
}

Trainer::Trainer(const Experiment& asked, std::shared_ptr<const Dataset> dataset) {
    const Experiment experiment = atItsBeginning(asked);
    if (dataset == nullptr || dataset->train.size() == 0) {
        throw InputError("data." + experiment.data.name + ": there are no training examples; raise data.train_size");
    }
    const LikelihoodKind likelihood = experiment.model.likelihood;
    if (familyOf(likelihood).unitInterval() && !dataset->discrete) {
        throw InputError("model.likelihood = " + fieldText(experiment, "model.likelihood") +
                         " needs values between 0 and 1, but the data set \"" + experiment.data.name +
                         "\" is continuous; set model.likelihood = \"gaussian\"");
    }
    if (familyOf(likelihood).unitInterval() && !familyOf(likelihood).discrete() && dataset->isImage() &&
        experiment.data.binarisation != Binarisation::None) {
        throw InputError(
            "model.likelihood = " + fieldText(experiment, "model.likelihood") +
            " is a density of grey values, but data.binarisation = " + fieldText(experiment, "data.binarisation") +
            " makes them 0 and 1; set data.binarisation = \"none\", or model.likelihood = \"bernoulli\"");
    }
    requireMemory(experiment, *dataset, Machine::here());
    impl_ = std::make_unique<Impl>(experiment, std::move(dataset));
}

Trainer::~Trainer() = default;

void Trainer::step() {
    impl_->step();
}

void Trainer::setKnobs(const std::vector<Knobs>& knobs) {
    impl_->moveByHand({impl_->experiment.objective, knobs});
}

void Trainer::setObjective(const Objective& objective) {
    Experiment wanted = impl_->experiment;
    wanted.history = {};
    wanted.objective = objective.spec;
    wanted.knobs = objective.knobs;
    wanted.validate();
    impl_->moveByHand(objective);
}

void Trainer::takeUp(const Experiment& stored, const std::function<void(TrainerState&)>& restore) {
    Impl& impl = *impl_;
    impl.experiment.history = stored.history;
    impl.publishedMoves = nullptr;
    impl.setInForce(stored.whole());  // critics are restored into those of the objective in force
    restore(impl.state);
    const Moves& moves = impl.experiment.history.moves;
    impl.movesMade = static_cast<std::size_t>(
        std::count_if(moves.begin(), moves.end(), [&](const Move& move) { return move.step <= impl.state.step; }));
    impl.setWeights(stored.knobs);
    pauseClock();
}

std::size_t Trainer::movesMade() const {
    return impl_->movesMade;
}

std::int64_t Trainer::stepCount() const {
    return impl_->state.step;
}

bool Trainer::finished() const {
    return impl_->state.step >= impl_->experiment.run.steps;
}

bool Trainer::failed() const {
    return std::none_of(impl_->state.healthy.begin(), impl_->state.healthy.end(), [](bool ok) { return ok; });
}

const Experiment& Trainer::experiment() const {
    return impl_->experiment;
}

std::shared_ptr<const Dataset> Trainer::dataset() const {
    return impl_->dataset;
}

std::shared_ptr<const Snapshot> Trainer::snapshot() const {
    auto snapshot = std::make_shared<Snapshot>(progress());
    snapshot->parameters = impl_->state.parameters.freeze();
    return snapshot;
}

Snapshot Trainer::progress() const {
    const TrainerState& state = impl_->state;
    Snapshot snapshot;
    snapshot.step = state.step;
    snapshot.epoch = static_cast<double>(state.step) / static_cast<double>(impl_->batches.stepsPerEpoch());
    snapshot.wallSeconds = state.wallSeconds;
    snapshot.stepsPerSecond = impl_->rate.perSecond();
    snapshot.objective = {impl_->experiment.objective, state.knobs};
    snapshot.scheduled = impl_->experiment.schedule.following(state.held);
    const Moves& moves = impl_->experiment.history.moves;
    if (impl_->publishedMoves == nullptr && !moves.empty()) {
        impl_->publishedMoves = std::make_shared<const Moves>(moves);
    }
    snapshot.moves = moves.empty() ? nullptr : impl_->publishedMoves;
    snapshot.averages = state.averages.values();
    for (std::size_t i = 0; i < kConstraints; ++i) {
        const auto constraint = static_cast<Constraint>(i);
        if (state.multipliers.active(constraint)) {
            snapshot.averages[multiplierMetric(constraint)] = state.multipliers.entry(constraint).values;
        }
    }
    if (impl_->softFreeBits()) {
        snapshot.averages["rate_weight_factor"] = state.softFreeBits.factors();
    }
    snapshot.failure = failureText(state.failures);
    snapshot.takenAt = Clock::now();
    return snapshot;
}

TrainerState& Trainer::state() {
    return impl_->state;
}

const TrainerState& Trainer::state() const {
    return impl_->state;
}

void Trainer::pauseClock() {
    impl_->clockRuns = false;
    impl_->rate.clear();
}

}  // namespace elbo
