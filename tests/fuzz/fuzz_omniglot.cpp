// Zip archives, and the drawings of Omniglot in them.
#include <algorithm>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/packed.h"
#include "training/data/omniglot.h"
#include "training/data/zip_archive.h"

namespace elbo::fuzz {
namespace {

constexpr std::size_t kMostBytes = 1U << 20;
constexpr std::size_t kMostEntries = 1000;
constexpr std::size_t kMostEntryBytes = 16'384;

void requireInside(const std::string& name) {
    require(!name.empty() && name.front() != '/' && name.back() != '/', "an entry is a file below a folder");
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        require(name.compare(begin, end - begin, "..") != 0, "no entry leads out of the archive");
        begin = end + 1;
    }
}

void readArchive(const MemoryFile& file, const std::string& bytes) {
    file.write(bytes);
    const auto archive = accepted([&] { return ZipArchive(file.path(), kMostBytes, kMostEntries); });
    const auto files = archive ? accepted([&] { return archive->files(); }) : std::nullopt;
    if (!files) {
        return;
    }
    require(files->size() <= kMostEntries, "an archive has no more entries than it may");
    std::vector<ZipFile> readable;
    for (const ZipEntry& entry : *files) {
        requireInside(entry.name);
        if (const auto data = accepted([&] { return archive->read(entry, kMostEntryBytes); })) {
            require(data->size() <= kMostEntryBytes, "an entry has no more bytes than it may");
            // By number: two entries may have the same name.
            readable.emplace_back(std::to_string(readable.size()), std::string(data->begin(), data->end()));
        }
    }
    file.write(zipped(readable));
    const ZipArchive again(file.path(), 2 * kMostBytes + kMostEntries * kMostEntryBytes, kMostEntries);
    for (const ZipEntry& entry : again.files()) {
        const std::vector<std::uint8_t> data = again.read(entry, kMostEntryBytes);
        require(std::string(data.begin(), data.end()) == readable.at(entry.index).second,
                "entries read back as they were written");
    }
}

void readDrawings(const MemoryFile& file, const std::string& bytes) {
    file.write(bytes);
    const DataReader reader = omniglotReaders().front();
    DataSpec spec;
    spec.name = reader.name;
    spec.path = file.path();
    spec.trainSize = spec.testSize = spec.validationSize = 2;
    const auto set = accepted([&] { return reader.read(spec); });
    accepted([&] {
        reader.takeAll(spec);
        return true;
    });
    if (!set) {
        return;
    }
    require(set->train.size() > 0 && set->train.size() + set->validation.size() + set->test.size() <= 6,
            "a set has what was asked for at most");
    for (const Examples* part : {&set->train, &set->validation, &set->test}) {
        require(std::all_of(part->values.begin(), part->values.end(), [](float v) { return v >= 0.0f && v <= 1.0f; }),
                "pixels lie between 0 and 1");
        const auto labels = static_cast<int>(set->labelNames.size());
        require(std::all_of(part->labels.begin(), part->labels.end(), [&](int l) { return l >= 0 && l < labels; }),
                "a label has a name");
    }
}

/// White, with one row of ink.
std::string drawing(std::size_t row) {
    std::string rows;
    for (std::size_t y = 0; y < kDrawnSide; ++y) {
        rows += '\0' + std::string((kDrawnSide + 7) / 8, y == row ? '\0' : '\xff');
    }
    return png(kDrawnSide, kDrawnSide, 1, 0, rows);
}

}  // namespace

std::vector<std::string> seeds() {
    const std::string greek = "images_background/Greek/character01/";
    const std::vector<ZipFile> three{{greek + "0001.png", drawing(1)},
                                     {greek + "0002.png", drawing(50)},
                                     {"images_background/Latin/character02/0003.png", drawing(104)}};
    std::vector<std::string> files{zipped({}),
                                   zipped(three),
                                   zipped({three[0], three[0], three[1], three[2]}),
                                   zipped({{"../../a.png", "x"}}),
                                   zipped({{"/etc/passwd", "x"}}),
                                   zipped({{"a\\b", "x"}, {std::string("a\0b", 3), ""}}),
                                   zipped({three[0], {greek + "0009.png", "\x89PNG\r\n\x1a\n"}}),
                                   zipped({{"A/B/c.png", png(9, 9, 8, 0, std::string(90, '\0'))}, three[0]}),
                                   zipped({{std::string(2000, 'a'), "x"}}),
                                   zipped({{"empty/", ""}, {"a", ""}}),
                                   "PK\5\6" + std::string(18, '\0'),
                                   "PK\3\4",
                                   ""};
    std::vector<ZipFile> many;
    for (std::size_t i = 0; i <= kMostEntries; ++i) {
        many.emplace_back(std::to_string(i), "");
    }
    files.push_back(zipped(many));
    files.push_back(files[1].substr(0, files[1].size() / 2));
    files.push_back(files[1] + files[1]);
    std::string larger = files[1];  // an entry that says it has 4 GB
    const std::size_t entry = larger.find("PK\1\2");
    larger.replace(entry + 24, 4, "\xfe\xff\xff\xff");
    files.push_back(larger);
    std::string link = files[1];  // made by Unix, a symbolic link
    link[entry + 5] = '\3';
    link.replace(entry + 38, 4, littleEndian(std::uint64_t{0120777} << 16, 4));
    files.push_back(link);
    std::string packed = files[1];  // says that it is deflated, which it is not
    packed[entry + 10] = '\10';
    packed[8] = '\10';
    files.push_back(packed);
    return files;
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const elbo::fuzz::MemoryFile kFile;
    const std::string bytes = elbo::fuzz::textOf(data, size);
    elbo::fuzz::readArchive(kFile, bytes);
    elbo::fuzz::readDrawings(kFile, bytes);
    return 0;
}
