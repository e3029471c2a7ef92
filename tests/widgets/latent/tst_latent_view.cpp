#include <QApplication>
#include <QBuffer>
#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QtTest>
#include <cmath>

#include "tests/widgets/sample_frames.h"
#include "widgets/chart/plotting.h"
#include "widgets/gl/gl_stage.h"
#include "widgets/latent/latent_soft_canvas.h"
#include "widgets/latent/latent_view.h"

using namespace elbo;

namespace {

LatentSoftCanvas* canvasOf(LatentView& view, int index = 0) {
    return view.findChild<LatentSoftCanvas*>(QStringLiteral("latentCanvas%1").arg(index));
}

void sendMouse(QWidget* widget, QEvent::Type type, QPointF at, Qt::MouseButton button = Qt::NoButton,
               Qt::MouseButtons buttons = Qt::NoButton) {
    QMouseEvent event(type, at, widget->mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

void click(QWidget* widget, QPointF at) {
    sendMouse(widget, QEvent::MouseMove, at);
    sendMouse(widget, QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    sendMouse(widget, QEvent::MouseButtonRelease, at, Qt::LeftButton);
}

void turnWheel(QWidget* widget, QPointF at, int eighths) {
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, eighths}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &event);
}

bool close(const LatentWindow& a, const LatentWindow& b, double tolerance = 1e-6) {
    return std::abs(a.xMin - b.xMin) < tolerance && std::abs(a.xMax - b.xMax) < tolerance &&
           std::abs(a.yMin - b.yMin) < tolerance && std::abs(a.yMax - b.yMax) < tolerance;
}

}  // namespace

class LatentViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void softwarePaintingIsSaidOnce();
    void aViewOnNoScreenAsksForTheProportionsOfItsCodes();
    void hoverAsksForTheCodeUnderThePointer();
    void clickPinsAndTheCrossUnpins();
    void doubleClickFitsAndPinsNothing();
    void answersBecomeImages();
    void wheelZoomsAboutThePointer();
    void dragPans();
    void settersAreSilent();
    void followingMovesToCodesThatLeave();
    void membersStandSideBySide();
    void manyMembersAreSmallMultiples();
    void oneDimensionalCodesAreCurves();
    void planesOfManyDimensions();
    void paintsEveryTheme();
    void figureHasTextAndPaths();
    void figureNeedsNoWindow();
    void csvHasBlocks();
    void emptyFramesAreHarmless();
};

void LatentViewTest::initTestCase() {
    if (GlStage::usable()) {
        QSKIP("These tests are about software painting: run them with QT_QPA_PLATFORM=offscreen.");
    }
}

void LatentViewTest::softwarePaintingIsSaidOnce() {
    LatentView view;
    QSignalSpy said(&view, &LatentView::softwarePaintingUsed);
    view.showFrame(sample::share(sample::planeFrame()));
    view.showFrame(sample::share(sample::planeFrame(2)));
    QCOMPARE(said.count(), 1);
    LatentView line;
    QSignalSpy lineSaid(&line, &LatentView::softwarePaintingUsed);
    line.showFrame(sample::share(sample::twoPointFrame()));
    QCOMPARE(lineSaid.count(), 0);  // curves are never painted with OpenGL
}

void LatentViewTest::aViewOnNoScreenAsksForTheProportionsOfItsCodes() {
    LatentView view;  // as a figure is made: never shown, its canvases never laid out
    view.showFrame(sample::share(sample::planeFrame()));
    view.fit();
    const LatentWindow window = view.window();
    const double aspect = (window.xMax - window.xMin) / (window.yMax - window.yMin);
    QVERIFY2(aspect > 0.5 && aspect < 2.0, qPrintable(QString::number(aspect)));
}

void LatentViewTest::hoverAsksForTheCodeUnderThePointer() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    QSignalSpy asked(&view, &LatentView::probesChanged);
    LatentSoftCanvas* canvas = canvasOf(view);
    const PlaneMap map = canvas->map();
    sendMouse(canvas, QEvent::MouseMove, map.toPixel(1.0, -0.5));
    QCOMPARE(asked.count(), 1);
    auto probes = asked.takeFirst().first().value<std::vector<ProbeRequest>>();
    QCOMPARE(probes.size(), std::size_t(1));
    QVERIFY(std::abs(probes[0].x - 1.0) < 1e-9 && std::abs(probes[0].y + 0.5) < 1e-9);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(canvas, &leave);
    QCOMPARE(asked.count(), 1);
    QVERIFY(asked.first().first().value<std::vector<ProbeRequest>>().empty());
}

void LatentViewTest::clickPinsAndTheCrossUnpins() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    QSignalSpy asked(&view, &LatentView::probesChanged);
    LatentSoftCanvas* canvas = canvasOf(view);
    const PlaneMap map = canvas->map();
    click(canvas, map.toPixel(1.0, 1.0));
    click(canvas, map.toPixel(-2.0, -1.0));
    auto probes = asked.last().first().value<std::vector<ProbeRequest>>();
    QCOMPARE(probes.size(), std::size_t(3));  // hovered first, then two pinned
    QCOMPARE(probes[0].id, ProbeList::kHoverId);
    QVERIFY(probes[1].id != probes[2].id && probes[1].id != probes[0].id);

    const auto areas = cardAreas(
        {describeCode(prepareLatentScene(sample::wheel(0, 2.2), {}), probes[1].id, true, 1.0, 1.0, nullptr),
         describeCode(prepareLatentScene(sample::wheel(0, 2.2), {}), probes[2].id, true, -2.0, -1.0, nullptr)},
        map, Theme::darkTheme(), canvas);
    const QPointF cross = cardCloseArea(areas[0], Theme::darkTheme(), canvas).center();
    sendMouse(canvas, QEvent::MouseButtonPress, cross, Qt::LeftButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseButtonRelease, cross, Qt::LeftButton);
    probes = asked.last().first().value<std::vector<ProbeRequest>>();
    QCOMPARE(probes.size(), std::size_t(2));
    QVERIFY(std::abs(probes[1].x + 2.0) < 1e-9);

    QTest::keyClick(canvas, Qt::Key_Escape);
    QCOMPARE(asked.last().first().value<std::vector<ProbeRequest>>().size(), std::size_t(1));
}

void LatentViewTest::doubleClickFitsAndPinsNothing() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    view.setWindow({0, 1, 0, 1});
    LatentSoftCanvas* canvas = canvasOf(view);
    QSignalSpy asked(&view, &LatentView::probesChanged), moved(&view, &LatentView::windowChanged);
    const QPointF middle = canvas->map().area.center();
    click(canvas, middle);
    sendMouse(canvas, QEvent::MouseButtonDblClick, middle, Qt::LeftButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseButtonRelease, middle, Qt::LeftButton);
    QCOMPARE(asked.last().first().value<std::vector<ProbeRequest>>().size(), std::size_t(1));  // hovered only
    QCOMPARE(moved.count(), 1);
    QVERIFY(view.window().xMin < -3.0 && view.window().xMax > 3.0);
    QTRY_VERIFY(close(canvas->map().window, view.window()));
}

void LatentViewTest::answersBecomeImages() {
    ProbeList probes;
    QVERIFY(probes.hover(0, 1.0, 2.0));
    QVERIFY(!probes.hover(0, 1.0, 2.0));
    Probe probe;
    probe.id = ProbeList::kHoverId;
    sample::appendDigit(probe.decoded, 7, 0.0);
    probes.takeAnswers({probe});
    QVERIFY(probes.answer(ProbeList::kHoverId) != nullptr);
    probes.pin(0, 1.0, 2.0);
    QVERIFY(probes.answer(probes.pinned().front().id) != nullptr);  // it is the same code
    QVERIFY(probes.leave());
    QVERIFY(probes.answer(ProbeList::kHoverId) == nullptr);
    probe.id = 99;
    probes.takeAnswers({probe});
    QVERIFY(probes.answer(99) == nullptr);  // nobody asks any more

    const LatentScene scene = prepareLatentScene(sample::wheel(0, 2.2), {});
    const CodeCard card = describeCode(scene, 5, true, 2.2, 0.0, &probe);
    QCOMPARE(card.image.size(), QSize(28, 28));
    QCOMPARE(card.lines.size(), 3);
    QVERIFY(card.lines[0].contains(QStringLiteral("2.2")));
    Probe point;
    point.decoded = {2, 1, 1, {0.5F, -1.0F}, {}};
    QVERIFY(describeCode(scene, 6, false, 0.0, 0.0, &point).lines.last().startsWith(QStringLiteral("x = (")));
}

void LatentViewTest::wheelZoomsAboutThePointer() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    LatentSoftCanvas* canvas = canvasOf(view);
    QSignalSpy moved(&view, &LatentView::windowChanged);
    const LatentWindow before = canvas->map().window;
    const QPointF pixel = canvas->map().toPixel(2.0, 1.0);
    turnWheel(canvas, pixel, 240);
    QCOMPARE(moved.count(), 1);
    const LatentWindow after = moved.first().first().value<LatentWindow>();
    QVERIFY(std::abs((after.xMax - after.xMin) * 1.44 - (before.xMax - before.xMin)) < 1e-9);
    QVERIFY((canvas->map().toPlane(pixel) - QPointF(2.0, 1.0)).manhattanLength() < 1e-9);
    QVERIFY(close(view.window(), canvas->map().window, 0.05));
    QVERIFY(!view.following());
}

void LatentViewTest::dragPans() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    LatentSoftCanvas* canvas = canvasOf(view);
    QSignalSpy moved(&view, &LatentView::windowChanged), asked(&view, &LatentView::probesChanged);
    const QPointF start = canvas->map().area.center(), end = start + QPointF(60.0, 30.0);
    const QPointF held = canvas->map().toPlane(start);
    sendMouse(canvas, QEvent::MouseButtonPress, start, Qt::LeftButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseMove, end, Qt::NoButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseButtonRelease, end, Qt::LeftButton);
    QCOMPARE(moved.count(), 1);
    QVERIFY((canvas->map().toPlane(end) - held).manhattanLength() < 1e-9);  // the code stays under the hand
    QCOMPARE(asked.count(), 0);                                             // dragging pins nothing
}

void LatentViewTest::settersAreSilent() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    QSignalSpy moved(&view, &LatentView::windowChanged), planes(&view, &LatentView::planeChanged);
    QSignalSpy layersSpy(&view, &LatentView::layersChanged);
    view.setWindow({-1, 1, -1, 1});
    view.setPlane({true, 0, 1});
    view.setLayers({false, true, false, true});
    QCOMPARE(moved.count() + planes.count() + layersSpy.count(), 0);
    QVERIFY(view.plane().principal);
    QVERIFY(view.layers().ellipses && !view.layers().density);
    QVERIFY(view.window().xMin <= -1.0 && view.window().xMax >= 1.0);
}

void LatentViewTest::followingMovesToCodesThatLeave() {
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(sample::planeFrame()));
    view.show();
    QSignalSpy moved(&view, &LatentView::windowChanged);
    Frame frame = sample::planeFrame();
    view.showFrame(sample::share(frame));
    QCOMPARE(moved.count(), 0);  // codes inside the window do not move it
    frame.latents[0] = sample::wheel(0, 9.0);
    view.showFrame(sample::share(frame));
    QCOMPARE(moved.count(), 1);
    QVERIFY(view.window().xMax > 9.0);
    view.setFollowing(false);
    frame.latents[0] = sample::wheel(0, 30.0);
    view.showFrame(sample::share(frame));
    QCOMPARE(moved.count(), 1);
}

void LatentViewTest::membersStandSideBySide() {
    LatentView view;
    view.resize(900, 420);
    view.showFrame(sample::share(sample::planeFrame(2)));
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QVERIFY(canvasOf(view, 0) != nullptr && canvasOf(view, 1) != nullptr);
    QVERIFY(canvasOf(view, 1)->x() > canvasOf(view, 0)->geometry().right());
    QSignalSpy focused(&view, &LatentView::memberFocused);
    const double y = canvasOf(view, 1)->map().area.top();
    sendMouse(canvasOf(view, 1), QEvent::MouseButtonPress, QPointF(100.0, 10.0), Qt::LeftButton, Qt::LeftButton);
    QCOMPARE(focused.count(), 1);
    QCOMPARE(focused.first().first().toInt(), 1);
    QCOMPARE(canvasOf(view, 1)->map().area.top(), y);
    turnWheel(canvasOf(view, 0), canvasOf(view, 0)->map().area.center(), 120);
    QVERIFY(close(canvasOf(view, 0)->map().window, canvasOf(view, 1)->map().window, 0.1));  // one window for both
    view.showFrame(sample::share(sample::planeFrame(1)));
    QVERIFY(canvasOf(view, 1) == nullptr);
}

void LatentViewTest::manyMembersAreSmallMultiples() {
    LatentView view;
    view.resize(575, 420);
    view.showFrame(sample::share(sample::planeFrame(16)));
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    // All within the view, of one size, with most of their room for the plot and one window for all.
    QCoreApplication::processEvents();
    const LatentWindow first = canvasOf(view, 0)->map().window;
    for (int i = 0; i < 16; ++i) {
        const LatentSoftCanvas* canvas = canvasOf(view, i);
        QVERIFY(view.rect().contains(canvas->geometry()));
        QVERIFY(canvas->compact());
        QVERIFY(canvas->map().area.height() > 0.7 * canvas->height());
        QVERIFY(close(canvas->map().window, first, 0.5));
    }
    // A click focuses, with Shift it compares; there is no room for cards.
    QSignalSpy focused(&view, &View::memberFocused);
    QSignalSpy compared(&view, &View::memberCompared);
    click(canvasOf(view, 11), canvasOf(view, 11)->map().area.center());
    QCOMPARE(focused.count(), 1);
    QCOMPARE(focused.first().first().toInt(), 11);
    QTest::mouseClick(canvasOf(view, 3), Qt::LeftButton, Qt::ShiftModifier,
                      canvasOf(view, 3)->map().area.center().toPoint());
    QCOMPARE(compared.count(), 1);
    QCOMPARE(compared.first().first().toInt(), 3);
    // One scale of colours: beside a member with six times its density a member is darker than alone.
    const auto brightest = [](LatentSoftCanvas* canvas) {
        const QImage image = canvas->grab().toImage();
        double most = 0.0;
        const QRect plot = canvas->map().area.adjusted(2, 2, -2, -2).toRect();
        for (int y = plot.top(); y < plot.bottom(); ++y) {
            for (int x = plot.left(); x < plot.right(); ++x) {
                most = std::max(most, static_cast<double>(image.pixelColor(x, y).lightnessF()));
            }
        }
        return most;
    };
    view.clearProbes();  // their cards are brighter than any density
    Frame frame = sample::planeFrame(2);
    LatentLayers density;
    density.contours = density.points = false;
    view.setLayers(density);
    view.showFrame(sample::share(frame));
    QCoreApplication::processEvents();
    const double alone = brightest(canvasOf(view, 0));
    for (float& value : frame.latents[1].aggregatedPosterior.values) {
        value *= 6.0F;
    }
    view.showFrame(sample::share(frame));
    QVERIFY(brightest(canvasOf(view, 0)) < alone - 0.05);
}

void LatentViewTest::oneDimensionalCodesAreCurves() {
    LatentView view;
    view.resize(600, 400);
    view.showFrame(sample::share(sample::twoPointFrame()));
    view.show();
    LatentSoftCanvas* canvas = canvasOf(view);
    QCOMPARE(canvas->map().window.xMin, -4.0);
    QCOMPARE(canvas->map().window.yMin, 0.0);
    QVERIFY(canvas->map().window.yMax > 1.32);
    const double before = canvas->map().window.yMax;
    Frame sharper = sample::twoPointFrame();
    for (float& value : sharper.latents[0].curves[0].density) {
        value *= 3.0F;
    }
    view.showFrame(sample::share(sharper));
    QVERIFY(canvas->map().window.yMax < before * 1.5);      // no jump
    QTRY_VERIFY(canvas->map().window.yMax > before * 2.9);  // but it gets there
    QSignalSpy asked(&view, &LatentView::probesChanged);
    sendMouse(canvas, QEvent::MouseMove, canvas->map().toPixel(1.5, 0.3));
    const auto probes = asked.last().first().value<std::vector<ProbeRequest>>();
    QVERIFY(std::abs(probes[0].x - 1.5) < 1e-9);
    QCOMPARE(probes[0].y, 0.0);
}

void LatentViewTest::planesOfManyDimensions() {
    Frame frame = sample::planeFrame();
    frame.latents[0].latentDim = 10;
    LatentView view;
    view.resize(600, 500);
    view.showFrame(sample::share(frame));
    view.show();
    QSignalSpy planes(&view, &LatentView::planeChanged);
    const auto boxes = view.findChildren<QComboBox*>();
    QCOMPARE(boxes.size(), 3);
    QVERIFY(boxes[1]->isVisible());
    QCOMPARE(boxes[1]->count(), 10);
    boxes[2]->setCurrentIndex(4);
    QCOMPARE(planes.last().first().value<LatentPlane>(), (LatentPlane{false, 0, 4}));
    boxes[1]->setCurrentIndex(4);  // the same axis twice is no plane
    const auto plane = planes.last().first().value<LatentPlane>();
    QVERIFY(plane.first != plane.second);
    boxes[0]->setCurrentIndex(1);
    QVERIFY(planes.last().first().value<LatentPlane>().principal);
    QVERIFY(!boxes[1]->isVisible());
}

void LatentViewTest::paintsEveryTheme() {
    for (const Theme& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
        LatentView view;
        view.resize(600, 500);
        view.setTheme(theme);
        view.setLayers({true, true, true, true});
        view.showFrame(sample::share(sample::planeFrame()));
        const QImage image = view.grab().toImage();
        int posterior = 0, ground = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QRgb pixel = image.pixel(x, y);
                ground += pixel == theme.panel.rgb() ? 1 : 0;
                const auto near = [](int a, int b) { return std::abs(a - b) < 40; };
                posterior += near(qRed(pixel), theme.posterior.red()) && near(qGreen(pixel), theme.posterior.green()) &&
                                     near(qBlue(pixel), theme.posterior.blue())
                                 ? 1
                                 : 0;
            }
        }
        QVERIFY(posterior > 300);
        QVERIFY(ground > image.width() * image.height() / 5);
    }
}

void LatentViewTest::figureHasTextAndPaths() {
    LatentView view;
    Frame frame = sample::planeFrame(2);
    view.showFrame(sample::share(frame));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(72);
    generator.setSize(QSize(400, 220));
    generator.setViewBox(QRect(0, 0, 400, 220));
    {
        QCPPainter painter(&generator);
        view.renderFigure(painter, QRectF(0, 0, 400, 220), Theme::paperTheme());
    }
    const QByteArray svg = buffer.data();
    QVERIFY(svg.count("<text") > 20);
    QVERIFY(svg.count("<polyline") + svg.count("<path") > 40);
    QVERIFY(svg.contains("of the mass"));
    QCOMPARE(svg.count("<image"), 2);  // the densities and nothing else
    QVERIFY(svg.contains("font-size=\"6.3\"") || svg.contains("font-size=\"7\""));
}

void LatentViewTest::figureNeedsNoWindow() {
    LatentView view;
    view.showFrame(sample::share(sample::twoPointFrame()));
    QImage image(600, 400, QImage::Format_RGB32);
    image.fill(Qt::white);
    {
        QCPPainter painter(&image);
        painter.scale(3.0, 3.0);
        view.renderFigure(painter, QRectF(0, 0, 200, 133), Theme::paperTheme());
    }
    int ink = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            ink += image.pixel(x, y) != qRgb(255, 255, 255) ? 1 : 0;
        }
    }
    QVERIFY(ink > 5000);
}

void LatentViewTest::csvHasBlocks() {
    LatentView view;
    view.showFrame(sample::share(sample::planeFrame()));
    const QStringList blocks = view.csv().split(QStringLiteral("\n\n"));
    QCOMPARE(blocks.size(), 2);
    QVERIFY(blocks[0].startsWith(QStringLiteral("# codes\nmember,mean_x,mean_y,")));
    QCOMPARE(blocks[0].count('\n'), 2001);
    QCOMPARE(blocks[1].trimmed().count('\n'), 1 + 128 * 128);
    view.showFrame(sample::share(sample::twoPointFrame()));
    QVERIFY(view.csv().contains(QStringLiteral("z1,q,p,\"q(z|x = -1)\",\"q(z|x = 1)\"")));
}

void LatentViewTest::emptyFramesAreHarmless() {
    LatentView view;
    view.resize(300, 200);
    view.show();
    view.grab();
    view.showFrame(sample::share(Frame{}));
    QVERIFY(!view.appliesTo(Frame{}));
    view.fit();
    view.showFrame(nullptr);
    Frame bare;
    bare.latents.resize(1);
    bare.latents[0].latentDim = 2;
    view.showFrame(sample::share(bare));
    view.grab();
    QCOMPARE(view.csv().isEmpty(), false);
    view.showFrame(sample::share(sample::planeFrame(3)));
    view.showFrame(sample::share(Frame{}));
    view.grab();
    QCOMPARE(view.csv(), QString());
}

QTEST_MAIN(LatentViewTest)
#include "tst_latent_view.moc"
