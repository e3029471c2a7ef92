#include "training/data/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

constexpr std::size_t kBufferSize = 65'536;
constexpr std::uint64_t kBestDeflateRatio = 1032;
const char* const kCopyAgain = "Copy or download the file again.";

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

void throwBadFile(const std::string& path, std::uint64_t offset, const std::string& expected, const std::string& found,
                  const std::string& remedy) {
    throw InputError(fmt::format("{}: at byte {}: expected {}, found {}. {}", path, offset, expected, found, remedy));
}

struct ByteStream::State {
    std::string path;
    std::unique_ptr<std::FILE, CloseFile> file;
    std::uint64_t fileSize = 0;
    std::uint64_t consumed = 0;   ///< bytes taken from the file, those in the buffer included
    std::uint64_t delivered = 0;  ///< bytes handed out
    std::array<std::uint8_t, kBufferSize> buffer;
    std::size_t begin = 0;  ///< unread part of the buffer
    std::size_t end = 0;
    bool compressed = false;
    bool inflating = false;  ///< inside a gzip member
    bool zlibReady = false;
    z_stream zlib{};

    ~State() {
        if (zlibReady) {
            inflateEnd(&zlib);
        }
    }

    std::size_t available() const { return end - begin; }
    std::uint64_t position() const { return consumed - available(); }

    /// Makes `wanted` bytes available if the file has them; returns whether it does.
    bool fill(std::size_t wanted = 1) {
        if (available() >= wanted) {
            return true;
        }
        std::memmove(buffer.data(), buffer.data() + begin, available());
        end -= begin;
        begin = 0;
        const std::size_t n = std::fread(buffer.data() + end, 1, buffer.size() - end, file.get());
        consumed += n;
        end += n;
        if (n == 0 && std::ferror(file.get()) != 0) {
            throwBadFile(path, consumed, "readable data", fmt::format("an error: {}", std::strerror(errno)),
                         "Check the disk, then copy the file again.");
        }
        return available() >= wanted;
    }

    bool atGzipMember() { return fill(2) && buffer[begin] == 0x1f && buffer[begin + 1] == 0x8b; }

    void beginMember() {
        if (!zlibReady) {
            constexpr int kGzipOnly = 16 + MAX_WBITS;
            if (inflateInit2(&zlib, kGzipOnly) != Z_OK) {
                throw std::bad_alloc();
            }
            zlibReady = true;
        } else {
            inflateReset(&zlib);
        }
        inflating = true;
    }

    std::size_t readPlain(std::uint8_t* out, std::size_t size) {
        std::size_t done = 0;
        while (done < size && fill()) {
            const std::size_t n = std::min(size - done, available());
            std::memcpy(out + done, buffer.data() + begin, n);
            begin += n;
            done += n;
        }
        return done;
    }

    /// One call of inflate; returns the bytes it produced.
    std::size_t inflateSome(std::uint8_t* out, std::size_t size) {
        if (!fill()) {
            throwBadFile(path, position(), "more gzip data", "the end of the file",
                         fmt::format("The file is cut off. {}", kCopyAgain));
        }
        zlib.next_in = buffer.data() + begin;
        zlib.avail_in = static_cast<uInt>(available());
        zlib.next_out = out;
        zlib.avail_out = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
        const uInt wanted = zlib.avail_out;
        const int status = inflate(&zlib, Z_NO_FLUSH);
        begin = end - zlib.avail_in;
        if (status == Z_STREAM_END) {
            inflating = false;
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            throwBadFile(path, position(), "intact gzip data",
                         fmt::format("damage ({})", zlib.msg != nullptr ? zlib.msg : "zlib error"), kCopyAgain);
        }
        return wanted - zlib.avail_out;
    }

    std::size_t readCompressed(std::uint8_t* out, std::size_t size) {
        std::size_t done = 0;
        while (done < size) {
            if (!inflating) {
                // A gzip file may be several members one after the other; anything else behind a member is not gzip.
                if (!fill()) {
                    break;
                }
                if (!atGzipMember()) {
                    throwBadFile(path, position(), "the end of the gzip data", "other bytes behind it", kCopyAgain);
                }
                beginMember();
            }
            // The call that meets the end of a member also checks its CRC.
            done += inflateSome(out + done, size - done);
        }
        return done;
    }
};

ByteStream::ByteStream(const std::string& path) : state_(std::make_unique<State>()) {
    namespace fs = std::filesystem;
    state_->path = path;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        throw InputError(fmt::format("{}: no such file. Check the path.", path));
    }
    if (fs::is_directory(status)) {
        throw InputError(fmt::format("{}: expected a file, found a folder. Name a file inside it.", path));
    }
    if (!fs::is_regular_file(status)) {
        throw InputError(fmt::format(
            "{}: expected a regular file, found a device, pipe or socket. Copy the data into a file.", path));
    }
    state_->file.reset(std::fopen(path.c_str(), "rb"));
    if (!state_->file) {
        throw InputError(fmt::format("{}: cannot be opened: {}. Check its permissions.", path, std::strerror(errno)));
    }
    state_->fileSize = fs::file_size(path, error);
    if (error) {
        state_->fileSize = 0;
    }
    state_->compressed = state_->atGzipMember();
    if (state_->compressed) {
        state_->beginMember();
    }
}

ByteStream::~ByteStream() = default;
ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;

std::size_t ByteStream::read(void* out, std::size_t size) {
    auto* bytes = static_cast<std::uint8_t*>(out);
    const std::size_t done = state_->compressed ? state_->readCompressed(bytes, size) : state_->readPlain(bytes, size);
    state_->delivered += done;
    return done;
}

const std::string& ByteStream::path() const {
    return state_->path;
}
bool ByteStream::compressed() const {
    return state_->compressed;
}
std::uint64_t ByteStream::fileSize() const {
    return state_->fileSize;
}
std::uint64_t ByteStream::offset() const {
    return state_->delivered;
}

std::uint64_t ByteStream::mostRemaining() const {
    if (!state_->compressed) {
        return state_->fileSize > state_->delivered ? state_->fileSize - state_->delivered : 0;
    }
    // Deflate cannot do better; what inflate holds back inside its window is below one window.
    const std::uint64_t rest = state_->fileSize - std::min(state_->fileSize, state_->position());
    return (rest + 1) * kBestDeflateRatio + (1U << MAX_WBITS);
}

std::vector<std::uint8_t> readBytes(const std::string& path, std::size_t limit) {
    ByteStream stream(path);
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, kBufferSize> chunk;
    for (;;) {
        const std::size_t n = stream.read(chunk.data(), chunk.size());
        bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(n));
        if (bytes.size() > limit) {
            throwBadFile(path, limit, fmt::format("at most {} bytes", limit), "more",
                         "Check that this is the file you meant.");
        }
        if (n < chunk.size()) {
            return bytes;
        }
    }
}

}  // namespace elbo
