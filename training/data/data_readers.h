// The data that the lab reads. To add a kind of data:
//   1. write training/data/<kind>.h and .cpp with `std::vector<DataReader> <kind>Readers()`, a row for each data set
//      (data_reader.h says what is in a row);
//   2. add its line to kSources in data_readers.cpp, before image_sets if its files could be taken for IDX.
// `elboroom list data`, the window's choice of data sets, files dropped on it, file dialogs, the fields of the
// experiment panel and tst_data_readers.cpp follow. A file format of many sets is read by a file of its own (idx.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

/// All rows, in the order of lists and of recognition. Any thread.
const std::vector<DataReader>& dataReaders();

/// The reader of that name, or null.
const DataReader* findDataReader(const std::string& name);

/// The first reader that recognises a file by its first bytes, or a folder (no bytes) by its path; null for none.
const DataReader* recogniseData(std::string_view head, const std::string& path);

}  // namespace elbo
