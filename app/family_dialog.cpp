#include "app/family_dialog.h"

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
    resize(760, 680);
}

void FamilyDialog::explainKnobs(const Knobs& knobs) {
    panel_->setMultipliers(objectiveOf(knobs, "kl").multipliers);
}

}  // namespace elbo
