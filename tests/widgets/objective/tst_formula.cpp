// The formulas carry the numbers they are given, grey what weighs nothing, and say what leaves the theory.
#include <QTest>
#include <QTextDocument>
#include <cmath>

#include "widgets/kit/numbers.h"
#include "widgets/objective/critic_lines.h"
#include "widgets/objective/formula.h"
#include "widgets/objective/formula_words.h"
#include "widgets/objective/multiplier_bars.h"

using namespace elbo;

namespace {

const Theme kTheme = Theme::lightTheme();

/// The text a reader sees, with plain spaces, one line per line.
QString plain(const QString& html) {
    QTextDocument document;
    document.setHtml(html);
    return document.toPlainText().replace(QChar(0x00a0), ' ');
}

QStringList lines(const QString& html) {
    return plain(html).split('\n');
}

FormulaNumbers sampleNumbers() {
    FormulaNumbers numbers;
    numbers[LossTerm::Distortion] = 94.2;
    numbers[LossTerm::Rate] = 5.31;
    numbers.rateTerm = 5.31;
    numbers[LossTerm::MarginalDivergence] = 0.0123;
    return numbers;
}

QString greyed(const QString& html) {
    QString text;
    const QString open = "<span style=\"color:" + kTheme.mutedText.name() + "\">";
    for (qsizetype at = html.indexOf(open); at >= 0; at = html.indexOf(open, at + 1)) {
        const qsizetype start = at + open.size();
        text += plain(html.mid(start, html.indexOf("</span>", start) - start)) + ";";
    }
    return text;
}

}  // namespace

class TestFormula : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theFormulaShowsTheRateTerm() {
        FormulaNumbers numbers = sampleNumbers();
        numbers.rateTerm = 0.25;
        const Knobs knobs{2.0, 1.0, 0.0};
        const auto first = [&](const ObjectiveSpec& spec) {
            return lines(lagrangianFormula(knobs, numbers, kTheme, {spec})).first();
        };
        QVERIFY(first({}).contains(" R "));
        QVERIFY(
            first({.rateTerm = RateTerm::Target, .rateTarget = 0.5}).contains(QString::fromUtf8("|R \u2212 0.500|")));
        QVERIFY(first({.rateTerm = RateTerm::Information, .rateTarget = 2.0})
                    .contains(QString::fromUtf8("|Iq \u2212 2.00|")));
        QVERIFY(first({.rateTerm = RateTerm::FreeBits, .freeBits = 0.1}).contains("max(Ri, 0.100)"));
        const QStringList shown =
            lines(lagrangianFormula(knobs, numbers, kTheme, {{.rateTerm = RateTerm::Target, .rateTarget = 0.5}}));
        QVERIFY2(shown[1].contains(QString::fromUtf8("2.00 \u00d7 0.250")), qPrintable(shown[1]));
        QVERIFY2(shown[2].contains("94.7"), qPrintable(shown[2]));
    }

    void weighedCodesStandForDistortionAndRate() {
        FormulaNumbers numbers = sampleNumbers();
        numbers.importanceTerm = 97.5;
        const ObjectiveSpec spec{.rateEstimate = RateEstimate::LogRatio, .importanceSamples = 5};
        const Knobs knobs{2.0, 11.0, 0.0};
        const QStringList shown = lines(lagrangianFormula(knobs, numbers, kTheme, {spec}));
        QCOMPARE(shown.size(), 5);
        QCOMPARE(lagrangianLines(knobs, {spec}), 5);
        const QString body = QString::fromUtf8("\u2212log 1/5 \u03a3k exp(\u2212Dk \u2212 (\u03b2 \u2212 \u03b1) Rk)");
        QVERIFY2(shown[0].contains(body), qPrintable(shown[0]));
        QVERIFY2(!shown.join('\n').contains("94.2") && !shown.join('\n').contains("5.31"),
                 qPrintable(shown.join('\n')));
        QVERIFY2(shown[2].contains("97.5"), qPrintable(shown[2]));
        QVERIFY2(shown[4].contains("97.6"), qPrintable(shown[4]));  // and 10 times Delta
        QVERIFY(!hasInformationForm(knobs, {spec}) && hasInformationForm(knobs, {}));
        QVERIFY(formulaTip(knobs, {spec}, "imq").contains("over 5 codes"));
        // One code is D and R, however its gradient is had.
        const FormulaSubject one{{.rateEstimate = RateEstimate::LogRatio, .gradient = CodeGradient::Dreg}};
        QCOMPARE(lagrangianFormula(knobs, numbers, kTheme, one), lagrangianFormula(knobs, numbers, kTheme, {}));
        QVERIFY(formulaTip(knobs, one, "imq").contains("squared weights"));
    }

    void theTipNamesTheDivergence() {
        QVERIFY(formulaTip({}, {}, "imq").contains("kernel imq"));
        QVERIFY(formulaTip({}, {{.divergence = DivergenceKind::Stein}}, "imq").contains("Stein"));
        QVERIFY(!formulaTip({}, {{.divergence = DivergenceKind::Moments}}, "imq").contains("imq"));
    }

    void numbers_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        const QString minus = QChar(0x2212);
        QTest::newRow("distortion") << 94.2 << "94.2";
        QTest::newRow("rate") << 5.31 << "5.31";
        QTest::newRow("divergence") << 0.0123 << "0.0123";
        QTest::newRow("zero") << 0.0 << "0.00";
        QTest::newRow("negative zero") << -0.0 << "0.00";
        QTest::newRow("rounding error") << (0.1 + 0.2 - 0.3) << "0.00";
        QTest::newRow("negative rounding error") << (0.3 - 0.1 - 0.2) << "0.00";
        QTest::newRow("one") << 1.0 << "1.00";
        QTest::newRow("minus one") << -1.0 << minus + "1.00";
        QTest::newRow("hundredth") << 1e-2 << "0.0100";
        QTest::newRow("ten thousand") << 1e4 << "10000";
        QTest::newRow("999") << 999.0 << "999.0";
        QTest::newRow("carry") << 9.999 << "10.0";
        QTest::newRow("carry of hundreds") << 999.96 << "1000";
        QTest::newRow("tiny") << 1.24e-5 << QString::fromUtf8("1.2\u00d710\u207b\u2075");
        QTest::newRow("tiny carry") << 9.99e-5 << QString::fromUtf8("1.0\u00d710\u207b\u2074");
        QTest::newRow("huge") << -2.5e7 << minus + QString::fromUtf8("2.5\u00d710\u2077");
        QTest::newRow("not measured") << std::nan("") << QString(QChar(0x2013));
        QTest::newRow("infinite") << -HUGE_VAL << minus + QChar(0x221e);
    }
    void numbers() {
        QFETCH(double, value);
        QFETCH(QString, text);
        QCOMPARE(numberText(value), text);
    }

    void weightsAreWrittenAsEntered() {
        QCOMPARE(weightText(1.0), "1");
        QCOMPARE(weightText(0.5), "0.5");
        QCOMPARE(weightText(1000.0), "1000");
        QCOMPARE(weightText(-0.25), QChar(0x2212) + QString("0.25"));
        QCOMPARE(weightText(-0.0), "0");
        QCOMPARE(weightText(1e-5), QString::fromUtf8("1.0\u00d710\u207b\u2075"));
        QCOMPARE(countText(1234567), QString::fromUtf8("1\u2009234\u2009567"));
        QCOMPARE(countText(999), "999");
    }

    void lagrangianFormCarriesTheNumbers() {
        const QStringList text = lines(lagrangianFormula(Knobs{}, sampleNumbers(), kTheme));
        QCOMPARE(text.size(), 3);
        QCOMPARE(text[0], QString::fromUtf8("J = D + (\u03b2 \u2212 \u03b1) R + (\u03b1 + \u03bb \u2212 1) \u0394"));
        QCOMPARE(text[1], QString::fromUtf8("   = 94.2 + 1.00 \u00d7 5.31 + 0"));
        QCOMPARE(text[2], QString("   = 99.5"));
    }

    void negativeWeightsTakeTheirSignBeforeTheTerm() {
        FormulaNumbers numbers = sampleNumbers();
        numbers[LossTerm::MarginalDivergence] = -0.0123;
        const QStringList text = lines(lagrangianFormula({0.5, 0.25, 1.5}, numbers, kTheme));
        QCOMPARE(text[1], QString::fromUtf8("   = 94.2 \u2212 1.00 \u00d7 5.31 + 0.750 \u00d7 (\u22120.0123)"));
    }

    void edgesOfTheSliders() {
        const QStringList low = lines(lagrangianFormula({1e-2, 1e-2, 0.0}, sampleNumbers(), kTheme));
        QVERIFY(low[1].contains("0.0100"));
        QVERIFY(low[1].contains(QString::fromUtf8("\u2212 0.990")));
        const QStringList high = lines(lagrangianFormula({1e2, 1e4, 0.0}, sampleNumbers(), kTheme));
        QVERIFY(high[1].contains(QString::fromUtf8("100.0 \u00d7 5.31")));
        QVERIFY(high[1].contains(QString::fromUtf8("9999 \u00d7 0.0123")));
    }

    void furtherTermsStandOnLinesOfTheirOwn() {
        Knobs knobs;
        knobs.distortion = 0.5;
        knobs.codeDistortion = 2.0;
        knobs.secondDivergence = -1.0;
        knobs.jointDivergence = 4.0;
        FormulaNumbers numbers = sampleNumbers();
        numbers[LossTerm::CodeDistortion] = 3.0;
        numbers[LossTerm::SecondDivergence] = 0.25;
        numbers[LossTerm::JointDivergence] = 0.5;
        const QStringList text = lines(lagrangianFormula(knobs, numbers, kTheme));
        QCOMPARE(text.size(), lagrangianLines(knobs));
        QCOMPARE(text.size(), 7);
        QVERIFY2(text[0].startsWith("J = wD D + "), qPrintable(text[0]));
        QVERIFY2(text[1].contains(QString::fromUtf8("+ w2 \u03942 + wC C")), qPrintable(text[1]));
        QVERIFY2(text[2].contains(QString::fromUtf8("+ wxz \u0394(x, z)")), qPrintable(text[2]));
        QVERIFY2(text[3].startsWith(QString::fromUtf8("   = 0.500 \u00d7 94.2 + 1.00 \u00d7 5.31")),
                 qPrintable(text[3]));
        QVERIFY2(text[4].contains(QString::fromUtf8("\u2212 1.00 \u00d7 0.250 + 2.00 \u00d7 3.00")),
                 qPrintable(text[4]));
        QVERIFY2(text[5].contains(QString::fromUtf8("+ 4.00 \u00d7 0.500")), qPrintable(text[5]));
        // 47.1 + 5.31 - 0.25 + 6 + 2
        QVERIFY2(text[6].endsWith("60.2"), qPrintable(text[6]));
        QVERIFY(!hasInformationForm(knobs));

        Knobs data;
        data.distortion = 0.0;
        data.dataDivergence = 1.0;
        const QString shown = lagrangianFormula(data, sampleNumbers(), kTheme);
        QVERIFY2(lines(shown)[1].contains(QString::fromUtf8("wx \u0394(p*(x), p(x))")), qPrintable(plain(shown)));
        QVERIFY(greyed(shown).contains("wD D"));
    }

    void keptTermsHoldTheirPlace() {
        FormulaSubject subject;
        subject.kept[Knob::SecondDivergence] = true;
        QCOMPARE(lagrangianLines(Knobs{}), 3);
        QCOMPARE(lagrangianLines(Knobs{}, subject), 5);
        QVERIFY(greyed(lagrangianFormula(Knobs{}, sampleNumbers(), kTheme, subject)).contains("w2"));
        Knobs second;
        second.secondDivergence = 1.0;
        QCOMPARE(lagrangianLines(second, subject), 5);
        QVERIFY(hasInformationForm(Knobs{}));
        QVERIFY(!hasInformationForm(Knobs{}, subject));
        QVERIFY(!hasInformationForm(Knobs{}, {{.rateTerm = RateTerm::Cap}}));
    }

    void capAndSoftFreeBitsAreWrittenOut() {
        FormulaNumbers numbers = sampleNumbers();
        numbers[LossTerm::InformationExcess] = 0.5;
        const Knobs knobs{0.2, 1.0, 0.0};
        const FormulaSubject cap{{.rateTerm = RateTerm::Cap, .rateTarget = 2.0}};
        const QStringList text = lines(lagrangianFormula(knobs, numbers, kTheme, cap));
        QVERIFY2(text[1].contains(QString::fromUtf8("max(0, Iq \u2212 2.00)")), qPrintable(text[1]));
        QVERIFY2(text[3].contains(QString::fromUtf8("0.800 \u00d7 0.500")), qPrintable(text[3]));
        // 94.2 + 0.2 * 5.31 + 0.8 * 0.5
        QVERIFY2(text[4].endsWith("95.7"), qPrintable(text[4]));

        numbers.rateFactor = 0.25;
        const QStringList soft =
            lines(lagrangianFormula({2.0, 1.0, 0.0}, numbers, kTheme, {{.rateTerm = RateTerm::SoftFreeBits}}));
        QVERIFY2(soft[0].contains(QString::fromUtf8("\u03b3 (\u03b2 \u2212 \u03b1) R")), qPrintable(soft[0]));
        QVERIFY2(soft[1].contains(QString::fromUtf8("0.500 \u00d7 5.31")), qPrintable(soft[1]));
    }

    void multipliersWeighTheirViolations() {
        FormulaSubject subject;
        subject.constraints.rateAtLeast = 6.0;
        subject.constraints.divergenceAtMost = 0.01;
        FormulaNumbers numbers = sampleNumbers();
        numbers.multiplierRate = 2.0;
        numbers.multiplierDelta = 100.0;
        const QStringList text = lines(lagrangianFormula(Knobs{}, numbers, kTheme, subject));
        QCOMPARE(text.size(), 5);
        QVERIFY2(text[1].contains(QString::fromUtf8("\u03bcR (6 \u2212 R) + \u03bc\u0394 (\u0394 \u2212 0.01)")),
                 qPrintable(text[1]));
        QVERIFY2(text[3].contains(QString::fromUtf8("2.00 \u00d7 0.690 + 100.0 \u00d7 0.0023")), qPrintable(text[3]));
        // 94.2 + 5.31 + 2 * 0.69 + 100 * 0.0023
        QVERIFY2(text[4].endsWith("101.1"), qPrintable(text[4]));

        Report report;
        report.values = {{"rate", {5.31}},
                         {"multiplier_rate", {2.0}},
                         {"multiplier_divergence", {100.0}},
                         {"marginal_divergence", {0.005}}};
        const auto bars = multiplierBars(subject.constraints, report, 0);
        QCOMPARE(bars.size(), std::size_t(2));
        QVERIFY(bars[0].broken && !bars[1].broken);
        QCOMPARE(bars[0].value, 2.0);
        QCOMPARE(multiplierPlace(1e-3, 1e-3, 1e2), 0.0);
        QVERIFY(std::abs(multiplierPlace(1.0, 1e-3, 1e2) - 0.6) < 1e-12);
        QCOMPARE(multiplierPlace(1e9, 1e-3, 1e2), 1.0);
        QCOMPARE(multiplierPlace(0.0, 0.0, 1e2), 0.0);
    }

    void aCriticThatWinsIsSaidTo() {
        Report report;
        report.values = {{"critic_loss", {0.2, 1.38}}, {"critic_accuracy", {0.92, 0.9}}};
        QVERIFY(plain(criticLines(report, 0)[0]).endsWith("right in 92 % and wins"));
        QVERIFY(!plain(criticLines(report, 1)[0]).contains("wins"));
        QVERIFY(criticTip().contains("wins"));
    }

    void criticsAreNamedByWhatTheyServe() {
        Report report;
        report.values = {
            {"critic_loss", {1.0, 1.38}}, {"critic_accuracy", {0.9, 0.516}}, {"critic_loss_joint", {0.7, 0.6}}};
        const QStringList text = criticLines(report, 1);
        QCOMPARE(text.size(), 2);
        QCOMPARE(plain(text[0]), QString::fromUtf8("Critic of \u0394: loss 1.38, right in 52 %"));
        QCOMPARE(plain(text[1]), QString::fromUtf8("Critic of \u0394(x, z): loss 0.600"));
        QVERIFY(criticLines(Report{}, 0).isEmpty());
    }

    void wordsNameTheTermsInForceOnly() {
        Knobs knobs;
        QVERIFY(!formulaTip(knobs, {}, "imq").contains("code distortion"));
        QVERIFY(termLegend(knobs, {}).isEmpty());
        knobs.codeDistortion = knobs.dataDivergence = 1.0;
        const FormulaSubject subject{{.dataDivergence = DivergenceKind::Wasserstein}};
        QVERIFY(formulaTip(knobs, subject, "imq").contains("code distortion"));
        QVERIFY(formulaTip(knobs, subject, "imq").contains("samples of the model"));
        const QString legend = plain(termLegend(knobs, subject));
        QVERIFY2(legend.contains("Wasserstein") && legend.contains(QString::fromUtf8("\u2212Ep log q(z|x)")),
                 qPrintable(legend));
    }

    void noNegativeZeroAnywhere() {
        for (const Knobs& knobs : {Knobs{0.0, 1.0, 0.0}, Knobs{0.3, 0.9, 0.1}, Knobs{-0.0, 1.0, -0.0},
                                   Knobs{1.0, 0.0, 0.0}, Knobs{1.1, 1.0, 0.1}, Knobs{0.1 + 0.2, 0.7, 0.3}}) {
            FormulaNumbers numbers = sampleNumbers();
            numbers.rateTerm = -0.0;
            numbers.mutualInformation = -1e-18;
            numbers.marginalKl = 0.0;
            numbers.dataEntropy = 0.0;
            const QString text =
                plain(lagrangianFormula(knobs, numbers, kTheme)) + plain(informationFormula(knobs, numbers, kTheme));
            QVERIFY2(!text.contains(QString::fromUtf8("\u22120.00")), qPrintable(text));
            QVERIFY2(!text.contains(QString::fromUtf8("\u2212 0.00 ")), qPrintable(text));
        }
    }

    void termsWithoutWeightAreGreyed() {
        const QString elbo = lagrangianFormula(Knobs{}, sampleNumbers(), kTheme);
        QVERIFY(greyed(elbo).contains(QChar(0x0394)));
        QVERIFY(!greyed(elbo).contains("R"));
        const QString autoencoder = lagrangianFormula({0.0, 1.0, 0.0}, sampleNumbers(), kTheme);
        QVERIFY(greyed(autoencoder).contains("R"));
        QVERIFY(greyed(informationFormula(Knobs{}, sampleNumbers(), kTheme)).contains("Iq"));
    }

    void informationFormFillsItsWeights() {
        const QStringList text = lines(informationFormula({4.0, 500.0, 0.0}, sampleNumbers(), kTheme));
        QCOMPARE(text.size(), 4);
        const QString first =
            QString::fromUtf8("J = Eq(z) KL(q(x|z) \u2016 p(x|z)) + (\u03b2 \u2212 \u03b1 \u2212 1) Iq");
        QVERIFY2(text[0].startsWith(first), qPrintable(text[0]));
        QVERIFY(text[1].contains(QString::fromUtf8("+ (\u03b2 + \u03bb \u2212 1) KL(q(z) \u2016 p(z)) + H")));
        QVERIFY(text[2].contains("+ 3.00 Iq"));
        QVERIFY(text[3].contains(QString::fromUtf8("+ 503.0 KL(q(z) \u2016 p(z)) + H")));
    }

    void bothFormsAddUpToTheSameNumber() {
        // With Delta = KL and the exact identities R = I_q + KL and D = E KL + H - I_q, both lines hold the same J.
        FormulaNumbers numbers;
        numbers[LossTerm::Distortion] = 0.9;
        numbers.rateTerm = 0.5;
        numbers.mutualInformation = 0.4;
        numbers.marginalKl = numbers[LossTerm::MarginalDivergence] = 0.1;
        numbers.dataEntropy = 0.6931;
        const Knobs knobs{2.0, 3.0, 0.5};
        const QStringList text = lines(informationFormula(knobs, numbers, kTheme));
        const double decoderKl = 0.9 + 0.4 - 0.6931;
        QVERIFY(text[2].contains(numberText(decoderKl) + " + 0.500 " + QChar(0x00d7) + " 0.400"));
        QVERIFY(text[3].contains("+ 4.00 " + QString(QChar(0x00d7)) + " 0.100 + 0.693"));
        const double second = decoderKl + 0.5 * 0.4 + 4.0 * 0.1 + 0.6931;
        QVERIFY(lines(lagrangianFormula(knobs, numbers, kTheme))[2].endsWith(numberText(second)));
    }

    void unmeasuredValuesKeepTheirSymbols() {
        const QStringList text = lines(lagrangianFormula(Knobs{}, FormulaNumbers{}, kTheme));
        QCOMPARE(text[1], QString("   = D + 1.00 R + 0"));
        QCOMPARE(text[2], "   = " + QString(QChar(0x2013)));
    }

    void numbersComeFromTheMember() {
        Frame frame;
        frame.fleetSize = 2;
        frame.report.values = {{"distortion", {1.0, 2.0}}, {"rate_test", {3.0, 4.0}}};
        frame.dataEntropy = 0.5;
        const FormulaNumbers numbers = formulaNumbers(frame, 1);
        QCOMPARE(numbers[LossTerm::Distortion], 2.0);
        QCOMPARE(numbers[LossTerm::Rate], 4.0);
        QCOMPARE(numbers.dataEntropy, 0.5);
        QVERIFY(std::isnan(numbers[LossTerm::MarginalDivergence]));
        QVERIFY(std::isnan(formulaNumbers(frame, 7)[LossTerm::Distortion]));
    }

    void proposition2_data() {
        QTest::addColumn<double>("beta");
        QTest::addColumn<double>("lambda");
        QTest::addColumn<double>("alpha");
        QTest::addColumn<int>("failures");
        QTest::newRow("ELBO") << 1.0 << 1.0 << 0.0 << 0;
        QTest::newRow("InfoVAE") << 1.0 << 1000.0 << 0.0 << 0;
        QTest::newRow("alpha 1") << 1.0 << 1000.0 << 1.0 << 1;
        QTest::newRow("lambda 0") << 1.0 << 0.0 << 0.5 << 2;
        QTest::newRow("negative rate weight") << 0.2 << 1.0 << 0.5 << 1;
        QTest::newRow("everything") << 0.0 << -3.0 << 1.0 << 4;
    }
    void proposition2KnowsThreeTerms() {
        Knobs knobs;
        knobs.codeDistortion = 1.0;
        QCOMPARE(proposition2Failures(knobs).size(), 1);
        QVERIFY(!knobs.insideProposition2());
    }
    void proposition2() {
        QFETCH(double, beta);
        QFETCH(double, lambda);
        QFETCH(double, alpha);
        QFETCH(int, failures);
        const Knobs knobs{beta, lambda, alpha};
        QCOMPARE(proposition2Failures(knobs).size(), failures);
        QCOMPARE(proposition2Failures(knobs).isEmpty(), knobs.insideProposition2());
        QCOMPARE(proposition2Mark(knobs, kTheme).isEmpty(), knobs.insideProposition2());
    }
};

QTEST_MAIN(TestFormula)
#include "tst_formula.moc"
