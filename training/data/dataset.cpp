#include "training/data/dataset.h"

#include <fmt/format.h>

#include <utility>

#include "training/data/data_readers.h"
#include "training/data/machine.h"
#include "training/data/shrink.h"
#include "training/experiment/data_fields.h"
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

/// Every example with its label. What is larger than memory would otherwise be made for minutes, then end the program.
void requireRoom(const DataReader& reader, const DataSpec& spec, const Machine& machine) {
    if (!reader.dim) {
        return;
    }
    const auto examples = static_cast<std::uint64_t>(spec.trainSize) + static_cast<std::uint64_t>(spec.testSize) +
                          static_cast<std::uint64_t>(spec.validationSize);
    const auto ofOne = static_cast<std::uint64_t>(reader.dim(spec) * reader.bytesPerValue) + sizeof(int);
    machine.require(examples * ofOne, fmt::format("the data set \"{}\"", spec.name),
                    "make data.train_size, data.validation_size or data.test_size smaller");
}

}  // namespace

std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec, const Machine& machine) {
    requireDataSet(spec.name);
    const DataReader* reader = findDataReader(spec.name);
    if (reader->builtIn() && !spec.path.empty()) {
        throw InputError(fmt::format(
            "data.path is \"{}\", but \"{}\" is made by formula and reads no files. Clear data.path, or set data.name "
            "to an image set such as \"mnist\".",
            spec.path, spec.name));
    }
    requireRoom(*reader, spec, machine);
    Dataset set = reader->read(spec);
    set.name = spec.name;
    if (reader->heeds("shrink")) {
        shrinkImages(set, spec.shrink);
    }
    set.sha256 = digestOf(set);
    return std::make_shared<const Dataset>(std::move(set));
}

std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec) {
    return loadDataset(spec, Machine::here());
}

std::vector<DataEntry> listData() {
    std::vector<DataEntry> list;
    for (const DataReader& reader : dataReaders()) {
        DataEntry entry{reader.name, reader.title, reader.builtIn(), reader.builtIn(), "built in", reader.howToGet};
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
