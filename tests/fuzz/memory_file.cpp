#include "tests/fuzz/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace elbo::fuzz {
namespace {

namespace fs = std::filesystem;

/// Not the reader's fault: ends the program with the system's reason.
[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

MemoryFile::MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0) {
        fail("a file in memory");
    }
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

MemoryFile::~MemoryFile() {
    ::close(descriptor_);
}

void MemoryFile::write(std::string_view bytes) const {
    if (::ftruncate(descriptor_, 0) != 0) {
        fail("a file in memory");
    }
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t n = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (n <= 0) {
            fail("a file in memory");
        }
        done += static_cast<std::size_t>(n);
    }
}

MemoryFolder::MemoryFolder() {
    const fs::path memory = "/dev/shm";
    path_ = (fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "elboroom-fuzz-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) {
        fail("a folder in memory");
    }
}

MemoryFolder::~MemoryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void MemoryFolder::write(const std::string& name, std::string_view bytes) const {
    const fs::path path = fs::path(path_) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

void MemoryFolder::empty() const {
    for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
        fs::remove_all(entry.path());
    }
}

}  // namespace elbo::fuzz
