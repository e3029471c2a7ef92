// The twelve weights, the presets, the answer as formulas, and what can be trained.
#include <QSignalSpy>
#include <QTest>
#include <QTextDocument>

#include "models/algebra/family_text.h"
#include "widgets/family/family_formula.h"
#include "widgets/family/family_panel.h"

using namespace elbo;

namespace {

QString plain(const QString& html) {
    QTextDocument document;
    document.setHtml(html);
    return document.toPlainText().replace(QChar(0x00a0), ' ');
}

struct Bench {
    FamilyPanel panel;
    std::vector<Knobs> wanted;
    ObjectiveSpec objective;  ///< of the last wish

    Bench() {
        panel.resize(760, 620);
        panel.show();
        QObject::connect(&panel, &FamilyPanel::trainRequested, [this](const Knobs& knobs, const ObjectiveSpec& spec) {
            wanted.push_back(knobs);
            objective = spec;
        });
    }
    template <typename T>
    T* find(const char* name) const {
        return panel.findChild<T*>(name);
    }
    WeightEntry* entry(Multiplier multiplier) const {
        return find<WeightEntry>(multiplierNames()[static_cast<std::size_t>(multiplier)].c_str());
    }
    void choose(int index) {
        auto* preset = find<QComboBox>("familyPreset");
        preset->setCurrentIndex(index);
        Q_EMIT preset->activated(index);
    }
    QString answer() const { return find<QTextBrowser>("familyAnswer")->toPlainText().replace(QChar(0x00a0), ' '); }
};

}  // namespace

class TestFamilyPanel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void presetsSetTheTwelveWeights() {
        Bench bench;
        for (int i = static_cast<int>(familyPresets().size()) - 1; i >= 0; --i) {
            const FamilyPreset& preset = familyPresets()[static_cast<std::size_t>(i)];
            bench.choose(i);
            QVERIFY(bench.panel.multipliers() == preset.multipliers);
            for (int m = 0; m < kMultiplierCount; ++m) {
                const auto multiplier = static_cast<Multiplier>(m);
                QCOMPARE(bench.entry(multiplier)->value(), preset.multipliers[multiplier]);
            }
            const KnobsAnswer training = knobsOf(explain(preset.multipliers));
            auto* train = bench.find<QPushButton>("familyTrain");
            QCOMPARE(train->isEnabled(), training.possible);
            QVERIFY(!train->toolTip().isEmpty());
            QCOMPARE(bench.find<QLabel>("familyNote")->text(), trainingNote(training));
        }
    }

    void editingAnswersAtOnce() {
        Bench bench;
        QVERIFY(bench.answer().contains("ELBO"));
        QVERIFY(bench.answer().contains("Likelihood based"));
        bench.entry(Multiplier::Iq)->setValue(-1.0);
        QVERIFY(bench.answer().contains("AAE"));
        QVERIFY(bench.answer().contains("Unary likelihood free"));
        QVERIFY(bench.answer().contains(QString::fromUtf8("D + KL(q(z) \u2016 p(z)) \u2212 H(x)")));
        QVERIFY(bench.answer().contains("Maximised"));
        QCOMPARE(bench.find<QComboBox>("familyPreset")->currentText(), QString("AAE"));
        bench.entry(Multiplier::Ip)->setValue(0.5);
        QCOMPARE(bench.find<QComboBox>("familyPreset")->currentIndex(), -1);
        QVERIFY(bench.answer().contains("Binary"));
    }

    void trainingGivesTheWeightsOfJ() {
        Bench bench;
        MultiplierWeights betaVae;
        betaVae[Multiplier::Iq] = 6.0;
        betaVae[Multiplier::XGivenZQp] = 2.0;
        betaVae[Multiplier::ZQp] = 8.0;
        bench.panel.setMultipliers(betaVae);
        QTest::mouseClick(bench.find<QPushButton>("familyTrain"), Qt::LeftButton);
        QCOMPARE(bench.wanted.size(), std::size_t(1));
        QVERIFY(bench.wanted[0] == (Knobs{8.0, 1.0, 0.0, 2.0}));
        QVERIFY(bench.objective == ObjectiveSpec());
        QVERIFY(plain(bench.find<QLabel>("familyNote")->text()).contains("wD = 2"));

        // Samples compared with data in both directions, and not alike: there is one place for that.
        bench.entry(Multiplier::XPq)->setValue(1.0);
        QVERIFY(bench.find<QPushButton>("familyTrain")->isEnabled());
        QVERIFY(plain(bench.find<QLabel>("familyNote")->text()).contains("KL is estimated by a network"));
        bench.entry(Multiplier::XQp)->setValue(3.0);
        auto* train = bench.find<QPushButton>("familyTrain");
        QVERIFY(!train->isEnabled());
        QVERIFY(plain(train->toolTip()).contains("the engine trains one there"));
        QTest::mouseClick(train, Qt::LeftButton);
        QCOMPARE(bench.wanted.size(), std::size_t(1));
    }

    void trainingGivesTheDivergences() {
        Bench bench;
        for (int i = 0; i < static_cast<int>(familyPresets().size()); ++i) {
            const FamilyPreset& preset = familyPresets()[static_cast<std::size_t>(i)];
            bench.wanted.clear();
            bench.choose(i);
            QTest::mouseClick(bench.find<QPushButton>("familyTrain"), Qt::LeftButton);
            if (preset.name.starts_with("InfoBiGAN")) {
                QVERIFY(bench.wanted.empty());
                continue;
            }
            QCOMPARE(bench.wanted.size(), std::size_t(1));
            const Explanation trained = explain(objectiveOf(bench.wanted[0], bench.objective));
            QCOMPARE(QString::fromStdString(trained.names.front().text()),
                     QString::fromStdString(explain(preset.multipliers).names.front().text()));
        }
    }

    void whatNoWeightHoldsIsShownAndTrained() {
        Bench bench;
        auto* besides = bench.find<QLabel>("familyBesides");
        auto* leaveOut = bench.find<QPushButton>("familyLeaveOut");
        QVERIFY(besides->text().isEmpty() && !leaveOut->isVisible());
        ObjectiveSpec spec;
        FamilyObjective mmd = objectiveOf(Knobs{1.0, 1000.0, 0.0}, spec);
        bench.panel.setObjective(mmd);
        QCOMPARE(plain(besides->text()), QString("Besides: 999 MMD(q(z), p(z))"));
        QVERIFY(leaveOut->isVisible());
        QCOMPARE(bench.find<QComboBox>("familyPreset")->currentIndex(), -1);
        QVERIFY(bench.answer().contains("InfoVAE"));
        bench.entry(Multiplier::ZPq)->setValue(2.0);
        QTest::mouseClick(bench.find<QPushButton>("familyTrain"), Qt::LeftButton);
        QCOMPARE(bench.wanted.size(), std::size_t(1));
        QVERIFY(bench.objective.divergence == DivergenceKind::RatioReverseKl);
        QVERIFY(bench.objective.second == DivergenceKind::Mmd);
        QCOMPARE(bench.wanted[0].secondDivergence, 999.0);

        QTest::mouseClick(leaveOut, Qt::LeftButton);
        QVERIFY(besides->text().isEmpty() && !leaveOut->isVisible());
        QCOMPARE(bench.entry(Multiplier::ZPq)->value(), 2.0);
        bench.panel.setObjective(mmd, "A remark.");
        QVERIFY(plain(besides->text()).endsWith("p(z)). A remark."));
    }

    void theFleetAroundItIsAskedAtTheClick() {
        Bench bench;
        FamilySurroundings around;
        bench.panel.setSurroundings([&around] { return around; });
        MultiplierWeights both;  // two divergences on codes
        both[Multiplier::XGivenZQp] = 1.0;
        both[Multiplier::ZQp] = 2.0;
        both[Multiplier::ZPq] = 2.0;
        bench.panel.setMultipliers(both);
        auto* train = bench.find<QPushButton>("familyTrain");
        QVERIFY(train->isEnabled());
        around.others = {Knobs{1.0, 1000.0, 0.0}};  // another model began to use MMD
        QTest::mouseClick(train, Qt::LeftButton);
        QVERIFY(bench.wanted.empty() && !train->isEnabled());
        QVERIFY(plain(train->toolTip()).contains("other models of the fleet"));
    }

    void everyWeightExplainsItselfInOneSentence() {
        Bench bench;
        for (int m = 0; m < kMultiplierCount; ++m) {
            const QString tip = bench.entry(static_cast<Multiplier>(m))->toolTip();
            QVERIFY(tip.endsWith('.'));
            QCOMPARE(tip.count(". "), 0);
        }
    }

    void nothingMovesWithTheAnswer() {
        Bench bench;
        QTest::qWait(1);
        const int top = bench.find<QTextBrowser>("familyAnswer")->y();
        const int button = bench.find<QPushButton>("familyTrain")->y();
        const int height = bench.panel.sizeHint().height();
        for (int i = 0; i < static_cast<int>(familyPresets().size()); ++i) {
            bench.choose(i);
            QTest::qWait(1);
            QCOMPARE(bench.find<QTextBrowser>("familyAnswer")->y(), top);
            QCOMPARE(bench.find<QPushButton>("familyTrain")->y(), button);
            QCOMPARE(bench.panel.sizeHint().height(), height);
        }
    }

    void formulasAreTypeset() {
        const QString html = richFormula("\u2212I_{q} + E_{q(z)}\u00a0KL(q(x|z)\u00a0\u2016\u00a0p(x|z))");
        QVERIFY(html.contains("<i>I</i><sub><i>q</i></sub>"));
        QVERIFY(html.contains("E<sub><i>q</i>(<i>z</i>)</sub>"));
        QVERIFY(html.contains("KL(<i>q</i>(<i>x</i>|<i>z</i>)"));
        QVERIFY(!html.contains('{') && !html.contains('_'));
        QCOMPARE(richFormula("a < b"), QString("a &lt; b"));

        MultiplierWeights twice;
        twice[Multiplier::ZGivenXPq] = 1.0;
        twice[Multiplier::XPq] = 2.0;
        twice[Multiplier::XQp] = 3.0;
        twice[Multiplier::Ip] = -1.0;
        const QString answer = familyAnswer(explain(twice), Theme::lightTheme());
        QVERIFY(answer.contains(QString::fromUtf8("<i>\u03bb</i><sub>1</sub>&nbsp;=&nbsp;2")));
        QVERIFY(!answer.contains("lambda_"));
    }
};

QTEST_MAIN(TestFamilyPanel)
#include "tst_family_panel.moc"
