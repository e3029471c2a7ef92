// What the analyst is asked for follows from what is on the screen.
#include <QtTest>
#include <numeric>

#include "app/window/arrangement.h"
#include "app/window/request.h"
#include "training/data/dataset.h"

using namespace elbo;

namespace {

Dataset images() {
    Dataset data;
    data.dim = 784;
    data.imageWidth = data.imageHeight = 28;
    return data;
}

}  // namespace

class TestRequest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nothingIsAskedForByAHiddenWindow() {
        OnScreen screen;
        ViewRequest& asked = screen.asked;
        asked.latent = asked.data = asked.reconstructions = asked.samples = asked.manifold = true;
        asked.probes.push_back({1, 0, 0.0, 0.0});
        QVERIFY(!requestFor(screen).isNothing());
        screen.window = false;
        QVERIFY(requestFor(screen).isNothing());
    }

    void onlyVisibleViewsAreAskedFor() {
        Arrangement lab;
        lab.adapt(Experiment(), images());
        lab.latent()->setPlane({true, 0, 1});
        QVERIFY(requestFor(lab.onScreen()).isNothing());  // not shown yet
        lab.show();
        QVERIFY(requestFor(lab.onScreen()).latent && requestFor(lab.onScreen()).reconstructions);
        QVERIFY(requestFor(lab.onScreen()).plane.principal);
        lab.maximise(lab.view("samples"));
        const ViewRequest request = requestFor(lab.onScreen());
        QVERIFY(request.samples);
        QVERIFY(!request.latent && !request.data && !request.reconstructions && !request.manifold);
        QVERIFY(request.probes.empty());
        QVERIFY(!request.exact && !request.health);
    }

    void whatTakesLongIsAskedForWhileItIsSeen() {
        OnScreen screen;
        screen.asked.exact = screen.asked.health = true;
        QVERIFY(requestFor(screen).exact && requestFor(screen).health);
        QVERIFY(!requestFor(screen).isNothing());
        screen.window = false;
        QVERIFY(!requestFor(screen).exact && !requestFor(screen).health);
    }

    void exactQuantitiesAreMeasuredForMembersThatFindRoom() {
        OnScreen screen;
        screen.asked.exact = true;
        screen.fleetSize = 4;
        QVERIFY(requestFor(screen).exactMembers.empty());  // those shown
        screen.fleetSize = 16;
        screen.focus = 11;
        QCOMPARE(requestFor(screen).exactMembers, std::vector<int>{11});
        screen.comparison = {2, 7};
        QVERIFY(requestFor(screen).exactMembers.empty());
        QCOMPARE(requestFor(screen).members, (std::vector<int>{2, 7}));
    }

    void smallFleetsStandSideBySide() {
        QCOMPARE(shownMembers(1, 0, {}), (std::vector<int>{0}));
        QCOMPARE(shownMembers(2, 1, {}), (std::vector<int>{0, 1}));
        std::vector<int> all(16);
        std::iota(all.begin(), all.end(), 0);
        QCOMPARE(shownMembers(16, 5, {}), all);
    }

    void largeFleetsAreShownByAnEvenChoice() {
        for (const int size : {17, 31, 64, 200}) {
            for (const int focus : {0, 1, 7, size / 2, size - 2, size - 1, size + 5}) {
                const std::vector<int> members = shownMembers(size, focus, {});
                QCOMPARE(members.size(), std::size_t(16));
                QCOMPARE(members.front(), 0);
                QCOMPARE(members.back(), size - 1);
                QVERIFY(std::is_sorted(members.begin(), members.end()));
                QVERIFY(std::adjacent_find(members.begin(), members.end()) == members.end());
                QVERIFY(std::count(members.begin(), members.end(), std::min(focus, size - 1)) == 1);
            }
        }
    }

    void aComparisonShowsItsTwo() {
        QCOMPARE(shownMembers(16, 5, comparisonOf(9, 5)), (std::vector<int>{5, 9}));
        QCOMPARE(shownMembers(4, 0, comparisonOf(9, 5)), (std::vector<int>{0, 1, 2, 3}));  // of a fleet that is gone
        OnScreen screen;
        screen.fleetSize = 16;
        const ViewRequest all = requestFor(screen);
        screen.comparison = comparisonOf(1, 2);
        const ViewRequest two = requestFor(screen);
        // Few large pictures take more detail than many small ones.
        QVERIFY(two.gridSize > all.gridSize && two.codeCount > all.codeCount);
        QVERIFY(two.imageCount > all.imageCount && two.manifoldSize > all.manifoldSize);
    }
};

QTEST_MAIN(TestRequest)
#include "tst_request.moc"
