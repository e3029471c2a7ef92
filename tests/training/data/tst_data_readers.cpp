// Every reader of the table: what it makes of a small set, what it recognises, and which fields it heeds.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "tests/training/data/binary_files.h"
#include "tests/training/data/omniglot_files.h"
#include "training/data/data_readers.h"
#include "training/data/machine.h"
#include "training/experiment/data_fields.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

using namespace elbo;

namespace {

/// Images of 3 x 2 pixels and their labels, with a test file beside the training file.
void storeIdx(const QString& folder) {
    for (const auto& [split, count] : {std::pair("train", 40), std::pair("t10k", 20)}) {
        QByteArray images =
            bigEndianWord(0x803) + bigEndianWord(static_cast<quint32>(count)) + bigEndianWord(3) + bigEndianWord(2);
        QByteArray labels = bigEndianWord(0x801) + bigEndianWord(static_cast<quint32>(count));
        for (int i = 0; i < count; ++i) {
            images += QByteArray(6, static_cast<char>(2 * i));
            labels += static_cast<char>(i % 10);
        }
        storeFile(folder + "/" + split + "-images-idx3-ubyte", images);
        storeFile(folder + "/" + split + "-labels-idx1-ubyte", labels);
    }
}

/// Four alphabets of fifteen drawings.
void storeOmniglot(const QString& folder) {
    std::vector<NamedFile> files;
    for (const char* alphabet : {"Balinese", "Greek", "Korean", "Latin"}) {
        const auto some = drawingsOf(alphabet, static_cast<int>(files.size()), 15);
        files.insert(files.end(), some.begin(), some.end());
    }
    storeZip(folder + "/images_background.zip", files);
}

/// Image i is on in its first i pixels.
void storeStaticMnist(const QString& folder) {
    for (const auto& [split, count] : {std::pair("train", 40), std::pair("valid", 10), std::pair("test", 20)}) {
        QByteArray text;
        for (int i = 0; i < count; ++i) {
            text += QByteArray("1 ").repeated(i) + QByteArray("0 ").repeated(784 - i) + '\n';
        }
        storeFile(folder + "/binarized_mnist_" + split + ".amat", text);
    }
}

/// Writes the files of each reader that reads files. One that is missing here fails the test.
const std::map<std::string, std::function<void(const QString& folder)>> kFiles{
    {"mnist", storeIdx},         {"fashion-mnist", storeIdx}, {"kmnist", storeIdx},
    {"omniglot", storeOmniglot}, {"idx", storeIdx},           {"mnist-static", storeStaticMnist}};

/// What no reader may take for its own.
const std::vector<QByteArray> kOtherHeads{QByteArray("\x89PNG\r\n\x1a\n"),
                                          QByteArray("%PDF-1.4"),
                                          QByteArray("[data]\nname = \"mnist\"\n"),
                                          QByteArray("<svg xmlns"),
                                          QByteArray("\x40\0\0\0\0\0\0\0{\"__metadata__\"", 23),
                                          QByteArray("\x03\x08\0\0\0\0\0\x01", 8),
                                          QByteArray("\0\0\x03\x01", 4),
                                          QByteArray("\0\0", 2),
                                          QByteArray()};

std::string_view viewOf(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

}  // namespace

class TestDataReaders : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    void everyReader() {
        QTest::addColumn<QString>("name");
        for (const DataReader& reader : dataReaders()) {
            QTest::newRow(reader.name.c_str()) << QString::fromStdString(reader.name);
        }
    }

    /// A small set; its files, if it needs any, lie in a folder of its name.
    DataSpec smallSpec(const DataReader& reader) const {
        DataSpec spec;
        spec.name = reader.name;
        spec.trainSize = 30;
        spec.validationSize = 10;
        spec.testSize = 20;
        if (!reader.builtIn()) {
            const QString folder = folder_.filePath(QString::fromStdString(reader.name));
            kFiles.at(reader.name)(folder);
            spec.path = folder.toStdString();
        }
        return spec;
    }

  private Q_SLOTS:
    void init() {
        qputenv("XDG_DATA_HOME", folder_.filePath("none").toUtf8());
        qunsetenv("ELBOROOM_DATA_DIR");
    }

    void namesAreUnique() {
        std::set<std::string> names;
        for (const DataReader& reader : dataReaders()) {
            QVERIFY2(names.insert(reader.name).second, reader.name.c_str());
        }
        QCOMPARE(listData().size(), dataReaders().size());
        QVERIFY(findDataReader("octagon") == nullptr);
    }

    void readsASmallSet_data() { everyReader(); }
    void readsASmallSet() {
        QFETCH(const QString, name);
        const DataReader& reader = *findDataReader(name.toStdString());
        QVERIFY(!reader.title.empty());
        const DataSpec spec = smallSpec(reader);
        const auto set = loadDataset(spec);
        QCOMPARE(set->name, reader.name);
        QCOMPARE(set->shape().dim, set->dim);
        QCOMPARE(set->shape().isImage(), set->isImage());
        QCOMPARE(set->train.size(), 30);
        QCOMPARE(set->validation.size(), 10);
        QCOMPARE(set->test.size(), 20);
        for (const Examples* split : {&set->train, &set->validation, &set->test}) {
            QCOMPARE(split->dim, set->dim);
            const auto [low, high] = std::minmax_element(split->values.begin(), split->values.end());
            QVERIFY(std::isfinite(*low) && std::isfinite(*high));
            QVERIFY(!set->isImage() || (*low >= 0.0F && *high <= 1.0F));
            QVERIFY(split->labels.empty() || static_cast<int>(split->labels.size()) == split->size());
            for (const int label : split->labels) {
                QVERIFY(label >= 0 && label < static_cast<int>(set->labelNames.size()));
            }
        }
        QCOMPARE(loadDataset(spec)->sha256, set->sha256);
    }

    void whatDoesNotFitIsRefusedBeforeItIsMade_data() { everyReader(); }
    void whatDoesNotFitIsRefusedBeforeItIsMade() {
        QFETCH(const QString, name);
        const DataReader& reader = *findDataReader(name.toStdString());
        QCOMPARE(static_cast<bool>(reader.dim), reader.builtIn());
        if (!reader.dim) {
            return;  // its files say how much there is
        }
        DataSpec spec = smallSpec(reader);
        const auto bytes = static_cast<std::uint64_t>(60 * (reader.dim(spec) * reader.bytesPerValue + 4));
        const auto set = loadDataset(spec, {1, bytes});
        QCOMPARE(reader.dim(spec), std::int64_t{set->dim});
        QVERIFY(loadDataset(spec, {1, 0}) != nullptr);  // nobody knows what there is
        const auto refusal = [&](const Machine& machine) {
            try {
                loadDataset(spec, machine);
            } catch (const InputError& error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        const QString small = refusal({1, bytes - 1});
        QVERIFY2(small.startsWith("the data set \"" + name + "\" needs about "), qPrintable(small));
        spec.trainSize = 1'000'000'000;
        QElapsedTimer timer;
        timer.start();
        const QString large = refusal({1, 1'000'000'000});
        QVERIFY2(large.contains("1.0 GB can be had here") && large.contains("data.train_size"), qPrintable(large));
        QVERIFY(timer.elapsed() < 5000);
    }

    void recognisesItsFilesOnly_data() { everyReader(); }
    void recognisesItsFilesOnly() {
        QFETCH(const QString, name);
        const DataReader& reader = *findDataReader(name.toStdString());
        if (reader.builtIn()) {
            QVERIFY(!reader.where && reader.patterns.empty());
            return;
        }
        const DataSpec spec = smallSpec(reader);
        QVERIFY(reader.recognises("", spec.path));
        QCOMPARE(recogniseData("", spec.path), &reader);
        int known = 0;
        for (const QFileInfo& file : QDir(QString::fromStdString(spec.path)).entryInfoList(QDir::Files)) {
            QFile opened(file.filePath());
            QVERIFY(opened.open(QIODevice::ReadOnly));
            const QByteArray head = opened.read(512);
            known += recogniseData(viewOf(head), file.filePath().toStdString()) == &reader ? 1 : 0;
        }
        QVERIFY(known > 0);
        for (const QByteArray& head : kOtherHeads) {
            const QString file = QString::fromStdString(spec.path) + "/other";
            storeFile(file, head);
            QVERIFY2(!reader.recognises(viewOf(head), file.toStdString()), head.toHex().constData());
        }
    }

    void setsAreToldApartByTheirPaths() {
        const QByteArray images = bigEndianWord(0x803);
        const auto readerOf = [&](const QString& path) {
            const DataReader* reader = recogniseData(viewOf(images), path.toStdString());
            return reader == nullptr ? std::string() : reader->name;
        };
        QCOMPARE(readerOf("/d/Fashion/train-images-idx3-ubyte"), std::string("fashion-mnist"));
        QCOMPARE(readerOf("/d/kmnist/train-images-idx3-ubyte"), std::string("kmnist"));
        QCOMPARE(readerOf("/d/mnist/train-images-idx3-ubyte"), std::string("mnist"));
        QCOMPARE(readerOf("/d/train-images-idx3-ubyte"), std::string("idx"));
        QVERIFY(recogniseData(viewOf(QByteArray("\x1f\x8b\x08")), "/d/a.gz") == findDataReader("idx"));
        // A folder that holds the folder of a set; one that holds nothing is read, so that it is said what it lacks.
        storeIdx(folder_.filePath("all/kmnist"));
        QCOMPARE(recogniseData("", folder_.filePath("all").toStdString()), findDataReader("kmnist"));
        QDir().mkpath(folder_.filePath("empty"));
        QCOMPARE(recogniseData("", folder_.filePath("empty").toStdString()), findDataReader("idx"));
    }

    void filesOfOnesOwnNeedAPath() {
        DataSpec spec;
        spec.name = "idx";
        try {
            loadDataset(spec);
            QFAIL("no path, no data");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains("data.path"), error.what());
        }
        // Experiments of earlier versions call such files mnist.
        storeIdx(folder_.filePath("own"));
        spec.path = folder_.filePath("own").toStdString();
        const auto own = loadDataset(spec);
        spec.name = "mnist";
        QCOMPARE(loadDataset(spec)->sha256, own->sha256);
        QCOMPARE(loadDataset(spec)->labelNames, own->labelNames);
    }

    void filesCanBeGot_data() { everyReader(); }
    void filesCanBeGot() {
        QFETCH(const QString, name);
        const DataReader& reader = *findDataReader(name.toStdString());
        const bool lookedFor = !reader.builtIn() && !reader.where();
        QCOMPARE(!reader.howToGet.empty(), lookedFor);
        const QString words = QString::fromStdString(reader.howToGet);
        QVERIFY2(words.isEmpty() || words == "with: elboroom download " + name || words.startsWith("from "),
                 qPrintable(words));
    }

    void fieldsBelongToSets() {
        QVERIFY(dataFieldMatters("linear-gaussian", "data.spectrum") && !dataFieldMatters("ring", "data.spectrum"));
        QVERIFY(dataFieldMatters("two-points", "data.separation") && !dataFieldMatters("two-points", "data.variance"));
        QVERIFY(dataFieldMatters("two-gaussians", "data.variance"));
        QVERIFY(dataFieldMatters("spiral", "data.noise") && !dataFieldMatters("digits", "data.noise"));
        QVERIFY(dataFieldMatters("mnist", "data.path") && !dataFieldMatters("ring", "data.path"));
        QVERIFY(dataFieldMatters("omniglot", "data.binarisation") && dataFieldMatters("omniglot", "data.path"));
        QVERIFY(!dataFieldMatters("mnist-static", "data.binarisation"));
        QVERIFY(dataFieldMatters("digits", "data.binarisation") && !dataFieldMatters("grid", "data.binarisation"));
        QVERIFY(dataFieldMatters("ring", "model.latent_dim") && dataFieldMatters("octagon", "data.noise"));
        QVERIFY(dataFieldMatters("ring", "data.train_size") && dataFieldMatters("ring", "data.seed"));
    }

    void fieldsAreThoseOfAnExperiment_data() { everyReader(); }
    void fieldsAreThoseOfAnExperiment() {
        QFETCH(const QString, name);
        const std::string text = writeExperiment(Experiment());
        for (const std::string& field : findDataReader(name.toStdString())->fields) {
            QVERIFY2(text.find("\n" + field + " = ") != std::string::npos, field.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestDataReaders)
#include "tst_data_readers.moc"
