// One writer per folder.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// Keeps a second process away from a folder; ends with its last owner or with the process, however that ends. Where a
/// file system knows no locks it holds nothing.
class FolderLock {
  public:
    FolderLock() = default;  ///< of nothing
    /// Of the folder of a run, which is made where there is none; beside it the sweep that the folder belongs to, so
    /// that the sweep does not go on meanwhile. Throws InputError that names the process that works there.
    static FolderLock ofRun(const std::string& folder);
    /// Of a sweep whose plan is written. Throws InputError.
    static FolderLock ofSweep(const std::string& folder);

    ~FolderLock();
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;

  private:
    std::vector<int> descriptors_;
};

/// Makes the folder and those above it. Throws InputError with the system's reason and a remedy.
void makeFolder(const std::string& path);

}  // namespace elbo
