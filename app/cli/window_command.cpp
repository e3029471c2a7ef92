#include "app/cli/window_command.h"

#include <fmt/format.h>

#include <QApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSurfaceFormat>
#include <QTimer>

#include "app/builtin/builtin_experiments.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/usage_error.h"
#include "app/window/main_window.h"
#include "app/window/opening.h"
#include "app/window/screenshot.h"

namespace elbo {

namespace {

QSize parseGeometry(const std::string& text) {
    static const QRegularExpression kForm(R"(^(\d{2,5})x(\d{2,5})$)");
    const QRegularExpressionMatch match = kForm.match(QString::fromStdString(text));
    if (!match.hasMatch()) {
        throw UsageError(
            fmt::format("--geometry is \"{}\", but must be width and height in pixels, as 1280x800", text));
    }
    return {match.captured(1).toInt(), match.captured(2).toInt()};
}

/// A name that is no file must be a built-in experiment: a slip of the pen ends here, before any window. What comes
/// from a file rests until it is played.
void openRequested(MainWindow& window, const std::string& file) {
    if (file.empty()) {
        window.restoreSession();
    } else if (const QString path = QString::fromStdString(file); QFileInfo::exists(path)) {
        window.documents().open(path);
    } else {
        window.session().open(namedExperiment(file));
        window.session().play();
    }
}

}  // namespace

int windowCommand(const WindowOptions& options) {
    QApplication::setStyle("Fusion");
    QApplication::setDesktopFileName("org.elboroom.ElboRoom");
    MainWindow window{Settings(!options.fresh && options.screenshot.empty())};
    if (!options.theme.empty()) {
        window.setDark(options.theme == "dark");
    }
    if (!options.geometry.empty()) {
        window.resize(parseGeometry(options.geometry));
    }
    openRequested(window, options.file);
    catchInterruption();
    window.show();
    if (!options.screenshot.empty()) {
        auto* screenshot = new Screenshot(window, QString::fromStdString(options.screenshot), options.afterSteps);
        QObject::connect(screenshot, &Screenshot::done, qApp,
                         [](bool written) { QApplication::exit(written ? 0 : 3); });
    }
    return QApplication::exec();
}

}  // namespace elbo
