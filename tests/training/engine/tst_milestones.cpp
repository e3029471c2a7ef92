// Which steps of a run are copied, and how many copies are held.
#include "training/engine/milestones.h"

#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"

using namespace elbo;

namespace {

/// `copies` of it fill the memory that milestones may take.
std::shared_ptr<const Snapshot> snapshotAt(std::int64_t step, std::size_t copies) {
    const auto size = static_cast<std::int64_t>(Milestones::kMostBytes / copies / sizeof(float));
    auto layout = std::make_shared<ParameterLayout>();
    layout->add("weights", {size});
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->step = step;
    // One number in memory: only the shape counts here.
    snapshot->parameters = std::make_shared<FleetParameters>(layout, torch::zeros({1, 1}).expand({1, size}));
    return snapshot;
}

/// A run of so many steps.
Milestones after(std::int64_t steps, std::size_t copies) {
    Milestones milestones(1);
    for (std::int64_t step = 1; step <= steps; ++step) {
        if (milestones.due(step)) {
            milestones.keep(snapshotAt(step, copies));
        }
    }
    return milestones;
}

}  // namespace

class TestMilestones : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theyLieEvenOnALogarithmicAxis() {
        const Milestones milestones = after(100000, 1000);
        const Snapshots& kept = milestones.kept();
        QCOMPARE(kept.front()->step, std::int64_t{1});
        for (std::size_t i = 1; i < kept.size(); ++i) {
            const auto before = static_cast<double>(kept[i - 1]->step);
            const auto now = static_cast<double>(kept[i]->step);
            QVERIFY(now - before == 1.0 || std::abs(now / before - Milestones::kGrowth) < 0.6 / before);
        }
        QVERIFY(kept.size() > 60 && kept.size() < Milestones::kMost);
        QVERIFY(static_cast<double>(kept.back()->step) * Milestones::kGrowth > 100000.0);
    }

    void memoryIsBoundedByLosingOldOnes() {
        const Milestones milestones = after(100000, 20);
        QVERIFY(milestones.kept().size() <= 20U);
        QVERIFY(milestones.kept().size() >= 15U);
        QVERIFY(static_cast<double>(milestones.kept().back()->step) * Milestones::kGrowth > 100000.0);
        QVERIFY(std::is_sorted(milestones.kept().begin(), milestones.kept().end(),
                               [](const auto& a, const auto& b) { return a->step < b->step; }));
    }

    void largeModelsAreNotCopied() {
        Milestones milestones(1);
        QVERIFY(milestones.due(1));
        milestones.keep(snapshotAt(1, Milestones::kFewest - 1));
        QVERIFY(milestones.kept().empty());
        QVERIFY(!milestones.due(1000));
    }

    void aRunThatGoesOnBeginsWhereItIs() {
        Milestones milestones(501);
        QVERIFY(!milestones.due(500));
        QVERIFY(milestones.due(501));
        milestones.keep(snapshotAt(501, 1000));
        QVERIFY(!milestones.due(560));
        QVERIFY(milestones.due(561));
    }
};

QTEST_GUILESS_MAIN(TestMilestones)
#include "tst_milestones.moc"
