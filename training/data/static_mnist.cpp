#include "training/data/static_mnist.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "training/data/amat.h"
#include "training/data/file_kind.h"
#include "training/data/image_sets.h"
#include "training/experiment/input_error.h"

namespace elbo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "mnist-static";
constexpr int kSide = 28;
constexpr int kPixels = kSide * kSide;
constexpr const char* kTrain = "train";
const char* const kPublished = "www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist";
const char* const kOrBySeed =
    "A binarisation that is fixed by data.seed needs no such files: data.name = \"mnist\" with data.binarisation = "
    "\"static\".";

struct Files {
    fs::path train;
    std::optional<fs::path> validation;
    std::optional<fs::path> test;
};

/// The file of that name, or the same in gzip.
std::optional<fs::path> findFile(const fs::path& folder, const std::string& name) {
    for (const std::string& spelling : {name, name + ".gz"}) {
        if (isFile(folder / spelling)) {
            return folder / spelling;
        }
    }
    return std::nullopt;
}

std::string fileName(const std::string& split) {
    return fmt::format("binarized_mnist_{}.amat", split);
}

bool holdsTraining(const fs::path& folder) {
    return findFile(folder, fileName(kTrain)).has_value();
}

[[noreturn]] void throwMissing(const fs::path& folder, const std::string& name) {
    throw InputError(fmt::format("{}: expected a file {}, with or without .gz, found none. Get it from {}. {}",
                                 folder.string(), name, kPublished, kOrBySeed));
}

/// Companions have the same name but for the split.
Files filesBeside(const fs::path& train) {
    std::string name = train.filename().string();
    const std::size_t at = name.rfind(kTrain);
    if (at == std::string::npos) {
        throw InputError(
            fmt::format("{}: expected the file of training images, {}, whose companions are found by its name. Name "
                        "that file, or the folder.",
                        train.string(), fileName(kTrain)));
    }
    if (name.ends_with(".gz")) {
        name.erase(name.size() - 3);
    }
    const auto companion = [&](const std::string& split) {
        std::string other = name;
        other.replace(at, std::string_view(kTrain).size(), split);
        return findFile(train.parent_path(), other);
    };
    return {train, companion("valid"), companion("test")};
}

/// The folder that a path means: itself, or the folder of the set's name in it.
std::optional<fs::path> folderOf(const fs::path& place) {
    for (const fs::path& folder : {place / kName, place}) {
        if (holdsTraining(folder)) {
            return folder;
        }
    }
    return std::nullopt;
}

std::optional<std::string> findStaticMnist() {
    for (const std::string& place : dataSearchPath()) {
        if (const auto folder = folderOf(place)) {
            return folder->string();
        }
    }
    return std::nullopt;
}

Files locate(const DataSpec& spec) {
    if (!spec.path.empty() && !isFolder(spec.path)) {
        return filesBeside(spec.path);
    }
    std::optional<fs::path> folder;
    if (!spec.path.empty()) {
        folder = folderOf(spec.path);
        if (!folder) {
            throwMissing(spec.path, fileName(kTrain));
        }
    } else if (const auto found = findStaticMnist()) {
        folder = *found;
    }
    if (!folder) {
        std::vector<std::string> looked;
        for (const std::string& place : dataSearchPath()) {
            looked.push_back((fs::path(place) / kName).string());
            looked.push_back(place);
        }
        if (looked.empty()) {
            looked.emplace_back("no folder: neither ELBOROOM_DATA_DIR nor HOME is set");
        }
        throw InputError(
            fmt::format("data.name: the files of \"{}\" were not found (looked in {}). Get {} and its companions from "
                        "{}, put them there, or set data.path. {}",
                        kName, fmt::join(looked, ", "), fileName(kTrain), kPublished, kOrBySeed));
    }
    return filesBeside(*findFile(*folder, fileName(kTrain)));
}

/// No file is asked for where no examples are.
Examples readSplit(const std::optional<fs::path>& file, const fs::path& train, const std::string& split, int count) {
    Examples examples;
    examples.dim = kPixels;
    if (count > 0) {
        if (!file) {
            throwMissing(train.parent_path(), fileName(split));
        }
        examples.values = readAmat(file->string(), kPixels, count);
    }
    return examples;
}

Dataset loadStaticMnist(const DataSpec& spec) {
    const Files files = locate(spec);
    Dataset set;
    set.discrete = true;
    set.imageWidth = kSide;
    set.imageHeight = kSide;
    set.dim = kPixels;
    // The small files first: what is wrong there is found before the large one is read.
    set.test = readSplit(files.test, files.train, "test", spec.testSize);
    set.validation = readSplit(files.validation, files.train, "valid", spec.validationSize);
    set.train = readSplit(files.train, files.train, kTrain, spec.trainSize);
    return set;
}

void takeAll(DataSpec& spec) {
    const Files files = locate(spec);
    const auto count = [](const std::optional<fs::path>& file) {
        return file ? countAmatRows(file->string(), kPixels) : 0;
    };
    spec.testSize = count(files.test);
    spec.validationSize = count(files.validation);
    spec.trainSize = count(files.train);
}

bool recognises(std::string_view head, const std::string& path) {
    if (isFolder(path)) {
        return holdsTraining(path);
    }
    return (path.ends_with(".amat") && looksLikeAmat(head)) ||
           (path.ends_with(".amat.gz") && head.starts_with("\x1f\x8b"));
}

}  // namespace

std::vector<DataReader> staticMnistReaders() {
    DataReader reader;
    reader.name = kName;
    reader.title = "MNIST, binarised once by Larochelle";
    reader.read = loadStaticMnist;
    reader.fields = {"path"};
    reader.recognises = recognises;
    reader.where = findStaticMnist;
    reader.howToGet = fmt::format("from {}", kPublished);
    reader.takeAll = takeAll;
    reader.files = "Binary MNIST";
    reader.patterns = "*.amat *.amat.gz";
    return {std::move(reader)};
}

}  // namespace elbo
