#include "app/builtin/download.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>
#include <QUrl>

#include "training/data/data_readers.h"
#include "training/data/image_sets.h"
#include "training/experiment/input_error.h"

/// Resources in a static library are registered only when asked for; the macro must stand outside of namespaces.
static void registerResources() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {
namespace {

constexpr qint64 kMostBytes = 1024LL * 1024 * 1024;

[[noreturn]] void throwBadMirrors(const QString& what) {
    throw InputError(("mirrors.json: " + what).toStdString());
}

bool isDigest(const QByteArray& text, qsizetype digits) {
    return text.size() == digits && QByteArray::fromHex(text).toHex() == text;
}

DownloadFile parseFile(const QJsonObject& object, const QString& set) {
    DownloadFile file;
    file.name = object["name"].toString();
    // The name becomes a path below the target folder: nothing that could lead out of it.
    if (file.name.isEmpty() || file.name.contains('/') || file.name.contains('\\') || file.name.startsWith('.')) {
        throwBadMirrors(QString("\"%1\": expected a plain file name, found \"%2\"").arg(set, file.name));
    }
    file.maxBytes = static_cast<qint64>(object["max_bytes"].toDouble(0.0));
    if (file.maxBytes < 1 || file.maxBytes > kMostBytes) {
        throwBadMirrors(QString("\"%1\": max_bytes must be from 1 to %2").arg(file.name).arg(kMostBytes));
    }
    const QByteArray sha256 = object["sha256"].toString().toLatin1();
    const QByteArray md5 = object["md5"].toString().toLatin1();
    if (isDigest(sha256, 64)) {
        file.digest = sha256;
    } else if (sha256.isEmpty() && isDigest(md5, 32)) {
        file.algorithm = QCryptographicHash::Md5;
        file.digest = md5;
    } else {
        throwBadMirrors(QString("\"%1\": expected sha256 (64 hexadecimal digits) or md5 (32)").arg(file.name));
    }
    return file;
}

QByteArray digestOfFile(const QString& path, QCryptographicHash::Algorithm algorithm) {
    QFile file(path);
    QCryptographicHash hash(algorithm);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
        return {};
    }
    return hash.result().toHex();
}

/// Encrypted, or from this machine: what is fetched is nobody else's business, whatever its digest.
bool isSafe(const QUrl& url) {
    return url.scheme() == "https" || (url.scheme() == "http" && QHostAddress(url.host()).isLoopback());
}

/// The length that the server announced, or -1.
qint64 statedLength(const QNetworkReply& reply) {
    bool known = false;
    const qint64 length = reply.header(QNetworkRequest::ContentLengthHeader).toLongLong(&known);
    return known && length >= 0 ? length : -1;
}

}  // namespace

QList<DownloadSet> parseMirrors(const QByteArray& json) {
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError) {
        throwBadMirrors(QString("at byte %1: %2").arg(error.offset).arg(error.errorString()));
    }
    QList<DownloadSet> sets;
    const QJsonArray list = document["sets"].toArray();
    for (const auto& entry : list) {
        const QJsonObject value = entry.toObject();
        DownloadSet set;
        set.name = value["name"].toString();
        const QJsonArray mirrors = value["mirrors"].toArray();
        for (const auto& mirror : mirrors) {
            const QUrl url(mirror.toString());
            if (!url.isValid() || !isSafe(url) || !url.path().endsWith('/')) {
                throwBadMirrors(QString("\"%1\": expected an https address that ends in /, found \"%2\"")
                                    .arg(set.name, mirror.toString()));
            }
            set.mirrors.append(url.toString());
        }
        const QJsonArray files = value["files"].toArray();
        for (const auto& file : files) {
            set.files.append(parseFile(file.toObject(), set.name));
        }
        if (set.name.isEmpty() || set.mirrors.isEmpty() || set.files.isEmpty()) {
            throwBadMirrors("expected every set to have a name, mirrors and files");
        }
        sets.append(set);
    }
    if (sets.isEmpty()) {
        throwBadMirrors("expected a list \"sets\", found none");
    }
    return sets;
}

QByteArray builtinMirrors() {
    registerResources();
    QFile file(":/mirrors.json");
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Download::Download(const DownloadSet& set, const QString& folder, QObject* parent)
    : QObject(parent), set_(set), folder_(folder) {
    limit_.setSingleShot(true);
    connect(&limit_, &QTimer::timeout, this, [this] {
        if (running_) {
            finish(false,
                   QString("%1 did not come within %2 minutes. Try again later, or copy the files into %3 by hand.")
                       .arg(set_.name)
                       .arg(limitMilliseconds_ / 60000.0)
                       .arg(folder_));
        }
    });
}

Download::~Download() {
    dropReply();
}

void Download::start() {
    if (running_) {
        return;
    }
    running_ = true;
    file_ = 0;
    limit_.start(limitMilliseconds_);
    QTimer::singleShot(0, this, [this] {
        if (!running_) {
            return;
        }
        if (!QDir().mkpath(folder_)) {
            finish(false, QString("%1: this folder cannot be created. Check its permissions, or choose another one.")
                              .arg(folder_));
            return;
        }
        beginFile();
    });
}

void Download::cancel() {
    if (running_) {
        finish(false, QString("The download of %1 was cancelled.").arg(set_.name));
    }
}

void Download::beginFile() {
    mirror_ = 0;
    reasons_.clear();
    while (file_ < set_.files.size()) {
        const DownloadFile& file = set_.files[file_];
        const QString path = QDir(folder_).filePath(file.name);
        if (digestOfFile(path, file.algorithm) != file.digest) {
            beginAttempt();
            return;
        }
        ++file_;
    }
    finish(true, QString("%1 is in %2").arg(set_.name, folder_));
}

void Download::beginAttempt() {
    const DownloadFile& file = set_.files[file_];
    received_ = 0;
    hash_ = std::make_unique<QCryptographicHash>(file.algorithm);
    target_ = std::make_unique<QSaveFile>(QDir(folder_).filePath(file.name));
    if (!target_->open(QIODevice::WriteOnly)) {
        finish(false, QString("%1: cannot be written: %2. Check the folder's permissions and free space.")
                          .arg(target_->fileName(), target_->errorString()));
        return;
    }
    QNetworkRequest request(QUrl(set_.mirrors[mirror_] + file.name));
    // Without this header Qt would offer gzip and unpack the reply, and the digest is that of the packed file.
    request.setRawHeader("Accept-Encoding", "identity");
    request.setHeader(QNetworkRequest::UserAgentHeader, "elboroom/" ELBOROOM_VERSION);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
    request.setMaximumRedirectsAllowed(5);
    request.setTransferTimeout(timeout_);
    reply_ = network_.get(request);
    // Backpressure: what the disk has not taken yet is not read from the network without end.
    reply_->setReadBufferSize(1'048'576);
    connect(reply_, &QNetworkReply::readyRead, this, &Download::receive);
    connect(reply_, &QNetworkReply::finished, this, &Download::endAttempt);
}

void Download::receive() {
    if (!reply_ || reply_->error() != QNetworkReply::NoError) {
        return;
    }
    const DownloadFile& file = set_.files[file_];
    const QByteArray bytes = reply_->readAll();
    received_ += bytes.size();
    if (received_ > file.maxBytes) {
        mirrorFailed(QString("expected at most %1 bytes, but more came").arg(file.maxBytes));
        return;
    }
    hash_->addData(bytes);
    if (target_->write(bytes) != bytes.size()) {
        finish(
            false,
            QString("%1: cannot be written: %2. Is the disk full?").arg(target_->fileName(), target_->errorString()));
        return;
    }
    Q_EMIT progressed(
        {file.name, static_cast<int>(file_), static_cast<int>(set_.files.size()), received_, statedLength(*reply_)});
}

void Download::endAttempt() {
    if (!reply_) {
        return;
    }
    if (reply_->error() != QNetworkReply::NoError) {
        mirrorFailed(reasonOf(*reply_));
        return;
    }
    const QPointer<QNetworkReply> current = reply_;
    receive();  // what came with the last packet
    if (!current || current != reply_) {
        return;  // that was too much, or a slot cancelled
    }
    // Qt reports a connection that ends early only sometimes: it depends on which packet it saw last.
    const qint64 total = statedLength(*reply_);
    if (received_ < total) {
        mirrorFailed(QString("the connection ended after %1 bytes, expected %2").arg(received_).arg(total));
        return;
    }
    const DownloadFile& file = set_.files[file_];
    const QByteArray found = hash_->result().toHex();
    if (found != file.digest) {
        mirrorFailed(QString("the %1 bytes received have the digest %2..., expected %3...")
                         .arg(received_)
                         .arg(QString::fromLatin1(found.left(12)), QString::fromLatin1(file.digest.left(12))));
        return;
    }
    if (!target_->commit()) {
        finish(
            false,
            QString("%1: cannot be written: %2. Is the disk full?").arg(target_->fileName(), target_->errorString()));
        return;
    }
    target_.reset();
    dropReply();
    ++file_;
    beginFile();
}

QString Download::reasonOf(const QNetworkReply& reply) const {
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    switch (reply.error()) {
        case QNetworkReply::OperationCanceledError:
            return QString("no byte came for %1 s").arg(timeout_ / 1000.0);
        case QNetworkReply::RemoteHostClosedError:
            return QString("the connection ended after %1 bytes").arg(received_);
        default:
            return status >= 400 ? QString("the server answered %1").arg(status) : reply.errorString();
    }
}

void Download::mirrorFailed(const QString& reason) {
    const QString address = set_.mirrors[mirror_] + set_.files[file_].name;
    reasons_.append(QString("%1: %2").arg(address, reason));
    dropReply();
    target_.reset();  // an uncommitted QSaveFile removes its temporary file
    ++mirror_;
    if (mirror_ < set_.mirrors.size()) {
        beginAttempt();
        return;
    }
    finish(false, QString("%1 could not be downloaded.\n%2\nCheck the network connection, or copy the files into %3 "
                          "by hand.")
                      .arg(set_.files[file_].name, reasons_.join('\n'), folder_));
}

void Download::finish(bool succeeded, const QString& message) {
    dropReply();
    target_.reset();
    hash_.reset();
    limit_.stop();
    running_ = false;
    // Queued, so that cancel() and start() return before their caller hears of it.
    QTimer::singleShot(0, this, [this, succeeded, message] { Q_EMIT finished(succeeded, message); });
}

void Download::dropReply() {
    if (reply_) {
        QNetworkReply* reply = reply_;
        reply_ = nullptr;
        disconnect(reply, nullptr, this, nullptr);
        reply->abort();
        reply->deleteLater();
    }
}

QString downloadDataset(const QString& name, const QString& folder, const QByteArray& mirrorsJson,
                        const std::function<void(const DownloadProgress&)>& progress,
                        const std::function<bool()>& stopped) {
    const QList<DownloadSet> sets = parseMirrors(mirrorsJson);
    QStringList names;
    const DownloadSet* chosen = nullptr;
    for (const DownloadSet& set : sets) {
        names.append(set.name);
        if (set.name == name) {
            chosen = &set;
        }
    }
    if (chosen == nullptr) {
        const DataReader* reader = findDataReader(name.toStdString());
        const bool elsewhere = reader != nullptr && !reader->howToGet.empty();
        const QString remedy = elsewhere ? QString("get it %1").arg(QString::fromStdString(reader->howToGet))
                                         : QString("these can: %1").arg(names.join(", "));
        throw InputError(QString("\"%1\" cannot be downloaded; %2").arg(name, remedy).toStdString());
    }
    QString target = folder;
    if (target.isEmpty()) {
        const std::string home = userDataFolder();
        if (home.empty()) {
            throw InputError("there is no folder to download into: neither XDG_DATA_HOME nor HOME is set. Name one.");
        }
        target = QDir(QString::fromStdString(home)).filePath(name);
    }

    Download download(*chosen, target);
    QEventLoop loop;
    bool succeeded = false;
    QString message;
    if (progress) {
        QObject::connect(&download, &Download::progressed, &loop, progress);
    }
    QObject::connect(&download, &Download::finished, &loop, [&](bool ok, const QString& text) {
        succeeded = ok;
        message = text;
        loop.quit();
    });
    QTimer watch;
    if (stopped) {
        constexpr int kOften = 100;  // ms
        QObject::connect(&watch, &QTimer::timeout, &loop, [&] {
            if (stopped()) {
                download.cancel();
            }
        });
        watch.start(kOften);
    }
    download.start();
    loop.exec();
    if (!succeeded) {
        throw InputError(message.toStdString());
    }
    return target;
}

}  // namespace elbo
