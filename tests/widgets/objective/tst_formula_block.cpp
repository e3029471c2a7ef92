// The formulas on the panel: one size of type, whole at any numbers.
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include "widgets/kit/numbers.h"
#include "widgets/objective/formula_block.h"

using namespace elbo;

class TestFormulaBlock : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void longNumbersBreakTheLineAndLoseNothing_data() {
        QTest::addColumn<double>("distortion");
        QTest::addColumn<double>("rate");
        QTest::addColumn<double>("divergence");
        QTest::newRow("everyday") << 94.2 << 5.31 << 0.0123;
        QTest::newRow("tiny and negative") << -1.2e-4 << 1.3e-5 << -1.1e-4;
        QTest::newRow("huge") << -123456.0 << 123456.0 << -123456.0;
    }
    void longNumbersBreakTheLineAndLoseNothing() {
        QFETCH(const double, distortion);
        QFETCH(const double, rate);
        QFETCH(const double, divergence);
        FormulaBlock block;
        block.setFixedWidth(300);
        static_cast<QWidget&>(block).show();
        const Knobs knobs{0.333, 1234.5, 0.111};
        auto frame = std::make_shared<Frame>();
        frame->knobs = {knobs};
        frame->report.values = {{"distortion", {distortion}}, {"rate", {rate}}, {"marginal_divergence", {divergence}}};
        block.setSubject(knobs, {}, 0);
        auto* formula = block.findChild<QLabel*>("formula");
        const double points = formula->font().pointSizeF();
        block.showFrame(frame, knobs);
        QTRY_VERIFY(formula->text().contains(numberText(divergence)));
        QCOMPARE(formula->font().pointSizeF(), points);
        QTextDocument document;
        document.setDocumentMargin(0);
        document.setDefaultFont(formula->font());
        document.setHtml(formula->text());
        document.setTextWidth(formula->width() - formula->indent());
        QVERIFY(document.size().height() <= formula->height());
        QVERIFY(document.idealWidth() <= formula->width());
        // What a line breaks off stands under its first term, not under J.
        for (QTextBlock part = document.begin(); part.isValid(); part = part.next()) {
            const QTextLayout& lines = *part.layout();
            QVERIFY(lines.lineCount() < 2 || lines.lineAt(1).x() > lines.lineAt(0).x() + 5.0);
        }
    }
};

QTEST_MAIN(TestFormulaBlock)
#include "tst_formula_block.moc"
