// The list of keyboard shortcuts, made from the actions themselves.
#pragma once

#include <QDialog>

#include "app/window/actions.h"

namespace elbo {

/// GUI thread. Modeless; deletes itself when closed.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
  public:
    ShortcutsDialog(const Actions& actions, QWidget* parent);
};

}  // namespace elbo
