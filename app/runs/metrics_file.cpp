#include "app/runs/metrics_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "training/experiment/input_error.h"

namespace elbo {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error, const char* remedy) {
    throw InputError(fmt::format("{}: {}: {}; {}", path, what, std::generic_category().message(error), remedy));
}

}  // namespace

MetricsFile::MetricsFile(std::string path) : path_(std::move(path)) {
    open();
}

MetricsFile::~MetricsFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

MetricsFile::MetricsFile(MetricsFile&& other) noexcept {
    *this = std::move(other);
}

MetricsFile& MetricsFile::operator=(MetricsFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    std::swap(waiting_, other.waiting_);
    std::swap(waitingBytes_, other.waitingBytes_);
    std::swap(lost_, other.lost_);
    std::swap(removed_, other.removed_);
    std::swap(unflushed_, other.unflushed_);
    return *this;
}

void MetricsFile::open() {
    const int opened = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (opened < 0) {
        fail(path_, "the file cannot be written", errno, "check the folder and its permissions");
    }
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    descriptor_ = opened;
    struct stat status {};
    size_ = ::fstat(descriptor_, &status) == 0 ? static_cast<std::int64_t>(status.st_size) : 0;
}

void MetricsFile::reopenIfRemoved() {
    struct stat own {
    }, named{};
    const bool same = ::fstat(descriptor_, &own) == 0 && ::stat(path_.c_str(), &named) == 0 &&
                      own.st_ino == named.st_ino && own.st_dev == named.st_dev;
    if (!same) {
        open();
        removed_ = true;
    }
}

void MetricsFile::writeLine(std::string_view line) {
    const std::size_t length = line.size();
    while (!line.empty()) {
        const ssize_t written = ::write(descriptor_, line.data(), line.size());
        if (written < 0 && errno != EINTR) {
            const int error = errno;
            // Nothing is left of half a line. Should that fail too, the next try begins with it.
            unflushed_ = ::ftruncate(descriptor_, size_) == 0 || unflushed_;
            fail(path_, "a line could not be written", error, "it waits until the disk takes it");
        }
        line.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    size_ += static_cast<std::int64_t>(length);
    unflushed_ = true;
}

void MetricsFile::writeWaiting() {
    reopenIfRemoved();
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && status.st_size != size_) {
        if (status.st_size > size_ && ::ftruncate(descriptor_, size_) != 0) {
            fail(path_, "half a line could not be cut off", errno, "check the disk it lies on");
        }
        size_ = std::min<std::int64_t>(size_, status.st_size);
    }
    while (!waiting_.empty()) {
        writeLine(waiting_.front());
        waitingBytes_ -= waiting_.front().size();
        waiting_.pop_front();
    }
    const std::size_t lost = std::exchange(lost_, 0);
    if (std::exchange(removed_, false)) {
        throw InputError(
            fmt::format("{}: the file was removed while training; it is made anew and holds what comes "
                        "from now on",
                        path_));
    }
    if (lost > 0) {
        throw InputError(fmt::format("{}: {} lines are lost, since the disk took none for too long", path_, lost));
    }
}

void MetricsFile::append(const std::string& line) {
    waiting_.push_back(line + '\n');
    waitingBytes_ += waiting_.back().size();
    while (waitingBytes_ > kMostWaiting && waiting_.size() > 1) {
        waitingBytes_ -= waiting_.front().size();
        waiting_.pop_front();
        ++lost_;
    }
    writeWaiting();
}

void MetricsFile::sync() {
    if (!waiting_.empty()) {
        writeWaiting();
    }
    // Some file systems cannot do this and say so with EINVAL.
    if (unflushed_ && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) {
        fail(path_, "cannot be written to the disk", errno, "check the disk it lies on");
    }
    unflushed_ = false;
}

}  // namespace elbo
