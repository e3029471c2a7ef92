#include "training/data/omniglot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "training/data/file_kind.h"
#include "training/data/gzip.h"
#include "training/data/image_sets.h"
#include "training/data/png_image.h"
#include "training/data/representative.h"
#include "training/data/zip_archive.h"
#include "training/experiment/input_error.h"

namespace elbo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "omniglot";
constexpr int kPixels = kOmniglotSide * kOmniglotSide;
constexpr int kOneInTest = 4;  // 8,070 of 32,415, as Burda et al. split it
// The whole set is 32,460 drawings of about 300 bytes; its larger archive has 9.5 MB.
constexpr std::size_t kMostArchiveBytes = 64U << 20;
constexpr std::size_t kMostEntries = 100'000;
constexpr std::size_t kMostImageBytes = 65'536;
const char* const kPublished = "github.com/brendenlake/omniglot";
const char* const kUsePublished = "Use the images of Omniglot as they were published.";

/// One image in the files; its bytes are read when it is wanted.
struct Drawing {
    std::string alphabet;
    std::string rest;   ///< "character01/0394_01.png"
    std::string place;  ///< for messages
    std::function<std::vector<std::uint8_t>()> read;
};

bool isImageName(std::string_view name) {
    return name.ends_with(".png") && !name.starts_with('.');
}

// Files ------------------------------------------------------------------------------------------------------------

/// The archive or the folder called so.
std::optional<fs::path> findPart(const fs::path& folder, const std::string& stem) {
    if (isFile(folder / (stem + ".zip"))) {
        return folder / (stem + ".zip");
    }
    if (isFolder(folder / stem)) {
        return folder / stem;
    }
    return std::nullopt;
}

/// The parts of the set in this folder. The small ones are excerpts of the background set: one of them in place of it.
std::vector<fs::path> partsIn(const fs::path& folder) {
    std::vector<fs::path> parts;
    for (const char* stem : {"images_background", "images_background_small1", "images_background_small2"}) {
        if (const auto part = findPart(folder, stem); part && parts.empty()) {
            parts.push_back(*part);
        }
    }
    if (const auto part = findPart(folder, "images_evaluation")) {
        parts.push_back(*part);
    }
    return parts;
}

/// Whether folders of alphabets lie in it, as in an archive that was unpacked.
bool looksUnpacked(const fs::path& folder) {
    constexpr int kEnough = 1000;
    std::error_code error;
    int seen = 0;
    for (fs::directory_iterator i(folder, error), end; !error && i != end && seen < kEnough; i.increment(error)) {
        if (isFolder(i->path() / "character01")) {
            return true;
        }
        ++seen;
    }
    return false;
}

/// The parts that are meant by a folder: those in it, in a folder of the set's name or of a copy of the published
/// repository, or the folder itself.
std::vector<fs::path> partsOf(const fs::path& folder) {
    for (const fs::path& place : {folder, folder / kName, folder / "python"}) {
        if (std::vector<fs::path> parts = partsIn(place); !parts.empty()) {
            return parts;
        }
    }
    for (const fs::path& place : {folder, folder / kName}) {
        if (looksUnpacked(place)) {
            return {place};
        }
    }
    return {};
}

std::optional<std::string> findOmniglot() {
    for (const std::string& place : dataSearchPath()) {
        if (!partsOf(fs::path(place) / kName).empty()) {
            return (fs::path(place) / kName).string();
        }
        if (!partsIn(place).empty()) {
            return place;
        }
    }
    return std::nullopt;
}

std::vector<fs::path> locate(const DataSpec& spec) {
    if (!spec.path.empty()) {
        if (!isFolder(spec.path)) {
            return {spec.path};
        }
        std::vector<fs::path> parts = partsOf(spec.path);
        if (parts.empty()) {
            throw InputError(fmt::format(
                "{}: expected images_background.zip, or folders ALPHABET/character01 with drawings, found neither. "
                "Copy the archive of {} into this folder.",
                spec.path, kPublished));
        }
        return parts;
    }
    if (const std::optional<std::string> folder = findOmniglot()) {
        return partsOf(*folder);
    }
    std::vector<std::string> looked;
    for (const std::string& place : dataSearchPath()) {
        looked.push_back((fs::path(place) / kName).string());
    }
    if (looked.empty()) {
        looked.emplace_back("no folder: neither ELBOROOM_DATA_DIR nor HOME is set");
    }
    throw InputError(
        fmt::format("data.name: the files of \"{}\" were not found (looked in {}). Get images_background.zip and "
                    "images_evaluation.zip from {}, put them there, or set data.path.",
                    kName, fmt::join(looked, ", "), kPublished));
}

std::vector<std::string> partsOfName(const std::string& name) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        parts.push_back(name.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

void append(std::vector<Drawing>& drawings, Drawing drawing) {
    if (drawings.size() == kMostEntries) {
        throw InputError(fmt::format("{}: expected at most {} drawings, found more. {}", drawing.place, kMostEntries,
                                     kUsePublished));
    }
    drawings.push_back(std::move(drawing));
}

/// The last three parts of a name are alphabet, character and file, whatever folders the archive puts before them.
void addArchive(const std::string& path, std::vector<Drawing>& drawings) {
    const auto archive = std::make_shared<const ZipArchive>(path, kMostArchiveBytes, kMostEntries);
    for (ZipEntry& entry : archive->files()) {
        const std::vector<std::string> parts = partsOfName(entry.name);
        if (parts.size() < 3 || !isImageName(parts.back()) || parts.front() == "__MACOSX") {
            continue;
        }
        Drawing drawing;
        drawing.alphabet = parts[parts.size() - 3];
        drawing.rest = parts[parts.size() - 2] + '/' + parts.back();
        drawing.place = archive->placeOf(entry);
        drawing.read = [archive, entry = std::move(entry)] { return archive->read(entry, kMostImageBytes); };
        append(drawings, std::move(drawing));
    }
}

/// What lies in a folder; at most as many as an archive may hold.
std::vector<fs::path> inside(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        paths.push_back(i->path());
        if (paths.size() > kMostEntries) {
            throw InputError(
                fmt::format("{}: expected at most {} files, found more. Check that this is the folder "
                            "you meant.",
                            folder.string(), kMostEntries));
        }
    }
    if (error) {
        throw InputError(
            fmt::format("{}: cannot be read: {}. Check its permissions.", folder.string(), error.message()));
    }
    return paths;
}

void addFolder(const fs::path& folder, std::vector<Drawing>& drawings) {
    for (const fs::path& alphabet : inside(folder)) {
        for (const fs::path& character : isFolder(alphabet) ? inside(alphabet) : std::vector<fs::path>()) {
            for (const fs::path& file : isFolder(character) ? inside(character) : std::vector<fs::path>()) {
                if (!isImageName(file.filename().string())) {
                    continue;
                }
                Drawing drawing;
                drawing.alphabet = alphabet.filename().string();
                drawing.rest = (character.filename() / file.filename()).string();
                drawing.place = file.string();
                drawing.read = [path = file.string()] { return readBytes(path, kMostImageBytes); };
                append(drawings, std::move(drawing));
            }
        }
    }
}

/// In the order of their names, which is the same for an archive and for the folder that it unpacks to.
std::vector<Drawing> listDrawings(const DataSpec& spec) {
    const std::vector<fs::path> parts = locate(spec);
    std::vector<Drawing> drawings;
    for (const fs::path& part : parts) {
        isFolder(part) ? addFolder(part, drawings) : addArchive(part.string(), drawings);
    }
    if (drawings.size() < 2) {
        throw InputError(
            fmt::format("{}: expected drawings as ALPHABET/CHARACTER/NAME.png, at least one to train on and one to "
                        "test, found {}. {}",
                        parts.front().string(), drawings.size(), kUsePublished));
    }
    std::sort(drawings.begin(), drawings.end(), [](const Drawing& a, const Drawing& b) {
        return std::tie(a.alphabet, a.rest) < std::tie(b.alphabet, b.rest);
    });
    return drawings;
}

// Examples ---------------------------------------------------------------------------------------------------------

/// "Alphabet_of_the_Magi" as people write it.
std::string shownAlphabet(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

struct Sizes {
    int train = 0;
    int validation = 0;
    int test = 0;
};

/// Training asks for one example or more, so that the others, rounded down, leave it one.
Sizes sizesFor(const DataSpec& spec, std::int64_t count) {
    const std::int64_t asked = std::int64_t{spec.trainSize} + spec.validationSize + spec.testSize;
    if (asked <= count) {
        return {spec.trainSize, spec.validationSize, spec.testSize};
    }
    Sizes sizes;
    sizes.validation = static_cast<int>(count * spec.validationSize / asked);
    sizes.test = static_cast<int>(count * spec.testSize / asked);
    sizes.train = static_cast<int>(count) - sizes.validation - sizes.test;
    return sizes;
}

/// The drawings at these places of an order.
Examples takeDrawings(const std::vector<Drawing>& drawings, const std::vector<int>& labels, const int* first,
                      int count) {
    Examples examples;
    examples.dim = kPixels;
    examples.values.resize(static_cast<std::size_t>(count) * kPixels);
    for (int i = 0; i < count; ++i) {
        const auto which = static_cast<std::size_t>(first[i]);
        const Drawing& drawing = drawings[which];
        const GreyImage image = readPng(drawing.read(), kDrawnSide, kDrawnSide, drawing.place, kUsePublished);
        shrinkDrawing(image.pixels, examples.values.data() + static_cast<std::size_t>(i) * kPixels);
        examples.labels.push_back(labels[which]);
    }
    return examples;
}

Dataset loadOmniglot(const DataSpec& spec) {
    const std::vector<Drawing> drawings = listDrawings(spec);
    std::map<std::string, int> numbers;
    for (const Drawing& drawing : drawings) {
        numbers.emplace(drawing.alphabet, 0);
    }
    Dataset set;
    for (auto& [alphabet, number] : numbers) {
        number = static_cast<int>(set.labelNames.size());
        set.labelNames.push_back(shownAlphabet(alphabet));
    }
    // An order needs labels, not pixels: only what is taken is decoded.
    Examples all{1, std::vector<float>(drawings.size()), {}};
    for (const Drawing& drawing : drawings) {
        all.labels.push_back(numbers.at(drawing.alphabet));
    }
    const std::vector<int> order = representativeOrder(all, spec.seed);
    const Sizes sizes = sizesFor(spec, static_cast<std::int64_t>(drawings.size()));

    set.discrete = true;
    set.imageWidth = kOmniglotSide;
    set.imageHeight = kOmniglotSide;
    set.dim = kPixels;
    const int* const first = order.data();
    set.test = takeDrawings(drawings, all.labels, first, sizes.test);
    set.validation = takeDrawings(drawings, all.labels, first + sizes.test, sizes.validation);
    set.train = takeDrawings(drawings, all.labels, first + sizes.test + sizes.validation, sizes.train);
    return set;
}

void takeAll(DataSpec& spec) {
    const int count = static_cast<int>(listDrawings(spec).size());
    spec.validationSize = 0;
    spec.testSize = count / kOneInTest;
    spec.trainSize = count - spec.testSize;
}

/// An archive is known by its own name or by that of the first folder inside; any other zip is none of ours.
bool recognises(std::string_view head, const std::string& path) {
    if (isFolder(path)) {
        return !partsIn(path).empty() || looksUnpacked(path);
    }
    std::string name = fs::path(path).filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto holds = [&](std::string_view sign) {
        return name.find(sign) != std::string::npos || head.find(sign) != std::string_view::npos;
    };
    return head.starts_with("PK\x03\x04") && (holds(kName) || holds("images_background") || holds("images_evaluation"));
}

}  // namespace

void shrinkDrawing(const std::vector<std::uint8_t>& drawing, float* out) {
    // In steps of 1/28 of a drawn pixel all edges are whole numbers: a drawn pixel is 28 steps wide, one of the example
    // 105. The sums are whole numbers too, so that every machine has the same values.
    constexpr int kMostShared = 2;  // pixels of the example that a drawn one can reach into, along one side
    struct Share {
        int pixel;
        int steps;
    };
    static const auto kShares = [] {
        std::array<std::array<Share, kMostShared>, kDrawnSide> shares{};
        for (int drawn = 0; drawn < kDrawnSide; ++drawn) {
            const int begin = drawn * kOmniglotSide;
            const int end = begin + kOmniglotSide;
            const int pixel = begin / kDrawnSide;
            const int here = std::min(end, (pixel + 1) * kDrawnSide) - begin;
            const int last = kOmniglotSide - 1;
            shares[static_cast<std::size_t>(drawn)] = {
                {{pixel, here}, {std::min(pixel + 1, last), kOmniglotSide - here}}};
        }
        return shares;
    }();
    constexpr int kWhite = 255;
    std::array<int, kPixels> ink{};
    for (std::size_t y = 0; y < kDrawnSide; ++y) {
        for (std::size_t x = 0; x < kDrawnSide; ++x) {
            const int black = kWhite - drawing[y * kDrawnSide + x];
            if (black == 0) {
                continue;  // nearly all of it is paper
            }
            for (const Share& row : kShares[y]) {
                for (const Share& column : kShares[x]) {
                    ink[static_cast<std::size_t>(row.pixel * kOmniglotSide + column.pixel)] +=
                        black * row.steps * column.steps;
                }
            }
        }
    }
    constexpr auto kFull = static_cast<float>(kWhite * kDrawnSide * kDrawnSide);  // below 2^24: exact
    std::transform(ink.begin(), ink.end(), out, [](int sum) { return static_cast<float>(sum) / kFull; });
}

std::vector<DataReader> omniglotReaders() {
    DataReader reader;
    reader.name = kName;
    reader.title = "Omniglot handwritten characters";
    reader.read = loadOmniglot;
    reader.fields = {"path", "binarisation", "shrink"};
    reader.recognises = recognises;
    reader.where = findOmniglot;
    reader.howToGet = fmt::format("from {}", kPublished);
    reader.takeAll = takeAll;
    reader.files = "Omniglot archives";
    reader.patterns = "*.zip";
    return {std::move(reader)};
}

}  // namespace elbo
