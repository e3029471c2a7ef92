// Every row of the table of fields: what it says of itself, and that reading, writing and refusing agree with it.
#include <QtTest>
#include <cctype>
#include <cmath>
#include <set>
#include <string>

#include "models/spec/knobs.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"

using namespace elbo;

namespace {

/// The error that `action` throws.
template <typename Action>
std::optional<InputError> errorOf(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error;
    }
    return std::nullopt;
}

/// The words of a text that hold an underscore.
std::vector<std::string> snakeWords(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
            word += c;
            continue;
        }
        if (word.find('_') != std::string::npos) {
            words.push_back(word);
        }
        word.clear();
    }
    return words;
}

/// Everything that the program knows by a name with underscores.
std::set<std::string> knownNames() {
    std::set<std::string> names{"latent_dim", "rate_target", "free_bits", "R_i", "I_q"};
    for (const ExperimentField& field : experimentFields()) {
        names.insert(field.leaf());
        for (const FieldChoice& choice : field.choices) {
            names.insert(choice.key);
        }
    }
    for (const KnobName& knob : kKnobNames) {
        names.insert(knob.symbol);
    }
    return names;
}

}  // namespace

class TestFieldTable : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatAFigureCannotHoldIsEscaped() {
        const std::string text = "a\x01 \xef\xbf\xbe\xef\xbf\xbf \xef\xbf\xbd \xef\xbf";
        QCOMPARE(quoted(text), std::string("\"a\\u0001 \\uFFFE\\uFFFF \xef\xbf\xbd \xef\xbf\""));
        Experiment experiment;
        experiment.title = "\xef\xbf\xbe \xef\xbf\xbf \xef\xbf\xbd";
        QVERIFY(parseExperiment(writeExperiment(experiment), "x") == experiment);
    }

    void everyFieldSaysWhatItIs() {
        std::set<std::string> keys, sections;
        std::string section = "none";
        for (const ExperimentField& field : experimentFields()) {
            const char* key = field.key.c_str();
            QVERIFY2(keys.insert(field.key).second, key);
            QVERIFY2(!field.label.empty() && !field.allowed.empty(), key);
            QVERIFY2(field.tip.size() > 10 && field.tip.back() == '.', key);
            QVERIFY2(field.read && field.write && field.inRange, key);
            QCOMPARE(findField(field.key), &field);
            // The table is the order of the file: a section that began again would be written twice.
            if (field.table() != section) {
                section = field.table();
                QVERIFY2(sections.insert(section).second, key);
            }
            const auto group = std::find_if(kFieldGroups.begin(), kFieldGroups.end(),
                                            [&](const FieldGroupRow& row) { return row.group == field.group; });
            QVERIFY2(group != kFieldGroups.end(), key);
            QVERIFY2(!field.inPanel || *group->page != '\0', key);
            QVERIFY2((field.editor == FieldEditor::Integer) <= field.integers.has_value(), key);
            QVERIFY2(!field.relevance.holds || !field.relevance.words.empty(), key);
        }
    }

    void tipsSpeakOfWhatThereIs() {
        const std::set<std::string> known = knownNames();
        for (const ExperimentField& field : experimentFields()) {
            std::string text = field.tip;
            for (const FieldChoice& choice : field.choices) {
                text += " " + choice.words;
            }
            for (const std::string& word : snakeWords(text)) {
                QVERIFY2(known.contains(word), (field.key + ": " + word).c_str());
            }
        }
    }

    void valuesRoundTrip() {
        const Experiment defaults;
        for (const ExperimentField& field : experimentFields()) {
            QVERIFY2(field.inRange(ExperimentDraft(defaults)), field.key.c_str());
            Experiment experiment;
            assignField(experiment, field.key + "=" + fieldText(defaults, field.key));
            QVERIFY2(experiment == defaults, field.key.c_str());
            for (const FieldChoice& choice : field.choices) {
                assignField(experiment, field.key + "=" + choice.key);
                QCOMPARE(fieldText(experiment, field.key), choice.key);
            }
        }
    }

    void rangesAreKept() {
        const auto refused = [](const ExperimentField& field, const std::string& value) {
            const auto error = errorOf([&] {
                Experiment experiment;
                assignField(experiment, field.key + "=" + value);
            });
            return error && error->field() == field.key &&
                   error->complaint().find(", but must be " + field.allowed) != std::string::npos;
        };
        for (const ExperimentField& field : experimentFields()) {
            const char* key = field.key.c_str();
            Experiment experiment;
            if (field.integers) {
                for (const std::int64_t end : {field.integers->low, field.integers->high}) {
                    assignField(experiment, field.key + "=" + std::to_string(end));
                    QCOMPARE(fieldText(experiment, field.key), std::to_string(end));
                }
                QVERIFY2(refused(field, std::to_string(field.integers->low - 1)), key);
                QVERIFY2(refused(field, "1.5") && refused(field, "true"), key);
                QVERIFY2(field.integers->high == std::numeric_limits<std::int64_t>::max() ||
                             refused(field, std::to_string(field.integers->high + 1)),
                         key);
            } else if (field.reals) {
                QVERIFY2(refused(field, "nan") && refused(field, "inf"), key);
                QVERIFY2(!std::isfinite(field.reals->low) || refused(field, "-1"), key);
                QVERIFY2(!field.reals->aboveLow || refused(field, "0"), key);
                QVERIFY2(!std::isfinite(field.reals->high) || refused(field, "1"), key);
                assignField(experiment, field.key + "=0.25");
                QCOMPARE(fieldText(experiment, field.key), std::string("0.25"));
            } else if (!field.choices.empty()) {
                QVERIFY2(refused(field, "no_such_word"), key);
            }
        }
    }

    void aFieldMeansSomethingOrNot() {
        Experiment experiment;
        const auto relevant = [&](const char* key) { return findField(key)->relevance.in(experiment); };
        QVERIFY(!relevant("data.path") && relevant("data.binarisation") && !relevant("data.noise"));
        experiment.data.name = "mnist";
        QVERIFY(relevant("data.path"));
        QVERIFY(!relevant("model.variance") && !relevant("objective.rate_target") && relevant("model.scale"));
        experiment.data.name = "ring";
        experiment.model.likelihood = LikelihoodKind::Gaussian;
        experiment.objective.rateTerm = RateTerm::Cap;
        QVERIFY(!relevant("data.path") && !relevant("data.binarisation") && relevant("data.noise"));
        QVERIFY(relevant("model.variance") && relevant("objective.rate_target") && !relevant("objective.free_bits"));
    }

    void errorsCarryFieldAndPlace() {
        const auto parsed = [](const char* text) { return errorOf([&] { parseExperiment(text, "lab.toml"); }); };
        auto error = parsed("[data]\n\ntrain_size = 0");
        QVERIFY(error.has_value());
        QCOMPARE(error->field(), std::string("data.train_size"));
        QCOMPARE(error->place().file, std::string("lab.toml"));
        QCOMPARE(error->place().line, 3);
        QCOMPARE(error->place().column, 14);
        QCOMPARE(std::string(error->what()), "lab.toml: line 3, column 14: data.train_size " + error->complaint());
        error = parsed("[objective]\nbeta = [1,2,3]\nalpha = [1,2]");
        QCOMPARE(error->field(), std::string("objective.alpha"));
        error = parsed("[modle]\n");
        QCOMPARE(error->field(), std::string());
        QCOMPARE(error->place().line, 1);

        Experiment experiment;
        experiment.objective.rateTerm = RateTerm::Information;
        experiment.objective.rateTarget = 50.0;
        error = errorOf([&] { experiment.validate(); });
        QCOMPARE(error->field(), std::string("objective.rate_target"));
        QVERIFY(error->place().text().empty());
        QCOMPARE(std::string(InputError("as it is").what()), std::string("as it is"));
    }
};

QTEST_APPLESS_MAIN(TestFieldTable)
#include "tst_field_table.moc"
