#include "training/data/dataset.h"

#include <fmt/format.h>

#include <utility>

#include "training/data/data_readers.h"
#include "training/experiment/input_error.h"
#include "training/files/sha256.h"

namespace elbo {
namespace {

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
    const DataReader* reader = findDataReader(spec.name);
    if (reader == nullptr) {
        std::string names;
        for (const DataReader& known : dataReaders()) {
            names += (names.empty() ? "" : ", ") + known.name;
        }
        throw InputError(fmt::format("data.name is \"{}\", but must be one of {}", spec.name, names));
    }
    if (reader->builtIn() && !spec.path.empty()) {
        throw InputError(fmt::format(
            "data.path is \"{}\", but \"{}\" is made by formula and reads no files. Clear data.path, or set data.name "
            "to an image set such as \"mnist\".",
            spec.path, spec.name));
    }
    Dataset set = reader->read(spec);
    set.name = spec.name;
    set.sha256 = digestOf(set);
    return std::make_shared<const Dataset>(std::move(set));
}

std::vector<DataEntry> listData() {
    std::vector<DataEntry> list;
    for (const DataReader& reader : dataReaders()) {
        DataEntry entry{reader.name, reader.title, reader.builtIn(), reader.builtIn(), "built in"};
        if (!reader.builtIn()) {
            const std::optional<std::string> where = reader.where();
            entry.available = where.has_value();
            entry.where = where.value_or("");
        }
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace elbo
