// Undo steps over experiments: what they are called, when they merge, and what they hand back.
#include <QUndoStack>
#include <QtTest>

#include "app/window/undo.h"

using namespace elbo;

namespace {

Experiment withBeta(double beta) {
    Experiment experiment;
    experiment.knobs = {Knobs{beta, 1.0, 0.0}};
    return experiment;
}

}  // namespace

class TestUndo : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namesSayWhatChanged() {
        QCOMPARE(ExperimentEdit::nameOf(withBeta(1), withBeta(2)), QString::fromUtf8("change of \u03b2"));
        Experiment smaller;
        smaller.data.trainSize = 500;
        QCOMPARE(ExperimentEdit::nameOf(Experiment{}, smaller), QString("change of train size"));
        Experiment other;
        other.name = "ring";
        other.title = "Ring";
        QCOMPARE(ExperimentEdit::nameOf(Experiment{}, other), QString("opening of Ring"));
    }

    void knobsAloneAreTold() {
        QVERIFY(ExperimentEdit::onlyKnobsDiffer(withBeta(1), withBeta(2)));
        Experiment fleet = withBeta(1);
        fleet.knobs.push_back(Knobs{});
        QVERIFY(!ExperimentEdit::onlyKnobsDiffer(withBeta(1), fleet));
        Experiment wider = withBeta(2);
        wider.model.latentDim = 3;
        QVERIFY(!ExperimentEdit::onlyKnobsDiffer(withBeta(1), wider));
    }

    void aChangeOfTheObjectiveHasAName() {
        Experiment adversarial = withBeta(1);
        adversarial.objective.divergence = DivergenceKind::Adversarial;
        adversarial.knobs[0].alpha = 1.0;
        QCOMPARE(ExperimentEdit::nameOf(withBeta(1), adversarial), QString("change of the objective"));
        QVERIFY(!ExperimentEdit::onlyKnobsDiffer(withBeta(1), adversarial));
        adversarial.model.encoderNoise = 4;
        QCOMPARE(ExperimentEdit::nameOf(withBeta(1), adversarial), QString("change of the experiment"));
    }

    void undoAndRedoHandBackTheValues() {
        QUndoStack stack;
        RunInForce now;
        const auto apply = [&now](const RunInForce& wanted) { now = wanted; };
        Experiment wider;
        wider.model.latentDim = 3;
        stack.push(new ExperimentEdit({Experiment{}, 1}, {wider, 2}, apply));
        QCOMPARE(now.run, std::uint64_t{0});  // pushing changes nothing: it has happened already
        stack.undo();
        QCOMPARE(now, (RunInForce{Experiment{}, 1}));
        stack.redo();
        QCOMPARE(now, (RunInForce{wider, 2}));
    }

    void aResetIsAStepOfItsOwn() {
        QUndoStack stack;
        RunInForce now;
        const auto apply = [&now](const RunInForce& wanted) { now = wanted; };
        stack.push(new ExperimentEdit({withBeta(2), 1}, {withBeta(2), 2}, apply));
        QCOMPARE(stack.undoText(), QString("reset"));
        // A second one right after it is another run, and no part of the first.
        stack.push(new ExperimentEdit({withBeta(2), 2}, {withBeta(2), 3}, apply));
        QCOMPARE(stack.count(), 2);
        stack.undo();
        QCOMPARE(now.run, std::uint64_t{2});
        stack.undo();
        QCOMPARE(now.run, std::uint64_t{1});
    }

    void aRunOfSmallKnobChangesIsOneStep() {
        QUndoStack stack;
        Experiment now = withBeta(4);
        const auto apply = [&now](const RunInForce& wanted) { now = wanted.experiment; };
        const auto push = [&](double from, double to) {
            stack.push(new ExperimentEdit({withBeta(from), 1}, {withBeta(to), 1}, apply));
        };
        push(1, 2);
        push(2, 3);
        push(3, 4);
        QCOMPARE(stack.count(), 1);
        stack.undo();
        QCOMPARE(now, withBeta(1));
        stack.redo();
        QCOMPARE(now, withBeta(4));
        QTest::qWait(static_cast<int>(ExperimentEdit::kMergeMilliseconds) + 50);
        push(4, 5);
        QCOMPARE(stack.count(), 2);
        push(5, 4);  // back where it began: the step disappears
        QCOMPARE(stack.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestUndo)
#include "tst_undo.moc"
