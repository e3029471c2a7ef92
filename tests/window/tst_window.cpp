// The lab as a person uses it: the real window on an X server, driven by mouse and keyboard.
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QProcess>
#include <QSlider>
#include <QStandardPaths>
#include <QStyleOptionSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/builtin/builtin_experiments.h"
#include "app/dialogs/figure_dialog.h"
#include "app/window/main_window.h"
#include "training/experiment/experiment_text.h"
#include "widgets/figure/figure_source.h"
#include "widgets/latent/latent_canvas.h"

using namespace elbo;

namespace {

constexpr int kPatience = 40000;  // ms

/// MNIST where its files are, else the digits that need none.
Experiment liveExperiment() {
    for (const DataEntry& entry : listData()) {
        if (entry.name == "mnist" && entry.available) {
            Experiment experiment = builtinExperiment("mnist");
            experiment.data.trainSize = 5000;  // the rest only costs loading time
            return experiment;
        }
    }
    return builtinExperiment("digits");
}

QPoint handleCentre(const QSlider& slider) {
    QStyleOptionSlider option;
    option.initFrom(&slider);
    option.orientation = slider.orientation();
    option.minimum = slider.minimum();
    option.maximum = slider.maximum();
    option.sliderPosition = slider.sliderPosition();
    option.sliderValue = slider.value();
    option.subControls = QStyle::SC_All;
    return slider.style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, &slider).center();
}

void dragSlider(QSlider& slider, int pixels) {
    const QPoint from = handleCentre(slider);
    QTest::mousePress(&slider, Qt::LeftButton, {}, from);
    for (int step = 1; step <= 5; ++step) {
        QTest::mouseMove(&slider, from + QPoint(pixels * step / 5, 0));
        QTest::qWait(20);
    }
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, from + QPoint(pixels, 0));
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<MainWindow> window_;

    std::shared_ptr<const Frame> frame() const { return window_->session().latestFrame(); }
    template <typename T>
    T* child(const char* name) const {
        return window_->findChild<T*>(name);
    }
    QString formulas() const { return child<QLabel>("formula")->text() + child<QLabel>("informationFormula")->text(); }

  private Q_SLOTS:
    void initTestCase() {
        if (QGuiApplication::platformName() != "xcb") {
            QSKIP("needs an X server: run it under xvfb-run");
        }
        QApplication::setStyle("Fusion");
        window_ = std::make_unique<MainWindow>(Settings(false));
        window_->resize(1280, 800);
        window_->show();
        window_->activateWindow();  // there is no window manager that would do it
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        window_->session().open(liveExperiment());
        QTRY_VERIFY_WITH_TIMEOUT(frame() != nullptr, kPatience);
    }

    void fitsASmallScreen() {
        QCOMPARE(window_->size(), QSize(1280, 800));
        QVERIFY(window_->minimumSizeHint().width() <= 1280);
        QVERIFY(window_->minimumSizeHint().height() <= 800);
    }

    void theButtonStartsTraining() {
        QTest::mouseClick(child<QToolButton>("play"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(frame()->report.step > 20, kPatience);
        QCOMPARE(window_->session().state(), RunState::Running);
        QVERIFY(!frame()->latents.empty() && !frame()->images.empty());
    }

    void openGlPaintsWhereItCan() {
        // The X server of the tests has GLX: a fall-back to software here would be a fault of the canvas.
        QTRY_VERIFY_WITH_TIMEOUT(window_->findChild<LatentCanvas*>() != nullptr, kPatience);
    }

    void everySliderActsAtTheNextSteps_data() {
        QTest::addColumn<QString>("knob");
        QTest::addColumn<int>("pixels");
        QTest::newRow("beta") << "beta" << 25;
        QTest::newRow("lambda") << "lambda" << 30;
        QTest::newRow("alpha") << "alpha" << -20;
    }

    void everySliderActsAtTheNextSteps() {
        QFETCH(const QString, knob);
        QFETCH(const int, pixels);
        auto* slider = child<QSlider>(qPrintable(knob + "Slider"));
        QVERIFY(slider != nullptr && slider->isVisible());
        const std::string name = knob.toStdString();

        const double before = frame()->report.value(name, 0);
        const QString formulasBefore = formulas();
        const int undoBefore = window_->undoStack().index();
        dragSlider(*slider, pixels);
        QTRY_VERIFY_WITH_TIMEOUT(frame()->report.value(name, 0) != before, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(formulas() != formulasBefore, kPatience);
        QCOMPARE(window_->undoStack().index(), undoBefore + 1);
        const Knobs dragged = window_->session().experiment().knobs.front();
        QTRY_VERIFY_WITH_TIMEOUT(frame()->knobs.front() == dragged, kPatience);

        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Right);
        QTRY_VERIFY_WITH_TIMEOUT(frame()->knobs.front() != dragged, kPatience);

        auto* entry = child<QDoubleSpinBox>(qPrintable(knob + "Entry"));
        entry->setFocus();
        entry->selectAll();
        QTest::keyClicks(entry, "0.75");
        QTest::keyClick(entry, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(frame()->report.value(name, 0), 0.75, kPatience);

        while (window_->undoStack().canUndo()) {
            window_->undoStack().undo();
        }
        QTRY_COMPARE_WITH_TIMEOUT(frame()->report.value(name, 0), before, kPatience);
    }

    void thePointerDecodesACode() {
        auto* canvas = window_->arrangement().latent()->findChild<LatentCanvas*>();
        if (canvas == nullptr) {
            QSKIP("painting in software");
        }
        const QPoint middle = canvas->rect().center();
        QTest::mouseMove(canvas, middle - QPoint(5, 5));
        QTest::mouseMove(canvas, middle);
        QTRY_COMPARE_WITH_TIMEOUT(frame()->probes.size(), std::size_t{1}, kPatience);
        QCOMPARE(frame()->probes.front().decoded.count, 1);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, middle);
        QTest::mouseMove(canvas, middle + QPoint(60, 40));
        QTRY_COMPARE_WITH_TIMEOUT(frame()->probes.size(), std::size_t{2}, kPatience);
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(frame()->probes.size() <= 1, kPatience);
    }

    void bothThemesPaintEverything() {
        for (const bool dark : {false, true}) {
            window_->setDark(dark);
            QTest::qWait(200);
            const QImage picture = window_->grab().toImage();
            QVERIFY(!picture.isNull());
            QCOMPARE(qGray(picture.pixel(3, picture.height() - 60)) < 128, dark);
        }
    }

    void aFigureIsExportedByKeyboardAndReopened() {
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.pdf");
        bool asked = false;
        QTimer answers;
        connect(&answers, &QTimer::timeout, this, [&] {
            QWidget* dialog = QApplication::activeModalWidget();
            if (auto* files = qobject_cast<QFileDialog*>(dialog)) {
                files->findChild<QLineEdit*>()->setText(path);
                QTest::keyClick(files, Qt::Key_Return);
            } else if (auto* figure = qobject_cast<FigureDialog*>(dialog)) {
                asked = true;
                figure->accept();
            }
        });
        answers.start(100);
        QTest::keyClick(window_.get(), Qt::Key_E, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(path).size() > 0, kPatience);
        answers.stop();
        QVERIFY(asked);
        QVERIFY2(window_->notice().isEmpty(), qPrintable(window_->notice()));

        const Experiment exported = window_->session().experiment();
        const QString reader = QStandardPaths::findExecutable("pdftotext");
        if (!reader.isEmpty()) {
            QProcess process;
            process.start(reader, {path, "-"});
            QVERIFY(process.waitForFinished(kPatience));
            const QString text = QString::fromUtf8(process.readAllStandardOutput());
            for (const char* words : {"Latent space", "Rate and distortion", "rate R (nats)", "step"}) {
                QVERIFY2(text.contains(words), qPrintable(text));
            }
        }
        window_->session().open(builtinExperiment("two-points"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->session().experiment().name, std::string("two-points"), kPatience);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &drop);
        // Where the run began: the sliders were moved before the figure was made.
        const Experiment inside = parseExperiment(experimentInFigure(path).value_or("").toStdString(), "figure");
        QCOMPARE(inside.whole(), exported.whole());
        QVERIFY(!inside.history.moves.empty());
        Experiment begun = exported;
        begun.objective = inside.history.moves.front().objective.spec;
        begun.knobs = inside.history.moves.front().objective.knobs;
        QTRY_COMPARE_WITH_TIMEOUT(window_->session().experiment(), begun, kPatience);
        QCOMPARE(window_->session().state(), RunState::Idle);  // what comes from a file waits to be played
    }

    void closingWhileTrainingJoins() {
        window_->session().play();
        QTRY_COMPARE_WITH_TIMEOUT(window_->session().state(), RunState::Running, kPatience);
        window_->close();
        window_.reset();
    }
};

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");  // every test is then skipped, and says why
    }
    QApplication application(argc, argv);
    TestWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window.moc"
