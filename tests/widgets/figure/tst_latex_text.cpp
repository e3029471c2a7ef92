// What a figure writes is what LaTeX prints: nothing is a command that was meant as a letter.
#include <QTest>

#include "widgets/figure/latex_text.h"

using namespace elbo;

class TestLatexText : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void lettersOfLatexAreEscaped() {
        QCOMPARE(latexText("50 % of #1 & a_b for $5 {x}"), QString("50 \\% of \\#1 \\& a\\_b for \\$5 \\{x\\}"));
        QCOMPARE(latexText("a\\b~c^d"), QString("a\\textbackslash{}b\\textasciitilde{}c\\textasciicircum{}d"));
        QCOMPARE(latexText("p(x|z) < 1"), QString("p(x$\\vert$z) $<$ 1"));
    }

    void signsAreMathematics() {
        QCOMPARE(latexText(QString::fromUtf8("\u03b2 = 1, \u03bb = 1, \u03b1 = 0")),
                 QString("$\\beta$ = 1, $\\lambda$ = 1, $\\alpha$ = 0"));
        QCOMPARE(latexText(QString::fromUtf8("\u22120.5 \u00b1 0.1")), QString("$-$0.5 $\\pm$ 0.1"));
        QCOMPARE(latexText(QString::fromUtf8("\u03bb\u0394 \u2192 KL(q(z)\u2016p(z))")),
                 QString("$\\lambda\\Delta$ $\\rightarrow$ KL(q(z)$\\Vert$p(z))"));
        QCOMPARE(latexText(QString::fromUtf8("1\u20132 \u00d7 3\u2026")), QString("1--2 $\\times$ 3\\ldots{}"));
    }

    void indicesStandOnNothing() {
        QCOMPARE(latexText(QString::fromUtf8("z\u2081\u2082")), QString("z${}_{12}$"));
        QCOMPARE(latexText(QString::fromUtf8("10\u207b\u00b3")), QString("10${}^{-3}$"));
        QCOMPARE(latexText(QString::fromUtf8("\u03c3\u00b2\u2081")), QString("$\\sigma{}^{2}{}_{1}$"));
    }

    void spacesCount() {
        QCOMPARE(latexText("a   b"), QString("a \\ \\ b"));
        QCOMPARE(latexText(" a "), QString("\\ a\\ "));
        QCOMPARE(latexText("--no-caption"), QString("-{}-no-caption"));
    }

    void lettersThatLatexDoesNotKnowAreMarked() {
        QCOMPARE(latexText(QString::fromUtf8("Gr\u00fc\u00dfe")), QString::fromUtf8("Gr\u00fc\u00dfe"));
        QCOMPARE(latexText(QString::fromUtf8("\u65e5\u0411")), QString("??"));
        QCOMPARE(latexText(QString("a\u0007b")), QString("a?b"));
        QCOMPARE(latexText(QString()), QString());
    }
};

QTEST_APPLESS_MAIN(TestLatexText)
#include "tst_latex_text.moc"
