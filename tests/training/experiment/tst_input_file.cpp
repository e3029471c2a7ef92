// Files that a person names: pipes, devices and endless files are refused at once, and errors name the path.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "tests/training/message_of.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_file.h"

using namespace elbo;

class TestInputFile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  private Q_SLOTS:
    void aFileIsReadInOneGo() {
        const std::string bytes = std::string("a\0b", 3) + std::string(200'000, 'x');
        std::ofstream(path("file"), std::ios::binary) << bytes;
        QVERIFY(readInputFile(path("file"), {"a file", 1 << 20}) == bytes);
        QVERIFY(readInputFile(path("file"), {"a file", bytes.size()}) == bytes);
        QCOMPARE(readInputHead(path("file"), "a file", 3), bytes.substr(0, 3));
        QCOMPARE(readInputHead(path("file"), "a file", 1 << 20).size(), bytes.size());
        std::ofstream(path("empty"), std::ios::binary) << "";
        QVERIFY(readInputFile(path("empty"), {"a file", 1}).empty());
        QVERIFY(!readInputFile("/proc/self/status", {"a file", 1 << 20}).empty());  // whose size is said to be 0
    }

    void whatIsNoFileIsRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("said");
        QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
        std::ofstream(path("long"), std::ios::binary) << std::string(1001, 'x');
        QTest::newRow("pipe") << folder_.filePath("pipe") << "found a pipe";
        QTest::newRow("device") << "/dev/zero"
                                << "found a device";
        QTest::newRow("folder") << folder_.path() << "found a folder";
        QTest::newRow("absent") << folder_.filePath("absent") << "no such file";
        QTest::newRow("too long") << folder_.filePath("long") << "at most 1000 bytes";
        QTest::newRow("grows while it is read") << "/proc/self/maps"
                                                << "at most 1000 bytes";
        QTest::newRow("error of the disk") << "/proc/self/mem"
                                           << "cannot be read";
    }
    void whatIsNoFileIsRefused() {
        QFETCH(const QString, name);
        QFETCH(const QString, said);
        const QString message = messageOf([&] { readInputFile(name.toStdString(), {"an experiment", 1000}); });
        QVERIFY2(message.startsWith(name + ": ") && message.contains(said), qPrintable(message));
        QVERIFY(messageOf([&] { loadExperiment(name.toStdString()); }).startsWith(name + ": "));
    }
};

QTEST_GUILESS_MAIN(TestInputFile)
#include "tst_input_file.moc"
