// Sliders, entries and presets of the objective: the signal carries the right weights, settled only when the hand lets
// go.
#include <QSignalSpy>
#include <QTest>
#include <QTextDocument>
#include <cmath>

#include "tests/widgets/objective/panel_bench.h"
#include "widgets/objective/objective_panel.h"

using namespace elbo;
using sample::Bench;
using sample::Change;

Q_DECLARE_METATYPE(std::vector<elbo::Knobs>)

namespace {

double knob(const Knobs& knobs, const QString& name) {
    return name == "beta" ? knobs.beta : name == "lambda" ? knobs.lambda : knobs.alpha;
}

void addKnobs() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"beta", "lambda", "alpha"}) {
        QTest::newRow(name) << QString(name);
    }
}

/// Whether all lines of a label are within it, at the type it has.
bool wholeIn(const QLabel& label) {
    QTextDocument document;
    document.setDocumentMargin(0);
    document.setDefaultFont(label.font());
    document.setHtml(label.text());
    document.setTextWidth(label.width() - label.indent());
    return document.size().height() <= label.height() && document.idealWidth() <= label.width();
}

}  // namespace

class TestObjectivePanel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<std::vector<elbo::Knobs>>(); }

    void logarithmicScale() {
        const ValueScale scale = ValueScale::decades(1e-2, 1e2, 200, true);
        QCOMPARE(scale.value(0), 0.0);
        QCOMPARE(scale.position(0.0), 0);
        QCOMPARE(scale.value(scale.positions()), 100.0);
        QCOMPARE(scale.value(scale.position(1.0)), 1.0);
        QCOMPARE(scale.value(scale.position(0.01)), 0.01);
        QCOMPARE(scale.value(scale.position(1e9)), 100.0);
        QVERIFY(scale.value(scale.position(1e-9)) > 0.0);
        QVERIFY(scale.marks() == (std::vector<double>{0.0, 0.01, 0.1, 1.0, 10.0, 100.0}));
    }

    void scalesRoundTrip_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("beta") << 0;
        QTest::newRow("lambda") << 1;
        QTest::newRow("alpha") << 2;
    }
    void scalesRoundTrip() {
        QFETCH(int, which);
        const ValueScale scale = which == 0   ? ValueScale::decades(1e-2, 1e2, 200, true)
                                 : which == 1 ? ValueScale::decades(1e-2, 1e4, 120, false)
                                              : ValueScale::linear(-1.0, 2.0, 300);
        double previous = -HUGE_VAL;
        for (int position = 0; position <= scale.positions(); ++position) {
            const double value = scale.value(position);
            QVERIFY(value >= previous);
            previous = value;
            if (value != 0.0 || which == 2) {
                QCOMPARE(scale.position(value), position);
            }
        }
    }

    void draggingSpeaksAllTheWayAndSettlesOnce_data() { addKnobs(); }
    void draggingSpeaksAllTheWayAndSettlesOnce() {
        QFETCH(QString, name);
        Bench bench;
        auto* slider = bench.find<QSlider>(qPrintable(name + "Slider"));
        QVERIFY(slider);
        const QPoint from = bench.handle(slider, slider->value());
        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        for (int dx = 4; dx <= 28; dx += 4) {
            QTest::mouseMove(slider, from + QPoint(dx, 0));
        }
        QVERIFY(!bench.changes.empty());
        for (const Change& change : bench.changes) {
            QVERIFY(!change.settled);
            QCOMPARE(change.knobs.size(), std::size_t(1));
        }
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(28, 0));
        QVERIFY(bench.changes.back().settled);
        QCOMPARE(std::count_if(bench.changes.begin(), bench.changes.end(), [](const Change& c) { return c.settled; }),
                 1);

        // The number is the one shown, larger than the standard, and the other two have not moved.
        const Knobs last = bench.changes.back().knobs[0];
        QCOMPARE(knob(last, name), bench.find<QDoubleSpinBox>(qPrintable(name + "Entry"))->value());
        QVERIFY(knob(last, name) > knob(Knobs{}, name));
        for (const char* other : {"beta", "lambda", "alpha"}) {
            if (name != other) {
                QCOMPARE(knob(last, other), knob(Knobs{}, other));
            }
        }
    }

    void keyboardMovesTheSliders_data() { addKnobs(); }
    void keyboardMovesTheSliders() {
        QFETCH(QString, name);
        Bench bench;
        auto* slider = bench.find<QSlider>(qPrintable(name + "Slider"));
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(bench.changes.size(), std::size_t(1));
        QVERIFY(bench.changes[0].settled);
        QVERIFY(knob(bench.changes[0].knobs[0], name) > knob(Knobs{}, name));
        QTest::keyClick(slider, Qt::Key_Home);
        const double lowest = name == "beta" ? 0.0 : name == "lambda" ? 0.01 : -1.0;
        QCOMPARE(knob(bench.changes.back().knobs[0], name), lowest);
        QTest::keyClick(slider, Qt::Key_End);
        const double highest = name == "beta" ? 100.0 : name == "lambda" ? 1e4 : 2.0;
        QCOMPARE(knob(bench.changes.back().knobs[0], name), highest);
    }

    void entriesAreExactAndWiderThanTheSliders_data() { addKnobs(); }
    void entriesAreExactAndWiderThanTheSliders() {
        QFETCH(QString, name);
        Bench bench;
        auto* entry = bench.find<QDoubleSpinBox>(qPrintable(name + "Entry"));
        for (const double value : {0.123456, 7.0, 123456.0}) {
            if (value > entry->maximum()) {
                continue;
            }
            entry->selectAll();
            QTest::keyClicks(entry, QString::number(value, 'g', 10));
            QTest::keyClick(entry, Qt::Key_Return);
            QCOMPARE(knob(bench.changes.back().knobs[0], name), value);
            QVERIFY(bench.changes.back().settled);
            QCOMPARE(entry->text().toDouble(), value);
        }
    }

    void resetGoesBack_data() { addKnobs(); }
    void resetGoesBack() {
        QFETCH(QString, name);
        Bench bench;
        auto* reset = bench.find<QToolButton>(qPrintable(name + "Reset"));
        QVERIFY(!reset->isEnabled());
        bench.panel.setKnobs({{0.5, 7.0, 0.25}}, 0);
        QVERIFY(bench.changes.empty());
        QVERIFY(reset->isEnabled());
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(knob(bench.changes.back().knobs[0], name), knob(Knobs{}, name));
        QVERIFY(bench.changes.back().settled);
    }

    void slidersFollowASchedule() {
        Bench bench;
        bench.panel.setKnobs({{3.0, 1.0, 0.0}, {5.0, 2.0, 0.0}}, 1);
        const auto show = [&](double beta, bool scheduled) {
            auto frame = std::make_shared<Frame>();
            frame->knobs = {{beta, 1.0, 0.0}, {beta, 2.0, 0.0}};
            frame->scheduled[Knob::Beta] = scheduled;
            bench.panel.showFrame(frame);
        };
        const auto* beta = static_cast<KnobSlider*>(bench.find<QSlider>("betaSlider")->parentWidget());
        show(0.25, true);
        QCOMPARE(beta->value(), 0.25);
        show(0.5, true);
        QCOMPARE(beta->value(), 0.5);
        QVERIFY(bench.changes.empty());
        QCOMPARE(bench.panel.knobs()[1].beta, 5.0);
        // Its release by hand: late frames that still follow the schedule do not pull it back.
        bench.find<QDoubleSpinBox>("betaEntry")->setValue(7.0);
        QCOMPARE(bench.changes.back().knobs[1].beta, 7.0);
        QCOMPARE(bench.changes.back().knobs[0].beta, 3.0);
        show(0.75, true);
        QCOMPARE(beta->value(), 7.0);
        show(7.0, false);
        QCOMPARE(beta->value(), 7.0);
        show(0.0, true);  // the run was reset
        QCOMPARE(beta->value(), 0.0);
    }

    void theHeightFollowsTheTermsOnly() {
        Bench bench;
        auto* formula = bench.find<QLabel>("formula");
        auto* information = bench.find<QLabel>("informationFormula");
        const int three = formula->height();
        QVERIFY(information->isVisible());
        Experiment experiment;
        experiment.knobs[0].codeDistortion = 1.0;
        experiment.knobs[0].dataDivergence = 1.0;
        bench.panel.setExperiment(experiment, 0);
        QVERIFY(!information->isVisible());
        const int more = formula->height();
        QVERIFY(more > three);
        auto frame = std::make_shared<Frame>();
        frame->knobs = experiment.knobs;
        frame->report.values = {{"distortion", {94.2}},       {"rate", {5.31}},
                                {"code_distortion", {-1e5}},  {"data_divergence", {-0.0123}},
                                {"critic_loss_data", {1.38}}, {"critic_accuracy_data", {0.5}}};
        bench.panel.showFrame(frame);
        QTRY_VERIFY(formula->text().contains("94.2"));
        QCOMPARE(formula->height(), more);
        QVERIFY(wholeIn(*formula));
        QVERIFY(bench.find<QLabel>("critics")->text().contains("1.38"));
        const int whole = bench.panel.sizeHint().height();
        auto next = std::make_shared<Frame>(*frame);
        next->report.values["code_distortion"] = {0.5};
        next->report.values["critic_loss_data"] = {123456.0};
        bench.panel.showFrame(next);
        QTRY_VERIFY(bench.find<QLabel>("critics")->text().contains("123456"));
        QCOMPARE(bench.panel.sizeHint().height(), whole);
    }

    void framesOfAnotherObjectiveLendNoNumbers() {
        Bench bench;
        auto frame = std::make_shared<Frame>();
        frame->report.values = {{"distortion", {94.2}}, {"rate", {5.31}}, {"marginal_divergence", {0.0123}}};
        bench.panel.showFrame(frame);
        auto* formula = bench.find<QLabel>("formula");
        QTRY_VERIFY(formula->text().contains("94.2"));
        Experiment other;
        other.objective.divergence = DivergenceKind::Stein;
        bench.panel.setExperiment(other, 0);
        QVERIFY(!formula->text().contains("94.2"));
    }

    void multipliersMoveByThemselves() {
        Bench bench;
        auto* bars = bench.find<MultiplierBars>("multipliers");
        QVERIFY(!bars->isVisible());
        Experiment experiment;
        experiment.constraints.negativeElboAtMost = 90.0;
        bench.panel.setExperiment(experiment, 0);
        QVERIFY(bars->isVisible());
        auto frame = std::make_shared<Frame>();
        frame->report.values = {{"distortion", {94.2}}, {"rate", {5.31}}, {"multiplier_elbo", {1.5}}};
        bench.panel.showFrame(frame);
        QTRY_COMPARE(bars->bars().at(0).value, 1.5);
        QVERIFY(bars->bars().at(0).broken);
    }

    void onlyTheFocusedMemberMoves() {
        Bench bench;
        auto* member = bench.find<QComboBox>("member");
        QVERIFY(!member->isVisible());
        bench.panel.setKnobs({{1, 1, 0}, {1, 500, 0}, {1, 1000, 0}}, 1);
        QVERIFY(member->isVisible());
        QCOMPARE(member->count(), 3);
        QVERIFY(member->itemText(1).contains("500"));
        bench.find<QDoubleSpinBox>("lambdaEntry")->setValue(20.0);
        QVERIFY(bench.changes.back().knobs == (std::vector<Knobs>{{1, 1, 0}, {1, 20, 0}, {1, 1000, 0}}));

        QSignalSpy focus(&bench.panel, &ObjectivePanel::focusChanged);
        member->setCurrentIndex(2);
        Q_EMIT member->activated(2);
        QCOMPARE(focus.size(), 1);
        QCOMPARE(focus[0][0].toInt(), 2);
        QCOMPARE(bench.find<QDoubleSpinBox>("lambdaEntry")->value(), 1000.0);

        bench.find<QCheckBox>("moveAll")->setChecked(true);
        bench.find<QDoubleSpinBox>("betaEntry")->setValue(2.0);
        QVERIFY(bench.changes.back().knobs == (std::vector<Knobs>{{2, 1, 0}, {2, 20, 0}, {2, 1000, 0}}));
    }

    void anEchoDoesNotPullAHeldSlider() {
        Bench bench;
        auto* slider = bench.find<QSlider>("betaSlider");
        const QPoint from = bench.handle(slider, slider->value());
        QTest::mousePress(slider, Qt::LeftButton, {}, from);
        QTest::mouseMove(slider, from + QPoint(20, 0));
        const int held = slider->value();
        bench.panel.setKnobs({{0.02, 1.0, 0.0}}, 0);
        QCOMPARE(slider->value(), held);
        QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(20, 0));
    }

    void theWheelLeavesUnfocusedInputsAlone() {
        Bench bench;
        auto* slider = bench.find<QSlider>("betaSlider");
        slider->clearFocus();
        QWheelEvent wheel(QPointF(5, 5), slider->mapToGlobal(QPointF(5, 5)), {}, QPoint(0, 120), Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(slider, &wheel);
        QVERIFY(bench.changes.empty());
    }

    void nothingMovesWhenNumbersChange() {
        Bench bench;
        auto frame = std::make_shared<Frame>();
        frame->report.values = {{"distortion", {94.2}}, {"rate", {5.31}}, {"marginal_divergence", {0.0123}}};
        bench.panel.showFrame(frame);
        auto* formula = bench.find<QLabel>("formula");
        QTRY_VERIFY(formula->text().contains("94.2"));
        const int height = bench.panel.sizeHint().height();
        const int top = bench.find<QLabel>("informationFormula")->y();

        auto other = std::make_shared<Frame>();
        other->dataEntropy = 82.0;
        other->report.values = {{"distortion", {-12345.6}},
                                {"rate", {1e-5}},
                                {"marginal_divergence", {-0.2}},
                                {"mi_q_test", {3.0}},
                                {"kl_marginal_test", {0.5}}};
        bench.panel.showFrame(other);
        bench.panel.setKnobs({{0.01, 9999.0, 2.0}}, 0);
        QTRY_VERIFY(formula->text().contains("12346"));
        QCOMPARE(bench.panel.sizeHint().height(), height);
        QCOMPARE(bench.find<QLabel>("informationFormula")->y(), top);
        for (const char* name : {"formula", "informationFormula"}) {
            QVERIFY(wholeIn(*bench.find<QLabel>(name)));
        }
        QVERIFY(bench.find<QLabel>("theoryMark")->text().contains("Proposition"));
        QVERIFY2(bench.panel.minimumSizeHint().width() <= 300,
                 qPrintable(QString::number(bench.panel.minimumSizeHint().width())));
    }
};

QTEST_MAIN(TestObjectivePanel)
#include "tst_objective_panel.moc"
