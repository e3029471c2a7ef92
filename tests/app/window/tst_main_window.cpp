// The real window without OpenGL: it opens, trains, answers sliders, undoes, exports, reopens, remembers and closes.
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <functional>
#include <set>

#include "app/builtin/builtin_experiments.h"
#include "app/window/main_window.h"
#include "tests/app/small_window.h"
#include "training/experiment/experiment_text.h"
#include "training/run/checkpoint.h"

using namespace elbo;

namespace {

void drop(MainWindow& window, const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
}

double betaInForce(MainWindow& window) {
    return window.session().latestFrame()->report.value("beta", 0);
}

void writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

/// Images of 28 x 28 in the IDX form: magic, counts, pixels.
QByteArray idxImages(int count) {
    QByteArray bytes = QByteArray::fromHex("00000803");
    for (const int number : {count, 28, 28}) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.append(static_cast<char>(number >> shift & 0xff));
        }
    }
    for (int i = 0; i < count * 784; ++i) {
        bytes.append(static_cast<char>(i * 37 % 256));
    }
    return bytes;
}

}  // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

  private:
    StateFolder state_;

  private Q_SLOTS:
    void initTestCase() { state_.begin(); }

    void everyShortcutIsUniqueAndExplained() {
        MainWindow window{Settings(false)};
        std::set<QString> keys;
        for (const Actions::Group& group : window.actions().groups()) {
            for (const QAction* action : group.actions) {
                QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->text()));
                for (const QKeySequence& key : action->shortcuts()) {
                    QVERIFY2(keys.insert(key.toString()).second, qPrintable(key.toString()));
                }
            }
        }
        QVERIFY(keys.contains("Space") && keys.contains("F11") && keys.contains("Ctrl+Z"));
    }

    void membersAreFocusedAndCompared() {
        Experiment experiment = smallDigits();
        experiment.knobs.assign(6, Knobs{});
        for (std::size_t i = 0; i < experiment.knobs.size(); ++i) {
            experiment.knobs[i].beta = 0.25 * std::pow(2.0, static_cast<double>(i));
        }
        MainWindow window{Settings(false)};
        openAndPlay(window, experiment);
        const auto shown = [&window] {
            std::vector<int> members;
            for (const LatentFrame& latent : window.session().latestFrame()->latents) {
                members.push_back(latent.member);
            }
            return members;
        };
        QTRY_COMPARE_WITH_TIMEOUT(shown().size(), std::size_t(6), kPatience);
        // A click in any view gives the sliders.
        View* plane = window.arrangement().view("rate-distortion");
        Q_EMIT plane->memberFocused(3);
        QCOMPARE(window.arrangement().objective()->focus(), 3);
        window.actions().nextMember->trigger();
        QCOMPARE(window.arrangement().objective()->focus(), 4);
        // Shift+click stands another one beside it, and the mode is said in words.
        auto* bar = window.findChild<QWidget*>("comparisonBar");
        QVERIFY(!bar->isVisible());
        Q_EMIT plane->memberCompared(1);
        QVERIFY(bar->isVisible() && window.actions().compare->isChecked());
        QTRY_COMPARE_WITH_TIMEOUT(shown(), (std::vector<int>{1, 4}), kPatience);
        // Another focus takes the place of the one before.
        Q_EMIT plane->memberFocused(5);
        QTRY_COMPARE_WITH_TIMEOUT(shown(), (std::vector<int>{1, 5}), kPatience);
        window.actions().forgetCodes->trigger();
        QVERIFY(!bar->isVisible() && !window.actions().compare->isChecked());
        QTRY_COMPARE_WITH_TIMEOUT(shown().size(), std::size_t(6), kPatience);
        // By key: with the member that had the focus before; another experiment ends it.
        window.actions().compare->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(shown(), (std::vector<int>{4, 5}), kPatience);
        window.session().open(smallDigits());
        QTRY_VERIFY_WITH_TIMEOUT(!bar->isVisible(), kPatience);
        QVERIFY(!window.actions().compare->isEnabled());
        QCOMPARE(window.arrangement().objective()->focus(), 0);
    }

    void trainsAndShowsTheSameStepEverywhere() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        QVERIFY(window.windowTitle().contains("Digits by pen"));
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().latestFrame()->state, RunState::Paused, kPatience);
        QCOMPARE(window.arrangement().applicableViews().size(), std::size_t{7});
        QVERIFY(!window.arrangement().view("data")->isVisible());
        QVERIFY(window.notice().isEmpty());
    }

    void keysPlayPauseStepAndReset() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        QTest::keyClick(&window, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().latestFrame()->state, RunState::Paused, kPatience);
        const std::int64_t step = stepOf(window);
        QTest::keyClick(&window, Qt::Key_S);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(window), step + 1, kPatience);
        QTest::keyClick(&window, Qt::Key_Period);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(window), step + 2, kPatience);
        QTest::keyClick(&window, Qt::Key_R);
        QTRY_COMPARE_WITH_TIMEOUT(stepOf(window), std::int64_t{0}, kPatience);
        QTest::keyClick(&window, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > 5, kPatience);
    }

    void aSettledSliderIsOneStepOfUndo() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        ObjectivePanel* objective = window.arrangement().objective();
        Q_EMIT objective->knobsChanged({Knobs{1.5, 1.0, 0.0}}, false);
        Q_EMIT objective->knobsChanged({Knobs{3.0, 1.0, 0.0}}, false);
        QCOMPARE(window.undoStack().count(), 0);
        Q_EMIT objective->knobsChanged({Knobs{4.0, 1.0, 0.0}}, true);
        QTRY_COMPARE_WITH_TIMEOUT(betaInForce(window), 4.0, kPatience);
        QCOMPARE(window.undoStack().count(), 1);
        const std::int64_t before = stepOf(window);

        window.undoStack().undo();
        QTRY_COMPARE_WITH_TIMEOUT(betaInForce(window), 1.0, kPatience);
        QCOMPARE(objective->knobs().front().beta, 1.0);
        QVERIFY2(stepOf(window) > before, "knobs are undone without starting anew");
        window.undoStack().redo();
        QTRY_COMPARE_WITH_TIMEOUT(betaInForce(window), 4.0, kPatience);
        QCOMPARE(objective->knobs().front().beta, 4.0);
    }

    void anEditOfTheExperimentIsUndone() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        Experiment wider = smallDigits();
        wider.model.latentDim = 5;
        wider.knobs = {Knobs{}, Knobs{4.0, 1.0, 0.0}};
        Q_EMIT window.arrangement().experimentPanel()->experimentEdited(wider);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), wider, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().latestFrame()->latents.size(), std::size_t{2}, kPatience);
        QVERIFY(!window.arrangement().view("manifold")->isVisible());
        QVERIFY(window.arrangement().latent()->plane().principal);
        QCOMPARE(window.undoStack().count(), 1);
        window.undoStack().undo();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), smallDigits(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(window.arrangement().view("manifold")->isVisible(), kPatience);
        QCOMPARE(window.undoStack().count(), 1);
        window.undoStack().redo();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), wider, kPatience);
    }

    void pointsHaveADataView() {
        MainWindow window{Settings(false)};
        Experiment points = builtinExperiment("two-points-pair");
        points.model.encoder = points.model.decoder = {8};
        openAndPlay(window, points);
        QTRY_VERIFY_WITH_TIMEOUT(window.arrangement().view("data")->isVisible(), kPatience);
        QVERIFY(!window.arrangement().view("samples")->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(window.session().latestFrame()->data.size(), std::size_t{2}, kPatience);
    }

    void aHiddenWindowAsksForNothing() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().latestFrame()->latents.empty(), kPatience);
        window.hide();
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame()->latents.empty(), kPatience);
        const std::int64_t before = stepOf(window);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > before + 20, kPatience);
        window.show();
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().latestFrame()->latents.empty(), kPatience);
    }

    void oneViewTakesThePlaceOfAll() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        Arrangement& arrangement = window.arrangement();
        arrangement.maximise(arrangement.view("curves"));
        QVERIFY(arrangement.view("curves")->isVisible());
        QVERIFY(!arrangement.latent()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame()->latents.empty(), kPatience);
        arrangement.maximise(nullptr);
        QVERIFY(arrangement.latent()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!window.session().latestFrame()->latents.empty(), kPatience);
    }

    void presentationModeEnlargesTheType() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        const double before = QApplication::font().pointSizeF();
        QTest::keyClick(&window, Qt::Key_F11);
        QTRY_VERIFY_WITH_TIMEOUT(window.isFullScreen(), kPatience);
        QVERIFY(QApplication::font().pointSizeF() > before);
        QVERIFY(!window.arrangement().experimentPanel()->isVisible());
        QTest::keyClick(&window, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!window.isFullScreen(), kPatience);
        QCOMPARE(QApplication::font().pointSizeF(), before);
        QVERIFY(window.arrangement().experimentPanel()->isVisible());
    }

    void figuresComeBack_data() {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QString>("view");
        QTest::newRow("everything as PDF") << "pdf"
                                           << "";
        QTest::newRow("everything as SVG") << "svg"
                                           << "";
        QTest::newRow("everything as PNG") << "png"
                                           << "";
        QTest::newRow("latent space as PDF") << "pdf"
                                             << "latent";
        QTest::newRow("curves as CSV") << "csv"
                                       << "curves";
    }

    void figuresComeBack() {
        QFETCH(const QString, suffix);
        QFETCH(const QString, view);
        QTemporaryDir folder;
        const QString path = folder.filePath("figure." + suffix);
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        window.session().setKnobs({Knobs{2.5, 10.0, 0.5}});
        QTRY_COMPARE_WITH_TIMEOUT(betaInForce(window), 2.5, kPatience);
        View* shown = window.arrangement().view(view);
        FigureOptions options = window.documents().optionsOf(shown);
        options.millimetres = {185.0, 150.0};
        options.dpi = 150;
        window.documents().writeFigure(shown, path, options);
        QVERIFY2(window.notice().isEmpty(), qPrintable(window.notice()));
        // Curves and what was moved are two tables, as soon as the curves show it.
        const QString curves = folder.filePath("figure-training-curves.csv");
        const QString file = QFileInfo::exists(curves) ? curves : path;
        QVERIFY(QFileInfo(file).size() > 500);

        Experiment other = smallDigits();
        other.model.latentDim = 3;
        window.session().open(other);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), other, kPatience);
        drop(window, file);
        // It rests where the run began, and takes the same way when it is played.
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), smallDigits(), kPatience);
        Experiment expected = smallDigits();
        expected.knobs = {Knobs{2.5, 10.0, 0.5}};
        window.session().play();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), expected, kPatience);
        QVERIFY(window.actions().recentMenu->isEnabled());
    }

    void checkpointsAndDataFilesOpenByDropping() {
        QTemporaryDir folder;
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        QSignalSpy saved(&window.session(), &Session::saved);
        window.session().saveCheckpoint(folder.filePath("run.safetensors"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatience);

        writeFile(folder.filePath("train-images-idx3-ubyte"), idxImages(60));
        drop(window, folder.filePath("train-images-idx3-ubyte"));
        QTRY_VERIFY_WITH_TIMEOUT(window.session().experiment().data.path.ends_with("train-images-idx3-ubyte"),
                                 kPatience);

        drop(window, folder.filePath("run.safetensors"));
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), smallDigits(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > 0, kPatience);
    }

    void badFilesAreSaidWhileTrainingGoesOn_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("unknown key") << "a.toml" << QByteArray("[model]\nlatent_dimm = 3\n");
        QTest::newRow("truncated data") << "train-images-idx3-ubyte" << idxImages(60).left(1000);
        QTest::newRow("sizes that overflow")
            << "images-idx3-ubyte" << QByteArray::fromHex("00000803ffffffffffffffffffffffff");
        QTest::newRow("broken gzip") << "train-images-idx3-ubyte.gz" << QByteArray("\x1f\x8b\x08 nothing", 11);
        QTest::newRow("foreign picture") << "a.png" << QByteArray("\x89PNG\r\n\x1a\n nothing");
        QTest::newRow("damaged checkpoint")
            << "a.safetensors" << QByteArray("\x10\0\0\0\0\0\0\0{\"nothing\": 12345", 24);
        QTest::newRow("empty") << "empty.safetensors" << QByteArray();
    }

    void badFilesAreSaidWhileTrainingGoesOn() {
        QFETCH(const QString, name);
        QFETCH(const QByteArray, bytes);
        QTemporaryDir folder;
        const QString path = folder.filePath(name);
        writeFile(path, bytes);
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        drop(window, path);
        QTRY_VERIFY_WITH_TIMEOUT(!window.notice().isEmpty(), kPatience);
        QVERIFY2(window.notice().contains(name), qPrintable(window.notice()));
        const std::int64_t before = stepOf(window);
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) > before + 5, kPatience);
        QCOMPARE(window.session().experiment(), smallDigits());
    }

    void theSessionIsRestored() {
        Experiment left = smallDigits();
        left.knobs = {Knobs{0.5, 2.0, 0.25}};
        std::int64_t leftAt = 0;
        {
            MainWindow window{Settings(true)};
            openAndPlay(window, left);
            leftAt = stepOf(window);
            window.setDark(false);
            window.resize(1500, 900);
            window.documents().open("/nonexistent.toml");
            QVERIFY(!window.notice().isEmpty());
            window.documents().noteFolder(state_.path() + "/a.pdf");
            window.close();
        }
        QVERIFY(QFile::exists(state_.path() + "/elboroom/session/checkpoint.safetensors"));
        MainWindow window{Settings(true)};
        window.show();
        window.restoreSession();
        QTRY_VERIFY_WITH_TIMEOUT(stepOf(window) >= leftAt, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        QVERIFY(window.session().latestFrame()->history.size() > 1);  // the curves too
        // A frame may be there before the news that the run is open has reached this thread.
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), left, kPatience);
        QCOMPARE(window.size(), QSize(1500, 900));
        QCOMPARE(QFileInfo(window.documents().suggestedFile("pdf")).absolutePath(), state_.path());
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() > 128);
        window.close();
    }

    void aSessionThatCannotBeReadIsSetAside() {
        const QString folder = state_.path() + "/elboroom";
        QDir().mkpath(folder + "/session");
        writeFile(folder + "/session/checkpoint.safetensors", "damaged");
        {
            MainWindow window{Settings(true)};
            window.show();
            window.restoreSession();
            QTRY_VERIFY_WITH_TIMEOUT(window.session().isOpen(), kPatience);
            QCOMPARE(window.session().experiment().name, std::string("digits"));
            QVERIFY2(window.notice().contains("set aside"), qPrintable(window.notice()));
            window.close();
        }
        const QStringList aside = QDir(folder).entryList({"session-*"}, QDir::Dirs);
        const bool kept = std::any_of(aside.begin(), aside.end(), [&](const QString& name) {
            QFile file(folder + "/" + name + "/checkpoint.safetensors");
            return file.open(QIODevice::ReadOnly) && file.readAll() == "damaged";
        });
        QVERIFY(kept);
    }

    void aFileThatCannotBeOpenedLeavesTheSession() {
        Experiment left = smallDigits();
        left.knobs = {Knobs{0.5, 2.0, 0.25}};
        {
            MainWindow window{Settings(true)};
            openAndPlay(window, left);
            window.close();
        }
        MainWindow window{Settings(true)};
        window.show();
        window.documents().open("/nonexistent.toml");
        QTRY_VERIFY_WITH_TIMEOUT(window.session().isOpen(), kPatience);
        QCOMPARE(window.session().experiment(), left);
        QVERIFY2(window.notice().contains("/nonexistent.toml"), qPrintable(window.notice()));
        window.close();
    }

    void aRunThatFailsAtOnceStaysWhatItIs() {
        Experiment wild = builtinExperiment("ring");
        wild.optimiser.learningRate = 1e30;
        {
            MainWindow window{Settings(true)};
            window.show();
            window.session().open(wild);
            window.session().play();
            QTRY_VERIFY_WITH_TIMEOUT(!window.notice().isEmpty(), kPatience);
            QCOMPARE(window.session().experiment().name, std::string("ring"));
            QVERIFY2(window.notice().contains("has failed"), qPrintable(window.notice()));
            window.close();
        }
        QCOMPARE(checkpointExperiment((state_.path() + "/elboroom/session/checkpoint.safetensors").toStdString()).name,
                 std::string("ring"));
    }

    void whatWasTrainedComesBack() {
        MainWindow window{Settings(false)};
        openAndPlay(window, smallDigits());
        window.session().pause();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Paused, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(window.session().latestFrame()->state == RunState::Paused, kPatience);
        const std::int64_t trained = stepOf(window);
        const double rate = window.session().latestFrame()->report.value("rate", 0);
        // By R, by another experiment, by another architecture.
        Experiment wider = smallDigits();
        wider.model.encoder = {48};
        const std::vector<std::function<void()>> ways{[&] { window.actions().reset->trigger(); },
                                                      [&] { window.session().open(builtinExperiment("ring")); },
                                                      [&] { window.session().open(wider); }};
        for (const auto& replace : ways) {
            const int done = window.undoStack().index();
            replace();
            QTRY_COMPARE_WITH_TIMEOUT(stepOf(window), std::int64_t{0}, kPatience);
            QTRY_COMPARE_WITH_TIMEOUT(window.undoStack().index(), done + 1, kPatience);
            window.undoStack().undo();
            QTRY_COMPARE_WITH_TIMEOUT(stepOf(window), trained, kPatience);
            QCOMPARE(window.session().latestFrame()->report.value("rate", 0), rate);
            QVERIFY(window.session().latestFrame()->history.size() > 1);
            QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), smallDigits(), kPatience);
            QCOMPARE(window.session().state(), RunState::Paused);
        }
    }

    void closesWhileTraining() {
        auto window = std::make_unique<MainWindow>(Settings(false));
        openAndPlay(*window, smallDigits());
        window->close();
        window.reset();  // joins both threads; a test that hangs here runs into its time limit
    }
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    TestMainWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_main_window.moc"
