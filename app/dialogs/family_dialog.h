// The objective family beside the lab: ask what an objective is, and train it where the engine can.
#pragma once

#include <QDialog>

#include "training/experiment/experiment.h"
#include "widgets/family/family_panel.h"

namespace elbo {

/// GUI thread. Modeless; training goes on while it is open.
class FamilyDialog : public QDialog {
    Q_OBJECT
  public:
    explicit FamilyDialog(QWidget* parent);

    /// Shows J of one member, at the weights that `experiment` gives it.
    void explainMember(const Experiment& experiment, int member);
    FamilyPanel* panel() const { return panel_; }

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    FamilyPanel* panel_ = nullptr;
    bool sized_ = false;
};

}  // namespace elbo
