// Titles and paths come from strangers: no label, tooltip or figure reads markup or places in them.
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QTemporaryDir>
#include <QTextDocument>
#include <QtTest>

#include "app/dialogs/figure_dialog.h"
#include "app/window/figure_words.h"
#include "app/window/main_window.h"
#include "tests/app/small_experiment.h"
#include "training/experiment/input_error.h"
#include "training/frame/frame.h"

using namespace elbo;

namespace {

constexpr int kPatience = 60000;  // ms
const QString kMarkup = "<b>x</b><img src=\"file:///dev/zero\"> & more";
const QString kSign = "file:///dev/zero";  // of the markup, escaped or not

/// Where the markup was found, and where it is no plain text.
struct Found {
    int places = 0;
    QStringList wrong;

    void look(const QString& text, bool rich, const QString& where) {
        if (!text.contains(kSign)) {
            return;
        }
        ++places;
        QTextDocument document;
        document.setHtml(text);
        if (rich && !document.toPlainText().contains("<img src=")) {
            wrong << where + ": " + text;
        }
    }
    void lookAtTip(const QString& tip, const QString& where) { look(tip, Qt::mightBeRichText(tip), where); }
};

/// In all labels, tooltips, entries and actions of the program.
Found foundOnScreen() {
    Found found;
    for (const QWidget* widget : QApplication::allWidgets()) {
        const QString where = QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName());
        found.lookAtTip(widget->toolTip(), "tooltip of " + where);
        found.lookAtTip(widget->whatsThis(), "help of " + where);
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            const bool rich = label->textFormat() == Qt::RichText ||
                              (label->textFormat() == Qt::AutoText && Qt::mightBeRichText(label->text()));
            found.look(label->text(), rich, where);
        }
        if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
            for (int i = 0; i < box->count(); ++i) {
                found.lookAtTip(box->itemData(i, Qt::ToolTipRole).toString(), "entry of " + where);
            }
        }
        for (const QAction* action : widget->actions()) {
            found.lookAtTip(action->toolTip(), "action " + action->text());
        }
    }
    return found;
}

}  // namespace

class TestForeignTexts : public QObject {
    Q_OBJECT

    QTemporaryDir state_;

  private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_STATE_HOME", state_.path().toUtf8());
        QApplication::setStyle("Fusion");
    }

    void aTitleIsText() {
        MainWindow window{Settings(false)};
        window.show();
        window.session().open(smallExperiment());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().isOpen(), kPatience);
        Experiment experiment = smallExperiment();
        experiment.name = "another";
        experiment.title = kMarkup.toStdString();
        window.session().open(experiment);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment(), experiment, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(window.windowTitle().contains(kMarkup), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(window.undoStack().undoText().contains(kMarkup), kPatience);
        window.session().openCheckpoint("/nowhere/" + kMarkup);
        QTRY_VERIFY_WITH_TIMEOUT(window.notice().contains(kSign), kPatience);
        const Found found = foundOnScreen();
        QVERIFY2(found.wrong.isEmpty(), qPrintable(found.wrong.join('\n')));
        QVERIFY(found.places > 0);
    }

    void whyThereIsNoPreviewIsText() {
        const FigureHelp help{
            [](View*) { return FigureOptions{}; },
            [](View*, const FigureOptions&, int) -> QImage { throw InputError(kMarkup.toStdString()); },
            [](View*, const FigureOptions&) { return QSizeF(10.0, 10.0); }};
        FigureDialog dialog({}, nullptr, help, nullptr);
        dialog.show();
        const auto* preview = dialog.findChild<QLabel*>("preview");
        QTRY_COMPARE_WITH_TIMEOUT(preview->text(), kMarkup, kPatience);
        const Found found = foundOnScreen();
        QVERIFY2(found.wrong.isEmpty(), qPrintable(found.wrong.join('\n')));
        QCOMPARE(found.places, 1);
    }

    void aTitleHoldsNoPlaces() {
        Experiment experiment = smallExperiment();
        experiment.title = "50 %2 of %1";
        Frame frame;
        frame.report.step = 7;
        QCOMPARE(figureTitle(experiment, frame), QString("50 %2 of %1, step 7"));
    }
};

QTEST_MAIN(TestForeignTexts)
#include "tst_foreign_texts.moc"
