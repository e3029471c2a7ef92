// What tests of the window begin with: a window that remembers nothing of the user's, and a run that is soon under way.
#pragma once

#include <QApplication>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdint>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"

namespace elbo {

inline constexpr int kPatience = 60000;  // ms

/// A folder of its own for what windows remember.
class StateFolder {
  public:
    /// To be called before the first window. The style is the one that every system has.
    void begin() const {
        QVERIFY(folder_.isValid());
        qputenv("XDG_STATE_HOME", folder_.path().toUtf8());
        QApplication::setStyle("Fusion");
    }

    QString path() const { return folder_.path(); }

  private:
    QTemporaryDir folder_;
};

/// A small model that trains as long as a test looks at it.
inline Experiment smallDigits() {
    Experiment experiment = builtinExperiment("digits");
    experiment.data.trainSize = 300;
    experiment.data.testSize = 100;
    experiment.model.encoder = {32};
    experiment.model.decoder = {32};
    experiment.run.steps = 1000000000;
    return experiment;
}

/// -1 before the first frame.
inline std::int64_t stepOf(MainWindow& window) {
    const auto frame = window.session().latestFrame();
    return frame == nullptr ? -1 : frame->report.step;
}

inline void openAndPlay(MainWindow& window, const Experiment& experiment) {
    window.show();
    window.session().open(experiment);
    window.session().play();
    QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > 5, kPatience);
}

}  // namespace elbo
