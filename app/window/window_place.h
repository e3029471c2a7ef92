// Where the window and its splitters stand, as it is stored: a damaged file must not decide what is drawn.
#pragma once

#include <QByteArray>
#include <QSplitter>
#include <QWidget>

namespace elbo {

/// The sizes of a splitter's widgets in pixels, also of those that are hidden: "330,600,400". Empty while one of them
/// has none yet.
QByteArray splitterSizes(const QSplitter& splitter);

/// Gives the widgets these sizes; whatever is not one plain number from 0 to 16384 for each of them is ignored.
void setSplitterSizes(QSplitter& splitter, const QByteArray& sizes);

/// QWidget::restoreGeometry, which beyond all screens, or far larger than they are, leaves the window as it is.
void restorePlace(QWidget& window, const QByteArray& geometry);

}  // namespace elbo
