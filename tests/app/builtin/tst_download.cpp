#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

#include "app/builtin/download.h"
#include "training/data/image_sets.h"
#include "training/experiment/input_error.h"

using namespace elbo;

namespace {

/// A web server on loopback that answers each path with canned bytes.
class Server : public QTcpServer {
  public:
    QHash<QString, QByteArray> replies;  ///< whole replies, by path
    QStringList requests;                ///< paths in the order of arrival

    Server() {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                const QByteArray head = socket->readAll();
                const QString path = QString::fromLatin1(head.split(' ').value(1));
                requests.append(path);
                socket->write(replies.value(path, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"));
                if (!replies.value(path).endsWith("HANG")) {
                    socket->disconnectFromHost();
                }
            });
        });
        if (!listen(QHostAddress::LocalHost)) {
            qFatal("cannot listen on loopback");
        }
    }

    QString base(const QString& folder) const {
        return QString("http://127.0.0.1:%1/%2/").arg(serverPort()).arg(folder);
    }

    static QByteArray ok(const QByteArray& body, qsizetype length = -1) {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
               QByteArray::number(length < 0 ? body.size() : length) + "\r\n\r\n" + body;
    }
};

const QByteArray kImages = QByteArray(300000, 'i') + "end";
const QByteArray kLabels = "labels";

QByteArray sha256(const QByteArray& bytes) {
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

DownloadSet setOf(const QStringList& mirrors) {
    DownloadSet set;
    set.name = "toy";
    set.mirrors = mirrors;
    set.files = {{"images.gz", 400000, QCryptographicHash::Sha256, sha256(kImages)},
                 {"labels.gz", 1000, QCryptographicHash::Md5,
                  QCryptographicHash::hash(kLabels, QCryptographicHash::Md5).toHex()}};
    return set;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no file)");
}

}  // namespace

class TestDownload : public QObject {
    Q_OBJECT

    struct Outcome {
        bool succeeded = false;
        QString message;
        QList<DownloadProgress> progress;
    };

    static Outcome fetch(const DownloadSet& set, const QString& folder, int timeout = 5000) {
        Outcome outcome;
        Download download(set, folder);
        download.setTimeout(timeout);
        connect(&download, &Download::progressed, [&](const DownloadProgress& p) { outcome.progress.append(p); });
        QSignalSpy finished(&download, &Download::finished);
        download.start();
        if (!finished.wait(20000)) {
            outcome.message = "(did not finish)";
            return outcome;
        }
        outcome.succeeded = finished.first().at(0).toBool();
        outcome.message = finished.first().at(1).toString();
        return outcome;
    }

  private Q_SLOTS:
    void success() {
        Server server;
        server.replies["/a/images.gz"] = Server::ok(kImages);
        server.replies["/a/labels.gz"] = Server::ok(kLabels);
        const QTemporaryDir folder;
        const QString target = folder.filePath("deep/toy");
        const Outcome outcome = fetch(setOf({server.base("a")}), target);
        QVERIFY2(outcome.succeeded, qPrintable(outcome.message));
        QVERIFY(outcome.message.contains(target));
        QCOMPARE(contentOf(target + "/images.gz"), kImages);
        QCOMPARE(contentOf(target + "/labels.gz"), kLabels);
        QCOMPARE(QDir(target).entryList(QDir::Files).size(), 2);
        QVERIFY(!outcome.progress.isEmpty());
        QCOMPARE(outcome.progress.last().file, QString("labels.gz"));
        QCOMPARE(outcome.progress.last().fileIndex, 1);
        QCOMPARE(outcome.progress.last().received, kLabels.size());
        QCOMPARE(outcome.progress.first().total, kImages.size());

        // What is there and right is not fetched again; what is damaged is.
        QFile(target + "/labels.gz").resize(3);
        server.requests.clear();
        QVERIFY(fetch(setOf({server.base("a")}), target).succeeded);
        QCOMPARE(server.requests, QStringList("/a/labels.gz"));
        QCOMPARE(contentOf(target + "/labels.gz"), kLabels);
    }

    void badMirrors_data() {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<QString>("reason");
        QTest::newRow("not found") << QByteArray() << "the server answered 404";
        QTest::newRow("server error") << QByteArray("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") << "503";
        QTest::newRow("wrong digest") << Server::ok("another file") << "digest";
        QTest::newRow("web page") << Server::ok("<html>Log in to the guest network</html>") << "digest";
        QTest::newRow("cut off") << Server::ok(kImages.left(1000), kImages.size()) << "the connection ended after";
        QTest::newRow("cut off, no length")
            << "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + kImages.left(1000) << "digest";
        QTest::newRow("too long") << Server::ok(QByteArray(500000, 'x')) << "at most 400000 bytes";
        QTest::newRow("hangs") << Server::ok("HANG", 300000) << "no byte came for";
        QTest::newRow("nonsense") << QByteArray("\x16\x03\x01 nonsense") << "";
        QTest::newRow("redirect to nowhere")
            << QByteArray("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") << "";
    }
    /// The first mirror fails: the second one serves, and with no second one the message says all and nothing is left.
    void badMirrors() {
        QFETCH(QByteArray, reply);
        QFETCH(QString, reason);
        Server server;
        if (!reply.isEmpty()) {
            server.replies["/bad/images.gz"] = reply;
        }
        server.replies["/good/images.gz"] = Server::ok(kImages);
        server.replies["/good/labels.gz"] = Server::ok(kLabels);
        const QTemporaryDir folder;
        const QString images = folder.filePath("images.gz");
        QFile older(images);
        QVERIFY(older.open(QIODevice::WriteOnly) && older.write("older") == 5);
        older.close();

        const Outcome failed = fetch(setOf({server.base("bad")}), folder.path(), 400);
        QVERIFY(!failed.succeeded);
        QVERIFY2(failed.message.contains(reason), qPrintable(failed.message));
        QVERIFY2(failed.message.contains("/bad/images.gz"), qPrintable(failed.message));
        QVERIFY2(failed.message.contains(folder.path()), qPrintable(failed.message));
        QCOMPARE(contentOf(images), QByteArray("older"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);

        const Outcome outcome = fetch(setOf({server.base("bad"), server.base("good")}), folder.path(), 400);
        QVERIFY2(outcome.succeeded, qPrintable(outcome.message));
        QCOMPARE(contentOf(images), kImages);
    }

    void cancel() {
        Server server;
        server.replies["/a/images.gz"] = Server::ok(kImages.left(1000) + "HANG", kImages.size());
        const QTemporaryDir folder;
        Download download(setOf({server.base("a"), server.base("b")}), folder.path());
        QSignalSpy progressed(&download, &Download::progressed);
        QSignalSpy finished(&download, &Download::finished);
        download.start();
        QVERIFY(progressed.wait(5000));
        QVERIFY(download.running());
        download.cancel();
        QVERIFY(!download.running());
        QCOMPARE(finished.size(), 0);
        QVERIFY(finished.wait(1000));
        QVERIFY(!finished.first().at(0).toBool());
        QVERIFY(finished.first().at(1).toString().contains("cancelled"));
        QVERIFY(!finished.wait(50));
        QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
        QCOMPARE(server.requests.size(), 1);
    }

    void cancelBeforeTheFirstByteAndDestruction() {
        Server server;
        const QTemporaryDir folder;
        {
            Download download(setOf({server.base("a")}), folder.path());
            download.start();
        }
        Download download(setOf({server.base("a")}), folder.path());
        QSignalSpy finished(&download, &Download::finished);
        download.start();
        download.cancel();
        QVERIFY(finished.wait(1000));
        QCOMPARE(finished.size(), 1);
        QVERIFY(server.requests.isEmpty());
    }

    void aMirrorThatTricklesIsGivenUp() {
        Server server;
        // Begins, and never ends.
        server.replies["/a/images.gz"] = Server::ok("HANG", 300000);
        const QTemporaryDir folder;
        Download download(setOf({server.base("a")}), folder.path());
        download.setTimeLimit(200);
        QSignalSpy finished(&download, &Download::finished);
        download.start();
        QVERIFY(finished.wait(20000));
        QVERIFY(!finished.first().at(0).toBool());
        QVERIFY2(finished.first().at(1).toString().contains("did not come within"),
                 qPrintable(finished.first().at(1).toString()));
        QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void aSignalLeavesNothingHalfWritten() {
        Server server;
        server.replies["/a/images.gz"] = Server::ok("HANG", 300000);
        const QTemporaryDir folder;
        const QJsonObject file{
            {"name", "images.gz"}, {"max_bytes", 400000}, {"sha256", QString::fromLatin1(sha256(kImages))}};
        const QJsonObject set{{"name", "toy"}, {"mirrors", QJsonArray{server.base("a")}}, {"files", QJsonArray{file}}};
        const QByteArray json = QJsonDocument(QJsonObject{{"sets", QJsonArray{set}}}).toJson();
        bool begun = false;
        try {
            downloadDataset(
                "toy", folder.path(), json, [&](const DownloadProgress&) { begun = true; }, [&] { return begun; });
            QFAIL("the download came to an end");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains("cancelled"), error.what());
        }
        QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void folderThatCannotBe() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const Outcome outcome = fetch(setOf({"http://127.0.0.1:1/"}), folder.filePath("file/inside"));
        QVERIFY(!outcome.succeeded);
        QVERIFY2(outcome.message.contains("file/inside"), qPrintable(outcome.message));
    }

    void commandLineForm() {
        Server server;
        server.replies["/a/images.gz"] = Server::ok(kImages);
        const QTemporaryDir folder;
        const auto json = [&](const QString& digest) {
            const QJsonObject file{{"name", "images.gz"}, {"max_bytes", 400000}, {"sha256", digest}};
            const QJsonObject set{
                {"name", "toy"}, {"mirrors", QJsonArray{server.base("a")}}, {"files", QJsonArray{file}}};
            return QJsonDocument(QJsonObject{{"sets", QJsonArray{set}}}).toJson();
        };
        const QByteArray right = json(QString::fromLatin1(sha256(kImages)));
        int calls = 0;
        qputenv("XDG_DATA_HOME", folder.path().toUtf8());
        QCOMPARE(downloadDataset("toy", "", right, [&](const DownloadProgress&) { ++calls; }),
                 folder.filePath("elboroom/toy"));
        QVERIFY(calls > 0);
        QVERIFY_THROWS_EXCEPTION(InputError, downloadDataset("toys", "", right, {}));
        try {
            downloadDataset("omniglot", "", right, {});
            QFAIL("no mirror is known");
        } catch (const InputError& error) {
            QCOMPARE(QByteArray(error.what()),
                     QByteArray("\"omniglot\" cannot be downloaded; get it from github.com/brendenlake/omniglot"));
        }
        const QByteArray wrong = json(QString::fromLatin1(sha256("x")));
        QVERIFY_THROWS_EXCEPTION(InputError, downloadDataset("toy", folder.path(), wrong, {}));
    }

    void badMirrorFiles_data() {
        QTest::addColumn<QByteArray>("json");
        // Single quotes stand for double ones: moc does not read raw strings.
        const QByteArray good = QByteArray(
                                    "{'sets':[{'name':'a','mirrors':['https://x.org/d/'],"
                                    "'files':[{'name':'f','max_bytes':9,"
                                    "'md5':'00000000000000000000000000000000'}]}]}")
                                    .replace('\'', '"');
        const auto with = [&](const char* from, const char* to) { return QByteArray(good).replace(from, to); };
        QTest::newRow("good") << good;
        QTest::newRow("no JSON") << QByteArray("sets");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no sets") << QByteArray("{}");
        QTest::newRow("not a list") << QByteArray("{\"sets\": 3}");
        QTest::newRow("no mirror") << with("\"https://x.org/d/\"", "");
        QTest::newRow("not encrypted") << with("https://x.org", "http://x.org");
        QTest::newRow("file mirror") << with("https://x.org/d/", "file:///etc/");
        QTest::newRow("no slash") << with("/d/", "/d");
        QTest::newRow("path out of the folder") << with("\"f\"", "\"../f\"");
        QTest::newRow("hidden file") << with("\"f\"", "\".f\"");
        QTest::newRow("no size") << with("9", "0");
        QTest::newRow("short digest") << with("00", "0");
        QTest::newRow("bad digest") << with("00", "0g");
    }
    void badMirrorFiles() {
        QFETCH(QByteArray, json);
        if (qstrcmp(QTest::currentDataTag(), "good") == 0) {
            QCOMPARE(parseMirrors(json).size(), 1);
            return;
        }
        QVERIFY_THROWS_EXCEPTION(InputError, parseMirrors(json));
    }

    /// Every image set can be downloaded, under the names that the reader looks for, with a SHA-256.
    void builtinMirrorsCoverTheImageSets() {
        const QList<DownloadSet> sets = parseMirrors(builtinMirrors());
        QCOMPARE(static_cast<std::size_t>(sets.size()), imageSetEntries().size());
        for (std::size_t i = 0; i < imageSetEntries().size(); ++i) {
            const DownloadSet& set = sets[static_cast<qsizetype>(i)];
            QCOMPARE(set.name.toStdString(), imageSetEntries()[i].name);
            QVERIFY(!set.mirrors.isEmpty());
            for (const QString& mirror : set.mirrors) {
                QVERIFY2(mirror.startsWith("https://"), qPrintable(mirror));
            }
            QCOMPARE(set.files.size(), 4);
            for (const DownloadFile& file : set.files) {
                QCOMPARE(file.algorithm, QCryptographicHash::Sha256);
                QVERIFY(file.name.endsWith("-ubyte.gz"));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDownload)
#include "tst_download.moc"
