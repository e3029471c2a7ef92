// Small multiples: cells of one size that cover the area and come near the wanted proportions.
#include <QTest>

#include "widgets/kit/panel_grid.h"

using namespace elbo;

class TestPanelGrid : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fewStandSideBySide() {
        const auto cells = panelGrid({10, 20, 300, 90}, 3);
        QCOMPARE(cells.size(), std::size_t(3));
        QCOMPARE(cells[0], QRectF(10, 20, 100, 90));
        QCOMPARE(cells[2], QRectF(210, 20, 100, 90));
        QVERIFY(panelGrid({0, 0, 100, 100}, 0).empty());
    }

    void manyFillAGrid() {
        QCOMPARE(panelGrid({0, 0, 400, 400}, 16).back(), QRectF(300, 300, 100, 100));
        QCOMPARE(panelGrid({0, 0, 800, 200}, 16).back(), QRectF(700, 100, 100, 100));
        QCOMPARE(panelGrid({0, 0, 200, 800}, 16).back(), QRectF(100, 700, 100, 100));
        QCOMPARE(panelGrid({0, 0, 400, 200}, 16, 0.5).back(), QRectF(350, 100, 50, 100));
    }

    void everyCountIsPlacedOnce() {
        for (std::size_t count = 1; count <= 40; ++count) {
            const QRectF area(0, 0, 560, 330);
            const auto cells = panelGrid(area, count);
            QCOMPARE(cells.size(), count);
            for (std::size_t i = 0; i < count; ++i) {
                QVERIFY(area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(cells[i]));
                QCOMPARE(panelAt(cells, cells[i].center()), static_cast<int>(i));
            }
        }
        QCOMPARE(panelAt(panelGrid({0, 0, 10, 10}, 2), {20, 20}), -1);
    }
};

QTEST_APPLESS_MAIN(TestPanelGrid)
#include "tst_panel_grid.moc"
