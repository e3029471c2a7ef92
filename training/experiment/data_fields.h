// Which fields of [data] mean anything for a data set. Asked in this room, answered by the table of readers
// (training/data/data_readers.cpp), which stands above it: an include would point the wrong way.
#pragma once

#include <string>

namespace elbo {

/// Whether data set `name` heeds the field `key`: "data.noise" matters to "ring", not to "mnist". True for fields
/// outside [data] and for names that no reader has. Any thread.
bool dataFieldMatters(const std::string& name, const std::string& key);

/// The data sets that heed it, "ring, grid, spiral".
std::string dataSetsHeeding(const std::string& key);

/// Throws InputError of data.name with the names there are, for a data set that no reader has.
void requireDataSet(const std::string& name);

}  // namespace elbo
