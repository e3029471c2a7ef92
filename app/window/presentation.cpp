#include "app/window/presentation.h"

#include <QCoreApplication>
#include <QEvent>
#include <QMenuBar>
#include <QStatusBar>
#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kPatienceMilliseconds = 1000;
constexpr double kPixelsPerPoint = 128.0;  ///< of the screen's width: 15 points on full HD
constexpr int kSmallScreen = 1200;
constexpr double kLeastPoints = 12.0;
constexpr double kLeastOnSmallScreen = 10.5;
constexpr double kMostPoints = 20.0;

}  // namespace

Presentation::Presentation(QMainWindow& window, Arrangement& arrangement)
    : QObject(&window), window_(window), arrangement_(arrangement) {
    window.installEventFilter(this);
    patience_.setSingleShot(true);
    patience_.setInterval(kPatienceMilliseconds);
    connect(&patience_, &QTimer::timeout, this, [this] {
        if (std::exchange(returning_, false)) {
            if (!window_.isMaximized()) {
                window_.resize(sizeBefore_);
            }
            restoreSizes();
        }
    });
}

double Presentation::fontPoints(int screenWidth) {
    return std::clamp(screenWidth / kPixelsPerPoint, screenWidth < kSmallScreen ? kLeastOnSmallScreen : kLeastPoints,
                      kMostPoints);
}

void Presentation::set(bool on, const std::function<void()>& applyType) {
    if (std::exchange(on_, on) == on) {
        return;
    }
    if (on && !std::exchange(returning_, false)) {
        stateBefore_ = window_.windowState() & ~Qt::WindowFullScreen;
        sizeBefore_ = window_.size();
        splittersBefore_ = arrangement_.saveSplitters();
    }
    window_.menuBar()->setVisible(!on);
    window_.statusBar()->setVisible(!on);
    arrangement_.setSlim(on);
    applyType();
    // All layouts answer now: a minimum that changes while the window manager is at work ends the full screen.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    window_.setWindowState(on ? stateBefore_ | Qt::WindowFullScreen : stateBefore_);
    if (!on) {
        restoreSizes();
        returning_ = window_.size() != sizeBefore_;
        patience_.start();
    }
}

void Presentation::restoreSizes() {
    arrangement_.restoreSplitters(splittersBefore_);
}

bool Presentation::eventFilter(QObject* watched, QEvent* event) {
    if (returning_ && watched == &window_ && event->type() == QEvent::Resize && window_.size() == sizeBefore_) {
        returning_ = false;
        // After the layout, which shares the new size in its own way.
        QTimer::singleShot(0, this, &Presentation::restoreSizes);
    }
    return QObject::eventFilter(watched, event);
}

QScrollArea* scrollingWhereTooSmall(QWidget* contents) {
    auto* scroll = new QScrollArea;
    scroll->setWidget(contents);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

}  // namespace elbo
