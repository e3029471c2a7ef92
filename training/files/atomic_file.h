// Files that are either the old one or the new one, whatever happens in between: a full disk, kill -9, a closed lid.
#pragma once

#include <string>
#include <string_view>

namespace elbo {

/// Puts `bytes` at `path`: writes a temporary file beside it, flushes that to the disk, renames it over `path` and
/// flushes the folder. A reader sees the older file or the whole new one, and after a failure the older file is
/// untouched and the temporary one is gone. A symbolic link is followed, the permissions of an older file are kept.
/// Throws InputError with the path, the system's reason and a remedy. Any thread; two writers of one path do not mix.
void writeFileAtomically(const std::string& path, std::string_view bytes);

/// Removes from `folder` the temporary files of programs that were killed while they wrote: those whose process is
/// gone.
void removeAbandonedFiles(const std::string& folder);

}  // namespace elbo
