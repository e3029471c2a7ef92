#include "training/data/data_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "training/data/digits_by_pen.h"
#include "training/data/formula_sets.h"
#include "training/data/image_sets.h"
#include "training/data/omniglot.h"
#include "training/data/static_mnist.h"
#include "training/experiment/data_fields.h"
#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

constexpr std::vector<DataReader> (*kSources[])() = {
    digitReaders, omniglotReaders, staticMnistReaders, imageSetReaders, formulaReaders,
};

/// Those that mean something for every data set.
constexpr const char* kCommonFields[] = {"name", "train_size", "validation_size", "test_size", "seed"};

}  // namespace

bool DataReader::heeds(const std::string& field) const {
    return std::find(std::begin(kCommonFields), std::end(kCommonFields), field) != std::end(kCommonFields) ||
           std::find(fields.begin(), fields.end(), field) != fields.end();
}

const std::vector<DataReader>& dataReaders() {
    static const std::vector<DataReader> kReaders = [] {
        std::vector<DataReader> all;
        for (std::vector<DataReader> (*source)() : kSources) {
            std::vector<DataReader> some = source();
            std::move(some.begin(), some.end(), std::back_inserter(all));
        }
        return all;
    }();
    return kReaders;
}

const DataReader* findDataReader(const std::string& name) {
    const auto& readers = dataReaders();
    const auto reader = std::find_if(readers.begin(), readers.end(), [&](const auto& r) { return r.name == name; });
    return reader == readers.end() ? nullptr : &*reader;
}

const DataReader* recogniseData(std::string_view head, const std::string& path) {
    const auto& readers = dataReaders();
    const auto reader = std::find_if(readers.begin(), readers.end(),
                                     [&](const auto& r) { return r.recognises && r.recognises(head, path); });
    return reader == readers.end() ? nullptr : &*reader;
}

bool dataFieldMatters(const std::string& name, const std::string& key) {
    static const std::string kTable = "data.";
    const DataReader* reader = findDataReader(name);
    return reader == nullptr || !key.starts_with(kTable) || reader->heeds(key.substr(kTable.size()));
}

void requireDataSet(const std::string& name) {
    if (findDataReader(name) != nullptr) {
        return;
    }
    std::string names;
    for (const DataReader& known : dataReaders()) {
        names += (names.empty() ? "" : ", ") + known.name;
    }
    throw InputError::ofField("data.name", fmt::format("is \"{}\", but must be one of {}", shownText(name), names));
}

std::string dataSetsHeeding(const std::string& key) {
    std::string names;
    for (const DataReader& reader : dataReaders()) {
        if (dataFieldMatters(reader.name, key)) {
            names += (names.empty() ? "" : ", ") + reader.name;
        }
    }
    return names;
}

}  // namespace elbo
