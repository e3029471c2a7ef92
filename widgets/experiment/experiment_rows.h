// The rows of the experiment panel, as data: which key is edited where, by what kind of input, and what it means.
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace elbo {

enum class ExperimentTab { Data, Model, Training, Terms, Fleet };
QStringList experimentTabNames();

enum class RowKind {
    Integer,  ///< a spin box from low to high
    Text,     ///< a number or text as it stands in the file
    List,     ///< a list without its brackets
    Choice,   ///< one of names
    Weights,  ///< one number for all members, or a list, or a range: see value_list.h
};

/// The row that sets the size of the fleet, which has no key of its own in a file.
inline const QString kMembersRow = "members";

struct ExperimentRow {
    ExperimentTab tab = ExperimentTab::Data;
    QString key;    ///< of experiment_text.h
    QString label;  ///< in sentence case
    QString tip;    ///< one sentence
    RowKind kind = RowKind::Text;
    int low = 0;
    int high = 0;
    const std::vector<std::string>* names = nullptr;
    QStringList onlyFor{};  ///< data sets that have this setting; empty: all
    QStringList notFor{};   ///< data sets that have not
    QString onlyWith{};     ///< "key=value,value": shown while another row has one of these values
    QString heading{};      ///< of the group that begins with this row
};

/// In the order of the panel, tab by tab.
const std::vector<ExperimentRow>& experimentRows();

}  // namespace elbo
