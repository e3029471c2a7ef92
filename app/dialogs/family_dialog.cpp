#include "app/dialogs/family_dialog.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

namespace elbo {

FamilyDialog::FamilyDialog(QWidget* parent) : QDialog(parent), panel_(new FamilyPanel) {
    setWindowTitle(tr("Objective family"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(panel_, 1);
    layout->addWidget(buttons);
    resize(760, 740);
}

void FamilyDialog::explainMember(const Experiment& experiment, int member) {
    FamilyObjective shown = objectiveOf(experiment.knobs[static_cast<std::size_t>(member)], experiment.objective);
    shown.constants = {};  // the panel's own weights have none
    QStringList remarks;
    if (!insideFamily(experiment.objective)) {
        remarks << tr("R stands for the rate term of the experiment, which the family does not hold.");
    }
    if (experiment.constraints.any()) {
        remarks << tr("The multipliers of the constraints come on top.");
    }
    panel_->setObjective(shown, remarks.join(' '));
}

}  // namespace elbo
