// Files of figures, and the messages of exports that fail, for the tests of figures.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <stdexcept>
#include <vector>

#include "widgets/figure/figure_export.h"

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

/// The figure as an SVG; empty where it could not be written.
inline QByteArray exportedSvg(const std::vector<FigureItem>& items, const FigureOptions& options) {
    const QTemporaryDir folder;
    const QString path = folder.filePath("figure.svg");
    exportFigure(items, path, options);
    return contents(path);
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
