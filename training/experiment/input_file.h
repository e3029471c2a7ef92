// Files that a person names, opened with care: none may block for ever or fill the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace elbo {

/// What a reader expects of a file.
struct InputFileKind {
    std::string expected;         ///< for messages: "a checkpoint"
    std::uint64_t mostBytes = 0;  ///< a longer file is refused before it is read
};

/// All bytes of the regular file at `path`, read in one go; links are followed. Throws InputError with path, what was
/// expected and a remedy for folders, pipes, devices, sockets, files that are too long, and errors of the disk.
std::string readInputFile(const std::string& path, const InputFileKind& kind);

/// The same of its first `count` bytes, or fewer where it is shorter; of any length.
std::string readInputHead(const std::string& path, const std::string& expected, std::size_t count);

}  // namespace elbo
