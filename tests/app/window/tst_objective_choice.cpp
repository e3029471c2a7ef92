// Named objectives and the way between them: in force at the next step, never a new start without a question, undoable.
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "app/builtin/builtin_objectives.h"
#include "app/window/objective_choice.h"
#include "tests/app/small_experiment.h"

using namespace elbo;

namespace {

constexpr int kPatience = 20000;  // ms

/// One that does not end while a test looks at it.
Experiment endlessExperiment() {
    return smallExperiment(1000000000);
}

int placeOf(const std::string& name) {
    const auto& presets = builtinObjectives();
    return static_cast<int>(
        std::find_if(presets.begin(), presets.end(), [&](const auto& preset) { return preset.name == name; }) -
        presets.begin());
}

/// What every term of J weighs, whichever place of the objective holds it.
struct TermWeights {
    double rate = 0.0;
    double mmd = 0.0;
    double adversarial = 0.0;
};

TermWeights weightsOf(const Frame& frame) {
    const Knobs& knobs = frame.knobs.at(0);
    TermWeights weights{knobs.rateWeight()};
    const auto add = [&](DivergenceKind kind, double weight) {
        weights.mmd += kind == DivergenceKind::Mmd ? weight : 0.0;
        weights.adversarial += kind == DivergenceKind::Adversarial ? weight : 0.0;
    };
    add(frame.objective.divergence, knobs.divergenceWeight());
    add(frame.objective.second, knobs.secondDivergence);
    return weights;
}

/// The parts of a window that choosing an objective needs, on a run that trains.
struct Bench {
    Session session;
    EditHistory history{session};
    QWidget window;
    ObjectivePanel panel;
    ObjectiveChoice choice{session, history, panel, &window};
    QSignalSpy opened{&session, &Session::experimentOpened};
    QSignalSpy failed{&choice, &ObjectiveChoice::failed};

    Bench() {
        QObject::connect(&session, &Session::experimentOpened, &panel,
                         [this] { panel.setExperiment(session.experiment(), 0); });
        QObject::connect(&history, &EditHistory::knobsRestored, &panel,
                         [this] { panel.setExperiment(session.experiment(), 0); });
        panel.show();
        // Pictures take their time, and nobody looks at them here.
        ViewRequest request;
        request.latent = request.data = request.reconstructions = request.samples = request.manifold = false;
        session.setRequest(request);
    }

    void train(const Experiment& experiment) {
        session.open(experiment);
        session.play();
        QTRY_VERIFY_WITH_TIMEOUT(step() > 5, kPatience);
        opened.clear();
    }
    void waitForSteps(int count) {
        const std::int64_t before = step();
        QTRY_VERIFY2_WITH_TIMEOUT(
            step() >= before + count,
            qPrintable(QString("%1 %2 %3").arg(static_cast<int>(session.state())).arg(step()).arg(session.message())),
            kPatience);
    }

    std::int64_t step() const {
        const auto frame = session.latestFrame();
        return frame == nullptr ? -1 : frame->report.step;
    }
    Knobs inForce() const { return session.latestFrame()->knobs.at(0); }
    void choosePreset(const std::string& name) {
        Q_EMIT panel.findChild<QComboBox*>("preset")->activated(placeOf(name));
    }
    void chooseTarget(const std::string& name) {
        Q_EMIT panel.findChild<QComboBox*>("morphTarget")->activated(placeOf(name));
    }
    QSlider* slider() const { return panel.findChild<QSlider*>("morphSlider"); }
};

}  // namespace

class TestObjectiveChoice : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namedObjectivesActWithoutANewStart() {
        Bench bench;
        bench.train(endlessExperiment());
        std::int64_t newest = bench.step();
        for (const char* name : {"beta-vae", "mmd-vae", "aae", "infovae-stein", "free-bits", "elbo"}) {
            bench.choosePreset(name);
            const Experiment wanted = withPreset(endlessExperiment(), namedObjective(name));
            QCOMPARE(bench.session.experiment(), wanted);
            QTRY_VERIFY_WITH_TIMEOUT(
                bench.session.latestFrame()->objective == wanted.objective && bench.inForce() == wanted.knobs[0],
                kPatience);
            QVERIFY(bench.step() >= newest);
            newest = bench.step();
            QCOMPARE(bench.panel.findChild<QComboBox*>("preset")->currentIndex(), placeOf(name));
        }
        QVERIFY2(bench.opened.isEmpty(), "a run began anew");
        QVERIFY(bench.failed.isEmpty());
        QCOMPARE(bench.history.stack().count(), 6);
        QCOMPARE(bench.history.stack().undoText(), "change of the objective");
        bench.history.stack().setIndex(3);
        const Experiment adversarial = withPreset(endlessExperiment(), namedObjective("aae"));
        QCOMPARE(bench.session.experiment(), adversarial);
        QTRY_COMPARE_WITH_TIMEOUT(bench.session.latestFrame()->objective, adversarial.objective, kPatience);
        bench.history.stack().redo();
        QCOMPARE(bench.session.experiment(), withPreset(endlessExperiment(), namedObjective("infovae-stein")));
        bench.waitForSteps(5);
        QVERIFY2(bench.opened.isEmpty(), "undo began a run anew");
        QVERIFY(bench.step() >= newest);
    }

    void anotherModelIsAskedForFirst() {
        Bench bench;
        bench.train(endlessExperiment());
        bench.choosePreset("avb");
        QVERIFY(bench.choice.question() != nullptr);
        QVERIFY2(bench.choice.question()->informativeText().contains("0 becomes 4"),
                 qPrintable(bench.choice.question()->informativeText()));
        bench.choice.question()->button(QMessageBox::Cancel)->click();
        bench.waitForSteps(5);
        QVERIFY(bench.opened.isEmpty());
        QCOMPARE(bench.session.experiment(), endlessExperiment());
        QCOMPARE(bench.panel.findChild<QComboBox*>("preset")->currentIndex(), placeOf("elbo"));

        QTRY_VERIFY_WITH_TIMEOUT(bench.choice.question() == nullptr, kPatience);
        bench.choosePreset("avb");
        bench.choice.question()->defaultButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(bench.opened.size(), 1, kPatience);
        QCOMPARE(bench.session.experiment().model.encoderNoise, 4);
        QCOMPARE(bench.history.stack().count(), 1);
    }

    void oneMemberOfAFleetTakesAnObjective() {
        Experiment fleet = endlessExperiment();
        fleet.knobs = {Knobs{4.0, 1.0, 0.0}, Knobs{1.0, 1000.0, 0.0}};
        Bench bench;
        bench.train(fleet);
        bench.choosePreset("aae");
        QTRY_COMPARE_WITH_TIMEOUT(bench.session.latestFrame()->knobs, bench.session.experiment().knobs, kPatience);
        const Experiment now = bench.session.experiment();
        // The other keeps what it had; the chosen one has the critic in the second place.
        QCOMPARE(now.knobs[1], fleet.knobs[1]);
        QCOMPARE(now.objective.divergence, DivergenceKind::Mmd);
        QCOMPARE(now.objective.second, DivergenceKind::Adversarial);
        QCOMPARE(now.knobs[0].rateWeight(), 0.0);
        QCOMPARE(now.knobs[0].divergenceWeight(), 0.0);
        QCOMPARE(now.knobs[0].secondDivergence, 1.0);
        // A third divergence finds no place, and the reason is said.
        bench.choosePreset("infovae-wgan");
        QCOMPARE(bench.failed.size(), 1);
        QVERIFY2(bench.failed[0][0].toString().contains("Move all"), qPrintable(bench.failed[0][0].toString()));
        QCOMPARE(bench.session.experiment(), now);
        bench.panel.findChild<QCheckBox*>("moveAll")->setChecked(true);
        bench.choosePreset("infovae-wgan");
        QCOMPARE(bench.session.experiment(), withPreset(fleet, namedObjective("infovae-wgan")));
        QVERIFY(bench.opened.isEmpty());
    }

    void morphingIsContinuousAndNeverRestarts() {
        Bench bench;
        Experiment start = endlessExperiment();
        start.knobs = {Knobs{4.0, 1.0, 0.0}};  // beta-VAE
        bench.train(start);
        std::vector<std::shared_ptr<const Frame>> frames{bench.session.latestFrame()};
        QObject::connect(&bench.session, &Session::frameAvailable, &bench.panel, [&] {
            if (const auto frame = bench.session.latestFrame(); frame != frames.back()) {
                frames.push_back(frame);
                bench.panel.showFrame(frame);
            }
        });
        constexpr int kIncrement = MorphRow::kPositions / 20;
        for (const char* target : {"mmd-vae", "aae"}) {
            bench.chooseTarget(target);
            QVERIFY(bench.slider()->isEnabled());
            QVERIFY2(bench.failed.isEmpty(), "no way");
            for (int place = 0; place <= MorphRow::kPositions; place += kIncrement) {
                bench.slider()->setValue(place);
                const Knobs wanted = bench.session.experiment().knobs[0];
                QTRY_VERIFY_WITH_TIMEOUT(bench.inForce() == wanted, kPatience);
            }
            // The sliders went along.
            QCOMPARE(bench.panel.findChild<QDoubleSpinBox*>("alphaEntry")->value(), 1.0);
        }
        QTRY_VERIFY_WITH_TIMEOUT(std::abs(weightsOf(*bench.session.latestFrame()).adversarial - 1.0) < 1e-9, kPatience);
        QCOMPARE(weightsOf(*bench.session.latestFrame()).mmd, 0.0);
        QCOMPARE(weightsOf(*bench.session.latestFrame()).rate, 0.0);

        QVERIFY2(bench.opened.isEmpty(), "a run began anew");
        QVERIFY(frames.size() > 30);
        double most = 0.0;
        for (std::size_t i = 1; i < frames.size(); ++i) {
            QVERIFY(frames[i]->report.step >= frames[i - 1]->report.step);
            const TermWeights a = weightsOf(*frames[i - 1]), b = weightsOf(*frames[i]);
            // In shares of the whole way of each coefficient: 4, 1000 and 1.
            most = std::max({most, std::abs(a.rate - b.rate) / 4.0, std::abs(a.mmd - b.mmd) / 1000.0,
                             std::abs(a.adversarial - b.adversarial)});
        }
        QVERIFY2(most <= 1.0 / 20.0 + 1e-9, qPrintable(QString::number(most)));

        // Each way is undone without a new start, back to the beta-VAE.
        while (bench.history.stack().canUndo()) {
            bench.history.stack().undo();
        }
        QCOMPARE(bench.session.experiment(), start);
        bench.waitForSteps(5);
        QVERIFY(bench.opened.isEmpty());
    }

    void theWayGoesByItself() {
        Bench bench;
        bench.train(endlessExperiment());
        QObject::connect(&bench.session, &Session::frameAvailable, &bench.panel,
                         [&] { bench.choice.showFrame(*bench.session.latestFrame()); });
        bench.chooseTarget("mmd-vae");
        bench.panel.findChild<QToolButton*>("morphPlay")->setChecked(true);
        const std::int64_t from = bench.step();
        QTRY_VERIFY_WITH_TIMEOUT(bench.inForce().alpha > 0.0 && bench.inForce().alpha < 1.0, kPatience);
        const int stepsBefore = bench.history.stack().count();
        QTRY_COMPARE_WITH_TIMEOUT(bench.inForce().alpha, 1.0, kPatience);
        QVERIFY(bench.step() >= from + static_cast<std::int64_t>(ObjectiveChoice::kWaySteps));
        QVERIFY(!bench.panel.findChild<QToolButton*>("morphPlay")->isChecked());
        QCOMPARE(bench.history.stack().count(), stepsBefore + 1);
        QCOMPARE(bench.slider()->value(), MorphRow::kPositions);
    }

    void playingTheWayTrainsARunAtRest() {
        Bench bench;
        bench.train(endlessExperiment());
        QObject::connect(&bench.session, &Session::frameAvailable, &bench.panel,
                         [&] { bench.choice.showFrame(*bench.session.latestFrame()); });
        bench.session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(bench.session.state(), RunState::Paused, kPatience);
        bench.chooseTarget("mmd-vae");
        bench.panel.findChild<QToolButton*>("morphPlay")->setChecked(true);
        QTRY_COMPARE_WITH_TIMEOUT(bench.session.state(), RunState::Running, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(bench.inForce().alpha > 0.0, kPatience);
    }

    void aHandOnAnotherSliderBeginsTheWayAnew() {
        Bench bench;
        bench.train(endlessExperiment());
        bench.chooseTarget("mmd-vae");
        bench.slider()->setValue(MorphRow::kPositions / 2);
        QTRY_COMPARE_WITH_TIMEOUT(bench.inForce().alpha, 0.5, kPatience);
        bench.panel.findChild<QDoubleSpinBox*>("betaEntry")->setValue(3.0);
        QCOMPARE(bench.slider()->value(), 0);
        QVERIFY(bench.slider()->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(bench.inForce().beta, 3.0, kPatience);
        QCOMPARE(bench.inForce().alpha, 0.5);
        bench.slider()->setValue(MorphRow::kPositions / 2);
        QTRY_COMPARE_WITH_TIMEOUT(bench.inForce().beta, 2.0, kPatience);
        QCOMPARE(bench.inForce().alpha, 0.75);
    }

    void thereIsNoWayToAnotherModel() {
        Bench bench;
        bench.train(endlessExperiment());
        bench.chooseTarget("avb");
        QCOMPARE(bench.failed.size(), 1);
        QVERIFY2(bench.failed[0][0].toString().contains("no way"), qPrintable(bench.failed[0][0].toString()));
        QCOMPARE(bench.panel.findChild<QComboBox*>("morphTarget")->currentIndex(), -1);
        QCOMPARE(bench.session.experiment(), endlessExperiment());
    }

    void anOpeningEndsTheWay() {
        Bench bench;
        bench.train(endlessExperiment());
        bench.chooseTarget("mmd-vae");
        bench.slider()->setValue(40);
        bench.session.reset();  // the same objective: the way stays
        QTRY_COMPARE_WITH_TIMEOUT(bench.opened.size(), 1, kPatience);
        QCOMPARE(bench.slider()->value(), 40);
        QVERIFY(bench.slider()->isEnabled());
        Experiment other = endlessExperiment();
        other.model.encoder = {4};
        bench.session.open(other);
        QTRY_COMPARE_WITH_TIMEOUT(bench.opened.size(), 2, kPatience);
        QVERIFY(!bench.slider()->isEnabled());
        QCOMPARE(bench.session.experiment(), other);
    }
};

QTEST_MAIN(TestObjectiveChoice)
#include "tst_objective_choice.moc"
