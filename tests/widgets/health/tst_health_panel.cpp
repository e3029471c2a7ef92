#include <QHelpEvent>
#include <QToolTip>
#include <QtTest>
#include <set>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "widgets/health/health_panel.h"

using namespace elbo;

namespace {

Frame healthyFrame(int members = 1) {
    Frame frame = sample::planeFrame(members);
    frame.healthKnown = true;
    return frame;
}

}  // namespace

class HealthPanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void measuresBeforeItJudges();
    void everyKindHasItsPlace();
    void membersAreNamedAndTheFocusedOneSpeaksFirst();
    void nothingMovesWhenFindingsCome();
    void textsAreInTheFigureAndTheTooltip();
    void whatIsNotThereIsSaidSo();
    void verdictsNameTheirStepAndSpeakForAll();
    void sentencesWrapInANarrowPanel();
};

void HealthPanelTest::measuresBeforeItJudges() {
    HealthPanel panel;
    QCOMPARE(panel.list().headline, QString("Measuring..."));
    Frame frame = sample::planeFrame();
    frame.findings.push_back(sample::collapse());  // of an earlier step: not to be shown while nothing is known
    panel.showFrame(sample::share(frame));
    QCOMPARE(panel.list().state, HealthState::Measuring);
    QVERIFY(!panel.list().checks[0].found);
    panel.showFrame(sample::share(healthyFrame()));
    QCOMPARE(panel.list().headline, QString("No trouble found"));
    QVERIFY(panel.appliesTo(sample::planeFrame()));
    const auto gapMeasured = [&panel] {
        const auto& checks = panel.list().checks;
        return std::find_if(checks.begin(), checks.end(),
                            [](const HealthCheck& check) { return check.kind == HealthKind::AmortisationGap; })
            ->measured;
    };
    QVERIFY(!gapMeasured());  // nothing is said to be well that was not measured
    Frame known = sample::exactFrame();
    known.healthKnown = true;
    panel.showFrame(sample::share(known));
    QVERIFY(gapMeasured());
}

void HealthPanelTest::everyKindHasItsPlace() {
    Frame frame = healthyFrame();
    const HealthList healthy = prepareHealth(&frame, -1);
    std::set<HealthKind> kinds;
    for (int kind = 0; kind <= static_cast<int>(HealthKind::OutsideProposition2); ++kind) {
        HealthFinding finding = sample::collapse();
        finding.kind = static_cast<HealthKind>(kind);
        frame.findings = {finding};
        const HealthList list = prepareHealth(&frame, -1);
        QCOMPARE(list.headline, QString("1 trouble found"));
        QCOMPARE(list.checks.size(), healthy.checks.size());
        int found = 0;
        for (std::size_t i = 0; i < list.checks.size(); ++i) {
            QCOMPARE(list.checks[i].kind, healthy.checks[i].kind);
            found += list.checks[i].found ? 1 : 0;
            kinds.insert(list.checks[i].kind);
        }
        QCOMPARE(found, 1);
    }
    QCOMPARE(kinds.size(), healthy.checks.size());
}

void HealthPanelTest::membersAreNamedAndTheFocusedOneSpeaksFirst() {
    Frame frame = healthyFrame(3);
    frame.findings = {sample::collapse(1), sample::collapse(2)};
    frame.findings[1].sentence = "Of member 2.";
    frame.findings[1].evidence = "R = 0.01 nats";
    const HealthList list = prepareHealth(&frame, 2);
    const HealthCheck& check = list.checks[0];
    QCOMPARE(check.sentence, QString("Of member 2."));
    QCOMPARE(check.members, (std::vector<int>{2, 1}));
    QVERIFY(check.evidence.startsWith(QString::fromUtf8("\u03b2\u00a04: R = 0.01 nats; \u03b2\u00a01: R")));
    QCOMPARE(list.headline, QString("1 trouble found"));
    QCOMPARE(prepareHealth(&frame, -1).checks[0].members, (std::vector<int>{1, 2}));
    HealthPanel panel;
    panel.showFrame(sample::share(frame));
    QVERIFY(sample::svgOf(panel, {252, 300}).contains("Posterior collapse, 2 models"));
}

void HealthPanelTest::nothingMovesWhenFindingsCome() {
    HealthPanel panel;
    panel.resize(400, 900);
    panel.setTheme(Theme::darkTheme());
    panel.showFrame(sample::share(healthyFrame()));
    const QImage before = panel.grab().toImage();
    Frame frame = healthyFrame();
    frame.findings = {sample::collapse()};
    panel.showFrame(sample::share(frame));
    const QImage after = panel.grab().toImage();
    QVERIFY(before != after);
    const QRect others(0, 200, 400, 700);  // below headline and first check
    QCOMPARE(before.copy(others), after.copy(others));
}

void HealthPanelTest::textsAreInTheFigureAndTheTooltip() {
    HealthPanel panel;
    panel.resize(400, 600);
    Frame frame = healthyFrame();
    frame.findings = {sample::collapse()};
    panel.showFrame(sample::share(frame));
    const QByteArray svg = sample::svgOf(panel, {252, 300});
    for (const char* text : {"1 trouble found", "Posterior collapse", "R = 0.02 nats", "No sign of overfitting"}) {
        QVERIFY2(svg.contains(text), text);
    }
    QCOMPARE(panel.csv().count('\n'), 3);
    QVERIFY(panel.csv().contains("\"posterior collapse\""));

    panel.show();
    const QPoint first(100, 70);
    QHelpEvent help(QEvent::ToolTip, first, panel.mapToGlobal(first));
    QApplication::sendEvent(&panel, &help);
    QTRY_VERIFY(QToolTip::text().contains("stopped to listen"));
    QToolTip::hideText();
}

void HealthPanelTest::whatIsNotThereIsSaidSo() {
    const Frame frame = healthyFrame();
    for (const HealthCheck& check : prepareHealth(&frame, -1).checks) {
        QVERIFY(check.none.startsWith("No sign of "));
        QVERIFY(check.meaning.startsWith("That would be: "));
    }
    QCOMPARE(prepareHealth(&frame, -1).checks[0].none, QString("No sign of posterior collapse"));
}

void HealthPanelTest::verdictsNameTheirStepAndSpeakForAll() {
    Frame frame = healthyFrame(3);
    frame.healthStep = 1200;
    QCOMPARE(prepareHealth(&frame, -1).scope, QString::fromUtf8("As of step 1\u2009200, for all 3 members"));
    frame.findings = {sample::collapse(1)};
    frame.findings[0].step = 1100;
    QVERIFY(prepareHealth(&frame, -1).checks[0].evidence.endsWith(QString::fromUtf8("(step 1\u2009100)")));
    HealthPanel panel;
    panel.showFrame(sample::share(frame));
    QVERIFY(sample::svgOf(panel, {252, 300}).contains("for all 3 members"));
}

void HealthPanelTest::sentencesWrapInANarrowPanel() {
    // The column of a window of 1280 x 800.
    HealthPanel panel;
    Frame frame = healthyFrame();
    frame.findings = {sample::collapse()};
    frame.findings[0].step = 1200;
    panel.showFrame(sample::share(frame));
    const QByteArray svg = sample::svgOf(panel, {252, 300});
    QVERIFY2(!svg.contains("\xe2\x80\xa6"), "a sentence is cut");  // the ellipsis
    QVERIFY(svg.contains("them.") && svg.contains("units active"));
    // Beside a finding, in the column of a window of 1280 x 800, the longest sentence has the room of its words.
    frame.findings[0].kind = HealthKind::AmortisationGap;
    panel.showFrame(sample::share(frame));
    QVERIFY2(!sample::svgOf(panel, {250, 330}).contains("\xe2\x80\xa6"), "a sentence is cut");
    // A little less than all sentences need at the usual size of type: they are set smaller, and none is cut.
    const QSizeF least = panel.leastFigure(200.0);
    const QSize size(static_cast<int>(std::max(200.0, least.width())), static_cast<int>(0.95 * least.height()));
    const QByteArray tight = sample::svgOf(panel, size);
    QVERIFY2(!tight.contains("\xe2\x80\xa6"), "a sentence is cut");
}

QTEST_MAIN(HealthPanelTest)
#include "tst_health_panel.moc"
