// What the lab knows of one kind of data: how it is named, recognised and read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "training/data/dataset.h"

namespace elbo {

/// One row of the table of readers (data_readers.h). Plain value; its functions may be called from any thread.
struct DataReader {
    std::string name;   ///< data.name of an experiment: "mnist"
    std::string title;  ///< for a list: "MNIST handwritten digits"
    /// Makes or loads what `spec` asks for; sha256 is left empty. Throws InputError.
    std::function<Dataset(const DataSpec& spec)> read;
    /// The fields of [data] that it heeds besides name, the three sizes and seed: {"path", "binarisation"}.
    std::vector<std::string> fields;

    // Of sets that lie in files.

    /// Whether a file that begins with the bytes `head`, or a folder (no bytes) at `path` is for this reader.
    std::function<bool(std::string_view head, const std::string& path)> recognises;
    /// Where its files were found without data.path; nothing when they were not.
    std::function<std::optional<std::string>()> where;
    std::string howToGet;  ///< when they were not, behind "get it": "with: elboroom download mnist"
    /// Makes the splits as large as the files that `spec` names, for an experiment on them. Throws InputError.
    std::function<void(DataSpec& spec)> takeAll{};
    std::string files;     ///< kind of its files for a file dialog: "IDX images"; empty when another row stands for it
    std::string patterns;  ///< and their names: "*.gz *ubyte"

    // Of sets that are made by formula.

    /// Values of one example, known before any is made.
    std::function<std::int64_t(const DataSpec& spec)> dim{};
    /// Bytes that making the set takes at most, for each value.
    std::int64_t bytesPerValue = 4;

    bool builtIn() const { return !recognises; }
    bool heeds(const std::string& field) const;
};

}  // namespace elbo
