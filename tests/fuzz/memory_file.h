// Files in memory, for readers that take a path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace elbo::fuzz {

/// A regular file that lies on no disk.
class MemoryFile {
  public:
    MemoryFile();
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    const std::string& path() const { return path_; }
    /// In place of what it held.
    void write(std::string_view bytes) const;

  private:
    int descriptor_;
    std::string path_;
};

/// An empty folder, in memory where the system has such a place; goes with everything in it.
class MemoryFolder {
  public:
    MemoryFolder();
    ~MemoryFolder();
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;

    const std::string& path() const { return path_; }
    /// Puts a file into it; folders on the way are made.
    void write(const std::string& name, std::string_view bytes) const;
    void empty() const;

  private:
    std::string path_;
};

}  // namespace elbo::fuzz
