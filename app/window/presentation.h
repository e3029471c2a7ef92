// Presentation mode: full screen with large type, and the way back to what was there before.
#pragma once

#include <QMainWindow>
#include <QMap>
#include <QObject>
#include <QScrollArea>
#include <QTimer>
#include <functional>

#include "app/window/arrangement.h"

namespace elbo {

/// Leads the window into presentation mode and out of it. GUI thread; child of the window.
class Presentation : public QObject {
  public:
    Presentation(QMainWindow& window, Arrangement& arrangement);

    bool on() const { return on_; }
    /// `applyType` sets the type for on(). It comes before the change of the window, so that every size is known when
    /// the screen is filled; on the way back sizes are restored when the window has the one it had.
    void set(bool on, const std::function<void()>& applyType);
    /// Type for the back row on a screen of that width, in points.
    static double fontPoints(int screenWidth);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void restoreSizes();

    QMainWindow& window_;
    Arrangement& arrangement_;
    bool on_ = false;
    bool returning_ = false;  ///< out of the mode, but not yet back at the former size
    Qt::WindowStates stateBefore_;
    QSize sizeBefore_;
    QMap<QString, QByteArray> splittersBefore_;
    QTimer patience_;  ///< with a window manager that does not give the former size back
};

/// The contents of the window on a screen that is too small for them: they scroll instead of pushing the window beyond
/// its edge.
QScrollArea* scrollingWhereTooSmall(QWidget* contents);

}  // namespace elbo
