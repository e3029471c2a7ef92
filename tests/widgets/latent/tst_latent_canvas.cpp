// Painting with OpenGL. Skipped where there is none: run it under Xvfb with QT_QPA_PLATFORM=xcb.
#include <QApplication>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

#include "tests/widgets/sample_frames.h"
#include "widgets/gl/gl_stage.h"
#include "widgets/latent/latent_canvas.h"
#include "widgets/latent/latent_soft_canvas.h"
#include "widgets/latent/latent_view.h"

using namespace elbo;

namespace {

LatentContent contentOf(const LatentFrame& frame, const LatentLayers& layers) {
    LatentContent content;
    LatentSceneOptions options;
    options.layers = layers;
    content.scene = std::make_shared<const LatentScene>(prepareLatentScene(frame, options));
    content.picture.layers = layers;
    content.theme = Theme::darkTheme();
    return content;
}

void sendMouse(QWidget* widget, QEvent::Type type, QPointF at, Qt::MouseButton button = Qt::NoButton,
               Qt::MouseButtons buttons = Qt::NoButton) {
    QMouseEvent event(type, at, widget->mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

/// Mean difference of all channels, 0 to 255.
double difference(const QImage& a, const QImage& b) {
    double sum = 0.0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            sum += std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q));
        }
    }
    return sum / (3.0 * a.width() * a.height());
}

}  // namespace

class LatentCanvasTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void looksLikeSoftwarePainting_data();
    void looksLikeSoftwarePainting();
    void movesToAnotherWindow();
    void cardsOpenAndClose();
    void linesAreOneStrip();
};

void LatentCanvasTest::initTestCase() {
    if (!GlStage::usable()) {
        QSKIP("No OpenGL 3.3 on this platform: run under Xvfb with QT_QPA_PLATFORM=xcb.");
    }
}

void LatentCanvasTest::looksLikeSoftwarePainting_data() {
    QTest::addColumn<int>("bits");
    QTest::newRow("density") << 1;
    QTest::newRow("contours") << 2;
    QTest::newRow("codes") << 4;
    QTest::newRow("ellipses") << 8;
    QTest::newRow("all") << 15;
}

void LatentCanvasTest::looksLikeSoftwarePainting() {
    QFETCH(int, bits);
    const LatentLayers layers{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    const LatentFrame frame = sample::wheel(0, 2.2);
    LatentCanvas canvas(GlStage::acquire());
    LatentSoftCanvas soft;
    QSignalSpy failed(&canvas, &LatentCanvas::openGlFailed);
    for (QWidget* widget : {canvas.widget(), soft.widget()}) {
        widget->resize(500, 450);
        widget->show();
        QVERIFY(QTest::qWaitForWindowExposed(widget));
    }
    canvas.showContent(contentOf(frame, layers));
    soft.showContent(contentOf(frame, layers));
    const QImage gl = canvas.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QImage reference = soft.grab().toImage().convertToFormat(QImage::Format_RGB32);
    QCOMPARE(failed.count(), 0);
    QCOMPARE(gl.size(), reference.size());
    const double apart = difference(gl, reference);
    QVERIFY2(apart < 2.0, qPrintable(QString::number(apart)));
    // And it is not an empty canvas: the layers differ from the bare plot by more than from each other.
    canvas.showContent(contentOf(frame, {false, false, false, false}));
    const QImage bare = canvas.grab().toImage().convertToFormat(QImage::Format_RGB32);
    QVERIFY2(difference(gl, bare) > 2.0 * apart, qPrintable(QString::number(difference(gl, bare))));
}

void LatentCanvasTest::movesToAnotherWindow() {
    QWidget first, second;
    first.resize(300, 300);
    second.resize(300, 300);
    auto* canvas = new LatentCanvas(GlStage::acquire(), &first);
    canvas->resize(300, 300);
    canvas->showContent(contentOf(sample::wheel(0, 2.2), {}));
    first.show();
    QVERIFY(QTest::qWaitForWindowExposed(&first));
    const QImage before = canvas->grab().toImage();
    canvas->setParent(&second);
    canvas->show();
    second.show();
    QVERIFY(QTest::qWaitForWindowExposed(&second));
    const QImage after = canvas->grab().toImage();
    QVERIFY(difference(before, after) < 0.5);
}

void LatentCanvasTest::cardsOpenAndClose() {
    LatentView view;
    view.resize(600, 520);
    Frame frame = sample::planeFrame();
    view.showFrame(sample::share(frame));
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    auto* canvas = view.findChild<LatentCanvas*>();
    QVERIFY(canvas != nullptr);
    std::vector<ProbeRequest> asked;
    connect(&view, &LatentView::probesChanged, this, [&](const std::vector<ProbeRequest>& probes) { asked = probes; });
    const QPointF spot = canvas->map().toPixel(0.5, 0.5);
    sendMouse(canvas, QEvent::MouseMove, spot);
    const QImage hovered = canvas->grab().toImage();
    sendMouse(canvas, QEvent::MouseButtonPress, spot, Qt::LeftButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseButtonRelease, spot, Qt::LeftButton);
    QCOMPARE(asked.size(), std::size_t(2));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(canvas, &leave);
    QCOMPARE(asked.size(), std::size_t(1));
    for (const ProbeRequest& request : asked) {
        Probe probe{request.id, 0, request.x, request.y, {0.5F, 0.5F}, {}};
        sample::appendDigit(probe.decoded, 4, 0.0);
        frame.probes.push_back(probe);
    }
    view.showFrame(sample::share(frame));
    const QImage pinned = canvas->grab().toImage();
    QVERIFY(difference(pinned, hovered) > 0.5);  // the decoded image has come

    // A click on the cross, faster than a frame, closes the card.
    const auto areas = cardAreas({describeCode(prepareLatentScene(frame.latents[0], {}), asked[0].id, true, asked[0].x,
                                               asked[0].y, &frame.probes[0])},
                                 canvas->map(), Theme::darkTheme(), canvas);
    const QPointF cross = cardCloseArea(areas[0], Theme::darkTheme(), canvas).center();
    sendMouse(canvas, QEvent::MouseMove, cross);
    canvas->grab().toImage();
    sendMouse(canvas, QEvent::MouseButtonPress, cross, Qt::LeftButton, Qt::LeftButton);
    sendMouse(canvas, QEvent::MouseButtonRelease, cross, Qt::LeftButton);
    QTRY_VERIFY((canvas->grab().toImage(), asked.empty()));
}

void LatentCanvasTest::linesAreOneStrip() {
    std::vector<GlLineVertex> strip;
    appendPath(strip, {QPolygonF{{0, 0}, {1, 0}, {1, 1}, {0, 1}}, true}, Qt::white, 1.0, true);
    QCOMPARE(strip.size(), std::size_t(10));  // four corners, closed, two sides
    QCOMPARE(strip.back().along, 4.0F);
    QVERIFY(std::abs(std::hypot(strip[0].mitreX, strip[0].mitreY) - std::sqrt(2.0F)) < 1e-5);
    appendPath(strip, {QPolygonF{{0, 0}, {0, 0}, {2, 0}}, false}, Qt::white, 1.0, false);
    QCOMPARE(strip.size(), std::size_t(10 + 2 + 4));  // joined by triangles without area
    appendPath(strip, {QPolygonF{{3, 3}}, true}, Qt::white, 1.0, false);
    QCOMPARE(strip.size(), std::size_t(16));
}

QTEST_MAIN(LatentCanvasTest)
#include "tst_latent_canvas.moc"
