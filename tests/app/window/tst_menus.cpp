// What the menus of the real window do: built-in experiments, replay, names of files, themes.
#include <QInputDialog>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"
#include "tests/app/small_window.h"

using namespace elbo;

class TestMenus : public QObject {
    Q_OBJECT

  private:
    StateFolder state_;

  private Q_SLOTS:
    void initTestCase() { state_.begin(); }

    void theMemoryForUndoIsAskedForAndRemembered() {
        {
            MainWindow window{Settings(true)};
            window.show();
            window.actions().undoMemory->trigger();
            auto* question = window.findChild<QInputDialog*>("undoMemory");
            QVERIFY(question != nullptr);
            QCOMPARE(question->intValue(), Settings::kUndoMemory);
            question->setIntValue(256);
            question->accept();
        }
        QCOMPARE(Settings(true).undoMemory(), 256);
        // A number that nobody can have meant is none.
        QSettings(Settings::folder() + "/window.ini", QSettings::IniFormat).setValue("undo/memory_mib", -5);
        QCOMPARE(Settings(true).undoMemory(), 0);
        QFile::remove(Settings::folder() + "/window.ini");
    }

    void aBuiltInExperimentPlaysWhateverRanBefore() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        const auto choose = [&window](const QString& title) {
            for (QAction* action : window.actions().builtinMenu->actions()) {
                if (action->text() == title) {
                    action->trigger();
                }
            }
        };
        const auto title = [](const char* name) { return QString::fromStdString(builtinExperiment(name).title); };
        choose(title("ring"));
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment().name, std::string("ring"), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Running, kPatience);
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        choose(title("two-points"));
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment().name, std::string("two-points"), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Running, kPatience);
        // What is opened by other ways rests as before.
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        window.session().open(smallDigits());
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), smallDigits(), kPatience);
        QTest::qWait(100);
        QCOMPARE(window.session().state(), RunState::Idle);
    }

    void movesByHandAreReplayed() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        QVERIFY(!window.actions().replay->isEnabled());
        window.session().setKnobs({Knobs{4.0, 1.0, 0.0}});
        QTRY_VERIFY_WITH_TIMEOUT(window.actions().replay->isEnabled(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > 400, kPatience);
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) < 400, kPatience);
    }

    void filesAreNamedForWhatIsOnShow() {
        QTemporaryDir folder;
        MainWindow window{Settings(false)};
        Documents& documents = window.documents();
        window.show();
        QCOMPARE(QFileInfo(documents.suggestedFile("pdf")).absolutePath(), QDir::homePath());
        QDir(folder.path()).mkdir("figures");
        documents.noteFolder(folder.filePath("figures/a.pdf"));
        window.session().open(smallDigits());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame() != nullptr, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(documents.suggestedFile("pdf"), folder.filePath("figures/digits-elbo-step-0.pdf"),
                                  kPatience);
        QCOMPARE(documents.suggestedFile("elbo.toml", false), folder.filePath("figures/digits-elbo.elbo.toml"));
        // A folder that is gone is no place to begin.
        QDir(folder.path()).rmdir("figures");
        QCOMPARE(QFileInfo(documents.suggestedFile("pdf")).absolutePath(), QDir::homePath());
    }

    void themesComeAndGoWithoutMovingAnything() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().latestFrame()->state, RunState::Paused, kPatience);
        QTest::qWait(300);  // all plots have drawn something
        const auto places = [&window] {
            QStringList all;
            for (const QWidget* widget : window.findChildren<QWidget*>()) {
                if (widget->isVisible() && !widget->objectName().startsWith("qt_")) {
                    const QRect place(widget->mapTo(&window, QPoint(0, 0)), widget->size());
                    all << QString("%1 %2: %3, %4, %5 x %6")
                               .arg(widget->metaObject()->className(), widget->objectName())
                               .arg(place.x())
                               .arg(place.y())
                               .arg(place.width())
                               .arg(place.height());
                }
            }
            return all;
        };
        const QStringList before = places();
        for (const bool dark : {false, true}) {
            window.setDark(dark);
            QTest::qWait(200);
        }
        const QStringList after = places();
        QCOMPARE(after.size(), before.size());
        for (int i = 0; i < after.size(); ++i) {
            QCOMPARE(after[i], before[i]);
        }
    }
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    TestMenus test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_menus.moc"
