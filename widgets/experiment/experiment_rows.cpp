#include "widgets/experiment/experiment_rows.h"

#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

const ExperimentField& membersField() {
    static const ExperimentField kField{
        .key = kMembersRow,
        .label = "Members",
        .tip = "Copies of the model trained side by side, with the same start, batches and noise.",
        .group = FieldGroup::Weights,
        .editor = FieldEditor::Integer,
        .integers = IntegerRange{1, kMostMembers}};
    return kField;
}

QString tipOf(const ExperimentField& field) {
    QString tip = QString::fromStdString(field.tip);
    if (!field.unit.empty()) {
        tip += QString(" In %1.").arg(QString::fromStdString(field.unit));
    }
    for (const FieldChoice& choice : field.choices) {
        tip += QString("\n%1: %2").arg(QString::fromStdString(choice.label), QString::fromStdString(choice.words));
    }
    return plainSymbols(tip);
}

}  // namespace

const std::vector<ExperimentRow>& experimentRows() {
    static const std::vector<ExperimentRow> kRows = [] {
        std::vector<ExperimentRow> rows;
        for (const FieldGroupRow& group : kFieldGroups) {
            QString heading = group.heading;
            const auto add = [&](const ExperimentField& field) {
                if (*group.page == '\0' || field.group != group.group || !field.inPanel) {
                    return;
                }
                rows.push_back({group.page, heading, &field, QString::fromStdString(field.key),
                                QString::fromStdString(field.label), tipOf(field)});
                heading.clear();
            };
            add(membersField());
            for (const ExperimentField& field : experimentFields()) {
                add(field);
            }
        }
        return rows;
    }();
    return kRows;
}

}  // namespace elbo
