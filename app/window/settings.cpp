#include "app/window/settings.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <algorithm>

#include "app/runs/run_folder.h"
#include "app/runs/set_aside.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

namespace elbo {

namespace {

QString iniPath() {
    return Settings::folder() + "/window.ini";
}
QString experimentPath() {
    return Settings::folder() + "/session.toml";
}
QString checkpointIn(const QString& runFolder) {
    return QString::fromStdString(RunFolder::checkpointPath(runFolder.toStdString()));
}

}  // namespace

Settings::Settings(bool remember) : remember_(remember) {
    if (remember_) {
        QDir().mkpath(folder());
        lock_ = std::make_shared<QLockFile>(folder() + "/session.lock");
        lock_->setStaleLockTime(0);  // it is stale when its program is gone, however long that runs
        lock_->tryLock();
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

QString Settings::sessionFolder() const {
    return lock_ != nullptr && lock_->isLocked() ? folder() + "/session" : QString();
}

bool Settings::hasSession() const {
    return !sessionFolder().isEmpty() && QFileInfo::exists(checkpointIn(sessionFolder()));
}

QString Settings::setSessionAside() {
    if (!hasSession()) {
        return {};
    }
    // Names that sort by time.
    const QString stamp = QFileInfo(checkpointIn(sessionFolder())).lastModified().toString("yyyyMMdd-hhmmss");
    const QString target = QString::fromStdString(setAside(sessionFolder().toStdString(), "-" + stamp.toStdString()));
    if (target.isEmpty()) {
        return {};
    }
    addRecentFile(target);
    QStringList aside = QDir(folder()).entryList({"session-*"}, QDir::Dirs, QDir::Name);
    while (aside.size() > kSessionsAside) {
        QDir(folder() + "/" + aside.takeFirst()).removeRecursively();
    }
    return target;
}

std::optional<Experiment> Settings::experimentOfVersion01() const {
    if (!remember_ || !QFileInfo::exists(experimentPath())) {
        return std::nullopt;
    }
    try {
        return loadExperiment(experimentPath().toStdString());
    } catch (const InputError&) {
        return std::nullopt;  // it stays where it is
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

int Settings::undoMemory() const {
    const int stored = remember_
                           ? QSettings(iniPath(), QSettings::IniFormat).value("undo/memory_mib", kUndoMemory).toInt()
                           : undoMemory_;
    return std::clamp(stored, 0, kMostUndoMemory);
}

void Settings::setUndoMemory(int mebibytes) {
    undoMemory_ = mebibytes;
    if (remember_) {
        QSettings(iniPath(), QSettings::IniFormat).setValue("undo/memory_mib", mebibytes);
    }
}

QString Settings::lastFolder() const {
    const QString folder =
        remember_ ? QSettings(iniPath(), QSettings::IniFormat).value("files/folder").toString() : lastFolder_;
    return QDir::isAbsolutePath(folder) && QFileInfo(folder).isDir() ? folder : QString();
}

void Settings::setLastFolder(const QString& folder) {
    lastFolder_ = folder;
    if (remember_) {
        QSettings(iniPath(), QSettings::IniFormat).setValue("files/folder", folder);
    }
}

}  // namespace elbo
