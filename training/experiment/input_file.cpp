#include "training/experiment/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error, const char* remedy) {
    throw InputError(fmt::format("{}: {}: {}; {}", path, what, std::generic_category().message(error), remedy));
}

const char* nameOfKind(mode_t mode) {
    return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/// A regular file, open for reading.
class OpenedFile {
  public:
    OpenedFile(const std::string& path, const std::string& expected) : path_(path) {
        struct stat status {};
        // Before it is opened: opening a device may already do something.
        if (::stat(path.c_str(), &status) != 0) {
            if (errno == ENOENT) {
                throw InputError(fmt::format("{}: no such file; check the path", path));
            }
            fail(path, "cannot be opened", errno, "check the path and its permissions");
        }
        refuseOther(status.st_mode, expected);
        // Should it become a pipe in between, opening it does not wait for a writer.
        descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (descriptor_ < 0) {
            fail(path, "cannot be opened", errno, "check the path and its permissions");
        }
        if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
            ::close(descriptor_);
            refuseOther(status.st_mode, expected);
            fail(path, "cannot be read", EIO, "check the disk it lies on");
        }
        size_ = static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size));
    }
    ~OpenedFile() { ::close(descriptor_); }
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    std::uint64_t size() const { return size_; }

    /// As many bytes as there are, `count` at most.
    std::string read(std::size_t count) const {
        std::string bytes(count, '\0');
        std::size_t got = 0;
        while (got < count) {
            const ssize_t n = ::read(descriptor_, bytes.data() + got, count - got);
            if (n < 0 && errno != EINTR) {
                fail(path_, "cannot be read to its end", errno, "check the disk it lies on");
            }
            if (n == 0) {
                break;
            }
            got += n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        bytes.resize(got);
        return bytes;
    }

  private:
    void refuseOther(mode_t mode, const std::string& expected) const {
        if (!S_ISREG(mode)) {
            throw InputError(fmt::format("{}: expected {}, found {}; name a file", path_, expected, nameOfKind(mode)));
        }
    }

    std::string path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace

std::string readInputFile(const std::string& path, const InputFileKind& kind) {
    const OpenedFile file(path, kind.expected);
    const auto refuse = [&] {
        throw InputError(
            fmt::format("{}: expected {} of at most {} bytes, found more; check that this is the file you "
                        "meant",
                        path, kind.expected, kind.mostBytes));
    };
    if (file.size() > kind.mostBytes) {
        refuse();
    }
    // Its size is not to be trusted: a file may grow, and those of /proc say that they are empty.
    std::string bytes = file.read(static_cast<std::size_t>(file.size()) + 1);
    while (bytes.size() > file.size() && bytes.size() <= kind.mostBytes) {
        const std::string more = file.read(static_cast<std::size_t>(
            std::min<std::uint64_t>(kind.mostBytes + 1 - bytes.size(), bytes.size() + 65'536)));
        if (more.empty()) {
            break;
        }
        bytes += more;
    }
    if (bytes.size() > kind.mostBytes) {
        refuse();
    }
    return bytes;
}

std::string readInputHead(const std::string& path, const std::string& expected, std::size_t count) {
    return OpenedFile(path, expected).read(count);
}

}  // namespace elbo
