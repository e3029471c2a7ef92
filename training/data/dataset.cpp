#include "training/data/dataset.h"

#include <algorithm>
#include <utility>

#include "training/data/digits_by_pen.h"
#include "training/data/formula_sets.h"
#include "training/data/image_sets.h"
#include "training/experiment/input_error.h"
#include "training/files/sha256.h"

namespace elbo {
namespace {

/// One data set that can be asked for by name.
struct Registered {
    std::string name;
    std::string title;
    bool builtIn;
    Dataset (*load)(const DataSpec&);
};

const std::vector<Registered>& registry() {
    static const std::vector<Registered> kRegistry = [] {
        std::vector<Registered> entries{{"digits", "Digits by pen", true, makeDigitsByPen}};
        for (const ImageSetEntry& entry : imageSetEntries()) {
            entries.push_back({entry.name, entry.title, false, loadImageSet});
        }
        for (const FormulaEntry& entry : formulaEntries()) {
            entries.push_back({entry.name, entry.title, true, makeFormulaSet});
        }
        return entries;
    }();
    return kRegistry;
}

/// Sizes go in as well, so that moving an example from one split to another changes the digest.
void digestExamples(Sha256& digest, const Examples& examples) {
    const std::int64_t sizes[] = {examples.dim, examples.size(), static_cast<std::int64_t>(examples.labels.size())};
    digest.update(sizes, sizeof sizes);
    digest.update(examples.values.data(), examples.values.size() * sizeof(float));
    digest.update(examples.labels.data(), examples.labels.size() * sizeof(int));
}

std::string digestOf(const Dataset& set) {
    Sha256 digest;
    for (const Examples* split : {&set.train, &set.validation, &set.test}) {
        digestExamples(digest, *split);
    }
    return digest.hex();
}

}  // namespace

std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec) {
    const auto& entries = registry();
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == spec.name; });
    if (entry == entries.end()) {
        std::string names;
        for (const Registered& known : entries) {
            names += (names.empty() ? "" : ", ") + known.name;
        }
        throw InputError("data.name is \"" + spec.name + "\", but must be one of " + names);
    }
    if (entry->builtIn && !spec.path.empty()) {
        throw InputError("data.path is \"" + spec.path + "\", but \"" + spec.name +
                         "\" is made by formula and reads no files. Clear data.path, or set data.name to an image set "
                         "such as \"mnist\".");
    }
    Dataset set = entry->load(spec);
    set.sha256 = digestOf(set);
    return std::make_shared<const Dataset>(std::move(set));
}

std::vector<DataEntry> listData() {
    std::vector<DataEntry> list;
    for (const Registered& known : registry()) {
        DataEntry entry{known.name, known.title, known.builtIn, known.builtIn, "built in"};
        if (!known.builtIn) {
            const std::optional<std::string> folder = findImageSet(known.name);
            entry.available = folder.has_value();
            entry.where = folder.value_or("");
        }
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace elbo
