#include "app/window/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"

namespace elbo {

namespace {

QString iniPath() {
    return Settings::folder() + "/window.ini";
}
QString experimentPath() {
    return Settings::folder() + "/session.toml";
}

}  // namespace

Settings::Settings(bool remember) : remember_(remember) {
    if (remember_) {
        QDir().mkpath(folder());
    }
}

QString Settings::folder() {
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    // The XDG specification says that relative paths are to be ignored.
    const QString base = QDir::isAbsolutePath(state) ? state : QDir::homePath() + "/.local/state";
    return base + "/elboroom";
}

WindowState Settings::windowState() const {
    WindowState state;
    if (!remember_) {
        return state;
    }
    QSettings ini(iniPath(), QSettings::IniFormat);
    state.geometry = ini.value("window/geometry").toByteArray();
    state.dark = ini.value("window/dark", true).toBool();
    ini.beginGroup("splitters");
    for (const QString& name : ini.childKeys()) {
        state.splitters[name] = ini.value(name).toByteArray();
    }
    return state;
}

void Settings::setWindowState(const WindowState& state) {
    if (!remember_) {
        return;
    }
    QSettings ini(iniPath(), QSettings::IniFormat);
    ini.setValue("window/geometry", state.geometry);
    ini.setValue("window/dark", state.dark);
    for (auto entry = state.splitters.cbegin(); entry != state.splitters.cend(); ++entry) {
        ini.setValue("splitters/" + entry.key(), entry.value());
    }
}

std::optional<Experiment> Settings::lastExperiment() const {
    if (!remember_ || !QFileInfo::exists(experimentPath())) {
        return std::nullopt;
    }
    try {
        return loadExperiment(experimentPath().toStdString());
    } catch (const InputError&) {
        // Written by another version, or damaged: begin with the default experiment instead.
        return std::nullopt;
    }
}

void Settings::setLastExperiment(const Experiment& experiment) {
    if (!remember_) {
        return;
    }
    try {
        writeFileAtomically(experimentPath().toStdString(), writeExperiment(experiment));
    } catch (const InputError& error) {
        qWarning("%s", error.what());
    }
}

QStringList Settings::recentFiles() const {
    return remember_ ? QSettings(iniPath(), QSettings::IniFormat).value("recent/files").toStringList() : recent_;
}

void Settings::addRecentFile(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList files = recentFiles();
    files.removeAll(absolute);
    files.prepend(absolute);
    recent_ = files.mid(0, kRecentFiles);
    if (remember_) {
        QSettings(iniPath(), QSettings::IniFormat).setValue("recent/files", recent_);
    }
}

void Settings::clearRecentFiles() {
    recent_.clear();
    if (remember_) {
        QSettings(iniPath(), QSettings::IniFormat).setValue("recent/files", recent_);
    }
}

}  // namespace elbo
