// What is in the way is never deleted: it gets another name.
#pragma once

#include <string>

namespace elbo {

/// Renames a file or folder to `path` + `suffix`, with "-2", "-3" and so on behind it where that exists. The new path;
/// empty where it cannot be renamed. Any thread.
std::string setAside(const std::string& path, const std::string& suffix);

}  // namespace elbo
