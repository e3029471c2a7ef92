#include "widgets/experiment_rows.h"

#include "training/experiment_text.h"

namespace elbo {
namespace {

const QStringList kLineSets{"two-points", "two-gaussians"};
const QStringList kPlaneSets{"ring", "grid", "two-moons", "pinwheel", "spiral", "swiss-roll"};

std::vector<ExperimentRow> dataRows() {
    const QStringList points = kLineSets + QStringList{"linear-gaussian"} + kPlaneSets;
    constexpr auto kTab = ExperimentTab::Data;
    constexpr int kMost = 50'000'000;
    return {
        {kTab, "data.name", "Data set", "Where the examples come from.", RowKind::Choice},
        {.tab = kTab,
         .key = "data.path",
         .label = "File or folder",
         .tip = "Where its files lie; leave empty to search by name.",
         .notFor = points},
        {kTab, "data.train_size", "Training", "Examples that the model learns from.", RowKind::Integer, 1, kMost},
        {kTab, "data.test_size", "Test", "Examples that the model never sees.", RowKind::Integer, 0, kMost},
        {.tab = kTab,
         .key = "data.binarisation",
         .label = "Binarisation",
         .tip =
             "How grey values become binary pixels: not at all, by chance in every epoch (stochastic), by chance once "
             "(static), or cut at one half (threshold).",
         .kind = RowKind::Choice,
         .names = &binarisationNames(),
         .notFor = points},
        {.tab = kTab,
         .key = "data.spectrum",
         .label = "Spectrum",
         .tip = "Variances of the data along its axes, such as 4, 2, 1.",
         .kind = RowKind::List,
         .onlyFor = {"linear-gaussian"}},
        {.tab = kTab,
         .key = "data.separation",
         .label = "Separation",
         .tip = "The two modes lie at plus and minus this value.",
         .onlyFor = kLineSets},
        {.tab = kTab,
         .key = "data.variance",
         .label = "Variance",
         .tip = "Variance of each mode.",
         .onlyFor = {"two-gaussians"}},
        {.tab = kTab,
         .key = "data.noise",
         .label = "Noise",
         .tip = "Standard deviation of the scatter around the shape.",
         .onlyFor = kPlaneSets},
        {kTab, "data.seed", "Seed", "Draws of the data themselves.", RowKind::Text},
    };
}

std::vector<ExperimentRow> modelRows() {
    constexpr auto kTab = ExperimentTab::Model;
    const QString widths = "Hidden layers such as 512, 512; empty for a linear map.";
    return {
        {kTab, "model.latent_dim", "Latent dimension", "How many numbers make up a code: dim z.", RowKind::Integer, 1,
         4096},
        {kTab, "model.encoder", "Encoder widths", widths, RowKind::List},
        {kTab, "model.decoder", "Decoder widths", widths, RowKind::List},
        {kTab, "model.activation", "Activation", "The nonlinearity after every hidden layer.", RowKind::Choice, 0, 0,
         &activationNames()},
        {kTab, "model.likelihood", "Likelihood",
         "Distribution of an example given its code: Bernoulli for binary pixels, Gaussian for real values.",
         RowKind::Choice, 0, 0, &likelihoodNames()},
        {.tab = kTab,
         .key = "model.variance",
         .label = "Decoder variance",
         .tip = "Variance of the Gaussian decoder: fixed, one learned number, or an output of the network.",
         .kind = RowKind::Choice,
         .names = &varianceNames(),
         .gaussianOnly = true},
        {.tab = kTab,
         .key = "model.noise_variance",
         .label = "Variance value",
         .tip = "The fixed variance, or where learning starts.",
         .gaussianOnly = true},
    };
}

std::vector<ExperimentRow> trainingRows() {
    constexpr auto kTab = ExperimentTab::Training;
    const QString schedule =
        "Pairs of step and value, such as [[0, 0.0], [1000, 1.0]], with straight lines between them; [] leaves the "
        "weight "
        "to its slider, and moving the slider takes it off the schedule until the run is reset.";
    return {
        {kTab, "optimiser.learning_rate", "Learning rate", "Step size of the Adam optimiser.", RowKind::Text},
        {kTab, "optimiser.schedule", "Schedule",
         "Constant, or falling linearly to 0 over the second half of the steps.", RowKind::Choice, 0, 0,
         &scheduleNames()},
        {kTab, "optimiser.batch_size", "Batch size", "Examples per step.", RowKind::Integer, 1, 1'000'000},
        {kTab, "schedule.beta", QString::fromUtf8("\u03b2 schedule"), schedule, RowKind::Text},
        {kTab, "schedule.lambda", QString::fromUtf8("\u03bb schedule"), schedule, RowKind::Text},
        {kTab, "schedule.alpha", QString::fromUtf8("\u03b1 schedule"), schedule, RowKind::Text},
        {kTab, "schedule.period", "Cycle", "Steps after which the schedules of the weights begin again; 0: never.",
         RowKind::Text},
        {kTab, "run.steps", "Steps", "Training is finished after so many steps.", RowKind::Text},
        {kTab, "run.seed", "Seed", "Initial weights, batches and noise.", RowKind::Text},
        {kTab, "run.threads", "Threads", "Processor cores used for training.", RowKind::Integer, 1, 1024},
        {kTab, "run.precision", "Precision", "Width of the numbers used in training.", RowKind::Choice, 0, 0,
         &precisionNames()},
    };
}

std::vector<ExperimentRow> fleetRows() {
    constexpr auto kTab = ExperimentTab::Fleet;
    const QString weights =
        "One number for all members, one for each such as 1, 500, a range such as 0.1:10:log16 or 0:1:lin5, or x and a "
        "list to combine it with every setting of the others: x 0, 0.5, 1.";
    return {
        {kTab, kMembersRow, "Members",
         "Copies of the model trained side by side, with the same start, batches and noise.", RowKind::Integer, 1,
         4096},
        {kTab, "objective.beta", QString::fromUtf8("\u03b2"), "Weight of the rate. " + weights, RowKind::Weights},
        {kTab, "objective.lambda", QString::fromUtf8("\u03bb"), "Weight of the marginal divergence. " + weights,
         RowKind::Weights},
        {kTab, "objective.alpha", QString::fromUtf8("\u03b1"), "Preference for information. " + weights,
         RowKind::Weights},
        {kTab, "objective.divergence", "Divergence",
         QString::fromUtf8(
             "How the divergence \u0394 compares all codes with the prior: maximum mean discrepancy (mmd), "
             "their mean and covariance (moments), Stein variational descent (stein), or a network that learns to tell "
             "them apart (adversarial, wgan)."),
         RowKind::Choice, 0, 0, &divergenceNames()},
        {kTab, "objective.kernel", "Kernel", "The kernel of the maximum mean discrepancy.", RowKind::Choice, 0, 0,
         &kernelNames()},
        {kTab, "objective.bandwidth", "Stein width",
         "Squared width of the kernel of Stein variational descent; 0 takes it from the distances between codes.",
         RowKind::Text},
        {kTab, "objective.critic", "Critic widths",
         "Hidden layers of the network that tells codes from the prior, such as 64, 64.", RowKind::List},
        {kTab, "objective.critic_steps", "Critic steps", "Steps of that network for every step of the model.",
         RowKind::Integer, 1, 1000},
        {kTab, "objective.critic_learning_rate", "Critic rate", "Step size of that network's own optimiser.",
         RowKind::Text},
        {kTab, "objective.gradient_penalty", "Slope penalty", "How firmly the critic of wgan is held to a slope of 1.",
         RowKind::Text},
        {kTab, "objective.rate_term", "Rate term",
         QString::fromUtf8(
             "What \u03b2 \u2212 \u03b1 multiplies: the rate, its distance from a target, the rate above free "
             "bits, or the distance of the information between examples and codes from a target."),
         RowKind::Choice, 0, 0, &rateTermNames()},
        {kTab, "objective.rate_target", "Target", "The wanted rate or information, in nats.", RowKind::Text},
        {kTab, "objective.free_bits", "Free bits",
         "Nats of rate that every latent dimension may use without being punished.", RowKind::Text},
    };
}

}  // namespace

QStringList experimentTabNames() {
    return {"Data", "Model", "Training", "Fleet"};
}

const std::vector<ExperimentRow>& experimentRows() {
    static const std::vector<ExperimentRow> rows = [] {
        std::vector<ExperimentRow> all = dataRows();
        for (const auto& part : {modelRows(), trainingRows(), fleetRows()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return rows;
}

}  // namespace elbo
