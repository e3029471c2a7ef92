// The caption under a figure: wrapped, small, whole, and never at the cost of the view above it.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/sample_history.h"
#include "tests/widgets/svg_texts.h"
#include "widgets/figure/figure_caption.h"
#include "widgets/figure/figure_export.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;
const QString kShort = "Two points, step 2000.";
const QString kLong = QString::fromUtf8(
    "Two points, step 2000, seed 1; ELBO with MMD (inverse multiquadric kernel); \u03b2 = 1, \u03bb = 500, \u03b1 = 0 "
    "| "
    "\u03b2 = 4, \u03bb = 500, \u03b1 = 0; \u03b2 moved by hand from 1 to 4 at steps 200 to 320 and back at step 900; "
    "ELBO "
    "of all 60 000 training examples and of 2 000 of 10 000 test examples, \u00b1 1.2");

}  // namespace

class TestFigureCaption : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RateDistortionView plane_;

    static FigureOptions options(const QString& caption, double fontPoints = 7.0) {
        FigureOptions options;
        options.millimetres = {85.0, 60.0};
        options.caption = caption;
        options.fontPoints = fontPoints;
        return options;
    }
    static FigureCaption captionOf(const FigureOptions& options) {
        return {options.caption, figureTheme(options), options.millimetres.width() * kPointsPerMillimetre};
    }
    QByteArray svgOf(const FigureOptions& options) {
        exportFigure({{&plane_}}, folder_.filePath("figure.svg"), options);
        return sample::contents(folder_.filePath("figure.svg"));
    }

  private Q_SLOTS:
    void initTestCase() { plane_.showFrame(sampleHistoryFrame({0.5, 1.0, 4.0}, 2000, 20, 5)); }

    void numbersStayOnOneLine() {
        const QString text = QString("ELBO of all 60%1000 training examples").arg(QChar(0x2009));
        for (double width = 30.0; width < 200.0; width += 1.5) {
            const FigureCaption caption(text, figureTheme({}), width);
            for (const QString& line : caption.lines()) {
                QVERIFY2(!line.startsWith("000") || width < 50.0, qPrintable(line));
            }
        }
    }
    void anErrorStaysWithItsSign() {
        const QChar sign(0x00b1);
        const QString text =
            QString("ELBO of all 1000 training examples, %1 0.5 and 200 of 1000 test examples, %1 1.2").arg(sign);
        int broken = 0;  // before a sign: there the width was put to the test
        for (double width = 60.0; width < 400.0; width += 1.0) {
            const QStringList lines = FigureCaption(text, figureTheme({}), width).lines();
            QCOMPARE(lines.join(' '), text);
            for (const QString& line : lines) {
                QVERIFY2(!line.endsWith(sign), qPrintable(line));
                broken += line.startsWith(sign) ? 1 : 0;
            }
        }
        QVERIFY(broken > 0);
    }
    void aCaptionIsWrappedAndWhole_data() {
        QTest::addColumn<double>("width");
        for (const double width : {60.0, 85.0, 180.0}) {
            QTest::addRow("%g mm", width) << width;
        }
    }
    void aCaptionIsWrappedAndWhole() {
        QFETCH(const double, width);
        FigureOptions wanted = options(kLong);
        wanted.millimetres = {width, 150.0};
        const QStringList lines = captionOf(wanted).lines();
        QVERIFY(lines.size() > (width < 100.0 ? 3 : 1));
        QCOMPARE(lines.join(' '), kLong);
        QSizeF page;
        const auto texts = sample::textsOf(svgOf(wanted), &page);
        QString written;
        double lowest = 0.0;
        for (const auto& text : texts) {
            QVERIFY2(QRectF(QPointF(), page).contains(text.box), qPrintable(text.text));
            lowest = std::max(lowest, text.box.bottom());
            written += text.text;
        }
        for (const QString& line : lines) {
            QVERIFY2(written.remove(' ').contains(QString(line).remove(' ')), qPrintable(line));
        }
        QVERIFY(lowest > page.height() - 8.0);  // it is at the bottom
    }

    void aWordLongerThanALineIsTorn() {
        const FigureCaption caption(QString(300, 'x'), figureTheme(options({})), 150.0);
        QVERIFY(caption.lines().size() > 3);
        QCOMPARE(caption.lines().join(QString()), QString(300, 'x'));
    }

    void itIsSmallerThanRunningText() {
        for (const double points : {7.0, 10.0}) {
            const FigureOptions wanted = options("only_this_word", points);
            const QByteArray svg = svgOf(wanted);
            const qsizetype at = svg.lastIndexOf("only_this_word");
            const QByteArray element = svg.mid(svg.lastIndexOf("<text", at), 200);
            const double size = element.mid(element.indexOf("font-size=\"") + 11, 5).split('"').front().toDouble();
            QVERIFY2(size < points && size >= 0.75 * points, element);
        }
    }

    void theLeastHeightGrowsWithTheCaption() {
        const double bare = leastFigureSize({{&plane_}}, options({})).height();
        double last = bare;
        for (const QString& caption : {kShort, kLong}) {
            const FigureOptions wanted = options(caption);
            const double least = leastFigureSize({{&plane_}}, wanted).height();
            QVERIFY(std::abs(least - bare - captionOf(wanted).height() / kPointsPerMillimetre) < 1e-6);
            QVERIFY(least > last + 1.0);
            last = least;
        }
        QCOMPARE(captionOf(options({})).height(), 0.0);
    }

    void aLongCaptionLeavesTheViewAsItIs() {
        // As high as it must be with the caption: the plane above it is that of the least figure without one.
        FigureOptions bare = options({}), captioned = options(kLong);
        bare.millimetres.setHeight(leastFigureSize({{&plane_}}, bare).height());
        captioned.millimetres.setHeight(leastFigureSize({{&plane_}}, captioned).height());
        const auto without = sample::textsOf(svgOf(bare), nullptr), with = sample::textsOf(svgOf(captioned), nullptr);
        QVERIFY(without.size() > 8 && with.size() > without.size());
        for (const auto& text : without) {
            const bool there = std::any_of(with.begin(), with.end(), [&](const sample::SvgText& other) {
                return other.text == text.text && std::abs(other.box.left() - text.box.left()) < 0.1 &&
                       std::abs(other.box.top() - text.box.top()) < 0.1;
            });
            QVERIFY2(there, qPrintable(text.text));
        }
    }
};

QTEST_MAIN(TestFigureCaption)
#include "tst_figure_caption.moc"
