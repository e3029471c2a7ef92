// The objective family beside the window: it starts from the sliders, and what it trains is what the sliders then show.
#include <QtTest>
#include <algorithm>

#include "app/window/main_window.h"
#include "tests/app/small_window.h"

using namespace elbo;

namespace {

Experiment smallFleet() {
    Experiment experiment = smallDigits();
    experiment.run.steps = 1000000;
    experiment.knobs = {{1.0, 1.0, 0.0}, {0.25, 1.0, 0.0}};
    return experiment;
}

}  // namespace

class TestFamilyDialog : public QObject {
    Q_OBJECT

  private:
    StateFolder state_;

  private Q_SLOTS:
    void initTestCase() { state_.begin(); }

    void trainsTheMemberInFocus() {
        MainWindow window{Settings(false)};
        window.show();
        window.session().open(smallFleet());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().isOpen() && window.arrangement().objective()->knobs().size() == 2,
                                 kPatience);
        QVERIFY(window.findChild<FamilyPanel*>() == nullptr);
        window.actions().family->trigger();
        auto* panel = window.findChild<FamilyPanel*>();
        QVERIFY(panel != nullptr && panel->isVisible());
        const auto answer = [panel] { return panel->findChild<QTextBrowser*>("familyAnswer")->toPlainText(); };
        QVERIFY(answer().contains("ELBO"));

        auto* train = panel->findChild<QPushButton*>("familyTrain");
        for (const FamilyPreset& preset : familyPresets()) {
            if (preset.name.starts_with("beta-VAE")) {
                panel->setMultipliers(preset.multipliers);
            }
        }
        QVERIFY(train->isEnabled());
        train->click();
        const std::vector<Knobs> wanted{{4.0, 1.0, 0.0}, {0.25, 1.0, 0.0}};
        QTRY_VERIFY_WITH_TIMEOUT(window.session().experiment().knobs == wanted, kPatience);
        QVERIFY(window.arrangement().objective()->knobs() == wanted);
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), RunState::Running, kPatience);

        window.undoStack().undo();
        QTRY_COMPARE_WITH_TIMEOUT(window.session().experiment().knobs[0].beta, 1.0, kPatience);
        window.setDark(false);
        window.actions().family->trigger();  // asked again: it starts from the sliders of now
        QVERIFY(answer().contains("ELBO"));
        QCOMPARE(window.findChildren<FamilyPanel*>().size(), 1);
    }

    void trainsAnotherDivergenceWithoutANewStart() {
        MainWindow window{Settings(false)};
        window.show();
        window.session().open(smallFleet());
        QTRY_VERIFY_WITH_TIMEOUT(window.session().isOpen() && window.arrangement().objective()->knobs().size() == 2,
                                 kPatience);
        window.session().play();
        const auto step = [&window] {
            const auto snapshot = window.session().latestSnapshot();
            return snapshot == nullptr ? -1 : static_cast<int>(snapshot->step);
        };
        QTRY_VERIFY_WITH_TIMEOUT(step() > 0, kPatience);
        const int before = step();
        window.actions().family->trigger();
        auto* panel = window.findChild<FamilyPanel*>();
        QVERIFY(panel != nullptr);
        const auto alice = std::find_if(familyPresets().begin(), familyPresets().end(),
                                        [](const FamilyPreset& preset) { return preset.name == "ALICE"; });
        panel->setMultipliers(alice->multipliers);
        panel->findChild<QPushButton*>("familyTrain")->click();
        const auto experiment = [&window] { return window.session().experiment(); };
        QTRY_VERIFY_WITH_TIMEOUT(experiment().objective.jointDivergence == DivergenceKind::RatioReverseKl, kPatience);
        QCOMPARE(experiment().knobs[0].jointDivergence, 1.0);
        QVERIFY(experiment().knobs[1] == smallFleet().knobs[1]);
        QTRY_VERIFY_WITH_TIMEOUT(step() > before, kPatience);
        window.actions().family->trigger();  // asked again: what is trained now
        QVERIFY(panel->findChild<QTextBrowser*>("familyAnswer")->toPlainText().contains("ALICE"));

        window.undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(experiment().objective == smallFleet().objective, kPatience);
        QVERIFY(experiment().knobs == smallFleet().knobs);
    }
};

QTEST_MAIN(TestFamilyDialog)
#include "tst_family_dialog.moc"
