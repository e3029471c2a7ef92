// Dialogs on small screens and in the large type of a presentation: they fit, and what does not fit scrolls.
#include <QAbstractButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QtTest>
#include <algorithm>
#include <memory>

#include "app/dialogs/family_dialog.h"
#include "app/dialogs/measure_dialog.h"
#include "app/window/main_window.h"
#include "app/window/presentation.h"
#include "app/window/shortcuts_dialog.h"
#include "tests/app/small_window.h"
#include "widgets/kit/screen_room.h"

using namespace elbo;

class TestDialogSizes : public QObject {
    Q_OBJECT

  private:
    StateFolder state_;

  private Q_SLOTS:
    void initTestCase() { state_.begin(); }

    void everyDialogFits_data() {
        QTest::addColumn<QString>("dialog");
        QTest::addColumn<QSize>("screen");
        for (const char* dialog : {"shortcuts", "family", "measures"}) {
            for (const QSize screen : {QSize(1024, 768), QSize(1280, 800)}) {
                QTest::addRow("%s on %d x %d", dialog, screen.width(), screen.height()) << QString(dialog) << screen;
            }
        }
    }

    void everyDialogFits() {
        QFETCH(const QString, dialog);
        QFETCH(const QSize, screen);
        Theme theme = Theme::darkTheme();
        theme.fontPoints = Presentation::fontPoints(screen.width());
        MainWindow window{Settings(false)};
        QApplication::setFont(theme.font());
        qApp->setStyleSheet(theme.styleSheet());
        std::unique_ptr<QDialog> shown;
        if (dialog == "shortcuts") {
            shown = std::make_unique<ShortcutsDialog>(window.actions(), &window);
            shown->setAttribute(Qt::WA_DeleteOnClose, false);
        } else if (dialog == "family") {
            auto family = std::make_unique<FamilyDialog>(&window);
            family->panel()->setTheme(theme);
            shown = std::move(family);
        } else {
            shown = std::make_unique<MeasureDialog>([] { return ModelOnShow{}; }, &window);
        }
        shown->show();
        QCoreApplication::processEvents();
        const QSize room = dialogRoom(*shown);
        QVERIFY2(shown->width() <= room.width() && shown->height() <= room.height(),
                 qPrintable(QString("%1 x %2").arg(shown->width()).arg(shown->height())));

        // On the screen of this test: nothing asks for more than it has.
        shown->resize(dialogRoom(screen));
        QCoreApplication::processEvents();
        QCOMPARE(shown->size(), dialogRoom(screen));
        const QList<QScrollArea*> areas = shown->findChildren<QScrollArea*>();
        for (const auto* button : shown->findChildren<QAbstractButton*>()) {
            const QRect place(button->mapTo(shown.get(), QPoint(0, 0)), button->size());
            const bool scrolls = std::any_of(areas.begin(), areas.end(), [button](const QScrollArea* area) {
                return area->widget()->isAncestorOf(button);
            });
            QVERIFY2(!button->isVisible() || scrolls || shown->rect().contains(place), qPrintable(button->text()));
        }
        for (const auto* area : areas) {
            QVERIFY2(area->widget()->width() <= area->viewport()->width(),
                     qPrintable(QString::number(area->widget()->width())));
        }
    }

    void aWishIsBounded() {
        QWidget dialog;
        fitToScreen(dialog, {300, 200});
        QCOMPARE(dialog.size(), QSize(300, 200));
        fitToScreen(dialog, {100000, 200});
        QCOMPARE(dialog.size(), QSize(dialogRoom(dialog).width(), 200));
    }
};

QTEST_MAIN(TestDialogSizes)
#include "tst_dialog_sizes.moc"
