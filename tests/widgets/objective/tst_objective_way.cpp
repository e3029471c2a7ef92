// Named objectives, the way from one to another, and the weights that come with it.
#include <QSignalSpy>
#include <QTest>

#include "tests/widgets/objective/panel_bench.h"

using namespace elbo;
using sample::Bench;

namespace {

std::vector<ObjectivePreset> samplePresets() {
    return parsePresets(R"([[objective]]
name = "elbo"
title = "ELBO"
citation = "Kingma and Welling 2014"
explanation = "The bound."
settings = []
[[objective]]
name = "beta-vae"
title = "beta-VAE"
citation = "Higgins et al. 2017"
explanation = "A heavier rate."
settings = ["objective.beta=4"]
[[objective]]
name = "aae"
title = "AAE"
citation = "Makhzani et al. 2016"
explanation = "A critic in place of the rate."
settings = ["objective.divergence=adversarial", "objective.alpha=1"]
)",
                        "test");
}

}  // namespace

class TestObjectiveWay : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void presetsAreAskedForAndRecognised() {
        Bench bench;
        bench.panel.setPresets(samplePresets());
        bench.panel.setExperiment(Experiment{}, 0);
        auto* preset = bench.find<QComboBox>("preset");
        QCOMPARE(preset->count(), 3);
        QCOMPARE(preset->currentText(), "ELBO");
        QVERIFY(preset->itemData(1, Qt::ToolTipRole).toString().contains("Higgins"));
        QSignalSpy chosen(&bench.panel, &ObjectivePanel::presetChosen);
        Q_EMIT preset->activated(1);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toInt(), 1);
        QVERIFY(bench.changes.empty());  // what follows is decided by who listens

        Experiment adversarial;
        adversarial.objective.divergence = DivergenceKind::Adversarial;
        adversarial.knobs = {{1.0, 1.0, 1.0}};
        bench.panel.setExperiment(adversarial, 0);
        QCOMPARE(preset->currentText(), "AAE");
        bench.find<QDoubleSpinBox>("betaEntry")->setValue(3.3);
        QCOMPARE(preset->currentIndex(), -1);
    }

    void aWayHasASliderThatSpeaks() {
        Bench bench;
        bench.panel.setPresets(samplePresets());
        auto* row = bench.find<MorphRow>("");
        QVERIFY(row != nullptr && !row->isVisible());
        QTest::mouseClick(bench.find<QToolButton>("morph"), Qt::LeftButton);
        QVERIFY(row->isVisible());
        auto* slider = bench.find<QSlider>("morphSlider");
        QVERIFY(!slider->isEnabled());

        QSignalSpy targets(&bench.panel, &ObjectivePanel::morphTargetChosen);
        QSignalSpy moves(&bench.panel, &ObjectivePanel::morphMoved);
        Q_EMIT bench.find<QComboBox>("morphTarget")->activated(2);
        QCOMPARE(targets[0][0].toInt(), 2);
        Morph way;
        way.from = {Knobs{}};
        way.to = {Knobs{1.0, 0.0, 1.0}};
        way.to[0].secondDivergence = 1.0;
        bench.panel.beginMorph(2, way);
        QVERIFY(slider->isEnabled());
        // The term it leads to is there from the start, so that nothing jumps on the way.
        QVERIFY(bench.find<QSlider>("second_divergenceSlider")->isVisible());
        const int height = bench.find<QLabel>("formula")->height();
        for (int place = 1; place <= 4; ++place) {
            slider->setFocus();
            QTest::keyClick(slider, Qt::Key_PageUp);
            bench.panel.setKnobs(way.at(row->share()), 0);
            QCOMPARE(bench.find<QLabel>("formula")->height(), height);
        }
        QCOMPARE(moves.size(), 4);
        QVERIFY(moves.back()[0].toDouble() > 0.0 && moves.back()[1].toBool());
        const std::size_t said = bench.changes.size();
        bench.panel.setMorphPlace(1.0, true);
        QCOMPARE(slider->value(), slider->maximum());
        QVERIFY(bench.find<QToolButton>("morphPlay")->isChecked());
        QCOMPARE(moves.size(), 4);
        QTest::mouseClick(bench.find<QToolButton>("morph"), Qt::LeftButton);
        QCOMPARE(targets.back()[0].toInt(), -1);
        QVERIFY(!row->isVisible());
        QCOMPARE(bench.changes.size(), said);
    }

    void furtherWeightsAppearWhenTheyAreInForce() {
        Bench bench;
        auto* slider = bench.find<QSlider>("code_distortionSlider");
        QVERIFY(!slider->isVisible());
        Experiment experiment;
        experiment.knobs[0].codeDistortion = 1.0;
        bench.panel.setExperiment(experiment, 0);
        QVERIFY(slider->isVisible());
        QVERIFY(!bench.find<QSlider>("data_divergenceSlider")->isVisible());
        bench.panel.setExperiment(Experiment{}, 0);
        QVERIFY(!slider->isVisible());
        QTest::mouseClick(bench.find<QToolButton>("moreWeights"), Qt::LeftButton);
        QVERIFY(slider->isVisible());
        bench.find<QDoubleSpinBox>("joint_divergenceEntry")->setValue(2.5);
        QCOMPARE(bench.changes.back().knobs[0].jointDivergence, 2.5);
        QVERIFY(bench.changes.back().settled);
        QTest::mouseClick(bench.find<QToolButton>("moreWeights"), Qt::LeftButton);
        QVERIFY(bench.find<QSlider>("joint_divergenceSlider")->isVisible());
        QVERIFY(!slider->isVisible());
    }

    void aWaySaysWhereItIs() {
        Bench bench;
        bench.panel.setPresets(samplePresets());
        bench.panel.setExperiment(Experiment{}, 0);
        QCOMPARE(bench.panel.objectiveName(), QString("ELBO"));
        Morph way;
        way.from = {Knobs{}};
        way.to = {Knobs{1.0, 1.0, 1.0}};
        bench.panel.beginMorph(2, way, bench.panel.objectiveName());
        bench.panel.setKnobs(way.at(0.43), 0);
        bench.panel.setMorphPlace(0.43, false);
        QCOMPARE(bench.panel.objectiveName(), QString("ELBO to AAE, 43 %"));
        auto* preset = bench.find<QComboBox>("preset");
        QCOMPARE(preset->currentIndex(), -1);
        QVERIFY(preset->placeholderText().contains("43 %"));
        QVERIFY(preset->toolTip().contains("ELBO to AAE, 43 %"));
        // It is never cut: where two names do not fit beside each other, the goal stands in the row below.
        for (const QString& from : {QString("ELBO"), QString("Adversarial variational Bayes")}) {
            bench.panel.beginMorph(2, way, from);
            bench.panel.setMorphPlace(0.95, false);
            const QString shown = preset->placeholderText();
            QVERIFY2(shown.contains("95 %"), qPrintable(shown));
            const int room = preset->width() - 3 * preset->fontMetrics().height();
            QVERIFY2(preset->fontMetrics().horizontalAdvance(shown) <= room, qPrintable(shown));
        }
        bench.panel.endMorph();
        QCOMPARE(preset->placeholderText(), QString("Custom objective"));
    }
};

QTEST_MAIN(TestObjectiveWay)
#include "tst_objective_way.moc"
