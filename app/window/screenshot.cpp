#include "app/window/screenshot.h"

#include <QPixmap>

namespace elbo {

namespace {

/// Axes and windows glide for less than this after the last frame.
constexpr qint64 kSettleMilliseconds = 1500;

}  // namespace

Screenshot::Screenshot(MainWindow& window, const QString& path, std::int64_t afterSteps)
    : QObject(&window), window_(window), path_(path), afterSteps_(afterSteps) {
    connect(&timer_, &QTimer::timeout, this, &Screenshot::look);
    timer_.start(20);
}

void Screenshot::look() {
    const auto frame = window_.session().latestFrame();
    const bool over = frame != nullptr && (frame->state == RunState::Finished || frame->state == RunState::Failed);
    if (frame == nullptr) {
        return;
    }
    if (frame->report.step < afterSteps_ && !over) {
        if (frame->state != RunState::Running) {
            window_.session().play();  // what comes from a file waits to be asked
        }
        return;
    }
    if (!atRest_.isValid()) {
        window_.session().pause();
        window_.arrangement().latent()->fit();
        atRest_.start();
    } else if (atRest_.elapsed() > kSettleMilliseconds) {
        timer_.stop();
        Q_EMIT done(window_.grab().save(path_));
    }
}

}  // namespace elbo
