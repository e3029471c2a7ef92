// Where the window stood, read from a file that may be damaged.
#include <QSplitter>
#include <QtTest>
#include <memory>

#include "app/window/arrangement.h"
#include "app/window/window_place.h"

using namespace elbo;

namespace {

QSplitter* threePanels() {
    auto* splitter = new QSplitter(Qt::Horizontal);
    for (int i = 0; i < 3; ++i) {
        splitter->addWidget(new QWidget);
    }
    splitter->resize(1000 + 2 * splitter->handleWidth(), 100);
    splitter->setSizes({200, 300, 500});
    return splitter;
}

}  // namespace

class TestWindowPlace : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sizesArePlainNumbersThatComeBack() {
        const std::unique_ptr<QSplitter> splitter(threePanels());
        splitter->show();
        const QByteArray stored = splitterSizes(*splitter);
        QCOMPARE(stored.count(','), 2);
        splitter->setSizes({600, 200, 200});
        QVERIFY(splitterSizes(*splitter) != stored);
        setSplitterSizes(*splitter, stored);
        QCOMPARE(splitterSizes(*splitter), stored);
        // One that is hidden keeps its room.
        splitter->widget(1)->hide();
        QCOMPARE(splitterSizes(*splitter).count(','), 2);
    }

    void whatIsNoListOfSizesIsIgnored_data() {
        QTest::addColumn<QByteArray>("sizes");
        const std::unique_ptr<QSplitter> other(threePanels());
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("state of an earlier version") << other->saveState();
        QTest::newRow("too few") << QByteArray("1,2");
        QTest::newRow("too many") << QByteArray("1,2,3,4");
        QTest::newRow("beyond all screens") << QByteArray("100000000,1,1");
        QTest::newRow("below 0") << QByteArray("-1,5,5");
        QTest::newRow("all 0") << QByteArray("0,0,0");
        QTest::newRow("words") << QByteArray("a,b,c");
        QTest::newRow("overflow") << QByteArray("99999999999999999999,1,1");
        QTest::newRow("endless") << QByteArray(1 << 20, ',');
    }
    void whatIsNoListOfSizesIsIgnored() {
        QFETCH(const QByteArray, sizes);
        const std::unique_ptr<QSplitter> splitter(threePanels());
        splitter->show();
        const QByteArray before = splitterSizes(*splitter);
        setSplitterSizes(*splitter, sizes);
        QCOMPARE(splitterSizes(*splitter), before);
    }

    void everySplitterOfTheLabIsStoredAsNumbers() {
        Arrangement lab;
        lab.resize(1280, 800);
        lab.show();
        const QMap<QString, QByteArray> states = lab.saveSplitters();
        QVERIFY(states.contains("columns") && states.contains("centre"));
        for (const QByteArray& sizes : states) {
            for (const QByteArray& size : sizes.split(',')) {
                bool number = false;
                size.toInt(&number);
                QVERIFY2(number, sizes.constData());
            }
        }
        lab.restoreSplitters(states);
        QCOMPARE(lab.saveSplitters()["columns"], states["columns"]);
    }

    void damagedGeometryLeavesTheWindowAsItIs() {
        QWidget window;
        window.resize(640, 480);
        restorePlace(window, QByteArray(1000, '\x7f'));
        QCOMPARE(window.size(), QSize(640, 480));
        // Every number of a good one, too large.
        const QByteArray good = window.saveGeometry();
        for (qsizetype place = 8; place + 4 <= good.size(); place += 2) {
            QByteArray damaged = good;
            damaged.replace(place, 4, QByteArray::fromHex("05f5e100"));  // 10^8
            QWidget other;
            other.resize(640, 480);
            restorePlace(other, damaged);
            QVERIFY2(other.width() <= 20000 && other.height() <= 20000, qPrintable(QString::number(place)));
        }
    }
};

QTEST_MAIN(TestWindowPlace)
#include "tst_window_place.moc"
