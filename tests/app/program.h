// The program as a shell runs it.
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>

struct Outcome {
    int code = -1;  ///< -1: it did not end by itself
    QByteArray out, err;
};

/// Of a program that was started; waits for its end.
inline Outcome outcomeOf(QProcess& process) {
    constexpr int kPatience = 120000;  // ms
    process.waitForFinished(kPatience);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

inline Outcome elboroom(const QStringList& arguments) {
    QProcess process;
    process.start(ELBOROOM_BINARY, arguments);
    return outcomeOf(process);
}
