#include <QHelpEvent>
#include <QToolButton>
#include <QToolTip>
#include <QtTest>
#include <cmath>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "widgets/exact/elbo_forms_painter.h"
#include "widgets/exact/elbo_forms_view.h"
#include "widgets/kit/numbers.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/symbol_text.h"

using namespace elbo;

namespace {

int pixelsOf(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

/// As of data whose density is above 1.
Frame withNegativeDistortion() {
    Frame frame = sample::exactFrame();
    ElboForms& forms = frame.exactFrames[0].forms;
    forms.distortion = -2.0;
    forms.rate = 4.0;
    forms.negativeLogLikelihood = 1.5;
    forms.posteriorGap = 0.5;
    forms.informationQ = 3.0;
    forms.marginalKl = 1.0;
    return frame;
}

}  // namespace

class ElboFormsViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void theThreeFormsAddToOneSum();
    void segmentsWalkToTheSum_data();
    void segmentsWalkToTheSum();
    void notANumberHasNoBar();
    void endsShowWhereTheBarsDiffer();
    void lengthsAreInProportion();
    void allBarsEndAtOneLine();
    void zeroIsALineDownToItsNumber();
    void negativePartsAreHatched();
    void numbersOfPartsKeepApart();
    void smallChangesLeaveTheAxisAlone();
    void tooltipsExplainEverySegment();
    void manyMembersFitWithoutCaptions();
    void aPartOfTheExamplesIsNamedWithItsError();
    void exportsTextAndNumbers();
    void sayWhenNothingIsMeasured();
};

void ElboFormsViewTest::theThreeFormsAddToOneSum() {
    for (int dims : {1, 2}) {
        const ElboDrawing drawing = prepareElboForms(sample::exactFrame(dims, 3));
        QCOMPARE(drawing.members.size(), std::size_t(3));
        for (const ElboMember& member : drawing.members) {
            for (const ElboBar& bar : member.bars) {
                QVERIFY(std::abs(bar.total - member.negativeElbo) < 1e-12);
            }
        }
    }
}

void ElboFormsViewTest::segmentsWalkToTheSum_data() {
    QTest::addColumn<double>("distortion");
    QTest::addColumn<double>("nll");
    QTest::addColumn<bool>("turns");
    QTest::newRow("images") << 94.0 << 96.0 << false;
    QTest::newRow("density above 1") << -2.0 << 1.0 << true;
    QTest::newRow("both negative") << -5.0 << -3.0 << true;
}

void ElboFormsViewTest::segmentsWalkToTheSum() {
    QFETCH(double, distortion);
    QFETCH(double, nll);
    QFETCH(bool, turns);
    Frame frame = sample::exactFrame();
    ElboForms& forms = frame.exactFrames[0].forms;
    forms.distortion = distortion;
    forms.rate = 3.5;
    forms.negativeLogLikelihood = nll;
    forms.posteriorGap = distortion + 3.5 - nll;
    forms.informationQ = 3.0;
    forms.marginalKl = 0.5;
    const ElboDrawing drawing = prepareElboForms(frame);
    for (const ElboBar& bar : drawing.members[0].bars) {
        double place = 0.0;
        bool wasRight = false;
        for (const ElboSegment& segment : bar.segments) {
            QCOMPARE(segment.from, place);
            QVERIFY(std::abs(segment.to - segment.from - segment.value) < 1e-12);
            QVERIFY2(!(wasRight && segment.value < 0.0), "what goes left goes first");
            wasRight = wasRight || segment.value >= 0.0;
            place = segment.to;
            QVERIFY(segment.to >= drawing.all.low && segment.to <= drawing.all.high);
        }
        QVERIFY(std::abs(place - (distortion + 3.5)) < 1e-12);
    }
    QCOMPARE(drawing.members[0].bars[0].turns, turns);
    QCOMPARE(drawing.members[0].bars[2].order,
             (std::vector<ElboPart>{ElboPart::Distortion, ElboPart::InformationQ, ElboPart::MarginalKl}));
}

void ElboFormsViewTest::notANumberHasNoBar() {
    Frame frame = sample::exactFrame(2, 2);
    frame.exactFrames[1].forms.distortion = std::nan("");
    const ElboDrawing drawing = prepareElboForms(frame);
    QCOMPARE(drawing.members.size(), std::size_t(2));
    QVERIFY(drawing.members[1].bars[0].segments.empty());
    QCOMPARE(drawing.members[1].bars[1].segments.size(), std::size_t(2));
    QVERIFY(std::isfinite(drawing.all.high) && std::isfinite(drawing.ends.low));
    ElboFormsView view;
    view.resize(420, 320);
    view.showFrame(sample::share(frame));
    QVERIFY(!view.grab().isNull());
}

void ElboFormsViewTest::endsShowWhereTheBarsDiffer() {
    Frame frame = sample::exactFrame();
    ElboForms& forms = frame.exactFrames[0].forms;
    forms.distortion = 140.0;
    forms.rate = 6.0;
    forms.negativeLogLikelihood = 145.0;
    forms.posteriorGap = 1.0;
    forms.informationQ = 5.5;
    forms.marginalKl = 0.5;
    const ElboDrawing drawing = prepareElboForms(frame);
    QCOMPARE(drawing.all, (Interval{0.0, 146.0}));
    QCOMPARE(drawing.ends.high, 146.0);
    QVERIFY(drawing.ends.low > 130.0 && drawing.ends.low < 140.0);
    forms.distortion = -140.0;  // the walk begins at 0, which has to stay in sight
    QCOMPARE(prepareElboForms(frame).ends.low, prepareElboForms(frame).all.low);
}

void ElboFormsViewTest::lengthsAreInProportion() {
    const Frame frame = sample::exactFrame();
    const ElboDrawing drawing = prepareElboForms(frame);
    const QImage device(600, 300, QImage::Format_RGB32);
    const Theme theme = Theme::darkTheme();
    const ElboFormsPicture picture(QRectF(0, 0, 600, 300), drawing, drawing.all, theme, &device);
    QVERIFY(picture.captioned());
    std::vector<ExactSpot> spots = picture.spots();  // row by row the segments and their captions, header and footer
    QCOMPARE(spots.size(), std::size_t(16));
    spots.erase(spots.begin() + 11, spots.begin() + 14);
    spots.erase(spots.begin() + 6, spots.begin() + 8);
    spots.erase(spots.begin() + 2, spots.begin() + 4);
    const auto width = [&](std::size_t i) { return spots[i].area.width() - 2.0; };
    const ElboForms& forms = frame.exactFrames[0].forms;
    const double unit = width(0) / forms.distortion;
    const double parts[] = {forms.distortion,   forms.rate,       forms.negativeLogLikelihood,
                            forms.posteriorGap, forms.distortion, forms.informationQ,
                            forms.marginalKl};
    for (std::size_t i = 0; i < 7; ++i) {
        QVERIFY2(std::abs(width(i) - parts[i] * unit) < 1e-6, qPrintable(QString::number(i)));
    }
}

void ElboFormsViewTest::allBarsEndAtOneLine() {
    for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
        ElboFormsView view;
        view.resize(420, 300);
        view.setTheme(theme);
        Frame frame = sample::exactFrame();
        sample::LinearGaussian lagging;
        lagging.slope = 0.3;  // so that no part is too small to be seen
        frame.exactFrames = {sample::linearTruth(0, 2, lagging)};
        view.showFrame(sample::share(frame));
        const QImage image = view.grab().toImage();
        std::vector<int> ends;  // right end of every bar: of the last colour of its form
        for (const ElboPart part : {ElboPart::Rate, ElboPart::PosteriorGap, ElboPart::MarginalKl}) {
            QVERIFY(pixelsOf(image, partColor(theme, part)) > 20);
        }
        for (const ElboPart part : {ElboPart::Rate, ElboPart::MarginalKl}) {
            int right = 0;
            for (int x = 0; x < image.width(); ++x) {
                for (int y = 0; y < image.height(); ++y) {
                    right = image.pixelColor(x, y) == partColor(theme, part) ? x : right;
                }
            }
            ends.push_back(right);
        }
        QVERIFY2(std::abs(ends[0] - ends[1]) <= 1, qPrintable(QString("%1 %2").arg(ends[0]).arg(ends[1])));
    }
}

void ElboFormsViewTest::zeroIsALineDownToItsNumber() {
    for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
        ElboFormsView view;
        view.resize(420, 340);
        view.setTheme(theme);
        view.showFrame(sample::share(withNegativeDistortion()));
        const QImage image = view.grab().toImage();
        const auto near = [](const QColor& a, const QColor& b) {
            return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < 90;
        };
        const auto isAxis = [&](int y) {
            int count = 0;
            for (int x = 0; x < image.width(); ++x) {
                count += image.pixel(x, y) != theme.panel.rgb() ? 1 : 0;
            }
            return count > image.width() / 2;
        };
        int axis = image.height() - 1;
        while (axis > 0 && !isAxis(axis)) {
            --axis;
        }
        QVERIFY(axis > 100);
        // Just above the axis, below all bars, stands the line, and below the axis the tick of its number.
        int line = -1;
        for (int x = 0; x < image.width(); ++x) {
            bool stands = true;
            for (int y = axis - 3; y < axis - 1; ++y) {
                stands = stands && near(image.pixelColor(x, y), theme.mutedText);
            }
            line = stands ? x : line;
        }
        QVERIFY2(line > 0, "no line of zero");
        int ticks = 0;
        for (int x = line - 2; x <= line + 2; ++x) {
            ticks += near(image.pixelColor(x, axis + 2), theme.mutedText) ? 1 : 0;
        }
        QVERIFY(ticks > 0);
    }
}

void ElboFormsViewTest::negativePartsAreHatched() {
    const Frame frame = withNegativeDistortion();
    const ElboDrawing drawing = prepareElboForms(frame);
    for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme(), Theme::lightTheme().inGray()}) {
        QImage image(600, 300, QImage::Format_RGB32);
        image.fill(theme.panel);
        const ElboFormsPicture picture(QRectF(0, 0, 600, 300), drawing, drawing.all, theme, &image);
        {
            QPainter painter(&image);
            picture.paint(painter);
        }
        const auto share = [&](std::size_t spot, ElboPart part) {
            const QRect area = picture.spots()[spot].area.adjusted(2.0, 1.0, -2.0, -1.0).toRect();
            return static_cast<double>(pixelsOf(image.copy(area), partColor(theme, part))) /
                   (area.width() * area.height());
        };
        // The first form walks back by D and forth by R.
        QCOMPARE(drawing.members[0].bars[0].segments[0].part, ElboPart::Distortion);
        const double hatched = share(0, ElboPart::Distortion);
        QVERIFY2(hatched < 0.6, qPrintable(QString::number(hatched)));
        const double filled = share(1, ElboPart::Rate);
        QVERIFY2(filled > 0.85, qPrintable(QString::number(filled)));
    }
}

void ElboFormsViewTest::numbersOfPartsKeepApart() {
    Frame frame = withNegativeDistortion();
    frame.exactFrames[0].forms.distortion = -1.2e-5;
    frame.exactFrames[0].forms.informationQ = -1.7e-4;
    const ElboDrawing drawing = prepareElboForms(frame);
    const Theme theme = Theme::darkTheme();
    const QImage device(900, 400, QImage::Format_RGB32);
    const ElboFormsPicture picture(QRectF(0, 0, 900, 400), drawing, drawing.all, theme, &device);
    QVERIFY(picture.captioned());
    const auto spots = picture.spots();
    const QFont font = textFont(theme, 0.9);
    std::size_t spot = 0;
    for (const ElboBar& bar : drawing.members[0].bars) {
        spot += bar.segments.size();
        for (const ElboPart part : bar.order) {
            const QString text = symbolOf(part) + "  " + numberText(valueOf(drawing.members[0].forms, part));
            const double mark = 0.8 * QFontMetricsF(font, &device).height();
            const double needed = mark + symbolTextWidth(text, font, &device);
            QVERIFY2(spots[spot].area.width() >= needed, qPrintable(text));
            ++spot;
        }
    }
}

void ElboFormsViewTest::smallChangesLeaveTheAxisAlone() {
    ElboFormsView view;
    view.resize(420, 300);
    view.setTheme(Theme::lightTheme());
    Frame frame = sample::exactFrame();
    view.showFrame(sample::share(frame));
    const QImage before = view.grab().toImage();
    const int axis = before.height() - 45;  // ticks, numbers and title
    frame.exactFrames[0].forms.rate *= 0.99;
    frame.exactFrames[0].forms.posteriorGap *= 0.99;
    view.showFrame(sample::share(frame));
    const QImage after = view.grab().toImage();
    QVERIFY(before != after);
    QCOMPARE(before.copy(0, axis, before.width(), 45), after.copy(0, axis, after.width(), 45));
}

void ElboFormsViewTest::tooltipsExplainEverySegment() {
    const ElboDrawing drawing = prepareElboForms(sample::exactFrame());
    const QImage device(600, 300, QImage::Format_RGB32);
    const ElboFormsPicture picture(QRectF(0, 0, 600, 300), drawing, drawing.all, Theme::darkTheme(), &device);
    for (const ExactSpot& spot : picture.spots()) {
        QVERIFY(spot.text.contains('.'));
        QVERIFY(!spot.text.contains('_'));
    }
    QVERIFY(picture.spots()[0].text.contains("Distortion"));

    ElboFormsView view;
    view.resize(600, 330);
    view.showFrame(sample::share(sample::exactFrame()));
    view.show();
    const double top = view.findChild<QToolButton*>("ends")->geometry().bottom() + 1.0;
    const ElboFormsPicture shown(QRectF(0, top, 600, 330 - top), drawing, drawing.all, Theme::darkTheme(), &view);
    const QPoint caption = shown.spots()[3].area.center().toPoint();
    QHelpEvent help(QEvent::ToolTip, caption, view.mapToGlobal(caption));
    QApplication::sendEvent(&view, &help);
    QTRY_VERIFY(QToolTip::text().contains("Rate R"));
    QToolTip::hideText();
}

void ElboFormsViewTest::manyMembersFitWithoutCaptions() {
    const ElboDrawing drawing = prepareElboForms(sample::exactFrame(2, 4));
    const QImage device(380, 240, QImage::Format_RGB32);
    const QRectF area(0, 0, 380, 240);
    const ElboFormsPicture picture(area, drawing, drawing.all, Theme::darkTheme(), &device);
    QVERIFY(!picture.captioned());
    for (const ExactSpot& spot : picture.spots()) {
        QVERIFY(area.contains(spot.area));
    }
}

void ElboFormsViewTest::aPartOfTheExamplesIsNamedWithItsError() {
    Frame frame = sample::exactFrame();
    ElboForms& forms = frame.exactFrames[0].forms;
    forms.examples = 400;
    forms.available = 10000;
    forms.error = 0.3;
    forms.sampling.negativeElbo = 2.0;
    forms.sampling.rate = 0.07;
    const ElboDrawing drawing = prepareElboForms(frame);
    const QImage device(800, 300, QImage::Format_RGB32);
    const ElboFormsPicture picture(QRectF(0, 0, 800, 300), drawing, drawing.all, Theme::darkTheme(), &device);
    QString all;
    for (const ExactSpot& spot : picture.spots()) {
        all += spot.text;
    }
    QVERIFY2(all.contains(QString::fromUtf8("\u00b1 2 nats</b> (400 of 10\u2009000 test examples)")), qPrintable(all));
    QVERIFY2(all.contains(QString::fromUtf8("quadrature \u00b1 0.3.")), qPrintable(all));
    QVERIFY2(all.contains(QString::fromUtf8("\u00b1 0.07 nats</b>")), qPrintable(all));

    ElboFormsView view;
    view.showFrame(sample::share(frame));
    const QByteArray svg = sample::svgOf(view, {600, 300});
    // A thin space that a font lacks is a text of its own.
    QVERIFY2(svg.contains("(400 of 10") && svg.contains("000 test examples)"), svg);
    const QStringList lines = view.csv().trimmed().split('\n');
    const QStringList names = lines[1].split(','), cells = lines[2].split(',');
    QCOMPARE(cells.size(), names.size());
    QCOMPARE(cells[names.indexOf("available")].toInt(), 10000);
    QCOMPARE(cells[names.indexOf("elbo_error")].toDouble(), 2.0);
    QCOMPARE(cells[names.indexOf("quadrature_error")].toDouble(), 0.3);
}

void ElboFormsViewTest::exportsTextAndNumbers() {
    ElboFormsView view;
    view.showFrame(sample::share(sample::exactFrame(2, 2)));
    const QByteArray svg = sample::svgOf(view, {252, 190});
    QVERIFY(svg.count("<text") > 20);
    QVERIFY(svg.contains("nats per example"));
    QVERIFY(svg.contains("ELBO"));
    QCOMPARE(svg.count("<image"), 0);
    const QStringList lines = view.csv().trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[1].count(','), lines[2].count(','));
    const QStringList cells = lines[2].split(',');
    QVERIFY(std::abs(cells[2].toDouble() + cells[3].toDouble() - cells[4].toDouble() - cells[5].toDouble()) < 1e-7);
}

void ElboFormsViewTest::sayWhenNothingIsMeasured() {
    ElboFormsView view;
    view.resize(420, 300);
    Frame frame = sample::planeFrame();
    QVERIFY(!view.appliesTo(frame));
    view.showFrame(sample::share(frame));
    QCOMPARE(view.findChild<QLabel*>()->text(), QString("Measuring..."));
    QVERIFY(!view.grab().isNull());
    QVERIFY(!sample::svgOf(view, {252, 190}).contains("<text"));
    view.showFrame(sample::share(sample::exactFrame()));
    QVERIFY(view.findChild<QLabel*>()->text().contains("test examples"));
    view.findChild<QToolButton*>("ends")->click();
    QVERIFY(view.endsOnly());
}

QTEST_MAIN(ElboFormsViewTest)
#include "tst_elbo_forms_view.moc"
