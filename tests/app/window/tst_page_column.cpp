// The pages of the right column take turns, and what is on the screen follows.
#include <QSignalSpy>
#include <QtTest>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "training/data/dataset.h"

using namespace elbo;

namespace {

Dataset images() {
    Dataset data;
    data.dim = 784;
    data.imageWidth = data.imageHeight = 28;
    return data;
}

Experiment withLatentDim(int dim) {
    Experiment experiment;
    experiment.model.latentDim = dim;
    return experiment;
}

}  // namespace

class TestPageColumn : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void onePageIsSeenAtATime() {
        Arrangement lab;
        lab.resize(1280, 800);
        lab.adapt(withLatentDim(2), images());
        lab.show();
        const auto seen = [&lab](const char* id) { return lab.view(id)->isVisible(); };
        QVERIFY(seen("rate-distortion") && seen("curves") && seen("latent"));
        QVERIFY(!seen("elbo-forms") && !seen("posterior") && !seen("health"));
        QVERIFY(!lab.onScreen().asked.exact && !lab.onScreen().asked.health);

        lab.pages()->setPage(Page::Exact);
        QVERIFY(seen("elbo-forms") && seen("posterior") && seen("latent"));
        QVERIFY(!seen("rate-distortion") && !seen("curves") && !seen("health"));
        QVERIFY(lab.onScreen().asked.exact && !lab.onScreen().asked.health);

        lab.pages()->setPage(Page::Health);
        QVERIFY(seen("health") && !seen("elbo-forms"));
        QVERIFY(lab.onScreen().asked.health);
        QVERIFY(lab.onScreen().asked.exact);  // for the amortisation gap
    }

    void exactQuantitiesNeedASmallCode() {
        Arrangement lab;
        lab.adapt(withLatentDim(2), images());
        lab.show();
        lab.pages()->setPage(Page::Exact);
        lab.adapt(withLatentDim(10), images());
        QCOMPARE(lab.pages()->page(), Page::Course);
        QVERIFY(lab.view("curves")->isVisible());
        lab.pages()->setPage(Page::Exact);
        QCOMPARE(lab.pages()->page(), Page::Course);
        QVERIFY(!lab.onScreen().asked.exact);
        lab.adapt(withLatentDim(1), images());  // what was asked for comes back
        QCOMPARE(lab.pages()->page(), Page::Exact);
        QVERIFY(lab.view("posterior")->isVisible());
        lab.pages()->setPage(Page::Health);
        lab.adapt(withLatentDim(10), images());
        QCOMPARE(lab.pages()->page(), Page::Health);
        QVERIFY(lab.onScreen().asked.health && !lab.onScreen().asked.exact);
    }

    void aLargeViewHasTheWholeRoom() {
        Arrangement lab;
        lab.resize(1280, 800);
        lab.adapt(withLatentDim(2), images());
        lab.show();
        lab.maximise(lab.latent());
        QVERIFY(!lab.pages()->isVisible());
        lab.maximise(nullptr);
        lab.pages()->setPage(Page::Exact);
        lab.maximise(lab.view("posterior"));
        QVERIFY(lab.view("posterior")->isVisible() && !lab.view("elbo-forms")->isVisible() &&
                !lab.latent()->isVisible());
        lab.pages()->setPage(Page::Course);  // by its key: all panels come back
        QCOMPARE(lab.maximised(), nullptr);
        QVERIFY(lab.view("curves")->isVisible() && lab.latent()->isVisible());
    }

    void figuresShowThePageOnTheScreen() {
        Arrangement lab;
        lab.adapt(withLatentDim(2), images());
        QCOMPARE(lab.applicableViews().size(), std::size_t{7});
        lab.pages()->showPageOf(lab.view("health"));
        QCOMPARE(lab.applicableViews().size(), std::size_t{6});
        QCOMPARE(lab.applicableViews().back()->id(), QString("health"));
        QSignalSpy changes(lab.pages(), &PageColumn::pageChanged);
        lab.pages()->showPageOf(lab.latent());  // in no page
        QCOMPARE(changes.count(), 0);
    }
};

QTEST_MAIN(TestPageColumn)
#include "tst_page_column.moc"
