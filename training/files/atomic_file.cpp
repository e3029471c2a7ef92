#include "training/files/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

const char* remedy(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
            return "free some space or choose another place";
        case EROFS:
        case EACCES:
        case EPERM:
            return "choose a folder that may be written to";
        case ENOENT:
        case ENOTDIR:
            return "create the folder first or choose another place";
        default:
            return "choose another place";
    }
}

[[noreturn]] void fail(const std::string& path, const char* action, int error) {
    throw InputError(
        fmt::format("{}: {}: {}; {}", path, action, std::generic_category().message(error), remedy(error)));
}

/// A file that exists only until it is renamed: the destructor removes what was not finished.
class TemporaryFile {
  public:
    TemporaryFile(const std::string& target, mode_t mode) : target_(target) {
        static std::atomic<unsigned> serial{0};
        // The process id keeps two programs apart, the serial number two threads; O_EXCL catches whatever is left.
        do {
            name_ = fmt::format("{}.partial-{}-{}", target, ::getpid(), serial++);
            descriptor_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
        if (descriptor_ < 0) {
            fail(target_, "cannot be written", errno);
        }
    }
    ~TemporaryFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        if (!name_.empty()) {
            ::unlink(name_.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void setMode(mode_t mode) const {
        if (::fchmod(descriptor_, mode) != 0) {
            fail(target_, "cannot keep the permissions", errno);
        }
    }

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) {
                fail(target_, "cannot be written", errno);
            }
            if (written > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(written));
            }
        }
    }

    void renameToTarget() {
        if (::fsync(descriptor_) != 0 && errno != EINVAL) {
            fail(target_, "cannot be written to the disk", errno);
        }
        // A network file system may report a full disk only here.
        const int closed = ::close(descriptor_);
        descriptor_ = -1;
        if (closed != 0 && errno != EINTR) {
            fail(target_, "cannot be written", errno);
        }
        if (std::rename(name_.c_str(), target_.c_str()) != 0) {
            fail(target_, "cannot be replaced", errno);
        }
        name_.clear();
    }

  private:
    std::string target_;
    std::string name_;
    int descriptor_ = -1;
};

/// Makes the rename itself survive a power cut. Some file systems cannot do this and say so with EINVAL.
void flushFolder(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return;  // A folder that may be written to but not read is unusual, and no reason to fail: the file is there.
    }
    const int error = ::fsync(folder) == 0 ? 0 : errno;
    ::close(folder);
    if (error != 0 && error != EINVAL && error != ENOTSUP) {
        fail(path, "is written but may not survive a power cut", error);
    }
}

/// The process in the name of a temporary file, "x.partial-PID-N"; 0 for any other name.
pid_t writerOf(const std::string& name) {
    static constexpr std::string_view kMark = ".partial-";
    const std::size_t mark = name.rfind(kMark);
    if (mark == std::string::npos) {
        return 0;
    }
    pid_t process = 0;
    unsigned serial = 0;
    const char* const end = name.data() + name.size();
    const auto number = std::from_chars(name.data() + mark + kMark.size(), end, process);
    if (number.ec != std::errc() || process <= 0 || number.ptr == end || *number.ptr != '-') {
        return 0;
    }
    const auto last = std::from_chars(number.ptr + 1, end, serial);
    return last.ec == std::errc() && last.ptr == end ? process : 0;
}

}  // namespace

void removeAbandonedFiles(const std::string& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        const pid_t writer = writerOf(entry->path().filename().string());
        if (writer > 0 && ::kill(writer, 0) != 0 && errno == ESRCH) {
            ::unlink(entry->path().c_str());  // where that is not allowed it stays, and is in nobody's way
        }
    }
}

void writeFileAtomically(const std::string& path, std::string_view bytes) {
    if (path.empty()) {
        throw InputError("cannot write a file without a name; give a path");
    }
    std::string target = path;
    struct stat link {};
    if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
        std::error_code error;
        target = std::filesystem::weakly_canonical(path, error).string();
        if (error) {
            fail(path, "is a link that cannot be followed", error.value());
        }
    }
    struct stat older {};
    const bool exists = ::stat(target.c_str(), &older) == 0;
    if (exists && !S_ISREG(older.st_mode)) {
        throw InputError(fmt::format("{}: is {}; give the name of a file to write", path,
                                     S_ISDIR(older.st_mode) ? "a folder" : "not a plain file"));
    }
    TemporaryFile file(target, 0666);
    if (exists) {
        file.setMode(older.st_mode & 0777);
    }
    file.write(bytes);
    file.renameToTarget();
    flushFolder(target);
}

}  // namespace elbo
