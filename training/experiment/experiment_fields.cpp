#include "training/experiment/experiment_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "training/experiment/experiment_field_kinds.h"
#include "training/experiment/experiment_text.h"

namespace elbo {
namespace {

std::vector<ExperimentField> makeFields() {
    constexpr std::int64_t kMostExamples = 50'000'000;
    constexpr std::int64_t kMostSteps = 1'000'000'000'000;
    // TOML integers are signed, so the upper half of the 64-bit seeds could not be written to a file.
    constexpr std::int64_t kMostSeed = std::numeric_limits<std::int64_t>::max();

    std::vector<ExperimentField> f;
    f.push_back(plain(
        "name", "a text of 1 to 100 characters without / or control characters",
        [](auto& e) -> auto& { return e.name; },
        [](const std::string& value) {
            return !value.empty() && value.size() <= 100 && value != "." && value != ".." &&
                   std::none_of(value.begin(), value.end(),
                                [](unsigned char c) { return c < 32 || c == 127 || c == '/'; });
        }));
    f.push_back(text(
        "title", "a text of at most 300 characters on one line", [](auto& e) -> auto& { return e.title; }, 0, 300));

    f.push_back(text(
        "data.name", "a name from `elboroom list data`", [](auto& e) -> auto& { return e.data.name; }, 1, 100));
    f.push_back(text(
        "data.path", "a file or folder, or empty", [](auto& e) -> auto& { return e.data.path; }, 0, 4096));
    f.push_back(integer(
        "data.train_size", [](auto& e) -> auto& { return e.data.trainSize; }, 1, kMostExamples));
    f.push_back(integer(
        "data.validation_size", [](auto& e) -> auto& { return e.data.validationSize; }, 0, kMostExamples));
    f.push_back(integer(
        "data.test_size", [](auto& e) -> auto& { return e.data.testSize; }, 0, kMostExamples));
    f.push_back(choice(
        "data.binarisation", binarisationNames(), [](auto& e) -> auto& { return e.data.binarisation; }));
    f.push_back(integer(
        "data.seed", [](auto& e) -> auto& { return e.data.seed; }, 0, kMostSeed));
    f.push_back(plain(
        "data.spectrum", "a list of 1 to 1024 finite numbers above 0", [](auto& e) -> auto& { return e.data.spectrum; },
        [](const std::vector<double>& list) {
            return !list.empty() && list.size() <= 1024 &&
                   std::all_of(list.begin(), list.end(), [](double s) { return std::isfinite(s) && s > 0.0; });
        }));
    f.push_back(atLeast(
        "data.separation", [](auto& e) -> auto& { return e.data.separation; }, 0.0));
    f.push_back(positive(
        "data.variance", [](auto& e) -> auto& { return e.data.variance; }));
    f.push_back(atLeast(
        "data.noise", [](auto& e) -> auto& { return e.data.noise; }, 0.0));

    f.push_back(integer(
        "model.latent_dim", [](auto& e) -> auto& { return e.model.latentDim; }, 1, 4096));
    f.push_back(widths(
        "model.encoder", [](auto& e) -> auto& { return e.model.encoder; }));
    f.push_back(widths(
        "model.decoder", [](auto& e) -> auto& { return e.model.decoder; }));
    f.push_back(choice(
        "model.activation", activationNames(), [](auto& e) -> auto& { return e.model.activation; }));
    f.push_back(choice(
        "model.likelihood", likelihoodNames(), [](auto& e) -> auto& { return e.model.likelihood; }));
    f.push_back(choice(
        "model.variance", varianceNames(), [](auto& e) -> auto& { return e.model.variance; }));
    f.push_back(positive(
        "model.noise_variance", [](auto& e) -> auto& { return e.model.noiseVariance; }));
    f.push_back(choice(
        "model.scale", scaleNames(), [](auto& e) -> auto& { return e.model.scale; }));
    f.push_back(fraction(
        "model.minimum_stddev", [](auto& e) -> auto& { return e.model.minimumStddev; }));

    f.push_back(integer(
        "model.encoder_noise", [](auto& e) -> auto& { return e.model.encoderNoise; }, 0, 4096));
    f.push_back(integer(
        "model.decoder_noise", [](auto& e) -> auto& { return e.model.decoderNoise; }, 0, 4096));

    f.push_back(choice(
        "objective.divergence", divergenceNames(), [](auto& e) -> auto& { return e.objective.divergence; }));
    f.push_back(choice(
        "objective.kernel", kernelNames(), [](auto& e) -> auto& { return e.objective.kernel; }));
    f.push_back(choice(
        "objective.divergence_2", divergenceNames(), [](auto& e) -> auto& { return e.objective.second; }));
    f.push_back(choice(
        "objective.divergence_x", divergenceNames(), [](auto& e) -> auto& { return e.objective.dataDivergence; }));
    f.push_back(choice(
        "objective.divergence_xz", divergenceNames(), [](auto& e) -> auto& { return e.objective.jointDivergence; }));
    f.push_back(atLeast(
        "objective.bandwidth", [](auto& e) -> auto& { return e.objective.bandwidth; }, 0.0));
    f.push_back(choice(
        "objective.rate_term", rateTermNames(), [](auto& e) -> auto& { return e.objective.rateTerm; }));
    f.push_back(choice(
        "objective.rate_estimate", rateEstimateNames(), [](auto& e) -> auto& { return e.objective.rateEstimate; }));
    f.push_back(atLeast(
        "objective.rate_target", [](auto& e) -> auto& { return e.objective.rateTarget; }, 0.0));
    f.push_back(atLeast(
        "objective.free_bits", [](auto& e) -> auto& { return e.objective.freeBits; }, 0.0));
    f.push_back(positive(
        "objective.relaxation", [](auto& e) -> auto& { return e.objective.relaxation; }));
    f.push_back(widths(
        "objective.critic", [](auto& e) -> auto& { return e.objective.critic; }));
    f.push_back(integer(
        "objective.critic_steps", [](auto& e) -> auto& { return e.objective.criticSteps; }, 1, 1000));
    f.push_back(positive(
        "objective.critic_learning_rate", [](auto& e) -> auto& { return e.objective.criticLearningRate; }));
    f.push_back(atLeast(
        "objective.gradient_penalty", [](auto& e) -> auto& { return e.objective.gradientPenalty; }, 0.0));
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        f.push_back(knob(place));
    }

    for (std::size_t place = 0; place < kKnobCount; ++place) {
        f.push_back(schedule(
            std::string("schedule.") + kKnobNames[place].name, [place](auto& e) -> auto& {
                return e.schedule[place];
            }));
    }
    f.push_back(integer(
        "schedule.period", [](auto& e) -> auto& { return e.schedule.period; }, 0, kMostSteps));

    f.push_back(optionalNumber(
        "constraints.rate_at_least", [](auto& e) -> auto& { return e.constraints.rateAtLeast; }));
    f.push_back(optionalNumber(
        "constraints.negative_elbo_at_most", [](auto& e) -> auto& { return e.constraints.negativeElboAtMost; }));
    f.push_back(optionalNumber(
        "constraints.divergence_at_most", [](auto& e) -> auto& { return e.constraints.divergenceAtMost; }));
    f.push_back(positive(
        "constraints.learning_rate", [](auto& e) -> auto& { return e.constraints.learningRate; }));
    f.push_back(atLeast(
        "constraints.initial", [](auto& e) -> auto& { return e.constraints.initial; }, 0.0));
    f.push_back(atLeast(
        "constraints.least", [](auto& e) -> auto& { return e.constraints.least; }, 0.0));
    f.push_back(positive(
        "constraints.most", [](auto& e) -> auto& { return e.constraints.most; }));

    f.push_back(positive(
        "optimiser.learning_rate", [](auto& e) -> auto& { return e.optimiser.learningRate; }));
    f.push_back(fraction(
        "optimiser.beta1", [](auto& e) -> auto& { return e.optimiser.beta1; }));
    f.push_back(fraction(
        "optimiser.beta2", [](auto& e) -> auto& { return e.optimiser.beta2; }));
    f.push_back(positive(
        "optimiser.epsilon", [](auto& e) -> auto& { return e.optimiser.epsilon; }));
    f.push_back(integer(
        "optimiser.batch_size", [](auto& e) -> auto& { return e.optimiser.batchSize; }, 1, 1'000'000));
    f.push_back(choice(
        "optimiser.schedule", scheduleNames(), [](auto& e) -> auto& { return e.optimiser.schedule; }));
    f.push_back(integer(
        "optimiser.encoder_steps", [](auto& e) -> auto& { return e.optimiser.encoderSteps; }, 0, 1000));
    f.push_back(integer(
        "optimiser.encoder_phase", [](auto& e) -> auto& { return e.optimiser.encoderPhase; }, 0, kMostSteps));

    f.push_back(integer(
        "run.steps", [](auto& e) -> auto& { return e.run.steps; }, 0, kMostSteps));
    f.push_back(integer(
        "run.seed", [](auto& e) -> auto& { return e.run.seed; }, 0, kMostSeed));
    f.push_back(integer(
        "run.threads", [](auto& e) -> auto& { return e.run.threads; }, 1, 1024));
    f.push_back(choice(
        "run.precision", precisionNames(), [](auto& e) -> auto& { return e.run.precision; }));
    f.push_back(choice(
        "run.engine", engineNames(), [](auto& e) -> auto& { return e.run.engine; }));
    f.push_back(choice(
        "run.device", deviceNames(), [](auto& e) -> auto& { return e.run.device; }));
    f.push_back(integer(
        "run.report_every", [](auto& e) -> auto& { return e.run.reportEvery; }, 1, kMostSteps));
    f.push_back(positive(
        "run.autosave_seconds", [](auto& e) -> auto& { return e.run.autosaveSeconds; }));
    return f;
}

}  // namespace

Experiment ExperimentDraft::finish() const {
    Experiment result = experiment;
    result.knobs = knobs.assemble();
    return result;
}

std::string ExperimentField::table() const {
    const std::size_t dot = key.find('.');
    return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string ExperimentField::leaf() const {
    const std::size_t dot = key.find('.');
    return dot == std::string::npos ? key : key.substr(dot + 1);
}

const std::vector<ExperimentField>& experimentFields() {
    static const std::vector<ExperimentField> kFields = makeFields();
    return kFields;
}

std::string mustBe(const ExperimentField& field, const std::string& found) {
    return field.key + " is " + found + ", but must be " + field.allowed;
}

const ExperimentField* firstOutOfRange(const ExperimentDraft& draft) {
    const auto& fields = experimentFields();
    const auto bad = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return !f.inRange(draft); });
    return bad == fields.end() ? nullptr : &*bad;
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (code < 32 || code == 127) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned int>(code));
            result += escape.data();
        } else {
            result += c;
        }
    }
    return result + "\"";
}

}  // namespace elbo
