#include "app/window/opening.h"

#include <fmt/format.h>

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <string_view>

#include "app/builtin/builtin_experiments.h"
#include "app/runs/run_folder.h"
#include "training/data/data_readers.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_results.h"
#include "widgets/figure/figure_source.h"

namespace elbo {

namespace {

/// The first bytes of a file tell most formats apart, whatever it is called.
QByteArray firstBytes(const QString& path) {
    constexpr std::size_t kEnough = 512;
    return QByteArray::fromStdString(
        readInputHead(path.toStdString(), "an experiment, a checkpoint, a figure or data", kEnough));
}

bool looksLikeFigure(const QByteArray& head, const QString& suffix) {
    return head.startsWith("%PDF") || head.startsWith("\x89PNG") || head.contains("<svg") ||
           (head.startsWith("<?xml") && suffix == "svg") || suffix == "csv";
}

bool looksLikeCheckpoint(const QByteArray& head, const QString& suffix) {
    // safetensors: the length of the header in eight bytes, then JSON.
    return suffix == "safetensors" || (head.size() > 8 && head[8] == '{' && head[7] == 0);
}

Experiment experimentOnData(const DataReader& reader, const QString& path) {
    Experiment experiment = builtinExperiment("mnist");
    experiment.data.name = reader.name;
    experiment.data.path = QFileInfo(path).absoluteFilePath().toStdString();
    experiment.name = experiment.data.name + "-file";
    experiment.title = fmt::format("Images in {}", QFileInfo(path).fileName().toStdString());
    return experiment;
}

/// The sweep, and the first of its models that ended well to look at.
Opening openingOfSweep(const QString& folder) {
    const auto sweep = std::make_shared<const Sweep>(readSweep(QDir(folder).absolutePath().toStdString()));
    const auto good = std::find_if(sweep->points.begin(), sweep->points.end(),
                                   [](const SweepPoint& point) { return point.failure.empty(); });
    if (good == sweep->points.end()) {
        throw InputError(
            fmt::format("{}: no model of this sweep has come to its end yet; go on with it by the command that began "
                        "it, elboroom sweep",
                        folder.toStdString()));
    }
    return {true, QString::fromStdString(RunFolder::checkpointPath(good->folder)), {}, sweep};
}

Experiment experimentInside(const QString& path) {
    const std::optional<QString> toml = experimentInFigure(path);
    if (!toml) {
        throw InputError(
            fmt::format("{}: the file carries no experiment; only figures exported by ELBO Room can be opened",
                        path.toStdString()));
    }
    return parseExperiment(toml->toStdString(), path.toStdString());
}

}  // namespace

Opening recogniseFile(const QString& path) {
    const QFileInfo info(path);
    if (!info.exists()) {
        throw InputError(fmt::format("{}: there is no such file; check the name", path.toStdString()));
    }
    if (isSweepFolder(path)) {
        return openingOfSweep(path);
    }
    if (info.isDir()) {
        const std::string checkpoint = RunFolder::checkpointPath(path.toStdString());
        if (QFileInfo::exists(QString::fromStdString(checkpoint))) {
            return {true, QString::fromStdString(checkpoint), {}, nullptr};
        }
    }
    const QByteArray head = info.isDir() ? QByteArray() : firstBytes(path);
    const std::string_view bytes(head.constData(), static_cast<std::size_t>(head.size()));
    if (const DataReader* reader = recogniseData(bytes, path.toStdString())) {
        return {false, path, experimentOnData(*reader, path), nullptr};
    }
    const QString suffix = info.suffix().toLower();
    if (looksLikeFigure(head, suffix)) {
        return {false, path, experimentInside(path), nullptr};
    }
    if (looksLikeCheckpoint(head, suffix)) {
        return {true, path, {}, nullptr};
    }
    return {false, path, loadExperiment(path.toStdString()), nullptr};
}

bool isSweepFolder(const QString& path) {
    return QFileInfo(path).isDir() && QFileInfo::exists(QString::fromStdString(sweepFile(path.toStdString())));
}

QString openableFiles() {
    QString patterns, kinds;
    for (const DataReader& reader : dataReaders()) {
        if (!reader.patterns.empty()) {
            patterns += ' ' + QString::fromStdString(reader.patterns);
            kinds +=
                QString("%1 (%2);;").arg(QString::fromStdString(reader.files), QString::fromStdString(reader.patterns));
        }
    }
    return QString(
               "Everything that opens (*.toml *.safetensors *.pdf *.svg *.png *.csv%1);;"
               "Experiments (*.toml);;Checkpoints (*.safetensors);;Figures (*.pdf *.svg *.png *.csv);;"
               "%2All files (*)")
        .arg(patterns, kinds);
}

}  // namespace elbo
