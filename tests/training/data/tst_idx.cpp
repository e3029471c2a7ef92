#include <zlib.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/training/data/binary_files.h"
#include "training/data/gzip.h"
#include "training/data/idx.h"
#include "training/experiment/input_error.h"
#include "training/files/sha256.h"

using namespace elbo;

namespace {

QByteArray imagesHeader(quint32 n, quint32 height, quint32 width) {
    return bigEndianWord(0x803) + bigEndianWord(n) + bigEndianWord(height) + bigEndianWord(width);
}

/// Five images of 3 x 2 pixels that count upwards.
QByteArray goodImages() {
    QByteArray bytes = imagesHeader(5, 3, 2);
    for (int i = 0; i < 30; ++i) {
        bytes.append(static_cast<char>(i));
    }
    return bytes;
}

QByteArray goodLabels() {
    return bigEndianWord(0x801) + bigEndianWord(5) + QByteArray("\x05\x00\x04\x01\x09", 5);
}

QByteArray gzipped(const QByteArray& plain) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        qFatal("deflateInit2 failed");
    }
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(plain.size()))), '\0');
    QByteArray in = plain;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

}  // namespace

class TestIdx : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::string store(const QString& name, const QByteArray& bytes) {
        const QString path = folder_.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
            qFatal("cannot write a test file");
        }
        return path.toStdString();
    }

  private Q_SLOTS:
    void goodFiles_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("plain") << "a-idx3-ubyte" << goodImages();
        QTest::newRow("gzip") << "a-idx3-ubyte.gz" << gzipped(goodImages());
        QTest::newRow("gzip under a plain name") << "b-idx3-ubyte" << gzipped(goodImages());
        QTest::newRow("plain under a gzip name") << "b-idx3-ubyte.gz" << goodImages();
        QTest::newRow("two gzip members") << "c.gz" << gzipped(goodImages().left(20)) + gzipped(goodImages().mid(20));
    }
    void goodFiles() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const IdxImages images = readIdxImages(store(name, bytes));
        QCOMPARE(images.count, 5);
        QCOMPARE(images.height, 3);
        QCOMPARE(images.width, 2);
        QCOMPARE(images.pixels.size(), std::size_t{30});
        QCOMPARE(images.pixels.back(), std::uint8_t{29});
    }

    void labels() {
        const auto labels = readIdxLabels(store("labels", goodLabels()));
        QVERIFY((labels == std::vector<std::uint8_t>{5, 0, 4, 1, 9}));
        requireSameCount("images", 5, "labels", 5);
        QVERIFY_THROWS_EXCEPTION(InputError, requireSameCount("images", 6, "labels", 5));
    }

    void badFiles_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("offset");
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("remedy");
        const QByteArray good = goodImages();
        const auto with = [&](int at, const QByteArray& bytes) {
            return QByteArray(good).replace(at, bytes.size(), bytes);
        };
        const QByteArray zip = gzipped(good);
        const int zipEnd = static_cast<int>(zip.size());

        QTest::newRow("empty") << QByteArray() << 0 << "an empty file"
                               << "download it again";
        QTest::newRow("two bytes") << good.left(2) << 2 << "the end of the file"
                                   << "download it again";
        QTest::newRow("header cut") << good.left(11) << 8 << "the end of the file"
                                    << "download it again";
        QTest::newRow("header only") << good.left(16) << 16 << "only 0"
                                     << "download it again";
        QTest::newRow("body cut") << good.left(45) << 16 << "only 29"
                                  << "download it again";
        QTest::newRow("trailing byte") << good + 'x' << 46 << "more bytes"
                                       << "do not belong together";
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n") + good << 0 << "a PNG image"
                             << "Name an IDX file";
        QTest::newRow("zip") << QByteArray("PK\x03\x04") + good << 0 << "a zip archive"
                             << "Name an IDX file";
        QTest::newRow("web page") << QByteArray("<!DOCTYPE html><html>404") << 0 << "a web page"
                                  << "Name an IDX file";
        QTest::newRow("text") << QByteArray("1,2,3,4,5,6,7,8,9,10") << 0 << "31 2c 32 2c"
                              << "Name an IDX file";
        QTest::newRow("little endian") << with(0, QByteArray("\x03\x08\0\0", 4)) << 0 << "byte order reversed"
                                       << "big-endian";
        QTest::newRow("floats") << with(2, QByteArray("\x0d", 1)) << 2 << "32-bit floats"
                                << "Convert";
        QTest::newRow("unknown type") << with(2, QByteArray("\x07", 1)) << 0 << "00 00 07 03"
                                      << "Name an IDX file";
        QTest::newRow("labels for images") << goodLabels() << 3 << "a label file"
                                           << "Name the images file";
        QTest::newRow("four dimensions") << with(3, QByteArray("\x04", 1)) << 3 << "found 4"
                                         << "Name an IDX file";
        QTest::newRow("no examples") << with(4, bigEndianWord(0)) << 4 << "found 0"
                                     << "download it again";
        QTest::newRow("no width") << with(12, bigEndianWord(0)) << 12 << "found 0"
                                  << "download it again";
        QTest::newRow("count overflow") << with(4, bigEndianWord(0xffffffff)) << 4 << "4294967295"
                                        << "damaged";
        QTest::newRow("height overflow") << with(8, bigEndianWord(0x80000000)) << 8 << "2147483648"
                                         << "damaged";
        QTest::newRow("product overflow") << imagesHeader(40000000, 4096, 4096) << 4 << "671088640000000"
                                          << "damaged";
        QTest::newRow("declared gigabytes") << imagesHeader(400000, 128, 128) << 16 << "only 0"
                                            << "download it again";
        QTest::newRow("declared gigabytes, gzip")
            << gzipped(imagesHeader(400000, 128, 128)) << 16 << "gzip data for at most"
            << "download it again";
        QTest::newRow("gzip cut") << zip.left(zipEnd - 12) << zipEnd - 12 << "the end of the file"
                                  << "cut off";
        QTest::newRow("gzip without trailer") << zip.left(zipEnd - 8) << zipEnd - 8 << "the end of the file"
                                              << "cut off";
        QTest::newRow("gzip crc") << QByteArray(zip).replace(zipEnd - 8, 1,
                                                             QByteArray(1, static_cast<char>(~zip[zipEnd - 8])))
                                  << -1 << "incorrect data check"
                                  << "again";
        QTest::newRow("gzip damaged") << QByteArray(zip).replace(10, 4, "\xff\xff\xff\xff") << -1 << "damage"
                                      << "again";
        QTest::newRow("gzip then garbage") << zip + "garbage" << zipEnd << "other bytes"
                                           << "again";
        QTest::newRow("gzip of short body") << gzipped(good.left(40)) << 40 << "the end after 24"
                                            << "download it again";
        QTest::newRow("gzip of trailing") << gzipped(good + 'x') << 46 << "more bytes"
                                          << "do not belong together";
        QTest::newRow("gzip twice") << gzipped(zip) << 0 << "gzip inside gzip"
                                    << "Name an IDX file";
        QTest::newRow("gzip of nothing") << gzipped("") << 0 << "an empty file"
                                         << "download it again";
    }
    /// Every message names the file, the place, what was found and a remedy.
    void badFiles() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, offset);
        QFETCH(QString, found);
        QFETCH(QString, remedy);
        const std::string path = store("bad-idx3-ubyte", bytes);
        QString message;
        try {
            readIdxImages(path);
        } catch (const InputError& error) {
            message = error.what();
        }
        QVERIFY2(message.startsWith(QString::fromStdString(path) + ": at byte "), qPrintable(message));
        if (offset >= 0) {
            QVERIFY2(message.contains(QString(": at byte %1: ").arg(offset)), qPrintable(message));
        }
        QVERIFY2(message.contains("expected ") && message.contains(", found "), qPrintable(message));
        QVERIFY2(message.contains(found), qPrintable(message));
        QVERIFY2(message.contains(remedy), qPrintable(message));
    }

    /// Whatever byte is changed or wherever the file ends: an image set or an InputError, nothing else.
    void mutations() {
        for (const QByteArray& good : {goodImages(), gzipped(goodImages())}) {
            for (int at = 0; at < good.size(); ++at) {
                for (const int flip : {0x01, 0x41, 0x80, 0xff}) {
                    QByteArray bytes = good;
                    bytes[at] = static_cast<char>(bytes[at] ^ flip);
                    try {
                        readIdxImages(store("mutant", bytes));
                    } catch (const InputError&) {
                    }
                }
                try {
                    readIdxImages(store("mutant", good.left(at)));
                    QFAIL("a cut file was read");
                } catch (const InputError&) {
                }
            }
        }
    }

    /// A small file that inflates to much more than its header says is refused without taking that memory.
    void gzipBomb() {
        const QByteArray bomb = gzipped(goodImages() + QByteArray(64 * 1024 * 1024, '\0'));
        QVERIFY(bomb.size() < 100 * 1024);
        QVERIFY_THROWS_EXCEPTION(InputError, readIdxImages(store("bomb.gz", bomb)));
        QVERIFY_THROWS_EXCEPTION(InputError, readBytes(store("bomb.gz", bomb), 1024 * 1024));
    }

    void placesThatAreNoFiles() {
        QVERIFY_THROWS_EXCEPTION(InputError, readIdxImages(folder_.path().toStdString()));
        QVERIFY_THROWS_EXCEPTION(InputError, readIdxImages(folder_.filePath("absent").toStdString()));
        QVERIFY_THROWS_EXCEPTION(InputError, readIdxImages("/dev/zero"));
        QVERIFY_THROWS_EXCEPTION(InputError, readIdxImages(""));
    }

    void largeGzipFile() {
        QByteArray plain = imagesHeader(3000, 28, 28);
        for (int i = 0; i < 3000 * 784; ++i) {
            plain.append(static_cast<char>((i * 2654435761U) >> 24));
        }
        const IdxImages images = readIdxImages(store("large.gz", gzipped(plain)));
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(images.pixels.data()),
                            static_cast<qsizetype>(images.pixels.size())),
                 plain.mid(16));
        const auto bytes = readBytes(store("large.gz", gzipped(plain)), 3000 * 784 + 16);
        QCOMPARE(bytes.size(), static_cast<std::size_t>(plain.size()));
    }

    /// FIPS 180-2, appendix B.
    void sha256() {
        QCOMPARE(sha256Hex("abc", 3), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        Sha256 digest;
        QCOMPARE(digest.hex(), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        const std::string text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        digest.update(text.data(), 10);
        digest.hex();
        digest.update(text.data() + 10, text.size() - 10);
        QCOMPARE(digest.hex(), std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    }
};

QTEST_GUILESS_MAIN(TestIdx)
#include "tst_idx.moc"
