// Zip archives, read in memory: nothing of them is ever written to a disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// One file inside an archive.
struct ZipEntry {
    std::uint64_t index = 0;
    std::string name;  ///< with folders, "Greek/character01/0394_01.png"; relative, without "..", in UTF-8
};

/// The archive is hostile until read: its size, the number of its entries and what each holds are bounded before memory
/// is taken, and every byte is held against the checksum of its entry. For one thread at a time.
class ZipArchive {
  public:
    /// Reads the archive. Throws InputError naming the file, what was expected, what was found and a remedy: for what
    /// is no zip archive, is damaged, or has more than `mostBytes` bytes or `mostEntries` entries.
    ZipArchive(const std::string& path, std::size_t mostBytes, std::size_t mostEntries);
    ~ZipArchive();
    ZipArchive(ZipArchive&&) noexcept;
    ZipArchive& operator=(ZipArchive&&) noexcept;

    /// The files, without the folders. Throws InputError for a name that leads out of the archive, and for a link.
    std::vector<ZipEntry> files() const;

    /// The bytes of one of them. Throws InputError when it is damaged, encrypted or larger than `mostBytes`.
    std::vector<std::uint8_t> read(const ZipEntry& entry, std::size_t mostBytes) const;

    /// "PATH: entry NAME", to begin a message with.
    std::string placeOf(const ZipEntry& entry) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace elbo
