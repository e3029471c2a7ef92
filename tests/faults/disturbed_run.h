// Runs that are disturbed on purpose: how they are started, what must be whole whenever they end, and when two are
// equal.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/program.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/files/safetensors.h"

namespace elbo {

/// A run whose training takes a moment: what lasts is the start of the program. The checkpoint is due at every step.
inline const QStringList kSmallRing{"--set", "data.train_size=200",
                                    "--set", "data.test_size=100",
                                    "--set", "encoder=[8]",
                                    "--set", "decoder=[8]",
                                    "--set", "report_every=10",
                                    "--set", "run.threads=1",
                                    "--set", "run.autosave_seconds=1e-6"};

inline QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The name that a file has while it is written.
inline QStringList partialFilesIn(const QString& folder) {
    QStringList names;
    QDirIterator entry(folder, {"*.partial-*"}, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entry.hasNext()) {
        names += entry.next();
    }
    return names;
}

/// All that a checkpoint holds, but for the time it took. Throws InputError for a file that is not whole.
inline std::map<std::string, std::vector<std::byte>> stateIn(const QString& checkpoint) {
    const QByteArray bytes = contents(checkpoint);
    std::map<std::string, std::vector<std::byte>> state;
    const SafetensorsFile file =
        decodeSafetensors({bytes.constData(), static_cast<std::size_t>(bytes.size())}, checkpoint.toStdString());
    for (const TensorBlob& blob : file.tensors) {
        if (blob.name != "wall_seconds") {
            state[blob.name] = blob.bytes;
        }
    }
    return state;
}

/// The lines of a metrics.jsonl, without the times in them; one that is no JSON stands as "damaged".
inline std::vector<nlohmann::json> metricsIn(const QString& path) {
    std::vector<nlohmann::json> lines;
    for (const QByteArray& text : contents(path).split('\n')) {
        if (!text.isEmpty()) {
            auto line = nlohmann::json::parse(text.constData(), text.constData() + text.size(), nullptr, false);
            if (line.is_object()) {
                line.erase("wall_s");
                line.erase("steps_per_s");
            }
            lines.push_back(line.is_object() ? std::move(line) : nlohmann::json("damaged"));
        }
    }
    return lines;
}

/// What is wrong with a file that the program replaces as a whole, in a folder and those inside it; empty when each is
/// either there, whole, or not there at all. `metrics.jsonl`, which grows, may end in half a line.
inline QString damageIn(const QString& folder) {
    QDirIterator entry(folder, QDir::Files, QDirIterator::Subdirectories);
    while (entry.hasNext()) {
        const QString path = entry.next();
        const QByteArray text = contents(path);
        try {
            if (path.endsWith(".safetensors")) {
                stateIn(path);
            } else if (path.endsWith(".toml")) {
                parseExperiment(text.toStdString(), path.toStdString());
            } else if (path.endsWith(".json") && !nlohmann::json::accept(text.toStdString())) {
                return path + " is no JSON";
            } else if (path.endsWith(".csv") && !text.endsWith('\n')) {
                return path + " is cut short";
            }
        } catch (const InputError& error) {
            return error.what();
        }
    }
    return {};
}

/// How the run in `folder` differs from an undisturbed one; empty when it is the same.
inline QString differenceOf(const QString& folder, const QString& undisturbed) {
    try {
        if (stateIn(folder + "/checkpoint.safetensors") != stateIn(undisturbed + "/checkpoint.safetensors")) {
            return "the checkpoint is another than that of an undisturbed run";
        }
    } catch (const InputError& error) {
        return error.what();
    }
    const auto lines = metricsIn(folder + "/metrics.jsonl"), expected = metricsIn(undisturbed + "/metrics.jsonl");
    if (lines != expected) {
        QString steps;
        for (const nlohmann::json& line : lines) {
            steps += line.is_object() ? QString(" %1").arg(line.value("step", -1)) : " damaged";
        }
        return QString("the metrics are others than those of an undisturbed run; their steps are%1").arg(steps);
    }
    if (!QFileInfo::exists(folder + "/summary.json")) {
        return "there is no summary";
    }
    return {};
}

/// What a program said and how it ended: its exit code, or the number of the signal that ended it, below zero.
inline Outcome endOf(QProcess& process) {
    Outcome outcome = outcomeOf(process);
    if (process.exitStatus() == QProcess::CrashExit) {
        outcome.code = -process.exitCode();
    }
    return outcome;
}

}  // namespace elbo
