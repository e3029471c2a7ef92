#include "training/data/image_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "training/data/file_kind.h"
#include "training/data/idx.h"
#include "training/experiment/input_error.h"

namespace elbo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnFiles = "idx";

std::vector<std::string> digitNames() {
    return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
}

/// All spellings of `train-images-idx3-ubyte` in use: with a dot, with .gz.
std::vector<std::string> spellings(const std::string& stem, const std::string& type) {
    return {fmt::format("{}-{}.gz", stem, type), fmt::format("{}-{}", stem, type), fmt::format("{}.{}.gz", stem, type),
            fmt::format("{}.{}", stem, type)};
}

std::optional<fs::path> findFile(const fs::path& folder, const std::string& stem, const std::string& type) {
    for (const std::string& spelling : spellings(stem, type)) {
        if (isFile(folder / spelling)) {
            return folder / spelling;
        }
    }
    return std::nullopt;
}

std::optional<fs::path> findImages(const fs::path& folder, const std::string& split) {
    return findFile(folder, split + "-images", "idx3-ubyte");
}

std::optional<fs::path> findLabels(const fs::path& folder, const std::string& split) {
    return findFile(folder, split + "-labels", "idx1-ubyte");
}

/// The name of the labels file that goes with an images file, in every spelling; empty if the name has no "images".
std::vector<fs::path> labelsBeside(const fs::path& images) {
    std::string name = images.filename().string();
    const auto replace = [&name](const std::string& from, const std::string& to) {
        const std::size_t at = name.find(from);
        if (at == std::string::npos) {
            return false;
        }
        name.replace(at, from.size(), to);
        return true;
    };
    if (!replace("images", "labels")) {
        return {};
    }
    replace("idx3", "idx1");
    const fs::path beside = images.parent_path() / name;
    fs::path other = beside;
    if (beside.extension() == ".gz") {
        other.replace_extension();
    } else {
        other += ".gz";
    }
    return {beside, other};
}

/// The files of one set.
struct Files {
    fs::path trainImages;
    std::optional<fs::path> trainLabels;
    std::optional<fs::path> testImages;
    std::optional<fs::path> testLabels;
};

[[noreturn]] void throwMissing(const fs::path& folder, const std::string& stem, const std::string& type) {
    throw InputError(
        fmt::format("{0}: expected a file {1}-{2} or {1}.{2}, with or without .gz, found none. Copy the file into this "
                    "folder, or download the set.",
                    folder.string(), stem, type));
}

Files filesInFolder(const fs::path& folder) {
    Files files;
    const auto train = findImages(folder, "train");
    if (!train) {
        throwMissing(folder, "train-images", "idx3-ubyte");
    }
    files.trainImages = *train;
    files.trainLabels = findLabels(folder, "train");
    files.testImages = findImages(folder, "t10k");
    files.testLabels = findLabels(folder, "t10k");
    return files;
}

Files filesBeside(const fs::path& images) {
    Files files;
    files.trainImages = images;
    for (const fs::path& labels : labelsBeside(images)) {
        if (!files.trainLabels && isFile(labels)) {
            files.trainLabels = labels;
        }
    }
    if (images.filename().string().find("train") != std::string::npos) {
        files.testImages = findImages(images.parent_path(), "t10k");
        files.testLabels = findLabels(images.parent_path(), "t10k");
    }
    return files;
}

Files locate(const DataSpec& spec) {
    if (!spec.path.empty()) {
        const fs::path path(spec.path);
        if (!isFolder(path)) {
            return filesBeside(path);
        }
        const bool nested = !findImages(path, "train") && isFolder(path / spec.name);
        Files files = filesInFolder(nested ? path / spec.name : path);
        if (!files.testImages && spec.testSize > 0) {
            throwMissing(path, "t10k-images", "idx3-ubyte");
        }
        return files;
    }
    if (spec.name == kOwnFiles) {
        throw InputError(fmt::format(
            "data.path is \"\", but \"{}\" reads files of your own. Set data.path to an IDX images file, or to a "
            "folder that holds train-images-idx3-ubyte and its companions.",
            spec.name));
    }
    const std::optional<std::string> folder = findImageSet(spec.name);
    if (!folder) {
        std::vector<std::string> looked;
        for (const std::string& place : dataSearchPath()) {
            looked.push_back((fs::path(place) / spec.name).string());
            looked.push_back(place);
        }
        if (looked.empty()) {
            looked.emplace_back("no folder: neither ELBOROOM_DATA_DIR nor HOME is set");
        }
        throw InputError(fmt::format(
            "data.name: the files of \"{}\" were not found (looked in {}). Download the set, put "
            "train-images-idx3-ubyte.gz and its companions there, or set data.path. The set \"digits\" needs no files.",
            spec.name, fmt::join(looked, ", ")));
    }
    Files files = filesInFolder(*folder);
    if (!files.testImages && spec.testSize > 0) {
        throwMissing(*folder, "t10k-images", "idx3-ubyte");
    }
    return files;
}

/// One images file with its labels, if there are any.
struct Source {
    IdxImages images;
    std::vector<std::uint8_t> labels;

    Examples slice(int first, int count) const {
        Examples examples;
        examples.dim = images.height * images.width;
        const auto pixels = static_cast<std::size_t>(examples.dim);
        const auto begin = static_cast<std::size_t>(first) * pixels;
        examples.values.resize(static_cast<std::size_t>(count) * pixels);
        std::transform(images.pixels.begin() + static_cast<std::ptrdiff_t>(begin),
                       images.pixels.begin() + static_cast<std::ptrdiff_t>(begin + examples.values.size()),
                       examples.values.begin(), [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0f; });
        if (!labels.empty()) {
            examples.labels.assign(labels.begin() + first, labels.begin() + first + count);
        }
        return examples;
    }
};

Source readSource(const fs::path& images, const std::optional<fs::path>& labels) {
    Source source;
    // Labels first: a mismatch or damage there is found before the large file is read.
    if (labels) {
        source.labels = readIdxLabels(labels->string());
    }
    source.images = readIdxImages(images.string());
    if (labels) {
        requireSameCount(images.string(), source.images.count, labels->string(), source.labels.size());
    }
    return source;
}

Dataset loadImageSet(const DataSpec& spec, const std::vector<std::string>& labelNames) {
    const Files files = locate(spec);

    Dataset set;
    set.labelNames = labelNames;
    set.discrete = true;
    {
        const Source source = readSource(files.trainImages, files.trainLabels);
        set.imageWidth = source.images.width;
        set.imageHeight = source.images.height;
        set.dim = set.imageWidth * set.imageHeight;
        // At least one example is left for training, whatever the other splits ask for.
        int rest = source.images.count;
        const int validation = std::min(spec.validationSize, rest - 1);
        set.validation = source.slice(rest - validation, validation);
        rest -= validation;
        if (!files.testImages) {
            const int test = std::min(spec.testSize, rest - 1);
            set.test = source.slice(rest - test, test);
            rest -= test;
        }
        set.train = source.slice(0, std::min(spec.trainSize, rest));
    }
    if (files.testImages) {
        const Source source = readSource(*files.testImages, files.testLabels);
        if (source.images.width != set.imageWidth || source.images.height != set.imageHeight) {
            throw InputError(fmt::format(
                "{}: at byte 8: expected images of {} x {} pixels as in {}, found {} x {}. Put the two files of one "
                "set into the folder.",
                files.testImages->string(), set.imageHeight, set.imageWidth, files.trainImages.string(),
                source.images.height, source.images.width));
        }
        set.test = source.slice(0, std::min(spec.testSize, source.images.count));
    }
    // Sets with more classes in the same format (EMNIST letters) name the further ones by number.
    for (const Examples* split : {&set.train, &set.validation, &set.test}) {
        for (const int label : split->labels) {
            while (label >= static_cast<int>(set.labelNames.size())) {
                set.labelNames.push_back(fmt::to_string(set.labelNames.size()));
            }
        }
    }
    return set;
}

/// Of one images file without tests beside it one in seven is for tests, as in MNIST.
void takeAll(DataSpec& spec) {
    constexpr int kOneInTest = 7;
    const Files files = locate(spec);
    const int count = countIdxImages(files.trainImages.string());
    spec.validationSize = 0;
    spec.testSize = files.testImages ? countIdxImages(files.testImages->string()) : count / kOneInTest;
    spec.trainSize = files.testImages ? count : count - spec.testSize;
}

/// The set whose sign a path holds: the file names of all sets are the same. Empty for none.
std::string setNamedIn(std::string path) {
    std::transform(path.begin(), path.end(), path.begin(), [](unsigned char c) { return std::tolower(c); });
    const ImageSetEntry* best = nullptr;
    for (const ImageSetEntry& entry : imageSetEntries()) {
        if (path.find(entry.sign) != std::string::npos && (best == nullptr || entry.sign.size() > best->sign.size())) {
            best = &entry;
        }
    }
    return best == nullptr ? "" : best->name;
}

/// Whether these are the files of the set called `name`, by their path or by a folder of that name inside.
bool belongsTo(const std::string& name, std::string_view head, const std::string& path) {
    if (const std::string named = setNamedIn(path); !named.empty()) {
        return named == name && (looksLikeIdx(head) || isFolder(path));
    }
    return isFolder(path) && !findImages(path, "train") && findImages(fs::path(path) / name, "train");
}

}  // namespace

const std::vector<ImageSetEntry>& imageSetEntries() {
    static const std::vector<ImageSetEntry> kEntries{
        {"mnist", "MNIST handwritten digits", digitNames(), "mnist"},
        {"fashion-mnist",
         "Fashion-MNIST clothing",
         {"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
         "fashion"},
        {"kmnist",
         "Kuzushiji-MNIST cursive Japanese characters",
         {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"},
         "kmnist"},
    };
    return kEntries;
}

std::string userDataFolder() {
    // The XDG specification: an empty or relative value counts as unset.
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && fs::path(data).is_absolute()) {
        return (fs::path(data) / "elboroom").string();
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return (fs::path(home) / ".local" / "share" / "elboroom").string();
    }
    return "";
}

std::vector<std::string> dataSearchPath() {
    std::vector<std::string> path;
    if (const char* folder = std::getenv("ELBOROOM_DATA_DIR"); folder != nullptr && *folder != '\0') {
        path.emplace_back(folder);
    }
    if (std::string folder = userDataFolder(); !folder.empty()) {
        path.push_back(std::move(folder));
    }
    return path;
}

std::optional<std::string> findImageSet(const std::string& name) {
    for (const std::string& place : dataSearchPath()) {
        const fs::path folder(place);
        if (findImages(folder / name, "train")) {
            return (folder / name).string();
        }
        const auto& entries = imageSetEntries();
        const std::string own = (folder / "").parent_path().filename().string();
        const bool namedAfterSet =
            std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == own; });
        if (name == (namedAfterSet ? own : "mnist") && findImages(folder, "train")) {
            return place;
        }
    }
    return std::nullopt;
}

std::vector<DataReader> imageSetReaders() {
    std::vector<DataReader> readers;
    for (const ImageSetEntry& entry : imageSetEntries()) {
        DataReader reader;
        reader.name = entry.name;
        reader.title = entry.title;
        reader.read = [&entry](const DataSpec& spec) { return loadImageSet(spec, entry.labelNames); };
        reader.recognises = [&entry](std::string_view head, const std::string& path) {
            return belongsTo(entry.name, head, path);
        };
        reader.where = [&entry] { return findImageSet(entry.name); };
        reader.howToGet = "with: elboroom download " + entry.name;
        readers.push_back(std::move(reader));
    }
    DataReader own;
    own.name = kOwnFiles;
    own.title = "Images of your own in IDX files";
    own.read = [](const DataSpec& spec) { return loadImageSet(spec, {}); };
    // A folder that nothing else recognises too: what it lacks is said when it is read.
    own.recognises = [](std::string_view head, const std::string& path) {
        return looksLikeIdx(head) || isFolder(path);
    };
    own.where = [] { return std::optional<std::string>("where data.path says"); };
    own.files = "IDX images";
    own.patterns = "*.gz *ubyte";
    readers.push_back(std::move(own));
    for (DataReader& reader : readers) {
        reader.fields = {"path", "binarisation", "shrink"};
        reader.takeAll = takeAll;
    }
    return readers;
}

}  // namespace elbo
