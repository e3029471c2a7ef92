// Dialogs that fit the screen they stand on, whatever the type: what does not fit scrolls inside.
#pragma once

#include <QSize>
#include <QWidget>

namespace elbo {

/// The room for a dialog on a screen of which the desktop leaves so much: a border on every side is left.
QSize dialogRoom(const QSize& available);

/// The same on the screen of the window that the dialog belongs to. GUI thread.
QSize dialogRoom(const QWidget& dialog);

/// Gives a dialog the size it wishes for, bounded by that room. GUI thread.
void fitToScreen(QWidget& dialog, const QSize& wish);

}  // namespace elbo
