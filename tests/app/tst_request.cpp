// What the analyst is asked for follows from what is on the screen.
#include <QtTest>

#include "app/request.h"
#include "app/run.h"

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
    }

    void smallFleetsStandSideBySide() {
        QCOMPARE(shownMembers(1, 0), (std::vector<int>{0}));
        QCOMPARE(shownMembers(2, 1), (std::vector<int>{0, 1}));
        QCOMPARE(shownMembers(16, 5), (std::vector<int>{5}));
        QCOMPARE(shownMembers(16, 99), (std::vector<int>{15}));
    }
};

QTEST_GUILESS_MAIN(TestRequest)
#include "tst_request.moc"
