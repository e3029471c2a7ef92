// What a file given to the lab is taken for.
#include <sys/stat.h>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <array>

#include "app/window/opening.h"
#include "training/data/dataset.h"
#include "training/experiment/input_error.h"
#include "widgets/figure/figure_source.h"

using namespace elbo;

namespace {

void store(const QString& path, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

}  // namespace

class TestOpening : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

  private Q_SLOTS:
    void dataOpenAsAnExperimentOnThem_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QString>("name");
        const QByteArray idx = QByteArray::fromHex("00000803");
        QTest::newRow("own file") << "own/my-images.idx3-ubyte" << idx << "idx";
        QTest::newRow("gzip") << "own/my-images.gz" << QByteArray("\x1f\x8b\x08\x08") << "idx";
        QTest::newRow("archive") << "own/images_evaluation.zip" << QByteArray("PK\x03\x04") << "omniglot";
        QTest::newRow("binary text") << "own/binarized_mnist_train.amat" << QByteArray("0 1 ").repeated(392) + '\n'
                                     << "mnist-static";
        QTest::newRow("binary text in gzip") << "own/a.amat.gz" << QByteArray("\x1f\x8b\x08\x08") << "mnist-static";
        QTest::newRow("of a known set") << "fashion/train-images-idx3-ubyte" << idx << "fashion-mnist";
    }
    void dataOpenAsAnExperimentOnThem() {
        QFETCH(const QString, path);
        QFETCH(const QByteArray, head);
        QFETCH(const QString, name);
        store(folder_.filePath(path), head);
        const Opening opening = recogniseFile(folder_.filePath(path));
        QVERIFY(!opening.checkpoint);
        QCOMPARE(QString::fromStdString(opening.experiment.data.name), name);
        QCOMPARE(QString::fromStdString(opening.experiment.data.path), folder_.filePath(path));
        QCOMPARE(QString::fromStdString(opening.experiment.name), name + "-file");
        QCOMPARE(QString::fromStdString(opening.experiment.title), "Images in " + QFileInfo(path).fileName());
    }

    /// Not those of MNIST, whose experiment it begins as.
    void sizesAreThoseOfTheFiles() {
        const auto idx = [](int count) {
            QByteArray bytes = QByteArray::fromHex("00000803000000000000000200000002");
            bytes[7] = static_cast<char>(count);
            return bytes + QByteArray(4 * count, '\x20');
        };
        const auto sizesIn = [&](const QString& path) {
            const DataSpec data = recogniseFile(folder_.filePath(path)).experiment.data;
            return std::array{data.trainSize, data.validationSize, data.testSize};
        };
        store(folder_.filePath("sized/my-images.idx3-ubyte"), idx(70));
        QCOMPARE(sizesIn("sized/my-images.idx3-ubyte"), (std::array{60, 0, 10}));
        store(folder_.filePath("sized-folder/train-images-idx3-ubyte"), idx(40));
        store(folder_.filePath("sized-folder/t10k-images-idx3-ubyte"), idx(20));
        QCOMPARE(sizesIn("sized-folder"), (std::array{40, 0, 20}));
        QCOMPARE(sizesIn("sized-folder/train-images-idx3-ubyte"), (std::array{40, 0, 20}));
        const auto data = loadDataset(recogniseFile(folder_.filePath("sized/my-images.idx3-ubyte")).experiment.data);
        QCOMPARE(data->train.size(), 60);
        QCOMPARE(data->test.size(), 10);
    }

    void aFolderIsData() {
        QVERIFY(QDir(folder_.path()).mkpath("kmnist"));
        QCOMPARE(recogniseFile(folder_.filePath("kmnist")).experiment.data.name, std::string("kmnist"));
    }

    void experimentsAndCheckpoints() {
        store(folder_.filePath("a.toml"), "name = \"mine\"\n");
        QCOMPARE(recogniseFile(folder_.filePath("a.toml")).experiment.name, std::string("mine"));
        store(folder_.filePath("a.bin"), QByteArray("\x40\0\0\0\0\0\0\0{\"__metadata__\"", 23));
        QVERIFY(recogniseFile(folder_.filePath("a.bin")).checkpoint);
        QVERIFY_EXCEPTION_THROWN(recogniseFile(folder_.filePath("nothing")), InputError);
    }

    void picturesForLatexAreFigures() {
        const QByteArray picture = pgfSource("name = \"mine\"\n").toUtf8() + "\\begingroup%\n\\endgroup%\n";
        for (const char* name : {"a.tex", "a.pgf", "renamed.txt"}) {
            store(folder_.filePath(name), picture);
            QCOMPARE(recogniseFile(folder_.filePath(name)).experiment.name, std::string("mine"));
        }
        store(folder_.filePath("paper.tex"), "\\documentclass{article}\n");
        try {
            recogniseFile(folder_.filePath("paper.tex"));
            QFAIL("opened");
        } catch (const InputError& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains("carries no experiment"), error.what());
        }
    }

    void aPipeIsRefusedAtOnce() {
        const QString pipe = folder_.filePath("pipe");
        QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
        QVERIFY_EXCEPTION_THROWN(recogniseFile(pipe), InputError);
        QVERIFY_EXCEPTION_THROWN(recogniseFile("/dev/zero"), InputError);
    }

    void aFileOfAnotherKindIsNamed_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QString>("kind");
        QTest::newRow("npz") << QByteArray("PK\x03\x04\x14\0", 6) << "ZIP";
        QTest::newRow("pickle") << QByteArray("\x80\x04\x95") << "pickle";
        QTest::newRow("hdf5") << QByteArray("\x89HDF\r\n\x1a\n") << "HDF5";
        QTest::newRow("jpeg") << QByteArray("\xff\xd8\xff\xe0") << "JPEG";
        QTest::newRow("json") << QByteArray("{\"a\": 1}") << "JSON";
        QTest::newRow("unknown bytes") << QByteArray("ab\0\0cd", 6) << "binary";
        QTest::newRow("a letter") << QByteArray("Dear reader,\n") << "nothing else that the lab knows";
    }
    void aFileOfAnotherKindIsNamed() {
        QFETCH(const QByteArray, head);
        QFETCH(const QString, kind);
        const QString path = folder_.filePath("foreign.dat");
        store(path, head);
        try {
            recogniseFile(path);
            QFAIL("opened");
        } catch (const InputError& error) {
            const QString message = QString::fromUtf8(error.what());
            QVERIFY2(message.contains(kind) && message.contains("foreign.dat"), qPrintable(message));
        }
    }

    void commandsTakeWhatTheWindowOpens() {
        store(folder_.filePath("mine.toml"), "name = \"mine\"\n");
        QCOMPARE(experimentOf(folder_.filePath("mine.toml").toStdString()).name, std::string("mine"));
        QCOMPARE(experimentOf("ring").name, std::string("ring"));
        const QByteArray idx = QByteArray::fromHex("00000803");
        store(folder_.filePath("some/own-images.idx3-ubyte"), idx);
        QCOMPARE(experimentOf(folder_.filePath("some/own-images.idx3-ubyte").toStdString()).data.name,
                 std::string("idx"));
        QVERIFY_EXCEPTION_THROWN(experimentOf("no-such-name"), InputError);
    }

    void dialogsOfferAllOfThem() {
        QCOMPARE(
            openableFiles(),
            QString(
                "Everything that opens (*.toml *.safetensors *.pdf *.svg *.tex *.pgf *.png *.csv *.zip *.amat "
                "*.amat.gz *.gz *ubyte);;"
                "Experiments (*.toml);;Checkpoints (*.safetensors);;"
                "Figures (*.pdf *.svg *.tex *.pgf *.png *.csv);;"
                "Omniglot archives (*.zip);;Binary MNIST (*.amat *.amat.gz);;IDX images (*.gz *ubyte);;All files (*)"));
    }
};

QTEST_APPLESS_MAIN(TestOpening)
#include "tst_opening.moc"
