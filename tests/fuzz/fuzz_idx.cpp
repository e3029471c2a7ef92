// IDX files of images and labels, plain and gzip.
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/gzipped.h"
#include "tests/fuzz/memory_file.h"
#include "training/data/idx.h"

namespace elbo::fuzz {
namespace {

/// The header of a file and what it announces, unless `body` says how much there is.
std::string idx(const std::vector<std::uint32_t>& sizes, std::size_t body) {
    std::string file{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
    for (const std::uint32_t size : sizes) {
        for (const unsigned shift : {24U, 16U, 8U, 0U}) {
            file += static_cast<char>(size >> shift & 0xffU);
        }
    }
    for (std::size_t i = 0; i < body; ++i) {
        file += static_cast<char>(i * 37);
    }
    return file;
}

void readImages(const MemoryFile& file, const std::string& bytes) {
    file.write(bytes);
    const auto images = accepted([&] { return readIdxImages(file.path()); });
    if (!images) {
        return;
    }
    const auto product = std::uint64_t(images->count) * std::uint64_t(images->height) * std::uint64_t(images->width);
    require(images->pixels.size() == product, "there are as many pixels as the sizes say");
    require(countIdxImages(file.path()) == images->count, "images are counted as they are read");
    require(looksLikeIdx(bytes), "what is read as IDX looks like it");
    std::string again =
        idx({std::uint32_t(images->count), std::uint32_t(images->height), std::uint32_t(images->width)}, 0);
    again.append(images->pixels.begin(), images->pixels.end());
    file.write(again);
    require(readIdxImages(file.path()).pixels == images->pixels, "images read back as they were written");
}

void readLabels(const MemoryFile& file, const std::string& bytes) {
    file.write(bytes);
    const auto labels = accepted([&] { return readIdxLabels(file.path()); });
    if (labels) {
        std::string again = idx({std::uint32_t(labels->size())}, 0);
        again.append(labels->begin(), labels->end());
        file.write(again);
        require(readIdxLabels(file.path()) == *labels, "labels read back as they were written");
    }
}

}  // namespace

std::vector<std::string> seeds() {
    std::vector<std::string> files{
        idx({2, 3, 4}, 24),          idx({5}, 5),         idx({2, 3, 4}, 23), idx({2, 3, 4}, 25),
        idx({0, 3, 4}, 0),           idx({5}, 4),         idx({}, 0),         idx({50'000'000, 4096, 4096}, 16),
        idx({0xffffffffU, 1, 1}, 1), idx({1, 1}, 1),      "PK\3\4",           "\x89PNG\r\n\x1a\n",
        idx({1, 4096, 4096}, 64),    std::string(3, '\0')};
    files.push_back(gzipped(files[0]));
    files.push_back(gzipped(files[1]));
    files.push_back(gzipped(files[7]));
    files.push_back(gzipped(idx({100, 28, 28}, 78'400)));
    files.push_back(gzipped(gzipped(files[0])));
    return files;
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const elbo::fuzz::MemoryFile kFile;
    const std::string bytes = elbo::fuzz::textOf(data, size);
    elbo::fuzz::readImages(kFile, bytes);
    elbo::fuzz::readLabels(kFile, bytes);
    return 0;
}
