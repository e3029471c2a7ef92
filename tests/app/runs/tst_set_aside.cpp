// What is in the way gets another name, and never that of something else.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "app/runs/set_aside.h"

using namespace elbo;

class TestSetAside : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    void store(const QString& name, const QByteArray& bytes) {
        QFile file(folder_.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    QByteArray contents(const QString& name) {
        QFile file(folder_.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QString aside(const QString& name, const char* suffix) {
        const std::string target = setAside(folder_.filePath(name).toStdString(), suffix);
        return target.empty() ? QString() : QDir(folder_.path()).relativeFilePath(QString::fromStdString(target));
    }

  private Q_SLOTS:
    void everyOneKeepsItsOwnName() {
        for (const char* expected : {"model.damaged", "model.damaged-2", "model.damaged-3"}) {
            store("model", expected);
            QCOMPARE(aside("model", ".damaged"), QString(expected));
            QVERIFY(!QFile::exists(folder_.filePath("model")));
        }
        for (const char* name : {"model.damaged", "model.damaged-2", "model.damaged-3"}) {
            QCOMPARE(contents(name), QByteArray(name));
        }
    }

    void foldersMoveWhole() {
        QVERIFY(QDir(folder_.path()).mkpath("session"));
        store("session/checkpoint", "weights");
        QCOMPARE(aside("session", "-20200101-000000"), QString("session-20200101-000000"));
        QCOMPARE(contents("session-20200101-000000/checkpoint"), QByteArray("weights"));
    }

    void whatIsNotThereIsNotMoved() { QCOMPARE(aside("absent", ".damaged"), QString()); }
};

QTEST_GUILESS_MAIN(TestSetAside)
#include "tst_set_aside.moc"
