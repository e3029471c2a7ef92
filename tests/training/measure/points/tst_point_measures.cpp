// Every measure of the registry of point sets: it applies or says why, and gives what it declares.
#include <QtTest>
#include <cmath>
#include <set>

#include "training/measure/points/point_measures.h"
#include "training/metrics/metric_table.h"

using namespace elbo;

namespace {

/// Points of a spiral: no two alike, in general position.
Points someOf(int count, double turn) {
    Points points(count, 2);
    for (int i = 0; i < count; ++i) {
        const double angle = turn + 0.7 * i;
        points(i, 0) = (1.0 + 0.1 * i) * std::cos(angle);
        points(i, 1) = (1.0 + 0.1 * i) * std::sin(angle);
    }
    return points;
}

}  // namespace

class TestPointMeasures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyMeasureAppliesOrSaysWhy() {
        const Points a = someOf(12, 0.0), b = someOf(9, 1.0);
        for (const PointMeasure& measure : pointMeasures()) {
            const PointSubject alone{a, nullptr, {}}, both{a, &b, {}};
            QCOMPARE(measure.whyNot(alone).empty(), !measure.compares);
            QVERIFY(measure.whyNot(both).empty());
            std::set<std::string> found;
            for (const PointValue& value : measure.run(both)) {
                QVERIFY2(std::isfinite(value.value), value.metric.c_str());
                QVERIFY2(value.meaning.ends_with("."), value.metric.c_str());
                const auto& rows = metricRows();
                QVERIFY2(std::any_of(rows.begin(), rows.end(),
                                     [&](const MetricRow& row) { return row.name == value.metric; }),
                         value.metric.c_str());
                found.insert(value.metric);
            }
            QCOMPARE(found, std::set<std::string>(measure.names.begin(), measure.names.end()));
        }
    }

    void oneSetIsMeasuredAlone() {
        const Points a = someOf(12, 0.0), b = someOf(9, 1.0);
        const auto alone = measurePoints({a, nullptr, {}});
        const auto both = measurePoints({a, &b, {}});
        QCOMPARE(alone.size(), std::size_t{3});
        QCOMPARE(both.size(), std::size_t{7});
        for (std::size_t i = 0; i < alone.size(); ++i) {
            QCOMPARE(alone[i].value, both[i].value);
        }
    }
};

QTEST_APPLESS_MAIN(TestPointMeasures)
#include "tst_point_measures.moc"
