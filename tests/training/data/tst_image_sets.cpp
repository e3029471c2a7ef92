#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <map>

#include "tests/training/data/binary_files.h"
#include "tests/training/message_of.h"
#include "training/data/dataset.h"
#include "training/data/image_sets.h"

using namespace elbo;

namespace {

/// n images of 2 x 2 pixels; all pixels of image i are i.
QByteArray images(int n) {
    QByteArray bytes =
        bigEndianWord(0x803) + bigEndianWord(static_cast<quint32>(n)) + bigEndianWord(2) + bigEndianWord(2);
    for (int i = 0; i < n; ++i) {
        bytes += QByteArray(4, static_cast<char>(i));
    }
    return bytes;
}

/// Label i is i modulo `classes`.
QByteArray labels(int n, int classes = 10) {
    QByteArray bytes = bigEndianWord(0x801) + bigEndianWord(static_cast<quint32>(n));
    for (int i = 0; i < n; ++i) {
        bytes += static_cast<char>(i % classes);
    }
    return bytes;
}

void storeSet(const QString& folder, int train, int test, const char* separator = "-") {
    const QString s = separator;
    storeFile(folder + "/train-images" + s + "idx3-ubyte", images(train));
    storeFile(folder + "/train-labels" + s + "idx1-ubyte", labels(train));
    storeFile(folder + "/t10k-images" + s + "idx3-ubyte", images(test));
    storeFile(folder + "/t10k-labels" + s + "idx1-ubyte", labels(test));
}

QString messageFor(const DataSpec& spec) {
    return messageOf([&] { loadDataset(spec); });
}

DataSpec specOf(const std::string& name, const QString& path, int train, int validation, int test) {
    DataSpec spec;
    spec.name = name;
    spec.path = path.toStdString();
    spec.trainSize = train;
    spec.validationSize = validation;
    spec.testSize = test;
    return spec;
}

}  // namespace

class TestImageSets : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QByteArray realData_;

  private Q_SLOTS:
    void initTestCase() {
        realData_ = qgetenv("ELBOROOM_DATA_DIR");
        const QString shared = ELBOROOM_SOURCE_DIR "/../shared/data";
        if (realData_.isEmpty() && QDir(shared).exists()) {
            realData_ = shared.toUtf8();
        }
    }

    void init() {
        qputenv("XDG_DATA_HOME", folder_.filePath("none").toUtf8());
        qunsetenv("ELBOROOM_DATA_DIR");
    }

    void realMnist() {
        if (realData_.isEmpty()) {
            QSKIP("ELBOROOM_DATA_DIR is not set and there is no shared data folder beside the source tree");
        }
        qputenv("ELBOROOM_DATA_DIR", realData_);
        if (!findImageSet("mnist")) {
            QSKIP("no MNIST files in the data folder");
        }
        const auto set = loadDataset(specOf("mnist", "", 60000, 5000, 10000));
        QCOMPARE(set->train.size(), 55000);
        QCOMPARE(set->validation.size(), 5000);
        QCOMPARE(set->test.size(), 10000);
        QCOMPARE(set->dim, 784);
        QCOMPARE(set->imageWidth, 28);
        QCOMPARE(set->train.labels.front(), 5);
        QCOMPARE(set->test.labels.front(), 7);
        QCOMPARE(set->labelNames.size(), std::size_t{10});
        QVERIFY(set->discrete && set->isImage());
        QCOMPARE(set->sha256.size(), std::size_t{64});
        const auto [low, high] = std::minmax_element(set->train.values.begin(), set->train.values.end());
        QCOMPARE(*low, 0.0f);
        QCOMPARE(*high, 1.0f);
        // The first pixels with ink in the first training image: byte 152 of the file's first image is 3.
        QCOMPARE(set->train.values[152], 3.0f / 255.0f);
        double sum = 0.0;
        for (int split = 0; split < 2; ++split) {
            for (const float value : split == 0 ? set->train.values : set->validation.values) {
                sum += value;
            }
        }
        // The mean grey value that every MNIST tutorial normalises with.
        QVERIFY(std::abs(sum / (60000.0 * 784.0) - 0.1307) < 5e-5);
    }

    void splitsKeepFileOrder() {
        const QString folder = folder_.filePath("a");
        storeSet(folder, 20, 8);
        const auto set = loadDataset(specOf("mnist", folder, 10, 4, 5));
        QCOMPARE(set->train.size(), 10);
        QCOMPARE(set->validation.size(), 4);
        QCOMPARE(set->test.size(), 5);
        QCOMPARE(set->train.row(9)[0], 9.0f / 255.0f);
        QCOMPARE(set->validation.row(0)[3], 16.0f / 255.0f);
        QCOMPARE(set->validation.labels.front(), 6);
        QCOMPARE(set->test.row(4)[0], 4.0f / 255.0f);
    }

    void sizesAreClipped_data() {
        QTest::addColumn<int>("validation");
        QTest::addColumn<int>("trainFound");
        QTest::addColumn<int>("validationFound");
        QTest::newRow("train gives way") << 5 << 15 << 5;
        QTest::newRow("one is left") << 1000 << 1 << 19;
        QTest::newRow("no validation") << 0 << 20 << 0;
    }
    void sizesAreClipped() {
        QFETCH(int, validation);
        const QString folder = folder_.filePath("b");
        storeSet(folder, 20, 8);
        const auto set = loadDataset(specOf("mnist", folder, 100, validation, 100));
        QTEST(set->train.size(), "trainFound");
        QTEST(set->validation.size(), "validationFound");
        QCOMPARE(set->test.size(), 8);
    }

    void digestDependsOnContent() {
        const QString folder = folder_.filePath("c");
        storeSet(folder, 20, 8);
        const std::string all = loadDataset(specOf("mnist", folder, 10, 0, 5))->sha256;
        QCOMPARE(loadDataset(specOf("mnist", folder, 10, 0, 5))->sha256, all);
        QVERIFY(loadDataset(specOf("mnist", folder, 11, 0, 5))->sha256 != all);
        QVERIFY(loadDataset(specOf("mnist", folder, 10, 0, 4))->sha256 != all);
    }

    void searchPath() {
        const QString data = folder_.filePath("search");
        const QString home = folder_.filePath("home");
        qputenv("ELBOROOM_DATA_DIR", data.toUtf8());
        qputenv("XDG_DATA_HOME", home.toUtf8());
        QVERIFY(!findImageSet("mnist"));
        storeSet(home + "/elboroom/kmnist", 3, 2, ".");
        QCOMPARE(findImageSet("kmnist").value_or(""), (home + "/elboroom/kmnist").toStdString());
        storeSet(data + "/kmnist", 3, 2);
        QCOMPARE(findImageSet("kmnist").value_or(""), (data + "/kmnist").toStdString());
        // Files in the folder itself are MNIST, not also the other two ...
        storeSet(data, 4, 2);
        QCOMPARE(findImageSet("mnist").value_or(""), data.toStdString());
        QVERIFY(!findImageSet("fashion-mnist"));
        // ... unless the folder is named after another set.
        const QString named = folder_.filePath("fashion-mnist");
        storeSet(named, 5, 2);
        qputenv("ELBOROOM_DATA_DIR", (named + "/").toUtf8());
        QVERIFY(findImageSet("fashion-mnist").has_value());
        QVERIFY(!findImageSet("mnist"));
        const auto entries = listData();
        const auto entry =
            std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e.name == "mnist"; });
        QVERIFY(entry != entries.end() && !entry->available && !entry->builtIn);
    }

    void oneImagesFile() {
        const QString folder = folder_.filePath("d");
        storeFile(folder + "/my-images.idx3-ubyte", images(10));
        storeFile(folder + "/my-labels.idx1-ubyte", labels(10));
        const auto set = loadDataset(specOf("mnist", folder + "/my-images.idx3-ubyte", 100, 2, 3));
        QCOMPARE(set->train.size(), 5);
        QCOMPARE(set->test.size(), 3);
        QCOMPARE(set->test.row(0)[0], 5.0f / 255.0f);
        QCOMPARE(set->validation.labels.back(), 9);
        // A training file by its usual name brings its companions along.
        storeSet(folder, 6, 4);
        const auto whole = loadDataset(specOf("mnist", folder + "/train-images-idx3-ubyte", 100, 0, 100));
        QCOMPARE(whole->test.size(), 4);
        QCOMPARE(whole->train.labels.size(), std::size_t{6});
    }

    void withoutLabels() {
        const QString folder = folder_.filePath("e");
        storeFile(folder + "/train-images-idx3-ubyte", images(4));
        storeFile(folder + "/t10k-images-idx3-ubyte", images(3));
        const auto set = loadDataset(specOf("kmnist", folder, 4, 0, 3));
        QVERIFY(set->train.labels.empty());
    }

    void moreClassesThanNames() {
        const QString folder = folder_.filePath("f");
        storeSet(folder, 20, 8);
        storeFile(folder + "/train-labels-idx1-ubyte", labels(20, 13));
        const auto set = loadDataset(specOf("mnist", folder, 20, 0, 8));
        QCOMPARE(set->labelNames.size(), std::size_t{13});
        QCOMPARE(set->labelNames.back(), std::string("12"));
    }

    void problemsNameFileAndRemedy() {
        const QString folder = folder_.filePath("g");
        QString message = messageFor(specOf("kmnist", "", 4, 0, 3));
        QVERIFY2(message.contains("kmnist") && message.contains("looked in") && message.contains("data.path"),
                 qPrintable(message));
        QDir().mkpath(folder);
        message = messageFor(specOf("mnist", folder, 4, 0, 3));
        QVERIFY2(message.contains(folder) && message.contains("train-images-idx3-ubyte"), qPrintable(message));
        storeFile(folder + "/train-images-idx3-ubyte", images(4));
        message = messageFor(specOf("mnist", folder, 4, 0, 3));
        QVERIFY2(message.contains("t10k-images-idx3-ubyte"), qPrintable(message));
        storeFile(folder + "/train-labels-idx1-ubyte", labels(5));
        message = messageFor(specOf("mnist", folder, 4, 0, 0));
        QVERIFY2(message.contains("train-labels-idx1-ubyte: at byte 4") && message.contains("4 labels"),
                 qPrintable(message));
        message = messageFor(specOf("mnist", folder + "/absent", 4, 0, 0));
        QVERIFY2(message.contains("absent: no such file"), qPrintable(message));
        message = messageFor(specOf("digits", folder, 4, 0, 0));
        QVERIFY2(message.contains("data.path"), qPrintable(message));
        message = messageFor(specOf("mnits", "", 4, 0, 0));
        QVERIFY2(message.contains("mnits") && message.contains("linear-gaussian"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestImageSets)
#include "tst_image_sets.moc"
