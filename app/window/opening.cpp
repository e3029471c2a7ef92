#include "app/window/opening.h"

#include <fmt/format.h>

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <string_view>
#include <vector>

#include "app/builtin/builtin_experiments.h"
#include "app/runs/run_folder.h"
#include "training/data/data_readers.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/run/checkpoint.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_results.h"
#include "widgets/figure/figure_export.h"
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
           (head.startsWith("<?xml") && suffix == "svg") || suffix == "csv" || suffix == "tex" || suffix == "pgf" ||
           head.startsWith("% elboroom-experiment");
}

bool looksLikeCheckpoint(const QByteArray& head, const QString& suffix) {
    // safetensors: the length of the header in eight bytes, then JSON.
    return suffix == "safetensors" || (head.size() > 8 && head[8] == '{' && head[7] == 0);
}

/// The first bytes of formats that the lab does not open, and what to call them.
struct ForeignKind {
    QByteArray head;
    const char* name;
};

/// What a file is that the lab does not know; null where its first bytes say nothing.
const char* foreignKind(const QByteArray& head) {
    static const std::vector<ForeignKind> kKinds{{"\x93NUMPY", "a NumPy array"},
                                                 {QByteArray("PK\x03\x04", 4), "a ZIP archive, as NPZ files are"},
                                                 {"\x89HDF\r\n", "an HDF5 file"},
                                                 {"%PDF", "a PDF document"},
                                                 {"\x89PNG", "a PNG picture"},
                                                 {"\xff\xd8\xff", "a JPEG picture"},
                                                 {"GIF8", "a GIF picture"},
                                                 {QByteArray("II*\0", 4), "a TIFF picture"},
                                                 {QByteArray("MM\0*", 4), "a TIFF picture"},
                                                 {"MATLAB 5.0 MAT-file", "a MATLAB file"},
                                                 {"PAR1", "a Parquet table"},
                                                 {"ARROW1", "an Arrow file"},
                                                 {"SQLite format 3", "an SQLite database"},
                                                 {"\x7f"
                                                  "ELF",
                                                  "a program"},
                                                 {"\x1f\x8b", "a gzip file that holds no images"},
                                                 {"BZh", "a bzip2 file"},
                                                 {QByteArray("\xfd"
                                                             "7zXZ\0",
                                                             6),
                                                  "an xz file"},
                                                 {"RIFF", "a RIFF file, as WAV and WebP are"},
                                                 {"{", "a JSON file"},
                                                 {"<", "an HTML or XML file"}};
    const auto found =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const ForeignKind& kind) { return head.startsWith(kind.head); });
    if (found != kKinds.end()) {
        return found->name;
    }
    // The protocol of a pickle follows its first byte.
    if (head.size() > 1 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5) {
        return "a Python pickle, which the lab never loads because it may run code";
    }
    return head.contains('\0') ? "a binary file of a kind that the lab does not know" : nullptr;
}

/// An experiment is what remains when a file is nothing else.
Experiment experimentIn(const QString& path, const QByteArray& head, const QString& suffix) {
    static const char* const kOpens =
        "it opens experiments (.toml), checkpoints (.safetensors), figures that it exported, and data";
    if (const char* kind = foreignKind(head); kind != nullptr && suffix != "toml") {
        throw InputError(fmt::format("{}: is {}; the lab cannot open it: {}", path.toStdString(), kind, kOpens));
    }
    try {
        return loadExperiment(path.toStdString());
    } catch (const InputError& error) {
        if (suffix == "toml") {
            throw;
        }
        throw InputError(
            fmt::format("{} (the file was read as an experiment because it is nothing else that the lab "
                        "knows; {})",
                        error.what(), kOpens));
    }
}

Experiment experimentOnData(const DataReader& reader, const QString& path) {
    Experiment experiment = builtinExperiment("mnist");
    experiment.data.name = reader.name;
    experiment.data.path = QFileInfo(path).absoluteFilePath().toStdString();
    if (reader.takeAll) {
        try {
            reader.takeAll(experiment.data);
        } catch (const InputError&) {
            // What is wrong with the files is said when they are read.
        }
    }
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
    return {false, path, experimentIn(path, head, suffix), nullptr};
}

Experiment experimentOf(const std::string& fileOrName) {
    const QString path = QString::fromStdString(fileOrName);
    const std::vector<BuiltinEntry> builtin = builtinExperiments();
    const bool isName = std::any_of(builtin.begin(), builtin.end(),
                                    [&](const BuiltinEntry& entry) { return entry.name == fileOrName; });
    // A folder of data may have the name of the experiment on them.
    if (!QFileInfo::exists(path) || (isName && QFileInfo(path).isDir())) {
        return namedExperiment(fileOrName);
    }
    const Opening opening = recogniseFile(path);
    return opening.checkpoint ? checkpointExperiment(opening.path.toStdString()) : opening.experiment;
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
               "Everything that opens (*.toml *.safetensors %1%2);;"
               "Experiments (*.toml);;Checkpoints (*.safetensors);;Figures (%1);;"
               "%3All files (*)")
        .arg(figurePatterns(), patterns, kinds);
}

}  // namespace elbo
