// What lies at a path, where an answer is wanted and no error.
#pragma once

#include <filesystem>
#include <system_error>

namespace elbo {

/// Whether a regular file is there, links followed.
inline bool isFile(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
}

/// Whether a folder is there, links followed.
inline bool isFolder(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

}  // namespace elbo
