// Keeps the wheel from changing settings while a panel is being scrolled.
#pragma once

#include <QWidget>

namespace elbo {

/// From now on `input` (slider, spin box, combo box) takes the wheel only while it has the keyboard focus; otherwise
/// the event goes to what scrolls underneath. GUI thread.
void guardWheel(QWidget* input);

}  // namespace elbo
