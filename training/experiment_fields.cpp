#include "training/experiment_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <type_traits>
#include <utility>

#include "training/experiment_text.h"

namespace elbo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Values to and from TOML --------------------------------------------------------------------------------------------

/// The shortest text that reads back as the same number.
std::string numberText(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string result(text.data(), end);
    if (result.find_first_not_of("-0123456789") == std::string::npos) {
        result += ".0";  // so that a reader of the file sees a real number
    }
    return result;
}

std::string valueText(const SchedulePoint& point) {
    constexpr double kLargestExact = 1e15;
    const bool whole = point.step == std::floor(point.step) && point.step < kLargestExact;
    const std::string step = whole ? std::to_string(static_cast<std::int64_t>(point.step)) : numberText(point.step);
    return "[" + step + ", " + numberText(point.value) + "]";
}

template <typename T>
std::string valueText(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return quoted(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return numberText(value);
    } else {
        return std::to_string(value);
    }
}

template <typename T>
std::string valueText(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) {
        text += (text.size() == 1 ? "" : ", ") + valueText(value);
    }
    return text + "]";
}

bool readValue(const toml::node& node, std::string& out) {
    const auto value = node.value_exact<std::string>();
    if (value) {
        out = *value;
    }
    return value.has_value();
}

bool readValue(const toml::node& node, double& out) {
    // An integer is a real number too; a boolean is not, so the lenient toml::node::value() will not do.
    if (const auto real = node.value_exact<double>()) {
        out = *real;
        return true;
    }
    if (const auto integer = node.value_exact<std::int64_t>()) {
        out = static_cast<double>(*integer);
        return true;
    }
    return false;
}

bool readValue(const toml::node& node, SchedulePoint& out) {
    const toml::array* pair = node.as_array();
    return pair != nullptr && pair->size() == 2 && readValue(*pair->get(0), out.step) &&
           readValue(*pair->get(1), out.value);
}

template <typename T>
requires std::is_integral_v<T>
bool readValue(const toml::node& node, T& out) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || !std::in_range<T>(*value)) {
        return false;
    }
    out = static_cast<T>(*value);
    return true;
}

template <typename T>
bool readValue(const toml::node& node, std::vector<T>& out) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
        return false;
    }
    std::vector<T> values;
    for (const toml::node& element : *array) {
        T value{};
        if (!readValue(element, value)) {
            return false;
        }
        values.push_back(value);
    }
    out = std::move(values);
    return true;
}

// Kinds of fields
// ------------------------------------------------------------------------------------------------------

/// A field that is a plain member; `at` is a generic lambda that returns a reference to it.
template <typename At, typename Check>
ExperimentField plain(std::string key, std::string allowed, At at, Check inRange) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = std::move(allowed);
    field.bareText = std::is_same_v<T, std::string>;
    field.read = [at](ExperimentDraft& draft, const toml::node& node) { return readValue(node, at(draft.experiment)); };
    field.write = [at](const ExperimentDraft& draft) { return valueText(at(draft.experiment)); };
    field.inRange = [at, inRange](const ExperimentDraft& draft) { return inRange(at(draft.experiment)); };
    return field;
}

template <typename At>
ExperimentField integer(std::string key, At at, std::int64_t low, std::int64_t high) {
    return plain(
        std::move(key), "an integer from " + std::to_string(low) + " to " + std::to_string(high), at,
        [low, high](auto value) { return std::cmp_less_equal(low, value) && std::cmp_less_equal(value, high); });
}

template <typename At>
ExperimentField atLeast(std::string key, At at, double low) {
    return plain(std::move(key), low == 0.0 ? "a finite number, 0 or more" : "a finite number from " + numberText(low),
                 at, [low](double value) { return std::isfinite(value) && value >= low; });
}

template <typename At>
ExperimentField positive(std::string key, At at) {
    return plain(std::move(key), "a finite number above 0", at,
                 [](double value) { return std::isfinite(value) && value > 0.0; });
}

template <typename At>
ExperimentField fraction(std::string key, At at) {
    return plain(std::move(key), "a number from 0 to below 1", at,
                 [](double value) { return value >= 0.0 && value < 1.0; });
}

template <typename At>
ExperimentField text(std::string key, std::string allowed, At at, std::size_t shortest, std::size_t longest) {
    return plain(std::move(key), std::move(allowed), at, [shortest, longest](const std::string& value) {
        const bool printable =
            std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 32 || c == 127; });
        return printable && value.size() >= shortest && value.size() <= longest;
    });
}

template <typename At>
ExperimentField widths(std::string key, At at) {
    return plain(std::move(key), "a list of at most 64 integers from 1 to 65536", at, [](const std::vector<int>& list) {
        return list.size() <= 64 && std::all_of(list.begin(), list.end(), [](int w) { return w >= 1 && w <= 65536; });
    });
}

/// A knob as a function of the step.
template <typename At>
ExperimentField schedule(std::string key, At at) {
    return plain(std::move(key),
                 "a list of at most 1000 pairs [step, value] with steps that grow from 0 or more, such as "
                 "[[0, 0.0], [1000, 1.0]], or []",
                 at, [](const std::vector<SchedulePoint>& points) {
                     double before = -1.0;
                     for (const SchedulePoint& point : points) {
                         if (!std::isfinite(point.step) || !std::isfinite(point.value) || point.step < 0.0 ||
                             point.step <= before) {
                             return false;
                         }
                         before = point.step;
                     }
                     return points.size() <= 1000;
                 });
}

/// A field whose values have names, in the order of the enumeration.
template <typename At>
ExperimentField choice(std::string key, const std::vector<std::string>& names, At at) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = "one of ";
    for (const std::string& name : names) {
        field.allowed += (&name == &names.front() ? "\"" : ", \"") + name + "\"";
    }
    field.bareText = true;
    field.read = [at, &names](ExperimentDraft& draft, const toml::node& node) {
        std::string name;
        const bool isText = readValue(node, name);
        const auto found = std::find(names.begin(), names.end(), name);
        if (!isText || found == names.end()) {
            return false;
        }
        at(draft.experiment) = static_cast<T>(found - names.begin());
        return true;
    };
    field.write = [at, &names](const ExperimentDraft& draft) {
        const auto index = static_cast<std::size_t>(at(draft.experiment));
        return quoted(index < names.size() ? names[index] : "?");
    };
    field.inRange = [at, &names](const ExperimentDraft& draft) {
        return static_cast<std::size_t>(at(draft.experiment)) < names.size();
    };
    return field;
}

/// One knob of the fleet: a number, a list with one per member, or an expression (see knob_expression.h).
ExperimentField knob(std::string key, KnobValues KnobColumns::*column) {
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = "a finite number, a list of 1 to " + std::to_string(kMostMembers) +
                    " of them, or an expression such as \"0.1:10:log16\"";
    field.bareText = false;
    field.expression = true;
    field.read = [column, key = field.key](ExperimentDraft& draft, const toml::node& node) {
        KnobValues& knob = draft.knobs.*column;
        std::string expression;
        if (readValue(node, expression)) {
            try {
                knob = parseKnobValues(expression);
            } catch (const InputError& error) {
                throw InputError(key + " is " + error.what());
            }
            return true;
        }
        double single = 0.0;
        if (readValue(node, single)) {
            knob = {{single}, false};
            return true;
        }
        knob.crossed = false;
        return readValue(node, knob.values);
    };
    field.write = [column](const ExperimentDraft& draft) {
        const std::vector<double>& values = (draft.knobs.*column).values;
        return values.size() == 1 ? valueText(values.front()) : valueText(values);
    };
    field.inRange = [column](const ExperimentDraft& draft) {
        const std::vector<double>& values = (draft.knobs.*column).values;
        return !values.empty() && values.size() <= kMostMembers &&
               std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
    };
    return field;
}

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

    f.push_back(choice(
        "objective.divergence", divergenceNames(), [](auto& e) -> auto& { return e.objective.divergence; }));
    f.push_back(choice(
        "objective.kernel", kernelNames(), [](auto& e) -> auto& { return e.kernel; }));
    f.push_back(atLeast(
        "objective.bandwidth", [](auto& e) -> auto& { return e.objective.bandwidth; }, 0.0));
    f.push_back(choice(
        "objective.rate_term", rateTermNames(), [](auto& e) -> auto& { return e.objective.rateTerm; }));
    f.push_back(atLeast(
        "objective.rate_target", [](auto& e) -> auto& { return e.objective.rateTarget; }, 0.0));
    f.push_back(atLeast(
        "objective.free_bits", [](auto& e) -> auto& { return e.objective.freeBits; }, 0.0));
    f.push_back(widths(
        "objective.critic", [](auto& e) -> auto& { return e.objective.critic; }));
    f.push_back(integer(
        "objective.critic_steps", [](auto& e) -> auto& { return e.objective.criticSteps; }, 1, 1000));
    f.push_back(positive(
        "objective.critic_learning_rate", [](auto& e) -> auto& { return e.objective.criticLearningRate; }));
    f.push_back(atLeast(
        "objective.gradient_penalty", [](auto& e) -> auto& { return e.objective.gradientPenalty; }, 0.0));
    f.push_back(knob("objective.beta", &KnobColumns::beta));
    f.push_back(knob("objective.lambda", &KnobColumns::lambda));
    f.push_back(knob("objective.alpha", &KnobColumns::alpha));

    f.push_back(schedule(
        "schedule.beta", [](auto& e) -> auto& { return e.schedule.beta; }));
    f.push_back(schedule(
        "schedule.lambda", [](auto& e) -> auto& { return e.schedule.lambda; }));
    f.push_back(schedule(
        "schedule.alpha", [](auto& e) -> auto& { return e.schedule.alpha; }));
    f.push_back(integer(
        "schedule.period", [](auto& e) -> auto& { return e.schedule.period; }, 0, kMostSteps));

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
