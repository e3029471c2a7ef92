// Registries: what is found by name. No tensor.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

/// What files, messages, menus and reference pages say of an entry.
struct RegistryRow {
    std::string name;   ///< as in a file: "residual_mlp"
    std::string label;  ///< as in a menu: "Residual MLP"
    std::string words;  ///< one sentence
};

inline bool hasRow(const std::vector<RegistryRow>& rows, const std::string& name) {
    return std::any_of(rows.begin(), rows.end(), [&](const RegistryRow& row) { return row.name == name; });
}

/// Rows, each with the function that makes what it names.
template <class Make>
class Registry {
  public:
    struct Entry {
        RegistryRow row;
        Make make;
    };

    Registry(std::string kind, std::vector<Entry> entries) : kind_(std::move(kind)), entries_(std::move(entries)) {
        for (const Entry& entry : entries_) {
            rows_.push_back(entry.row);
        }
    }

    const std::vector<RegistryRow>& rows() const { return rows_; }

    /// Throws std::invalid_argument for a name that is in no row: fields are checked before anything is made.
    Make find(const std::string& name) const {
        for (const Entry& entry : entries_) {
            if (entry.row.name == name) {
                return entry.make;
            }
        }
        throw std::invalid_argument("there is no " + kind_ + " \"" + name + "\"");
    }

  private:
    std::string kind_;
    std::vector<Entry> entries_;
    std::vector<RegistryRow> rows_;
};

}  // namespace elbo
