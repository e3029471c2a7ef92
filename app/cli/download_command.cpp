#include "app/cli/download_command.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/builtin/download.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "training/experiment/input_error.h"

namespace elbo {

namespace {

void showProgress(const DownloadProgress& progress) {
    const double megabytes = static_cast<double>(progress.received) / 1e6;
    std::fprintf(stderr, "\r\x1b[K%s (%d of %d)  %.1f", qPrintable(progress.file), progress.fileIndex + 1,
                 progress.fileCount, megabytes);
    if (progress.total > 0) {
        std::fprintf(stderr, " of %.1f", static_cast<double>(progress.total) / 1e6);
    }
    std::fputs(" MB", stderr);
    std::fflush(stderr);
}

}  // namespace

int downloadCommand(const std::string& name) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const auto clear = [terminal] {
        if (terminal) {
            std::fputs("\r\x1b[K", stderr);
        }
    };
    catchInterruption();
    try {
        const QString folder = downloadDataset(
            QString::fromStdString(name), {}, builtinMirrors(),
            [terminal](const DownloadProgress& progress) {
                if (terminal) {
                    showProgress(progress);
                }
            },
            interrupted);
        clear();
        std::cout << name << " is in " << folder.toStdString() << std::endl;
    } catch (const InputError& error) {
        clear();
        if (!interrupted()) {
            throw;
        }
        std::fprintf(stderr, "elboroom: %s\n", error.what());
        return kInterrupted;
    }
    return kDone;
}

}  // namespace elbo
