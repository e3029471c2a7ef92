// Static binary MNIST: text files of 0 and 1, and what is wrong with some of them.
#include <zlib.h>

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

#include "tests/training/data/binary_files.h"
#include "tests/training/message_of.h"
#include "training/data/amat.h"
#include "training/data/data_readers.h"

using namespace elbo;

namespace {

void storeGzip(const QString& path, const QByteArray& bytes) {
    gzFile file = gzopen(path.toUtf8().constData(), "wb");
    const int written = gzwrite(file, bytes.constData(), static_cast<unsigned>(bytes.size()));
    if (gzclose(file) != Z_OK || written != bytes.size()) {
        qFatal("cannot write a test file");
    }
}

/// An image whose first `on` pixels are 1, as Larochelle's files have it.
QByteArray row(int on, int width = 784) {
    return (QByteArray("1 ").repeated(on) + QByteArray("0 ").repeated(width - on)).trimmed() + '\n';
}

/// Images with `first`, `first` + 1, ... pixels on.
QByteArray rows(int first, int count) {
    QByteArray text;
    for (int i = first; i < first + count; ++i) {
        text += row(i);
    }
    return text;
}

void storeSet(const QString& folder) {
    storeFile(folder + "/binarized_mnist_train.amat", rows(0, 9));
    storeFile(folder + "/binarized_mnist_valid.amat", rows(100, 4));
    storeFile(folder + "/binarized_mnist_test.amat", rows(200, 5));
}

DataSpec specOf(const QString& path, int train, int validation, int test) {
    DataSpec spec;
    spec.name = "mnist-static";
    spec.path = path.toStdString();
    spec.trainSize = train;
    spec.validationSize = validation;
    spec.testSize = test;
    return spec;
}

QString messageFor(const DataSpec& spec) {
    return messageOf([&] { loadDataset(spec); });
}

int pixelsOn(const Examples& examples, int i) {
    return static_cast<int>(std::count(examples.row(i), examples.row(i) + examples.dim, 1.0f));
}

}  // namespace

class TestStaticMnist : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

  private Q_SLOTS:
    void init() {
        qputenv("XDG_DATA_HOME", folder_.filePath("none").toUtf8());
        qunsetenv("ELBOROOM_DATA_DIR");
    }

    void splitsAreTheFirstOfTheirFiles();
    void gzipAndOtherBlanksAreTheSame();
    void companionsAreFoundByName();
    void splitsWithoutExamplesNeedNoFile();
    void theSearchPath();
    void takesWhatTheFilesHold();
    void isKnownByItsText();
    void wrongTextIsRefusedWithItsPlace_data();
    void wrongTextIsRefusedWithItsPlace();
};

void TestStaticMnist::splitsAreTheFirstOfTheirFiles() {
    storeSet(folder_.filePath("a"));
    const auto set = loadDataset(specOf(folder_.filePath("a"), 6, 3, 100));
    QCOMPARE(set->dim, 784);
    QCOMPARE(set->imageWidth, 28);
    QCOMPARE(set->imageHeight, 28);
    QVERIFY(set->discrete && set->labelNames.empty() && set->train.labels.empty());
    QCOMPARE(set->train.size(), 6);
    QCOMPARE(set->validation.size(), 3);
    QCOMPARE(set->test.size(), 5);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(pixelsOn(set->train, i), i);
        QCOMPARE(pixelsOn(set->validation, i), 100 + i);
        QCOMPARE(pixelsOn(set->test, i), 200 + i);
    }
    QCOMPARE(set->test.row(4)[203], 1.0f);
    QCOMPARE(set->test.row(4)[204], 0.0f);
}

void TestStaticMnist::gzipAndOtherBlanksAreTheSame() {
    const QString file = folder_.filePath("b.amat");
    const QByteArray text = rows(10, 100);  // longer than what is read at once
    storeFile(file, text);
    const std::vector<float> values = readAmat(file.toStdString(), 784, 1000);
    QCOMPARE(values.size(), std::size_t{78400});
    QCOMPARE(countAmatRows(file.toStdString(), 784), 100);
    storeGzip(file, text);
    QCOMPARE(readAmat(file.toStdString(), 784, 1000), values);
    storeFile(file, QByteArray(text).replace("\n", " \r\n"));
    QCOMPARE(readAmat(file.toStdString(), 784, 1000), values);
    storeFile(file, "\n" + QByteArray(text).replace(' ', "  \t").chopped(1));
    QCOMPARE(readAmat(file.toStdString(), 784, 1000), values);
    QCOMPARE(readAmat(file.toStdString(), 784, 3), std::vector<float>(values.begin(), values.begin() + 3 * 784));
    storeFile(file, "1 0\n0 1");
    QCOMPARE(readAmat(file.toStdString(), 2, 2), (std::vector<float>{1, 0, 0, 1}));
}

void TestStaticMnist::companionsAreFoundByName() {
    storeSet(folder_.filePath("c/mnist-static"));
    const auto set = loadDataset(specOf(folder_.filePath("c"), 6, 3, 5));
    QCOMPARE(loadDataset(specOf(folder_.filePath("c/mnist-static"), 6, 3, 5))->sha256, set->sha256);
    const QString train = folder_.filePath("c/mnist-static/binarized_mnist_train.amat");
    QCOMPARE(loadDataset(specOf(train, 6, 3, 5))->sha256, set->sha256);
    storeGzip(train + ".gz", rows(0, 9));
    QCOMPARE(loadDataset(specOf(train + ".gz", 6, 3, 5))->sha256, set->sha256);
    const QString message = messageFor(specOf(folder_.filePath("c/mnist-static/binarized_mnist_test.amat"), 6, 3, 5));
    QVERIFY2(message.contains("expected the file of training images") && message.contains("Name that file"),
             qPrintable(message));
}

void TestStaticMnist::splitsWithoutExamplesNeedNoFile() {
    storeFile(folder_.filePath("d/binarized_mnist_train.amat"), rows(0, 9));
    QCOMPARE(loadDataset(specOf(folder_.filePath("d"), 6, 0, 0))->train.size(), 6);
    QString message = messageFor(specOf(folder_.filePath("d"), 6, 0, 2));
    QVERIFY2(message.contains("binarized_mnist_test.amat, with or without .gz, found none"), qPrintable(message));
    message = messageFor(specOf(folder_.filePath("d"), 6, 1, 0));
    QVERIFY2(message.contains("binarized_mnist_valid.amat"), qPrintable(message));
}

void TestStaticMnist::theSearchPath() {
    const QString message = messageFor(specOf("", 6, 3, 5));
    QVERIFY2(message.contains("looked in") && message.contains("binarized_mnist_train.amat"), qPrintable(message));
    // Whoever has no such files is told what can be had without them.
    QVERIFY2(message.contains("data.name = \"mnist\" with data.binarisation = \"static\""), qPrintable(message));
    const DataReader& reader = *findDataReader("mnist-static");
    QVERIFY(!reader.where());
    qputenv("ELBOROOM_DATA_DIR", folder_.filePath("data").toUtf8());
    storeSet(folder_.filePath("data"));
    QCOMPARE(reader.where().value_or(""), folder_.filePath("data").toStdString());
    storeSet(folder_.filePath("data/mnist-static"));
    QCOMPARE(reader.where().value_or(""), folder_.filePath("data/mnist-static").toStdString());
    QCOMPARE(loadDataset(specOf("", 6, 3, 5))->test.size(), 5);
}

void TestStaticMnist::takesWhatTheFilesHold() {
    storeSet(folder_.filePath("e"));
    DataSpec spec = specOf(folder_.filePath("e"), 1, 1, 1);
    findDataReader("mnist-static")->takeAll(spec);
    QCOMPARE(spec.trainSize, 9);
    QCOMPARE(spec.validationSize, 4);
    QCOMPARE(spec.testSize, 5);
}

void TestStaticMnist::isKnownByItsText() {
    const DataReader& reader = *findDataReader("mnist-static");
    const std::string text = rows(3, 1).left(512).toStdString();
    QVERIFY(reader.recognises(text, "/d/any.amat"));
    QVERIFY(!reader.recognises(text, "/d/any.txt"));
    QVERIFY(!reader.recognises("0.5 0.25 0.125 0.5", "/d/any.amat"));
    QVERIFY(!reader.recognises("", "/d/any.amat"));
    QVERIFY(reader.recognises("\x1f\x8b\x08", "/d/any.amat.gz"));
    QVERIFY(!reader.recognises("\x1f\x8b\x08", "/d/train-images-idx3-ubyte.gz"));
}

void TestStaticMnist::wrongTextIsRefusedWithItsPlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const QByteArray good = row(5);
    QTest::newRow("a value less") << good + row(5, 783) << "at byte 3133: expected 784 values in row 2, found 783. ";
    QTest::newRow("a value more") << good + row(5, 785)
                                  << "at byte 3136: expected the end of row 2 after 784 values, found more. ";
    QTest::newRow("a two") << good + "0 1 2 0\n"
                           << "at byte 1572: expected 0 or 1 and a blank in row 2, found \"2\". ";
    QTest::newRow("no blank") << QByteArray("0 10 0\n")
                              << "at byte 3: expected 0 or 1 and a blank in row 1, found \"0\". ";
    QTest::newRow("grey values") << QByteArray("0.5 0 0\n") << "at byte 1: expected 0 or 1 and a blank";
    QTest::newRow("bytes") << QByteArray("\0\0\x08\x03", 4)
                           << "at byte 0: expected 0 or 1 and a blank in row 1, found the byte 00";
    QTest::newRow("cut off") << good + good.left(100) << "expected 784 values in row 2, found 50. ";
    QTest::newRow("nothing") << QByteArray() << "at byte 0: expected rows of 784 values, found none. ";
    QTest::newRow("blanks alone") << QByteArray(200'000, ' ') << "expected rows of 784 values, found none. ";
    QTest::newRow("one endless row") << QByteArray("1 ").repeated(100'000)
                                     << "expected the end of row 1 after 784 values";
}

void TestStaticMnist::wrongTextIsRefusedWithItsPlace() {
    QFETCH(const QByteArray, text);
    QFETCH(const QString, words);
    const QString file = folder_.filePath("wrong/binarized_mnist_train.amat");
    storeFile(file, text);
    const QString message = messageFor(specOf(file, 100, 0, 0));
    QVERIFY2(message.startsWith(file + ": ") && message.contains(words) && message.endsWith('.'), qPrintable(message));
    storeGzip(file, text);
    QCOMPARE(messageFor(specOf(file, 100, 0, 0)), message);
}

QTEST_GUILESS_MAIN(TestStaticMnist)
#include "tst_static_mnist.moc"
