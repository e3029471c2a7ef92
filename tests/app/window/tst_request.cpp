// What the analyst is asked for follows from what is on the screen.
#include <QtTest>
#include <numeric>

#include "app/session/run.h"
#include "app/window/request.h"

using namespace elbo;

class TestRequest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nothingIsAskedForByAHiddenWindow() {
        OnScreen screen;
        screen.latent = screen.data = screen.reconstructions = screen.samples = screen.manifold = true;
        screen.probes.push_back({1, 0, 0.0, 0.0});
        QVERIFY(!asksForNothing(requestFor(screen)));
        screen.window = false;
        QVERIFY(asksForNothing(requestFor(screen)));
    }

    void onlyVisibleViewsAreAskedFor() {
        OnScreen screen;
        screen.samples = true;
        screen.probes.push_back({1, 0, 0.0, 0.0});  // of the latent view, which is not on the screen
        const ViewRequest request = requestFor(screen);
        QVERIFY(request.samples);
        QVERIFY(!request.latent && !request.data && !request.reconstructions && !request.manifold);
        QVERIFY(request.probes.empty());
        QVERIFY(!request.truth && !request.health);
    }

    void whatTakesLongIsAskedForWhileItIsSeen() {
        OnScreen screen;
        screen.truth = screen.health = true;
        QVERIFY(requestFor(screen).truth && requestFor(screen).health);
        QVERIFY(!asksForNothing(requestFor(screen)));
        screen.window = false;
        QVERIFY(!requestFor(screen).truth && !requestFor(screen).health);
    }

    void exactQuantitiesAreMeasuredForMembersThatFindRoom() {
        OnScreen screen;
        screen.truth = true;
        screen.fleetSize = 4;
        QVERIFY(requestFor(screen).truthMembers.empty());  // those shown
        screen.fleetSize = 16;
        screen.focus = 11;
        QCOMPARE(requestFor(screen).truthMembers, std::vector<int>{11});
        screen.comparison = {2, 7};
        QVERIFY(requestFor(screen).truthMembers.empty());
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

QTEST_GUILESS_MAIN(TestRequest)
#include "tst_request.moc"
