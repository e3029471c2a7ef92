// Image sets in IDX files: MNIST, Fashion-MNIST and Kuzushiji-MNIST, found by name on a search path, and files of one's
// own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

struct ImageSetEntry {
    std::string name;
    std::string title;
    std::vector<std::string> labelNames;
    std::string sign;  ///< what paths of its files hold in small letters; a longer sign goes before a shorter one
};

/// mnist, fashion-mnist, kmnist: those that can be downloaded.
const std::vector<ImageSetEntry>& imageSetEntries();

/// The folder that downloads go to: $XDG_DATA_HOME/elboroom, else ~/.local/share/elboroom; empty without a home.
std::string userDataFolder();

/// ELBOROOM_DATA_DIR (when set), then userDataFolder().
std::vector<std::string> dataSearchPath();

/// The folder on the search path that holds the training images of `name`: DIR/NAME, or DIR itself. Files that lie in
/// DIR itself belong to the set that DIR is named after, otherwise to mnist: the file names of all sets are the same.
std::optional<std::string> findImageSet(const std::string& name);

/// A row for each of them, which read spec.path (a folder or one images file) or else the search path, and "idx", which
/// reads spec.path alone and names the classes by number. Splits keep the order of the files: train is the first
/// trainSize examples of the training file, so that a smaller run sees a prefix of a larger one and results do not
/// depend on a shuffle; validation is the last validationSize examples of it, and where both do not fit, train gives
/// way. Test is the first testSize examples of the t10k file; for one images file without a t10k file beside it, the
/// examples before the validation split. Throws InputError.
std::vector<DataReader> imageSetReaders();

}  // namespace elbo
