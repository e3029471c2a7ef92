// The twelve weights, the presets, the answer as formulas, and what can be trained.
#include <QSignalSpy>
#include <QTest>
#include <QTextDocument>

#include "models/algebra/family_text.h"
#include "widgets/family_formula.h"
#include "widgets/family_panel.h"

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

    Bench() {
        panel.resize(760, 620);
        panel.show();
        QObject::connect(&panel, &FamilyPanel::trainRequested, [this](const Knobs& knobs) { wanted.push_back(knobs); });
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
        Multipliers betaVae;
        betaVae[Multiplier::Iq] = 6.0;
        betaVae[Multiplier::XGivenZQp] = 2.0;
        betaVae[Multiplier::ZQp] = 8.0;
        bench.panel.setMultipliers(betaVae);
        QTest::mouseClick(bench.find<QPushButton>("familyTrain"), Qt::LeftButton);
        QCOMPARE(bench.wanted.size(), std::size_t(1));
        QVERIFY(bench.wanted[0] == (Knobs{4.0, 1.0, 0.0}));
        QVERIFY(plain(bench.find<QLabel>("familyNote")->text()).contains("2 times"));

        bench.entry(Multiplier::Ip)->setValue(1.0);
        auto* train = bench.find<QPushButton>("familyTrain");
        QVERIFY(!train->isEnabled());
        QVERIFY(plain(train->toolTip()).contains("does not train yet"));
        QTest::mouseClick(train, Qt::LeftButton);
        QCOMPARE(bench.wanted.size(), std::size_t(1));
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

        Multipliers twice;
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
