// Image sets in IDX files, found by name on a search path: MNIST, Fashion-MNIST, Kuzushiji-MNIST.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "training/data/dataset.h"

namespace elbo {

struct ImageSetEntry {
    std::string name;
    std::string title;
    std::vector<std::string> labelNames;
};

/// mnist, fashion-mnist, kmnist.
const std::vector<ImageSetEntry>& imageSetEntries();

/// The folder that downloads go to: $XDG_DATA_HOME/elboroom, else ~/.local/share/elboroom; empty without a home.
std::string userDataFolder();

/// ELBOROOM_DATA_DIR (when set), then userDataFolder().
std::vector<std::string> dataSearchPath();

/// The folder on the search path that holds the training images of `name`: DIR/NAME, or DIR itself. Files that lie in
/// DIR itself belong to the set that DIR is named after, otherwise to mnist: the file names of all sets are the same.
std::optional<std::string> findImageSet(const std::string& name);

/// Reads the set that spec.name names, from spec.path (a folder or one images file) or from the search path; sha256 is
/// left empty. Splits keep the order of the files: train is the first trainSize examples of the training file, so that
/// a smaller run sees a prefix of a larger one and results do not depend on a shuffle; validation is the last
/// validationSize examples of it, and where both do not fit, train gives way. Test is the first testSize examples of
/// the t10k file; for one images file without a t10k file beside it, the examples before the validation split. Throws
/// InputError.
Dataset loadImageSet(const DataSpec& spec);

}  // namespace elbo
