// What the plots of the latent view span: a window that follows the codes both ways, one scale for all members.
#include <QBuffer>
#include <QRegularExpression>
#include <QSvgGenerator>
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "tests/widgets/sample_frames.h"
#include "widgets/chart/plotting.h"
#include "widgets/figure/svg_device.h"
#include "widgets/gl/gl_stage.h"
#include "widgets/latent/latent_painter.h"
#include "widgets/latent/latent_view.h"

using namespace elbo;

class LatentScalesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void fleetsOnNoScreenAskForTheProportionsOfTheirCodes();
    void followingShrinksToCodesThatFillTooLittle();
    void membersHaveOneDensityScaleOnPaper();
    void everyLineIsNamedWhereThereIsLittleRoom();
};

void LatentScalesTest::initTestCase() {
    if (GlStage::usable()) {
        QSKIP("These tests are about software painting: run them with QT_QPA_PLATFORM=offscreen.");
    }
}

void LatentScalesTest::fleetsOnNoScreenAskForTheProportionsOfTheirCodes() {
    for (const int members : {2, 4, 16}) {
        LatentView view;  // as a figure is made: never shown, its canvases never laid out
        view.showFrame(sample::share(sample::planeFrame(members)));
        view.fit();
        const LatentWindow window = view.window();
        const double aspect = (window.xMax - window.xMin) / (window.yMax - window.yMin);
        QVERIFY2(aspect > 0.5 && aspect < 2.0, qPrintable(QString::number(aspect)));
        QVERIFY2(window.xMax < 6.0, qPrintable(QString::number(window.xMax)));
    }
}

void LatentScalesTest::followingShrinksToCodesThatFillTooLittle() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    Frame frame = sample::planeFrame();
    frame.latents[0] = sample::wheel(0, 9.0);
    view.showFrame(sample::share(frame));
    const LatentWindow wide = view.window();
    // Half as far out: before, the plot stayed half empty until F was pressed.
    frame.latents[0] = sample::wheel(0, 4.5);
    view.showFrame(sample::share(frame));
    const LatentWindow near = view.window();
    QVERIFY(near.xMax - near.xMin < 0.65 * (wide.xMax - wide.xMin));
    QVERIFY(near.xMax > 4.5);
    // Codes that move on one axis only are no strip that keeps the window wide.
    frame.latents[0] = sample::wheel(0, 9.0);
    std::fill(frame.latents[0].meanY.begin(), frame.latents[0].meanY.end(), 0.0F);
    view.showFrame(sample::share(frame));
    frame.latents[0] = sample::wheel(0, 2.2);
    view.showFrame(sample::share(frame));
    QVERIFY(view.window().xMax - view.window().xMin < 0.65 * (wide.xMax - wide.xMin));
}

void LatentScalesTest::membersHaveOneDensityScaleOnPaper() {
    LatentView view;
    Frame frame = sample::twoPointFrame();
    frame.latents.push_back(frame.latents[0]);
    frame.latents[1].member = 1;
    frame.knobs = {{1.0, 1.0, 0.0}, {4.0, 1.0, 0.0}};
    frame.fleetSize = 2;
    for (auto& curve : frame.latents[1].curves) {
        for (float& value : curve.density) {
            value *= 5.0F;
        }
    }
    view.showFrame(sample::share(frame));
    SvgDevice device({140.0, 60.0});
    {
        QCPPainter painter(&device);
        view.renderFigure(painter, QRectF(QPointF(), device.points()), Theme::paperTheme());
    }
    // The prior is dashed; in both plots its peak is equally far above the axis.
    const QString svg = QString::fromUtf8(device.document({}, {}, {}));
    const QRegularExpression dashed("<path d=\"(M[^\"]*)\"[^>]*stroke=\"" + Theme::paperTheme().prior.name() +
                                    "\"[^>]*stroke-dasharray");
    std::vector<double> heights;
    auto found = dashed.globalMatch(svg);
    while (found.hasNext()) {
        double low = 1e9, high = -1e9;
        int count = 0;
        for (const QString& point : found.next().captured(1).split(QRegularExpression("[ML]"), Qt::SkipEmptyParts)) {
            const double y = point.trimmed().section(' ', 1, 1).toDouble();
            low = std::min(low, y);
            high = std::max(high, y);
            ++count;
        }
        if (count > 20) {  // not the mark in the legend
            heights.push_back(high - low);
        }
    }
    QCOMPARE(heights.size(), std::size_t(2));
    QVERIFY2(std::abs(heights[0] - heights[1]) < 0.05 * heights[0], qPrintable(QString::number(heights[1])));
}

void LatentScalesTest::everyLineIsNamedWhereThereIsLittleRoom() {
    const Frame frame = sample::twoPointFrame();
    const LatentScene scene = prepareLatentScene(frame.latents[0], {});
    LatentPicture picture;
    picture.scene = &scene;
    picture.window = {-4.0, 4.0, 0.0, 1.0};
    picture.densityMaximum = 1.4;
    picture.title = "InfoVAE";
    Theme theme = Theme::paperTheme();
    theme.fontPoints = 12.0;  // as in presentation mode
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(72);
    generator.setSize(QSize(205, 230));
    const QRectF area(0, 0, 205, 230);
    {
        QCPPainter painter(&generator);
        QVERIFY(!isCompact(area.size(), picture, theme, &generator));
        paintLatent(painter, area, picture, theme);
    }
    const QString svg = QString::fromUtf8(buffer.data());
    for (const char* name : {"q(z)", "p(z)", "q(z|x = \u22121)", "q(z|x = 1)"}) {
        QVERIFY2(svg.contains(QString::fromUtf8(name)), name);
    }
}

QTEST_MAIN(LatentScalesTest)
#include "tst_latent_scales.moc"
