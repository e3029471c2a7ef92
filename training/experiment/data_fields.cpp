// The fields of an experiment at the top of its file and in [data].
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "training/experiment/data_fields.h"
#include "training/experiment/field_kinds.h"

namespace elbo {
namespace {

/// Only for the data sets whose readers heed the field (training/data/data_readers.h).
FieldRelevance heeded(const char* key) {
    return {fmt::format("of the data sets {}", dataSetsHeeding(key)),
            [key](const Experiment& experiment) { return dataFieldMatters(experiment.data.name, key); }};
}

bool isName(const std::string& value) {
    return !value.empty() && value.size() <= 100 && value != "." && value != ".." &&
           std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 32 || c == 127 || c == '/'; });
}

}  // namespace

std::vector<ExperimentField> generalFields() {
    ExperimentField name =
        plain({.key = "name",
               .label = "Name",
               .tip = "What the experiment is called on the command line and in folder names.",
               .inPanel = false},
              "a text of 1 to 100 characters without / or control characters", at(&Experiment::name), isName);
    // A title that nobody wrote says what another experiment is: it goes with the name.
    name.read = [](ExperimentDraft& draft, const FieldValue& value) {
        Experiment& experiment = draft.experiment;
        const Experiment unnamed;
        const bool ownTitle = experiment.title != experiment.name &&
                              !(experiment.name == unnamed.name && experiment.title == unnamed.title);
        std::string read;
        if (!readValue(value, read)) {
            return false;
        }
        if (!ownTitle && read != experiment.name) {
            experiment.title = read;
        }
        experiment.name = read;
        return true;
    };
    return {
        std::move(name),
        text({.key = "title",
              .label = "Title",
              .tip = "What windows and figures call the experiment; its name where a file gives no title.",
              .inPanel = false},
             "a text of at most 300 characters on one line", at(&Experiment::title), 0, 300),
    };
}

std::vector<ExperimentField> dataFields() {
    constexpr FieldGroup kGroup = FieldGroup::Data;
    return {
        text({.key = "data.name",
              .label = "Data set",
              .tip = "Where the examples come from.",
              .group = kGroup,
              .editor = FieldEditor::Choice},
             "a name from `elboroom list data`", at(&Experiment::data, &DataSpec::name), 1, 100),
        text({.key = "data.path",
              .label = "File or folder",
              .tip = "Where its files lie; leave empty to search by name.",
              .group = kGroup,
              .relevance = heeded("data.path")},
             "a file or folder, or empty", at(&Experiment::data, &DataSpec::path), 0, 4096),
        integer({.key = "data.train_size",
                 .label = "Training",
                 .tip = "Examples that the model learns from, no more than the files hold.",
                 .unit = "examples",
                 .group = kGroup},
                at(&Experiment::data, &DataSpec::trainSize), {1, kMostExamples}),
        integer({.key = "data.validation_size",
                 .label = "Validation",
                 .tip = "Examples set apart from the end of the training data.",
                 .unit = "examples",
                 .group = kGroup,
                 .inPanel = false},
                at(&Experiment::data, &DataSpec::validationSize), {0, kMostExamples}),
        integer({.key = "data.test_size",
                 .label = "Test",
                 .tip = "Examples that the model never sees.",
                 .unit = "examples",
                 .group = kGroup},
                at(&Experiment::data, &DataSpec::testSize), {0, kMostExamples}),
        choice({.key = "data.binarisation",
                .label = "Binarisation",
                .tip = "How grey values become binary pixels.",
                .group = kGroup,
                .relevance = heeded("data.binarisation")},
               at(&Experiment::data, &DataSpec::binarisation)),
        integer({.key = "data.shrink",
                 .label = "Shrink",
                 .tip = "So many pixels of a side become one, their mean: 2 makes 14 x 14 of 28 x 28.",
                 .unit = "pixels",
                 .group = kGroup,
                 .relevance = heeded("data.shrink")},
                at(&Experiment::data, &DataSpec::shrink), {1, 64}),
        integer({.key = "data.seed", .label = "Seed", .tip = "Draws of the data themselves.", .group = kGroup},
                at(&Experiment::data, &DataSpec::seed), {0, kMostSeed}),
        plain({.key = "data.spectrum",
               .label = "Spectrum",
               .tip = "Variances of the data along its axes, the eigenvalues of their covariance, such as 4, 2, 1.",
               .group = kGroup,
               .editor = FieldEditor::List,
               .relevance = heeded("data.spectrum")},
              "a list of 1 to 1024 finite numbers above 0", at(&Experiment::data, &DataSpec::spectrum),
              [](const std::vector<double>& list) {
                  return !list.empty() && list.size() <= 1024 &&
                         std::all_of(list.begin(), list.end(), [](double s) { return kAboveZero.contains(s); });
              }),
        real({.key = "data.separation",
              .label = "Separation",
              .tip = "The two modes lie at plus and minus this value.",
              .group = kGroup,
              .relevance = heeded("data.separation")},
             at(&Experiment::data, &DataSpec::separation), kFromZero),
        real({.key = "data.variance",
              .label = "Variance",
              .tip = "Variance of each mode.",
              .group = kGroup,
              .relevance = heeded("data.variance")},
             at(&Experiment::data, &DataSpec::variance), kAboveZero),
        real({.key = "data.noise",
              .label = "Noise",
              .tip = "Standard deviation of the scatter around the shape.",
              .group = kGroup,
              .relevance = heeded("data.noise")},
             at(&Experiment::data, &DataSpec::noise), kFromZero),
    };
}

}  // namespace elbo
