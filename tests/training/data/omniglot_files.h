// Small files in the form of Omniglot: drawings as PNG, folders of them, archives of both.
#pragma once

#include <zip.h>
#include <zlib.h>

#include <QByteArray>
#include <QDir>
#include <QFileInfo>
#include <QString>
#include <utility>
#include <vector>

#include "tests/training/data/binary_files.h"

namespace elbo {

/// A name inside an archive or folder, and the bytes under it.
using NamedFile = std::pair<QByteArray, QByteArray>;

inline QByteArray pngChunk(const QByteArray& type, const QByteArray& body) {
    const QByteArray typed = type + body;
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(typed.constData()), static_cast<uInt>(typed.size()));
    return bigEndianWord(static_cast<quint32>(body.size())) + typed + bigEndianWord(static_cast<quint32>(sum));
}

/// A PNG of one bit a pixel that says it has `width` x `height` pixels; `rows` are its lines with the filter's byte.
inline QByteArray pngOf(quint32 width, quint32 height, const QByteArray& rows) {
    QByteArray packed(static_cast<qsizetype>(compressBound(static_cast<uLong>(rows.size()))), '\0');
    auto size = static_cast<uLongf>(packed.size());
    compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.constData()),
             static_cast<uLong>(rows.size()));
    packed.truncate(static_cast<qsizetype>(size));
    return QByteArray("\x89PNG\r\n\x1a\n", 8) +
           pngChunk("IHDR", bigEndianWord(width) + bigEndianWord(height) + QByteArray("\x01\0\0\0\0", 5)) +
           pngChunk("IDAT", packed) + pngChunk("IEND", {});
}

/// Black where `ink(x, y)`, white elsewhere.
template <class Ink>
QByteArray drawing(const Ink& ink, int side = 105) {
    QByteArray rows;
    for (int y = 0; y < side; ++y) {
        QByteArray row((side + 7) / 8 + 1, '\0');
        for (int x = 0; x < side; ++x) {
            if (!ink(x, y)) {
                const int at = 1 + x / 8;
                row[at] = static_cast<char>(static_cast<unsigned char>(row[at]) | (0x80 >> (x % 8)));
            }
        }
        rows += row;
    }
    return pngOf(static_cast<quint32>(side), static_cast<quint32>(side), rows);
}

/// A drawing that says its number: bar b of 15 columns is inked where bit b is 1, so that no two are the same.
inline QByteArray numberedDrawing(int number) {
    return drawing([number](int x, int /*y*/) { return x / 15 < 7 && ((number >> (x / 15)) & 1) != 0; });
}

/// The drawings 0 ... count-1 as ALPHABET/character01/NUMBER.png, below `prefix`.
inline std::vector<NamedFile> drawingsOf(const QByteArray& alphabet, int first, int count,
                                         const QByteArray& prefix = "images_background/") {
    std::vector<NamedFile> files;
    for (int i = first; i < first + count; ++i) {
        const QByteArray number = QByteArray::number(i).rightJustified(4, '0');
        files.emplace_back(prefix + alphabet + "/character01/" + number + ".png", numberedDrawing(i));
    }
    return files;
}

inline void storeFolder(const QString& folder, const std::vector<NamedFile>& files) {
    for (const auto& [name, bytes] : files) {
        storeFile(folder + '/' + QString::fromUtf8(name), bytes);
    }
}

/// Uncompressed, so that a test knows where its bytes lie; `link` names the entry that is marked as a symbolic link.
inline void storeZip(const QString& path, const std::vector<NamedFile>& files, const QByteArray& link = {}) {
    QDir().mkpath(QFileInfo(path).path());
    zip_t* archive = zip_open(path.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const auto& [name, bytes] : files) {
        zip_source_t* source =
            zip_source_buffer(archive, bytes.constData(), static_cast<zip_uint64_t>(bytes.size()), 0);
        const zip_int64_t index = zip_file_add(archive, name.constData(), source, 0);
        if (index < 0) {
            qFatal("cannot write a test archive");
        }
        const auto at = static_cast<zip_uint64_t>(index);
        zip_set_file_compression(archive, at, ZIP_CM_STORE, 0);
        if (name == link) {
            zip_file_set_external_attributes(archive, at, 0, ZIP_OPSYS_UNIX, 0120777U << 16);
        }
    }
    if (zip_close(archive) != 0) {
        qFatal("cannot write a test archive");
    }
}

}  // namespace elbo
