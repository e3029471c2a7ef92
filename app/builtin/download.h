// Downloads of image sets: several mirrors in turn, checked against a known digest, never a half-written file.
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QList>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QSaveFile>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <memory>

class QNetworkReply;

namespace elbo {

/// One file of a set, as mirrors.json states it.
struct DownloadFile {
    QString name;
    qint64 maxBytes = 0;  ///< a reply that grows beyond this is refused
    QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha256;
    QByteArray digest;  ///< lower-case hex
};

struct DownloadSet {
    QString name;
    QStringList mirrors;  ///< base addresses that end in "/"
    QList<DownloadFile> files;
};

/// The sets of a mirrors file. Throws InputError (file, field and expected form) for one that cannot be used.
QList<DownloadSet> parseMirrors(const QByteArray& json);

/// The mirrors that come with the program (:/mirrors.json).
QByteArray builtinMirrors();

/// How far a download is.
struct DownloadProgress {
    QString file;
    int fileIndex = 0;
    int fileCount = 0;
    qint64 received = 0;  ///< bytes of this file
    qint64 total = -1;    ///< bytes of this file, -1 when the server does not say
};

/// Fetches the files of one set into a folder. A file that is already there with the right digest is kept; any other is
/// replaced only once the new one is complete and checked. Lives in the thread that created it and needs its event
/// loop.
class Download : public QObject {
    Q_OBJECT

  public:
    explicit Download(const DownloadSet& set, const QString& folder, QObject* parent = nullptr);
    ~Download() override;

    /// Begins; progressed() and then once finished() follow, never from inside this call.
    void start();
    /// Stops at once; finished(false) follows with a message that says so. Files already complete stay.
    void cancel();
    bool running() const { return running_; }
    /// The milliseconds without a byte after which a mirror is given up (30 s unless set).
    void setTimeout(int milliseconds) { timeout_ = milliseconds; }
    /// The milliseconds after which the whole download is given up (an hour unless set): a mirror may go on sending a
    /// byte now and then.
    void setTimeLimit(int milliseconds) { limitMilliseconds_ = milliseconds; }

  Q_SIGNALS:
    void progressed(const elbo::DownloadProgress& progress);
    /// `message` says where the files are, or what went wrong at every mirror that was tried and what to do.
    void finished(bool succeeded, const QString& message);

  private:
    void beginFile();
    void beginAttempt();
    void receive();
    void endAttempt();
    QString reasonOf(const QNetworkReply& reply) const;
    void mirrorFailed(const QString& reason);
    void finish(bool succeeded, const QString& message);
    void dropReply();

    DownloadSet set_;
    QString folder_;
    QNetworkAccessManager network_;
    int timeout_ = 30000;
    int limitMilliseconds_ = 3'600'000;
    QTimer limit_;
    bool running_ = false;
    qsizetype file_ = 0;
    qsizetype mirror_ = 0;
    QStringList reasons_;  ///< one per mirror that failed for the present file
    QPointer<QNetworkReply> reply_;
    std::unique_ptr<QSaveFile> target_;
    std::unique_ptr<QCryptographicHash> hash_;
    qint64 received_ = 0;
};

/// The command line's form: downloads the set `name` into folder (empty: userDataFolder()/NAME) and waits for it. Needs
/// a QCoreApplication. Returns the folder; throws InputError with the message of the failure. It is given up, and
/// nothing half-written stays, as soon as `stopped` says so.
QString downloadDataset(const QString& name, const QString& folder, const QByteArray& mirrorsJson,
                        const std::function<void(const DownloadProgress&)>& progress,
                        const std::function<bool()>& stopped = {});

}  // namespace elbo
