// Text files of binary images, the format of Larochelle's static MNIST (.amat): one image a line, its pixels as 0 or 1
// with blanks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Whether a text that begins with these bytes may be such a file.
bool looksLikeAmat(std::string_view head);

/// The first rows of a plain or gzip file, at most `most` of them: [rows, width] of 0 and 1. Memory grows only with
/// values that arrive. Throws InputError naming the file, the byte offset, what was expected, what was found and a
/// remedy: for any other value, a row of another width, and a file without rows.
std::vector<float> readAmat(const std::string& path, int width, int most);

/// How many rows such a file has; reads and checks all of it like readAmat().
int countAmatRows(const std::string& path, int width);

}  // namespace elbo
