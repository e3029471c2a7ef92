#include "app/dialogs/family_dialog.h"

#include <QDialogButtonBox>
#include <QScrollArea>
#include <QVBoxLayout>
#include <utility>

#include "widgets/kit/screen_room.h"

namespace elbo {

FamilyDialog::FamilyDialog(QWidget* parent) : QDialog(parent), panel_(new FamilyPanel) {
    setWindowTitle(tr("Objective family"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* scroll = new QScrollArea;
    scroll->setWidget(panel_);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(scroll, 1);
    layout->addWidget(buttons);
}

void FamilyDialog::showEvent(QShowEvent* event) {
    if (!std::exchange(sized_, true)) {
        // Only now is the type known that the panel is set in.
        const QMargins margins = layout()->contentsMargins();
        const QSize around(margins.left() + margins.right(), margins.top() + margins.bottom() + layout()->spacing() +
                                                                 findChild<QDialogButtonBox*>()->sizeHint().height());
        fitToScreen(*this, QSize(760, 740).expandedTo(panel_->minimumSizeHint() + around));
    }
    QDialog::showEvent(event);
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
