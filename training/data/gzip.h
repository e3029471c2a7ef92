// A file read front to back, decompressed on the way when its first bytes say gzip, whatever its name says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// Reads a plain or gzip file as one stream of bytes. Memory use is constant: nothing is allocated from sizes that the
/// file states. Checks the CRC of gzip data when the end is reached. Every failure is an InputError that names the
/// file, the byte offset in it, what was expected, what was found and a remedy.
class ByteStream {
  public:
    /// Opens a regular file; throws InputError for a missing file, a directory, a device, or one that may not be read.
    explicit ByteStream(const std::string& path);
    ~ByteStream();
    ByteStream(ByteStream&&) noexcept;
    ByteStream& operator=(ByteStream&&) noexcept;

    /// Reads up to `size` bytes and returns how many there were; fewer than `size` only at the end.
    std::size_t read(void* out, std::size_t size);

    const std::string& path() const;
    bool compressed() const;
    std::uint64_t fileSize() const;  ///< bytes on disk
    std::uint64_t offset() const;    ///< bytes handed out so far
    /// The most bytes that can still come: exact for a plain file, 1032 times the rest for gzip (deflate's best ratio).
    std::uint64_t mostRemaining() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Throws the InputError of a bad file in the one form that all readers share:
/// "PATH: at byte OFFSET: expected EXPECTED, found FOUND. REMEDY".
[[noreturn]] void throwBadFile(const std::string& path, std::uint64_t offset, const std::string& expected,
                               const std::string& found, const std::string& remedy);

/// All bytes of a plain or gzip file. Throws InputError when there are more than `limit`.
std::vector<std::uint8_t> readBytes(const std::string& path, std::size_t limit);

}  // namespace elbo
