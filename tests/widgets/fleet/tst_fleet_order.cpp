// The order of a fleet: which weight it runs along, which members are joined, and how they are coloured and named.
#include <QTest>
#include <set>

#include "widgets/fleet/fleet_order.h"
#include "widgets/fleet/member_name.h"

using namespace elbo;

class TestFleetOrder : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theWeightThatDiffersGivesTheOrder() {
        const FleetOrder order = orderFleet({{4, 1, 0}, {0.5, 1, 0}, {1, 1, 0}});
        QCOMPARE(order.symbol, QString::fromUtf8("\u03b2"));
        QCOMPARE(order.low, 0.5);
        QCOMPARE(order.high, 4.0);
        QCOMPARE(order.families, (std::vector<std::vector<int>>{{1, 2, 0}}));
        QCOMPARE(order.places, (std::vector<double>{1.0, 0.0, 0.5}));
        QVERIFY(!order.ramped());
    }

    void equalMembersHaveNoOrder() {
        const FleetOrder order = orderFleet({{1, 1, 0}, {1, 1, 0}});
        QVERIFY(order.symbol.isEmpty() && order.families.empty());
        QCOMPARE(order.places.size(), std::size_t(2));
        QVERIFY(orderFleet({}).places.empty());
    }

    void gridsFallIntoFamilies() {
        // lambda takes three values, alpha two: each alpha is a line of its own.
        const std::vector<Knobs> knobs{{1, 1, 0}, {1, 1, 1}, {1, 10, 0}, {1, 10, 1}, {1, 100, 0}, {1, 100, 1}};
        const FleetOrder order = orderFleet(knobs);
        QCOMPARE(order.symbol, QString::fromUtf8("\u03bb"));
        QCOMPARE(order.families, (std::vector<std::vector<int>>{{0, 2, 4}, {1, 3, 5}}));
        QVERIFY(order.ramped());
        QCOMPARE(shortMemberName(knobs, order, 3), QString::fromUtf8("\u03bb\u00a010"));
    }

    void panelsAreNamedByWhatDiffers() {
        const std::vector<Knobs> knobs{{1, 1, 0}, {1, 1, 1}, {1, 10, 0}, {1, 10, 1}, {1, 100, 0}, {1, 100, 1}};
        const auto name = [](const char* text) { return QString::fromUtf8(text).replace('_', QChar(0x00a0)); };
        QCOMPARE(panelTitles(knobs, {0, 3, 5}, false)[1], name("\u03bb_10, \u03b1_1"));
        QCOMPARE(panelTitles(knobs, {0, 3, 5}, true)[1], name("\u03bb_10"));
        // Two of many are a comparison: only what differs between them counts.
        QCOMPARE(panelTitles(knobs, {3, 5}, false),
                 (std::vector<QString>{name("A: \u03bb_10"), name("B: \u03bb_100")}));
        QCOMPARE(panelTitles({{1, 1, 0}, {2, 1, 0}}, {0, 1}, false)[1], name("\u03b2_2"));
        QCOMPARE(panelTitles({{1, 1, 0}, {1, 1, 0}, {1, 1, 0}}, {0, 2}, false)[1], QString("B: member 3"));
        QCOMPARE(panelTitles({}, {0}, true)[0], QString("member 1"));
    }

    void manyMembersAreColouredAlongTheWeight() {
        std::vector<Knobs> knobs;
        for (int i = 0; i < 16; ++i) {
            knobs.push_back({0.1 * std::pow(10.0, i / 7.5), 1.0, 0.0});
        }
        const FleetOrder order = orderFleet(knobs);
        for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme(), Theme::paperTheme()}) {
            const auto colors = memberColors(theme, order);
            std::set<QRgb> different;
            for (const QColor& color : colors) {
                different.insert(color.rgb());
            }
            QCOMPARE(different.size(), std::size_t(16));
            QCOMPARE(colors.front(), theme.sweep(0.0));
            QCOMPARE(colors.back(), theme.sweep(1.0));
            QCOMPARE(memberColor(theme, order, 16), theme.mutedText);
        }
        knobs.resize(3);
        QCOMPARE(memberColor(Theme::darkTheme(), orderFleet(knobs), 2), Theme::darkTheme().members[2]);
    }
};

QTEST_GUILESS_MAIN(TestFleetOrder)
#include "tst_fleet_order.moc"
