// Files of figures, and the messages of exports that fail, for the tests of figures.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>
#include <functional>
#include <stdexcept>

namespace elbo::sample {

/// Empty where there is no such file.
inline QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), qint64(bytes.size()));
}

/// What the action throws; empty when it throws nothing.
inline QString messageOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

}  // namespace elbo::sample
