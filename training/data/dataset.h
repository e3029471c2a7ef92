// Data as plain arrays: what a reader or a formula produces and what the trainer draws batches from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/data_shape.h"
#include "training/experiment/experiment.h"

namespace elbo {

struct Machine;

/// n examples of `dim` values each, row-major [n, dim]; labels are empty or one per example.
struct Examples {
    int dim = 0;
    std::vector<float> values;
    std::vector<int> labels;

    int size() const { return dim == 0 ? 0 : static_cast<int>(values.size() / static_cast<std::size_t>(dim)); }
    const float* row(int i) const {
        return values.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(dim);
    }
};

/// An immutable data set with its splits. Grey values of images lie in [0, 1] and are not yet binarised (see
/// binarise.h).
struct Dataset {
    std::string name;
    int dim = 0;
    int imageWidth = 0;     ///< pixels; 0 when examples are points, not images
    int imageHeight = 0;    ///< pixels
    bool discrete = false;  ///< values are binary or to be read as Bernoulli means, so that D >= 0 and H >= 0
    Examples train;
    Examples validation;
    Examples test;
    std::vector<std::string> labelNames;
    std::optional<double> entropy;  ///< H of p*(x) in nats, where it is known
    std::string sha256;             ///< of the values and labels as loaded, lower-case hex

    bool isImage() const { return imageWidth > 0 && imageHeight > 0; }
    DataShape shape() const { return isImage() ? DataShape::image(imageHeight, imageWidth) : DataShape::point(dim); }
};

/// Loads or generates what `spec` names. Throws InputError (file, offset, expected, remedy), for unknown names, and
/// where a set that is made by formula would not fit into `machine`: before any of it is made.
std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec, const Machine& machine);
/// On the machine that it runs on.
std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec);

/// One line of `elboroom list data`.
struct DataEntry {
    std::string name;
    std::string title;
    bool builtIn = false;
    bool available = false;  ///< built in, or its files were found on the search path
    std::string where;       ///< folder of the files, or "built in"
    std::string howToGet;    ///< the files, behind "get it": "with: elboroom download mnist"
};
std::vector<DataEntry> listData();

}  // namespace elbo
