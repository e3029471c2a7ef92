// Omniglot: how drawings become examples, which files are taken, and what damaged or hostile archives come to.
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "tests/training/data/omniglot_files.h"
#include "tests/training/message_of.h"
#include "training/data/data_readers.h"
#include "training/data/omniglot.h"

using namespace elbo;

namespace {

DataSpec specOf(const QString& path, int train, int validation, int test) {
    DataSpec spec;
    spec.name = "omniglot";
    spec.path = path.toStdString();
    spec.trainSize = train;
    spec.validationSize = validation;
    spec.testSize = test;
    return spec;
}

QString messageFor(const QString& path) {
    return messageOf([&] { loadDataset(specOf(path, 8, 0, 4)); });
}

/// Greek has 24 drawings, Early Aramaic 12 and Latin 4, each unlike any other.
std::vector<NamedFile> threeAlphabets() {
    std::vector<NamedFile> files = drawingsOf("Latin", 0, 4);
    for (const auto& some : {drawingsOf("Greek", 4, 24), drawingsOf("Early_Aramaic", 28, 12)}) {
        files.insert(files.end(), some.begin(), some.end());
    }
    return files;
}

/// The number that numberedDrawing() wrote: bars are 4 pixels of an example wide.
int numberOf(const float* example) {
    int number = 0;
    for (int bit = 0; bit < 7; ++bit) {
        number |= example[4 * bit + 1] > 0.5f ? 1 << bit : 0;
    }
    return number;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestOmniglot : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QByteArray realData_;

    QString storeHostile(const QString& kind) const;

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

    void thePublishedPart();
    void everyPixelIsTheMeanOfItsArea();
    void anArchiveIsTheSameAsItsFolder();
    void splitsHoldTheAlphabetsInProportion();
    void aLargerTrainingSplitLeavesTheOthers();
    void fewerDrawingsKeepTheProportions();
    void partsOfTheSet();
    void emptyAlphabetsAndOtherFilesAreNotRead();
    void theSearchPath();
    void takesWhatTheFilesHold();
    void isKnownByItsNames();
    void hostileArchivesAreRefused_data();
    void hostileArchivesAreRefused();
    void aFolderIsReadWithTheSameCare();
};

void TestOmniglot::thePublishedPart() {
    const QString archive = QString::fromUtf8(realData_) + "/omniglot/images_background_small1.zip";
    if (realData_.isEmpty() || !QFile::exists(archive)) {
        QSKIP("ELBOROOM_DATA_DIR has no folder omniglot with images_background_small1.zip");
    }
    qputenv("ELBOROOM_DATA_DIR", realData_);
    const auto set = loadDataset(specOf("", 2000, 40, 680));
    QCOMPARE(set->train.size(), 2000);
    QCOMPARE(set->validation.size(), 40);
    QCOMPARE(set->test.size(), 680);
    QCOMPARE(set->imageWidth, 28);
    QCOMPARE(set->imageHeight, 28);
    QVERIFY(set->discrete && set->isImage());
    QCOMPARE(set->labelNames, (std::vector<std::string>{"Balinese", "Early Aramaic", "Greek", "Korean", "Latin"}));
    const std::vector<int> drawings{480, 440, 480, 800, 520};  // of 2720
    for (int label = 0; label < 5; ++label) {
        const auto count = std::count(set->test.labels.begin(), set->test.labels.end(), label);
        QVERIFY2(std::abs(static_cast<double>(count) - drawings[static_cast<std::size_t>(label)] / 4.0) <= 1.0,
                 qPrintable(QString::number(count)));
    }
    // Of the 105 x 105 pixels of all 2720 drawings 2,286,596 are black, counted by another program; a mean over areas
    // neither loses nor adds ink.
    double ink = 0.0;
    for (const Examples* split : {&set->train, &set->validation, &set->test}) {
        ink = std::accumulate(split->values.begin(), split->values.end(), ink);
    }
    QVERIFY(std::abs(ink * 3.75 * 3.75 - 2286596.0) < 1.0);
    QCOMPARE(loadDataset(specOf("", 2000, 40, 680))->sha256, set->sha256);
    QCOMPARE(loadDataset(specOf(archive, 2000, 40, 680))->sha256, set->sha256);
    DataSpec another = specOf("", 2000, 40, 680);
    another.seed = 2;
    QVERIFY(loadDataset(another)->sha256 != set->sha256);
}

void TestOmniglot::everyPixelIsTheMeanOfItsArea() {
    std::vector<float> small(28 * 28, -1.0f);
    std::vector<std::uint8_t> drawn(105 * 105, 255);
    shrinkDrawing(drawn, small.data());
    QVERIFY(std::all_of(small.begin(), small.end(), [](float value) { return value == 0.0f; }));
    std::fill(drawn.begin(), drawn.end(), std::uint8_t{0});
    shrinkDrawing(drawn, small.data());
    QVERIFY(std::all_of(small.begin(), small.end(), [](float value) { return value == 1.0f; }));
    // Column 3 lies from 3 to 4 where the first pixel ends at 3.75, and the last row in the last pixel alone.
    std::fill(drawn.begin(), drawn.end(), std::uint8_t{255});
    for (std::size_t y = 0; y < 105; ++y) {
        drawn[105 * y + 3] = 0;
    }
    shrinkDrawing(drawn, small.data());
    for (std::size_t y = 0; y < 28; ++y) {
        QVERIFY(std::abs(small[28 * y] - 0.75 / 3.75) < 1e-6);
        QVERIFY(std::abs(small[28 * y + 1] - 0.25 / 3.75) < 1e-6);
        QCOMPARE(small[28 * y + 2], 0.0f);
    }
    std::fill(drawn.begin(), drawn.end(), std::uint8_t{255});
    std::fill(drawn.end() - 105, drawn.end(), std::uint8_t{0});
    shrinkDrawing(drawn, small.data());
    QVERIFY(std::abs(small[28 * 27 + 14] - 1.0 / 3.75) < 1e-6);
    QCOMPARE(small[28 * 26 + 14], 0.0f);
    // Half black counts half.
    std::fill(drawn.begin(), drawn.end(), std::uint8_t{153});
    shrinkDrawing(drawn, small.data());
    QCOMPARE(small[400], 0.4f);
}

void TestOmniglot::anArchiveIsTheSameAsItsFolder() {
    std::vector<NamedFile> files = threeAlphabets();
    storeFolder(folder_.filePath("unpacked"), files);
    std::reverse(files.begin(), files.end());  // the order inside an archive is nobody's promise
    storeZip(folder_.filePath("packed/images_background.zip"), files);
    const auto packed = loadDataset(specOf(folder_.filePath("packed"), 20, 8, 12));
    QCOMPARE(loadDataset(specOf(folder_.filePath("packed/images_background.zip"), 20, 8, 12))->sha256, packed->sha256);
    QCOMPARE(loadDataset(specOf(folder_.filePath("unpacked"), 20, 8, 12))->sha256, packed->sha256);
    QCOMPARE(loadDataset(specOf(folder_.filePath("unpacked/images_background"), 20, 8, 12))->sha256, packed->sha256);
    QCOMPARE(packed->labelNames, (std::vector<std::string>{"Early Aramaic", "Greek", "Latin"}));
}

void TestOmniglot::splitsHoldTheAlphabetsInProportion() {
    storeZip(folder_.filePath("split/images_background.zip"), threeAlphabets());
    const auto set = loadDataset(specOf(folder_.filePath("split"), 20, 10, 10));
    std::set<int> seen;
    for (const Examples* split : {&set->train, &set->validation, &set->test}) {
        for (int i = 0; i < split->size(); ++i) {
            const int number = numberOf(split->row(i));
            QVERIFY(seen.insert(number).second);  // in one split only
            QCOMPARE(split->labels[static_cast<std::size_t>(i)], number < 4 ? 2 : number < 28 ? 1 : 0);
        }
        const auto greek = std::count(split->labels.begin(), split->labels.end(), 1);
        QVERIFY(std::abs(static_cast<double>(greek) - 0.6 * split->size()) <= 1.0);
    }
    QCOMPARE(seen.size(), std::size_t{40});
}

void TestOmniglot::aLargerTrainingSplitLeavesTheOthers() {
    storeZip(folder_.filePath("grow/images_background.zip"), threeAlphabets());
    const auto few = loadDataset(specOf(folder_.filePath("grow"), 5, 8, 12));
    const auto many = loadDataset(specOf(folder_.filePath("grow"), 20, 8, 12));
    QCOMPARE(few->test.values, many->test.values);
    QCOMPARE(few->validation.values, many->validation.values);
    QVERIFY(std::equal(few->train.values.begin(), few->train.values.end(), many->train.values.begin()));
}

void TestOmniglot::fewerDrawingsKeepTheProportions() {
    storeZip(folder_.filePath("fewer/images_background.zip"), threeAlphabets());
    const auto set = loadDataset(specOf(folder_.filePath("fewer"), 24345, 4057, 8070));  // of 36472
    QCOMPARE(set->test.size(), 8);
    QCOMPARE(set->validation.size(), 4);
    QCOMPARE(set->train.size(), 28);
    const auto one = loadDataset(specOf(folder_.filePath("fewer"), 1, 0, 50'000'000));
    QCOMPARE(one->train.size(), 1);
    QCOMPARE(one->test.size(), 39);
}

void TestOmniglot::partsOfTheSet() {
    const QString folder = folder_.filePath("parts");
    const auto names = [&] { return loadDataset(specOf(folder, 100, 0, 0))->labelNames; };
    storeZip(folder + "/images_background_small1.zip", drawingsOf("Korean", 0, 3));
    QCOMPARE(names(), (std::vector<std::string>{"Korean"}));
    storeZip(folder + "/images_evaluation.zip", drawingsOf("Tibetan", 3, 3, "images_evaluation/"));
    QCOMPARE(names(), (std::vector<std::string>{"Korean", "Tibetan"}));
    // The small parts are excerpts of this one: read too, their drawings would be there twice.
    auto background = drawingsOf("Korean", 0, 3);
    const auto more = drawingsOf("Latin", 6, 3);
    background.insert(background.end(), more.begin(), more.end());
    storeZip(folder + "/images_background.zip", background);
    QCOMPARE(names(), (std::vector<std::string>{"Korean", "Latin", "Tibetan"}));
    QCOMPARE(loadDataset(specOf(folder, 100, 0, 0))->train.size(), 9);
}

void TestOmniglot::emptyAlphabetsAndOtherFilesAreNotRead() {
    auto files = drawingsOf("Greek", 0, 4);
    files.emplace_back("images_background/Latin/character01/", QByteArray());
    files.emplace_back("images_background/Greek/character01/notes.txt", "no drawing");
    files.emplace_back("images_background/Greek/character01/.hidden.png", "no drawing");
    files.emplace_back("__MACOSX/images_background/Greek/character01/0001.png", "no drawing");
    storeZip(folder_.filePath("other/images_background.zip"), files);
    const auto set = loadDataset(specOf(folder_.filePath("other"), 100, 0, 0));
    QCOMPARE(set->labelNames, (std::vector<std::string>{"Greek"}));
    QCOMPARE(set->train.size(), 4);
    QDir().mkpath(folder_.filePath("other-folder/Latin/character01"));
    storeFolder(folder_.filePath("other-folder"), drawingsOf("Greek", 0, 4, ""));
    QCOMPARE(loadDataset(specOf(folder_.filePath("other-folder"), 100, 0, 0))->sha256, set->sha256);
}

void TestOmniglot::theSearchPath() {
    const QString message = messageFor("");
    QVERIFY2(message.contains("looked in") && message.contains("images_background.zip") &&
                 message.contains("data.path") && message.contains("github.com/brendenlake/omniglot"),
             qPrintable(message));
    const auto entry = [] {
        const auto entries = listData();
        return *std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e.name == "omniglot"; });
    };
    QVERIFY(!entry().available && !entry().builtIn);
    QCOMPARE(entry().howToGet, std::string("from github.com/brendenlake/omniglot"));
    qputenv("ELBOROOM_DATA_DIR", folder_.filePath("data").toUtf8());
    storeZip(folder_.filePath("data/omniglot/images_evaluation.zip"), threeAlphabets());
    QCOMPARE(entry().where, folder_.filePath("data/omniglot").toStdString());
    QCOMPARE(loadDataset(specOf("", 100, 0, 0))->train.size(), 40);
}

void TestOmniglot::takesWhatTheFilesHold() {
    storeZip(folder_.filePath("all/images_background.zip"), threeAlphabets());
    DataSpec spec = specOf(folder_.filePath("all"), 7, 7, 7);
    findDataReader("omniglot")->takeAll(spec);
    QCOMPARE(spec.trainSize, 30);
    QCOMPARE(spec.validationSize, 0);
    QCOMPARE(spec.testSize, 10);
}

void TestOmniglot::isKnownByItsNames() {
    const DataReader& reader = *findDataReader("omniglot");
    const std::string zip = "PK\x03\x04";
    QVERIFY(reader.recognises(zip, "/d/images_background.zip"));
    QVERIFY(reader.recognises(zip, "/d/Omniglot-part.zip"));
    QVERIFY(reader.recognises(zip + "xx images_evaluation/", "/d/a.zip"));
    // A NumPy archive or a document is a zip too.
    QVERIFY(!reader.recognises(zip, "/omniglot/weights.npz"));
    QVERIFY(!reader.recognises("\x89PNG", "/d/images_background.zip"));
}

/// Stores what `kind` says and returns its path.
QString TestOmniglot::storeHostile(const QString& kind) const {
    const QString path = folder_.filePath("hostile/" + kind + "/images_background.zip");
    const QByteArray evil = "images_background/Greek/character01/evil.png";
    const auto withEvil = [&](const QByteArray& name, const QByteArray& bytes, const QByteArray& link = {}) {
        auto files = drawingsOf("Greek", 0, 11);
        files.emplace_back(name, bytes);
        storeZip(path, files, link);
    };
    // Changes bytes behind the last place where `sign` stands.
    const auto patch = [&](const QByteArray& sign, int offset, const QByteArray& bytes) {
        QByteArray all = contents(path);
        const auto at = all.lastIndexOf(sign);
        QVERIFY(at >= 0);
        all.replace(at + offset, bytes.size(), bytes);
        storeFile(path, all);
    };
    const QByteArray entryInDirectory("PK\x01\x02", 4);
    if (kind == "cut") {
        withEvil(evil, numberedDrawing(99));
        const QByteArray all = contents(path);
        storeFile(path, all.left(all.size() / 2));
    } else if (kind == "no zip") {
        storeFile(path, "MATLAB 5.0 MAT-file");
    } else if (kind == "empty") {
        storeFile(path, {});
    } else if (kind == "four gigabytes") {
        withEvil(evil, numberedDrawing(99));
        patch(entryInDirectory, 24, QByteArray("\xfe\xff\xff\xff", 4));
    } else if (kind == "larger than it says") {
        withEvil(evil, numberedDrawing(99));
        patch(entryInDirectory, 24, QByteArray("\x10\0\0\0", 4));
    } else if (kind == "large") {
        withEvil(evil, QByteArray(70'000, '\0'));
    } else if (kind == "another byte") {
        withEvil(evil, numberedDrawing(99));
        patch("IDAT", 6, "?");
    } else if (kind == "another size") {
        withEvil(evil, drawing([](int, int) { return true; }, 28));
    } else if (kind == "endless image") {
        withEvil(evil, pngOf(2'000'000'000, 2'000'000'000, QByteArray(1000, '\0')));
    } else if (kind == "image without its end") {
        withEvil(evil, pngOf(105, 105, QByteArray(15, '\0')));
    } else if (kind == "no image") {
        withEvil(evil, "GIF89a");
    } else if (kind == "empty image") {
        withEvil(evil, {});
    } else if (kind == "link") {
        withEvil(evil, "/etc/passwd", evil);
    } else if (kind == "way out") {
        withEvil("images_background/../../evil.png", numberedDrawing(99));
    } else if (kind == "from the root") {
        withEvil("/images_background/Greek/character01/evil.png", numberedDrawing(99));
    } else if (kind == "other separators") {
        withEvil("images_background\\evil.png", numberedDrawing(99));
    } else if (kind == "no drawings") {
        storeZip(path, {{"readme.txt", "nothing"}});
    } else if (kind == "one drawing") {
        storeZip(path, drawingsOf("Greek", 0, 1));
    }
    return path;
}

void TestOmniglot::hostileArchivesAreRefused_data() {
    QTest::addColumn<QString>("words");
    const auto row = [](const char* kind, const char* words) { QTest::newRow(kind) << QString(words); };
    row("cut", "a whole zip archive");
    row("no zip", "a whole zip archive");
    row("empty", "");
    row("four gigabytes", "entry images_background/Greek/character01/evil.png: expected at most 65536 bytes");
    row("larger than it says", "entry images_background/Greek/character01/evil.png: expected");
    row("large", "entry images_background/Greek/character01/evil.png: expected at most 65536 bytes, found 70000");
    row("another byte", "entry images_background/Greek/character01/evil.png: expected intact data, found CRC error");
    row("another size", "evil.png: expected a PNG image of 105 x 105 pixels, found one of 28 x 28");
    row("endless image", "evil.png: expected a PNG image of 105 x 105 pixels, found");
    row("image without its end", "evil.png: expected a PNG image of 105 x 105 pixels, found a damaged one");
    row("no image", "evil.png: expected a PNG image of 105 x 105 pixels, found something else");
    row("empty image", "evil.png: expected a PNG image of 105 x 105 pixels, found an empty file");
    row("link", "evil.png: expected a file, found a link");
    row("way out", "without \"..\"");
    row("from the root", "a relative name");
    row("other separators", "a relative name");
    row("no drawings", "found 0");
    row("one drawing", "found 1");
}

void TestOmniglot::hostileArchivesAreRefused() {
    QFETCH(const QString, words);
    const QString path = storeHostile(QTest::currentDataTag());
    QElapsedTimer timer;
    timer.start();
    const QString message = messageFor(path);
    QVERIFY2(message.startsWith(path + ": ") && message.contains(words), qPrintable(message));
    // A remedy follows what was found, as a sentence of its own.
    QVERIFY2(message.endsWith('.') && message.lastIndexOf(". ") > message.indexOf("found"), qPrintable(message));
    QVERIFY(timer.elapsed() < 5000);
    // So it is where it was found in a folder.
    QVERIFY(!messageFor(QFileInfo(path).path()).isEmpty());
}

void TestOmniglot::aFolderIsReadWithTheSameCare() {
    const QString folder = folder_.filePath("care");
    QDir().mkpath(folder);
    QString message = messageFor(folder);
    QVERIFY2(message.startsWith(folder + ": ") && message.contains("images_background.zip"), qPrintable(message));
    message = messageFor(folder + "/absent.zip");
    QVERIFY2(message.contains("absent.zip: no such file"), qPrintable(message));
    storeFolder(folder, drawingsOf("Greek", 0, 11, ""));
    const QString evil = folder + "/Greek/character01/evil.png";
    storeFile(evil, QByteArray(70'000, '\0'));
    message = messageFor(folder);
    QVERIFY2(message.startsWith(evil + ": ") && message.contains("at most 65536 bytes"), qPrintable(message));
    QFile::remove(evil);
    QVERIFY(QFile::link("/dev/zero", evil));
    message = messageFor(folder);
    QVERIFY2(message.startsWith(evil + ": ") && message.contains("regular file"), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestOmniglot)
#include "tst_omniglot.moc"
