// The text of View::csv() taken apart: one tidy table a file, which every program reads.
#pragma once

#include <QString>
#include <vector>

namespace elbo {

/// One table: comment lines that begin with #, a header line and rows. Plain value.
struct CsvTable {
    QString name;  ///< for a file: "codes", "density-of-the-data"; "table-2" where the text gives none
    QString text;  ///< ends with a line break
};

/// Pure. In the order of the text; a table's name is its first comment up to a colon, comma or semicolon.
std::vector<CsvTable> csvTables(const QString& text);

}  // namespace elbo
