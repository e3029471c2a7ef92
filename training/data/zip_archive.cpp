#include "training/data/zip_archive.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

#include "training/data/gzip.h"
#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kShownName = 200;
const char* const kCopyAgain = "Copy or download the archive again.";

/// An archive that was only read is dropped, so that nothing is written.
struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};

struct CloseEntry {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

[[noreturn]] void throwBadArchive(const std::string& place, const std::string& expected, const std::string& found,
                                  const std::string& remedy) {
    throw InputError(fmt::format("{}: expected {}, found {}. {}", place, expected, found, remedy));
}

/// What may stand for a place below the folder that an archive would be unpacked in.
bool staysInside(std::string_view name) {
    const bool plain =
        std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 32 || c == 127 || c == '\\'; });
    if (!plain || name.empty() || name.size() > kLongestName || name.front() == '/') {
        return false;
    }
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        if (name.substr(begin, end - begin) == "..") {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

}  // namespace

struct ZipArchive::State {
    std::string path;
    std::vector<std::uint8_t> bytes;  ///< before the archive, which reads from them to its end
    std::unique_ptr<zip_t, Discard> archive;

    bool isLink(std::uint64_t index) const {
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        return zip_file_get_external_attributes(archive.get(), index, 0, &system, &attributes) == 0 &&
               system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
    }
};

ZipArchive::ZipArchive(const std::string& path, std::size_t mostBytes, std::size_t mostEntries)
    : state_(std::make_unique<State>()) {
    state_->path = path;
    state_->bytes = readBytes(path, mostBytes);

    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(state_->bytes.data(), state_->bytes.size(), 0, &error);
    if (source == nullptr) {
        zip_error_fini(&error);
        throw std::bad_alloc();
    }
    state_->archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
    if (!state_->archive) {
        zip_source_free(source);  // an archive that was opened owns it, one that was not does not
        const std::string problem = zip_error_strerror(&error);
        zip_error_fini(&error);
        throwBadArchive(path, "a whole zip archive", problem, kCopyAgain);
    }
    zip_error_fini(&error);
    const zip_int64_t count = zip_get_num_entries(state_->archive.get(), 0);
    if (count < 0 || static_cast<std::uint64_t>(count) > mostEntries) {
        throwBadArchive(path, fmt::format("at most {} entries", mostEntries), fmt::to_string(count),
                        "Check that this is the file you meant.");
    }
}

ZipArchive::~ZipArchive() = default;
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;

std::string ZipArchive::placeOf(const ZipEntry& entry) const {
    return fmt::format("{}: entry {}", state_->path, shownText(entry.name, kShownName));
}

std::vector<ZipEntry> ZipArchive::files() const {
    std::vector<ZipEntry> files;
    const auto count = static_cast<std::uint64_t>(zip_get_num_entries(state_->archive.get(), 0));
    for (std::uint64_t i = 0; i < count; ++i) {
        const char* const name = zip_get_name(state_->archive.get(), i, ZIP_FL_ENC_GUESS);
        ZipEntry entry{i, name == nullptr ? "" : name};
        if (!staysInside(entry.name)) {
            throwBadArchive(placeOf(entry), "a relative name of plain letters without \"..\"", "another",
                            "The archive is not what it should be: get it from where the data set is published.");
        }
        if (state_->isLink(i)) {
            throwBadArchive(placeOf(entry), "a file", "a link",
                            "Pack the files themselves, or name the unpacked folder.");
        }
        if (entry.name.back() != '/') {
            files.push_back(std::move(entry));
        }
    }
    return files;
}

std::vector<std::uint8_t> ZipArchive::read(const ZipEntry& entry, std::size_t mostBytes) const {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(state_->archive.get(), entry.index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
        throwBadArchive(placeOf(entry), "an entry with a size", "none", kCopyAgain);
    }
    if (stat.size > mostBytes) {
        throwBadArchive(placeOf(entry), fmt::format("at most {} bytes", mostBytes), fmt::to_string(stat.size),
                        "Check that this is the file you meant.");
    }
    const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(state_->archive.get(), entry.index, 0));
    if (!file) {
        throwBadArchive(placeOf(entry), "a file that can be unpacked",
                        zip_error_strerror(zip_get_error(state_->archive.get())),
                        "Pack the files again by plain deflate without a password.");
    }
    // One byte more than it says: only the call that meets the end checks size and checksum.
    std::vector<std::uint8_t> bytes(stat.size + 1);
    std::size_t done = 0;
    for (zip_int64_t n = 1; n != 0 && done < bytes.size(); done += static_cast<std::size_t>(n)) {
        n = zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
        if (n < 0) {
            throwBadArchive(placeOf(entry), "intact data", zip_error_strerror(zip_file_get_error(file.get())),
                            kCopyAgain);
        }
    }
    if (done != stat.size) {
        throwBadArchive(placeOf(entry), fmt::format("{} bytes", stat.size),
                        done < stat.size ? fmt::to_string(done) : std::string("more"), kCopyAgain);
    }
    bytes.pop_back();
    return bytes;
}

}  // namespace elbo
