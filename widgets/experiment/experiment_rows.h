// The rows of the experiment panel: the fields of an experiment that it shows, page by page.
#pragma once

#include <QString>
#include <vector>

#include "training/experiment/field_table.h"

namespace elbo {

/// The row that sets the size of the fleet, which has no key of its own in a file.
inline constexpr const char* kMembersRow = "members";

struct ExperimentRow {
    QString page;
    QString heading;  ///< of the group that begins with this row; else empty
    const ExperimentField* field = nullptr;
    QString key;
    QString label;
    QString tip;  ///< what it means, in which unit, and what its values stand for
};

/// In the order of the panel.
const std::vector<ExperimentRow>& experimentRows();

}  // namespace elbo
