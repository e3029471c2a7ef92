// A picture of the real window after a number of steps, for the manual and for looking at it on a machine without a
// screen.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <cstdint>

#include "app/window/main_window.h"

namespace elbo {

/// Waits for the step, rests the training, lets the views glide to their places and grabs the window. GUI thread; child
/// of the window.
class Screenshot : public QObject {
    Q_OBJECT
  public:
    Screenshot(MainWindow& window, const QString& path, std::int64_t afterSteps);

  Q_SIGNALS:
    void done(bool written);

  private:
    void look();

    MainWindow& window_;
    const QString path_;
    const std::int64_t afterSteps_;
    QTimer timer_;
    QElapsedTimer atRest_;
};

}  // namespace elbo
