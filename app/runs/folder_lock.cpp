#include "app/runs/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"
#include "training/sweep/sweep.h"

namespace elbo {

namespace {

/// Whether another process holds the lock; a file system without locks says that none does.
bool heldByAnother(int descriptor, int kind) {
    return flock(descriptor, kind | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

/// The process that holds it, which wrote its number into the file.
std::string ownerIn(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t n = pread(descriptor, text.data(), text.size() - 1, 0);
    const std::string number(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
    return number.empty() ? "another process" : "process " + shownText(number.substr(0, number.find('\n')));
}

void writeOwner(int descriptor) {
    const std::string text = fmt::format("{}\n", getpid());
    // Only for the message of whoever comes too late: a full disk does not matter.
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, text.data(), text.size(), 0) < 0) {
        return;
    }
}

}  // namespace

void makeFolder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        throw InputError(
            fmt::format("{}: the folder cannot be made ({}); choose another one with --out", path, error.message()));
    }
}

FolderLock FolderLock::ofRun(const std::string& folder) {
    makeFolder(folder);
    FolderLock lock;
    std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
    path = path.has_filename() ? path : path.parent_path();  // "run/" is "run"
    const int plan = open(sweepFile(path.parent_path().string()).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (plan >= 0) {
        lock.descriptors_.push_back(plan);
        if (heldByAnother(plan, LOCK_SH)) {
            throw InputError(
                fmt::format("{}: another elboroom is working on the sweep that this run belongs to; wait "
                            "for it, or stop it first",
                            folder));
        }
    }
    const int own = open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (own < 0) {
        return lock;  // what cannot be written will be said of the files that count
    }
    lock.descriptors_.push_back(own);
    if (heldByAnother(own, LOCK_EX)) {
        throw InputError(
            fmt::format("{}: {} is training into this folder; wait for it, stop it first, or choose "
                        "another folder",
                        folder, ownerIn(own)));
    }
    writeOwner(own);
    return lock;
}

FolderLock FolderLock::ofSweep(const std::string& folder) {
    FolderLock lock;
    const int plan = open(sweepFile(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (plan >= 0) {
        lock.descriptors_.push_back(plan);
    }
    if (plan < 0 || heldByAnother(plan, LOCK_EX)) {
        throw InputError(
            fmt::format("{}: another elboroom is working on this sweep; wait for it, or stop it first", folder));
    }
    return lock;
}

FolderLock::~FolderLock() {
    for (const int descriptor : descriptors_) {
        close(descriptor);
    }
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptors_(std::exchange(other.descriptors_, {})) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(descriptors_, other.descriptors_);
    return *this;
}

}  // namespace elbo
