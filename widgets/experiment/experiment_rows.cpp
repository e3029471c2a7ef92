#include "widgets/experiment/experiment_rows.h"

#include "models/spec/knobs.h"
#include "training/experiment/experiment_text.h"

namespace elbo {
namespace {

const QStringList kLineSets{"two-points", "two-gaussians"};
const QString kGaussian = "model.likelihood=gaussian";
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
         .onlyWith = kGaussian},
        {.tab = kTab,
         .key = "model.noise_variance",
         .label = "Variance value",
         .tip = "The fixed variance, or where learning starts.",
         .onlyWith = kGaussian},
        {.tab = kTab,
         .key = "model.encoder_noise",
         .label = "Encoder noise",
         .tip = "Numbers of noise that enter the encoder with the example, which gives the posterior any shape; its "
                "rate then needs a critic (rate estimate: adversarial). 0: a normal posterior.",
         .kind = RowKind::Integer,
         .high = 4096,
         .heading = "Implicit distributions"},
        {kTab, "model.decoder_noise", "Decoder noise",
         "Numbers of noise that enter the decoder with the code, so that one code may become many examples.",
         RowKind::Integer, 0, 4096},
    };
}

/// "beta" of [schedule] or [objective] as a label: the symbol of the formulas.
QString symbolOf(const KnobName& knob) {
    return QString::fromUtf8(knob.symbol);
}

std::vector<ExperimentRow> trainingRows() {
    constexpr auto kTab = ExperimentTab::Training;
    constexpr int kMost = 1'000'000;
    const QString schedule =
        "Pairs of step and value, such as [[0, 0.0], [1000, 1.0]], with straight lines between them; [] leaves the "
        "weight to its slider, and moving the slider takes it off the schedule until the run is reset.";
    std::vector<ExperimentRow> rows{
        {kTab, "optimiser.learning_rate", "Learning rate", "Step size of the Adam optimiser.", RowKind::Text},
        {kTab, "optimiser.schedule", "Schedule",
         "Constant, or falling linearly to 0 over the second half of the steps.", RowKind::Choice, 0, 0,
         &scheduleNames()},
        {kTab, "optimiser.batch_size", "Batch size", "Examples per step.", RowKind::Integer, 1, kMost},
        {kTab, "run.steps", "Steps", "Training is finished after so many steps.", RowKind::Text},
        {kTab, "run.seed", "Seed", "Initial weights, batches and noise.", RowKind::Text},
        {kTab, "run.threads", "Threads", "Processor cores used for training.", RowKind::Integer, 1, 1024},
        {kTab, "run.precision", "Precision", "Width of the numbers used in training.", RowKind::Choice, 0, 0,
         &precisionNames()},
        {.tab = kTab,
         .key = "optimiser.encoder_steps",
         .label = "Encoder steps",
         .tip = "Steps of the encoder alone before each step of the whole model; 0: none.",
         .kind = RowKind::Integer,
         .high = 1000,
         .heading = "Lagging inference"},
        {kTab, "optimiser.encoder_phase", "Until step", "The encoder's own steps end here; 0: they never end.",
         RowKind::Text},
    };
    for (const KnobName& knob : kKnobNames) {
        rows.push_back({.tab = kTab,
                        .key = QString("schedule.") + knob.name,
                        .label = symbolOf(knob) + " schedule",
                        .tip = schedule,
                        .heading = rows.back().key.startsWith("schedule.") ? "" : "Schedules of the weights"});
    }
    rows.push_back({kTab, "schedule.period", "Cycle",
                    "Steps after which the schedules of the weights begin again; 0: never.", RowKind::Text});
    return rows;
}

std::vector<ExperimentRow> termRows() {
    constexpr auto kTab = ExperimentTab::Terms;
    const QString kinds =
        "maximum mean discrepancy (mmd), or a network that learns to tell them apart (adversarial, wgan, ratio_kl, "
        "ratio_reverse_kl).";
    const QString target = "objective.rate_term=target,information,cap";
    const QString floor = "objective.rate_term=free_bits,soft_free_bits";
    std::vector<ExperimentRow> rows{
        {.tab = kTab,
         .key = "objective.divergence",
         .label = QString::fromUtf8("\u0394"),
         .tip = QString::fromUtf8(
             "How the divergence \u0394 compares all codes with the prior: maximum mean discrepancy (mmd), "
             "their mean and covariance (moments), Stein variational descent (stein), or a network that learns to tell "
             "them apart (adversarial, wgan, ratio_kl, ratio_reverse_kl)."),
         .kind = RowKind::Choice,
         .names = &divergenceNames(),
         .heading = "Divergences"},
        {kTab, "objective.divergence_2", QString::fromUtf8("\u0394\u2082"),
         "The second divergence between all codes and the prior; its weight is w_2.", RowKind::Choice, 0, 0,
         &divergenceNames()},
        {kTab, "objective.divergence_x", QString::fromUtf8("\u0394(p*, p)"),
         "The divergence between data and samples of the model; its weight is w_x: " + kinds, RowKind::Choice, 0, 0,
         &divergenceNames()},
        {kTab, "objective.divergence_xz", QString::fromUtf8("\u0394(x, z)"),
         "The divergence between examples with their codes and samples with theirs; its weight is w_xz: " + kinds,
         RowKind::Choice, 0, 0, &divergenceNames()},
        {kTab, "objective.kernel", "Kernel", "The kernel of the maximum mean discrepancy.", RowKind::Choice, 0, 0,
         &kernelNames()},
        {kTab, "objective.bandwidth", "Stein width",
         "Squared width of the kernel of Stein variational descent; 0 takes it from the distances between codes.",
         RowKind::Text},
        {.tab = kTab,
         .key = "objective.rate_term",
         .label = "Rate term",
         .tip = QString::fromUtf8(
             "What \u03b2 \u2212 \u03b1 multiplies: the rate, its distance from a target, the rate above free bits "
             "(soft: by easing its weight), the distance of the information between examples and codes from a target, "
             "or the rate with a cap on that information."),
         .kind = RowKind::Choice,
         .names = &rateTermNames(),
         .heading = "Rate"},
        {.tab = kTab,
         .key = "objective.rate_target",
         .label = "Target",
         .tip = "The wanted rate or information, in nats.",
         .onlyWith = target},
        {.tab = kTab,
         .key = "objective.free_bits",
         .label = "Free bits",
         .tip = "Nats of rate that every latent dimension may use without being punished.",
         .onlyWith = floor},
        {kTab, "objective.rate_estimate", "Rate estimate",
         "How the rate is had: in closed form, by the ratio of two densities at a sampled code, or by a network.",
         RowKind::Choice, 0, 0, &rateEstimateNames()},
        {.tab = kTab,
         .key = "objective.critic",
         .label = "Hidden layers",
         .tip = "Widths of the networks that tell two sorts of draws apart, such as 64, 64.",
         .kind = RowKind::List,
         .heading = "Critics"},
        {kTab, "objective.critic_steps", "Critic steps", "Steps of these networks for every step of the model.",
         RowKind::Integer, 1, 1000},
        {kTab, "objective.critic_learning_rate", "Critic rate", "Step size of their own optimiser.", RowKind::Text},
        {kTab, "objective.gradient_penalty", "Slope penalty", "How firmly the critic of wgan is held to a slope of 1.",
         RowKind::Text},
        {kTab, "objective.relaxation", "Relaxation",
         "Temperature of the soft binary pixels that critics see of a Bernoulli decoder: lower is closer to 0 and 1.",
         RowKind::Text},
        {.tab = kTab,
         .key = "constraints.rate_at_least",
         .label = QString::fromUtf8("R \u2265"),
         .tip = "Lower bound of the rate in nats, kept by a multiplier that is learned; none: no bound.",
         .heading = "Bounds"},
        {kTab, "constraints.negative_elbo_at_most", QString::fromUtf8("D + R \u2264"),
         "Upper bound of the negative ELBO in nats, kept by a multiplier that is learned; none: no bound.",
         RowKind::Text},
        {kTab, "constraints.divergence_at_most", QString::fromUtf8("\u0394 \u2264"),
         "Upper bound of the divergence between codes and prior, kept by a multiplier that is learned; none: no bound.",
         RowKind::Text},
        {kTab, "constraints.learning_rate", "Step size", "How fast the multipliers climb along the violations.",
         RowKind::Text},
        {kTab, "constraints.initial", "At first", "The multipliers before the first step.", RowKind::Text},
        {kTab, "constraints.least", "At least", "The multipliers are kept above this.", RowKind::Text},
        {kTab, "constraints.most", "At most", "The multipliers are kept below this.", RowKind::Text},
    };
    return rows;
}

std::vector<ExperimentRow> fleetRows() {
    constexpr auto kTab = ExperimentTab::Fleet;
    const QString weights =
        " One number for all members, one for each such as 1, 500, a range such as 0.1:10:log16 or 0:1:lin5, or x and "
        "a list to combine it with every setting of the others: x 0, 0.5, 1.";
    const QString meanings[kKnobCount] = {
        "Weight of the rate.",
        "Weight of the marginal divergence.",
        "Preference for information.",
        "Weight of the distortion.",
        "Weight of the code distortion: codes of the prior, decoded, have to be recognised again.",
        "Weight of the second divergence between codes and prior.",
        "Weight of the divergence between data and samples.",
        "Weight of the divergence between examples with their codes and samples with theirs.",
    };
    std::vector<ExperimentRow> rows{
        {kTab, kMembersRow, "Members",
         "Copies of the model trained side by side, with the same start, batches and noise.", RowKind::Integer, 1,
         4096}};
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        rows.push_back({kTab, QString("objective.") + kKnobNames[place].name, symbolOf(kKnobNames[place]),
                        meanings[place] + weights, RowKind::Weights});
    }
    return rows;
}

}  // namespace

QStringList experimentTabNames() {
    return {"Data", "Model", "Training", "Terms", "Fleet"};
}

const std::vector<ExperimentRow>& experimentRows() {
    static const std::vector<ExperimentRow> rows = [] {
        std::vector<ExperimentRow> all = dataRows();
        for (const auto& part : {modelRows(), trainingRows(), termRows(), fleetRows()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return rows;
}

}  // namespace elbo
