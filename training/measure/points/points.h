// Plain point sets: matrices with one point per row, and the CSV files that hold them.
#pragma once

#include <Eigen/Core>
#include <string>

namespace elbo {

/// [n, dim], one point per row, row-major.
using Points = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Reads a CSV file of numbers, one point per line, every line as long as the first. Values are separated by commas,
/// semicolons, tabs or spaces (the first line decides); one line of column names may come first. Throws InputError with
/// file, line, column, what was expected, what was found and a remedy; nothing is skipped or guessed.
Points readPoints(const std::string& path);

}  // namespace elbo
