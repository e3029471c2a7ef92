// Presentation mode and what lies over the window: nothing needs more than the screen, and everything comes back.
#include <QComboBox>
#include <QDialogButtonBox>
#include <QScreen>
#include <QSplitter>
#include <QtTest>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"
#include "app/window/shortcuts_dialog.h"
#include "tests/app/small_window.h"

using namespace elbo;

namespace {

void openSmallDigits(MainWindow& window) {
    Experiment experiment = smallDigits();
    experiment.run.steps = builtinExperiment("digits").run.steps;
    window.show();
    window.session().open(experiment);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame() != nullptr, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window.arrangement().view("reconstructions")->isVisible(), kPatience);
}

}  // namespace

class TestPresentation : public QObject {
    Q_OBJECT

    StateFolder state_;

  private Q_SLOTS:
    void initTestCase() { state_.begin(); }

    void escapeLeavesAnEnlargedViewFirst() {
        MainWindow window{Settings(false)};
        openSmallDigits(window);
        Arrangement& arrangement = window.arrangement();
        View* curves = arrangement.view("curves");
        auto* choice = curves->findChild<QComboBox*>("quantity");
        const double before = choice->font().pointSizeF();
        QTest::keyClick(&window, Qt::Key_F11);
        QTRY_VERIFY_WITH_TIMEOUT(window.isFullScreen(), kPatience);
        const double presented = choice->font().pointSizeF();
        arrangement.maximise(curves);
        QVERIFY(choice->font().pointSizeF() > presented && presented > before);
        QTest::keyClick(&window, Qt::Key_Escape);
        QVERIFY(arrangement.maximised() == nullptr && window.isFullScreen());
        QCOMPARE(choice->font().pointSizeF(), presented);
        QTest::keyClick(&window, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!window.isFullScreen(), kPatience);
        QCOMPARE(choice->font().pointSizeF(), before);
    }

    void presentationNeedsNoMoreThanTheScreenAndGivesSizesBack() {
        MainWindow window{Settings(false)};
        openSmallDigits(window);
        const QSize size = window.size();
        auto* columns = window.arrangement().findChild<QSplitter*>("columns");
        columns->setSizes({300, 200, 290});
        const QList<int> sizes = columns->sizes();
        for (int round = 0; round < 3; ++round) {
            window.setPresentation(true);
            QVERIFY(window.minimumSizeHint().width() <= window.screen()->size().width());
            QVERIFY(window.minimumSizeHint().height() <= window.screen()->size().height());
            QTRY_VERIFY_WITH_TIMEOUT(window.isFullScreen(), kPatience);
            window.setPresentation(false);
            QTRY_VERIFY_WITH_TIMEOUT(!window.isFullScreen(), kPatience);
            QTRY_COMPARE_WITH_TIMEOUT(window.size(), size, kPatience);
            QTRY_COMPARE_WITH_TIMEOUT(columns->sizes(), sizes, kPatience);
        }
    }

    void aMessageMovesNothing() {
        MainWindow window{Settings(false)};
        openSmallDigits(window);
        const auto top = [&window] { return window.arrangement().mapTo(&window, QPoint(0, 0)).y(); };
        const int before = top();
        const QSize size = window.arrangement().size();
        window.documents().open("/nonexistent.toml");
        QVERIFY(!window.notice().isEmpty());
        QTest::qWait(50);
        QCOMPARE(top(), before);
        QCOMPARE(window.arrangement().size(), size);
        auto* bar = window.findChild<QWidget*>("noticeBar");
        QVERIFY(bar->isVisible() && bar->parentWidget()->rect().contains(bar->geometry()));
    }

    void theListOfKeysFitsTheScreen() {
        MainWindow window{Settings(false)};
        window.show();
        window.actions().shortcuts->trigger();
        auto* dialog = window.findChild<ShortcutsDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QVERIFY2(dialog->width() <= 1280 && dialog->height() <= dialog->screen()->availableSize().height(),
                 qPrintable(QString("%1 x %2").arg(dialog->width()).arg(dialog->height())));
        QVERIFY(dialog->findChild<QDialogButtonBox*>()->isVisible());
    }
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    TestPresentation test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_presentation.moc"
