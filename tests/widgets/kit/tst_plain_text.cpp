// Text from files is shown as it stands: no markup is obeyed, no picture loaded.
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QTextDocument>

#include "widgets/experiment/experiment_panel.h"
#include "widgets/kit/plain_text.h"
#include "widgets/transport/transport_bar.h"

using namespace elbo;

namespace {

const QString kMarkup = "<b>x</b><img src=\"file:///dev/zero\"> & more";

/// What a tooltip shows of a text, by the rule of Qt.
QString shown(const QString& tip) {
    if (!Qt::mightBeRichText(tip)) {
        return tip;
    }
    QTextDocument document;
    document.setHtml(tip);
    return document.toPlainText();
}

}  // namespace

class TestPlainText : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void markupIsShownAsItStands_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("markup") << kMarkup;
        QTest::newRow("lines") << "<h1>one</h1>\n<p>two</p>";
        QTest::newRow("words") << "the loss became non-finite at step 3";
        QTest::newRow("less than") << "D < 3 and R > 2";
        QTest::newRow("empty") << "";
    }
    void markupIsShownAsItStands() {
        QFETCH(const QString, text);
        QVERIFY(!plainTip(text).contains("<img"));
        QCOMPARE(shown(plainTip(text)), text);
    }

    void aFailureOfACheckpointIsNoMarkup() {
        TransportBar bar;
        bar.setState(RunState::Failed, kMarkup);
        const QString tip = bar.findChild<QLabel*>("state")->toolTip();
        QVERIFY(!tip.contains("<img"));
        QCOMPARE(shown(tip), kMarkup);
    }

    void whatIsTypedIsNoMarkup() {
        ExperimentPanel panel;
        Experiment experiment;
        experiment.title = kMarkup.toStdString();
        panel.setExperiment(experiment);
        const auto* message = panel.findChild<QLabel*>("message");
        QCOMPARE(message->textFormat(), Qt::PlainText);
        auto* rate = panel.findChild<QLineEdit*>("optimiser.learning_rate");
        rate->setFocus();
        QTest::keyClicks(rate, kMarkup);
        QVERIFY2(message->text().contains("<b>x</b>"), qPrintable(message->text()));
        QVERIFY(!message->toolTip().contains("<img"));
        QCOMPARE(shown(message->toolTip()), message->text());
    }
};

QTEST_MAIN(TestPlainText)
#include "tst_plain_text.moc"
