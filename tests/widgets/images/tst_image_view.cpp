#include <QSignalSpy>
#include <QtTest>
#include <cmath>
#include <set>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "widgets/images/image_view.h"
#include "widgets/paint/image_grid.h"
#include "widgets/paint/raster.h"

using namespace elbo;

class ImageViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void tilesDoNotOverlapAndStayInside_data();
    void tilesDoNotOverlapAndStayInside();
    void pairsStandOnTopOfEachOther();
    void mosaicIsSquareAndInside();
    void kindsApplyToTheirFrames();
    void pixelsAreExact();
    void paintsAndExports();
    void csvHasPixels();
    void everyMemberHasItsPanel();
    void pseudoInputsHaveTheirWeights();
    void ofManyPseudoInputsTheHeaviestAreShown();
};

namespace {

constexpr ImageGridView::Kind kKinds[] = {ImageGridView::Kind::Reconstructions, ImageGridView::Kind::Samples,
                                          ImageGridView::Kind::PseudoInputs, ImageGridView::Kind::Manifold};

Frame everyKind(int members) {
    return sample::withPseudoInputs(sample::planeFrame(members));
}

/// Pixels of one colour.
int pixelsOf(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

}  // namespace

void ImageViewTest::tilesDoNotOverlapAndStayInside_data() {
    QTest::addColumn<QSize>("area");
    QTest::addColumn<QSize>("image");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("pairs");
    QTest::addColumn<double>("ratio");
    QTest::newRow("wide") << QSize(900, 200) << QSize(28, 28) << 48 << false << 1.0;
    QTest::newRow("tall") << QSize(160, 700) << QSize(28, 28) << 48 << true << 1.0;
    QTest::newRow("tiny") << QSize(60, 40) << QSize(28, 28) << 48 << true << 1.0;
    QTest::newRow("few") << QSize(600, 400) << QSize(28, 28) << 3 << false << 1.0;
    QTest::newRow("one") << QSize(600, 400) << QSize(28, 28) << 1 << false << 1.0;
    QTest::newRow("fine screen") << QSize(500, 300) << QSize(28, 28) << 48 << false << 2.0;
    QTest::newRow("odd ratio") << QSize(500, 300) << QSize(28, 28) << 48 << true << 1.5;
    QTest::newRow("large images") << QSize(500, 300) << QSize(128, 96) << 48 << false << 1.0;
}

void ImageViewTest::tilesDoNotOverlapAndStayInside() {
    QFETCH(QSize, area);
    QFETCH(QSize, image);
    QFETCH(int, count);
    QFETCH(bool, pairs);
    QFETCH(double, ratio);
    const QRectF place(QPointF(7.0, 3.0), QSizeF(area));
    const ImageGrid grid = layoutImages(place, image, {count, pairs, 12, ratio, 4.0});
    QVERIFY(grid.shown >= std::min(count, 12));
    std::vector<QRectF> all = grid.images;
    all.insert(all.end(), grid.partners.begin(), grid.partners.end());
    QCOMPARE(all.size(), static_cast<std::size_t>(grid.shown) * (pairs ? 2 : 1));
    for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY(place.adjusted(-0.51, -0.51, 0.51, 0.51).contains(all[i]));
        QVERIFY(std::abs(all[i].width() / all[i].height() - double(image.width()) / image.height()) < 1e-9);
        for (std::size_t k = 0; k < i; ++k) {
            QVERIFY(!all[i].intersects(all[k]));
        }
    }
    if (grid.whole) {
        QCOMPARE(std::round(grid.scale * ratio), grid.scale * ratio);
        const double left = all.front().left() * ratio;
        QVERIFY(std::abs(std::round(left) - left) < 1e-9);  // on a device pixel
    }
}

void ImageViewTest::pairsStandOnTopOfEachOther() {
    const ImageGrid grid = layoutImages(QRectF(0, 0, 500, 400), {28, 28}, {20, true, 10, 1.0, 4.0});
    for (std::size_t i = 0; i < grid.images.size(); ++i) {
        QCOMPARE(grid.images[i].left(), grid.partners[i].left());
        QVERIFY(grid.partners[i].top() >= grid.images[i].bottom());
        QVERIFY(grid.partners[i].top() - grid.images[i].bottom() < 4.0);
    }
}

void ImageViewTest::mosaicIsSquareAndInside() {
    const QRectF area(10, 10, 500, 300);
    const ImageGrid grid = layoutMosaic(area, {28, 28}, 15, 1.0);
    QCOMPARE(grid.images.size(), std::size_t(1));
    QVERIFY(area.adjusted(-0.51, -0.51, 0.51, 0.51).contains(grid.images[0]));
    QCOMPARE(grid.images[0].width(), grid.images[0].height());
    QVERIFY(grid.images[0].height() > 250.0);
    QVERIFY(layoutMosaic(area, {28, 28}, 0, 1.0).images.empty());
}

void ImageViewTest::kindsApplyToTheirFrames() {
    ImageGridView reconstructions(ImageGridView::Kind::Reconstructions), samples(ImageGridView::Kind::Samples),
        pseudoInputs(ImageGridView::Kind::PseudoInputs), manifold(ImageGridView::Kind::Manifold);
    QCOMPARE(reconstructions.id(), QStringLiteral("reconstructions"));
    QCOMPARE(samples.id(), QStringLiteral("samples"));
    QCOMPARE(pseudoInputs.id(), QStringLiteral("pseudo-inputs"));
    QCOMPARE(manifold.id(), QStringLiteral("manifold"));
    Frame frame = sample::planeFrame();
    QVERIFY(reconstructions.appliesTo(frame) && samples.appliesTo(frame) && manifold.appliesTo(frame));
    QVERIFY(!pseudoInputs.appliesTo(frame) && pseudoInputs.appliesTo(sample::withPseudoInputs(frame)));
    const ViewSubject without{DataShape::image(28, 28), 2, 1}, with{DataShape::image(28, 28), 2, 1, true};
    QVERIFY(!pseudoInputs.suits(without) && pseudoInputs.suits(with) && samples.suits(without));
    QVERIFY(!pseudoInputs.suits({DataShape::point(2), 2, 1, true}));
    frame.images[0].manifold = {};
    QVERIFY(!manifold.appliesTo(frame) && samples.appliesTo(frame));
    frame.images[0].samples = {2, 1, 1, {0.0F, 1.0F}, {}};  // points are no images
    QVERIFY(!samples.appliesTo(frame));
    QVERIFY(!samples.appliesTo(sample::twoPointFrame()));
    for (View* view : std::initializer_list<View*>{&reconstructions, &samples, &pseudoInputs, &manifold}) {
        QVERIFY(!view->explanation().isEmpty() && !view->title().isEmpty());
        QCOMPARE(view->toolTip(), view->explanation());
    }
}

void ImageViewTest::pixelsAreExact() {
    const ImageStrip strip{2, 2, 2, {0.0F, 1.0F, 0.5F, -3.0F, 1.0F, 1.0F, 2.0F, std::nanf("")}, {}};
    const QImage first = stripImage(strip, 0), second = stripImage(strip, 1);
    QCOMPARE(qGray(first.pixel(1, 0)), 255);
    QCOMPARE(qGray(first.pixel(0, 1)), 128);
    QCOMPARE(qGray(first.pixel(1, 1)), 0);
    QCOMPARE(qGray(second.pixel(0, 1)), 255);
    QCOMPARE(qGray(second.pixel(1, 1)), 0);
    QVERIFY(stripImage(strip, 2).isNull());
    QVERIFY(stripImage({28, 28, 3, {0.0F}, {}}, 0).isNull());  // fewer pixels than promised
}

void ImageViewTest::paintsAndExports() {
    for (const auto kind : kKinds) {
        for (int members : {1, 2}) {
            ImageGridView view(kind);
            view.resize(420, 300);
            view.showFrame(sample::share(everyKind(members)));
            const QImage image = view.grab().toImage();
            int bright = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    bright += qGray(image.pixel(x, y)) > 150 ? 1 : 0;
                }
            }
            QVERIFY2(bright > 1500, qPrintable(QString::number(bright)));
            const QByteArray svg = sample::svgOf(view, {240, 180});
            QVERIFY(svg.contains("<image"));
            QCOMPARE(svg.contains("<text"), kind != ImageGridView::Kind::Samples || members > 1);
        }
    }
    ImageGridView empty(ImageGridView::Kind::Manifold);
    empty.resize(100, 100);
    empty.showFrame(sample::share(Frame{}));
    Frame noManifold = sample::planeFrame();
    noManifold.images[0].manifold = {};
    empty.showFrame(sample::share(noManifold));
    empty.grab();
}

void ImageViewTest::csvHasPixels() {
    ImageGridView view(ImageGridView::Kind::Reconstructions);
    view.showFrame(sample::share(sample::planeFrame()));
    const QStringList blocks = view.csv().split(QStringLiteral("\n\n"));
    QCOMPARE(blocks.size(), 2);
    QVERIFY(blocks[0].startsWith(QStringLiteral("# data: images of 28 x 28 pixels")));
    const QStringList lines = blocks[0].split('\n');
    QCOMPARE(lines.size(), 2 + 48);
    QCOMPARE(lines[1].count(','), 2 + 784);
    QCOMPARE(lines[5].count(','), 2 + 784);
    QVERIFY(lines[5].startsWith(QStringLiteral("0,3,3,")));
}

void ImageViewTest::everyMemberHasItsPanel() {
    for (const auto kind : kKinds) {
        ImageGridView view(kind);
        view.resize(180, 260);
        view.showFrame(sample::share(everyKind(16)));
        view.show();
        QSignalSpy focused(&view, &View::memberFocused);
        QSignalSpy compared(&view, &View::memberCompared);
        std::set<int> seen;
        for (int y = 25; y < view.height(); y += 12) {
            for (int x = 5; x < view.width(); x += 12) {
                QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(x, y));
            }
        }
        for (const auto& arguments : focused) {
            seen.insert(arguments.first().toInt());
        }
        QCOMPARE(seen.size(), std::size_t(16));
        QTest::mouseClick(&view, Qt::LeftButton, Qt::ShiftModifier, QPoint(170, 255));
        QCOMPARE(compared.count(), 1);
        // The focused member stands out, and every panel shows something.
        const QImage before = view.grab().toImage();
        view.setFocusMember(0);
        QVERIFY(view.grab().toImage() != before);
    }
    ImageGridView one(ImageGridView::Kind::Samples);
    one.resize(180, 260);
    one.showFrame(sample::share(sample::planeFrame()));
    QSignalSpy focused(&one, &View::memberFocused);
    QTest::mouseClick(&one, Qt::LeftButton, {}, QPoint(90, 130));
    QCOMPARE(focused.count(), 0);
}

void ImageViewTest::pseudoInputsHaveTheirWeights() {
    ImageGridView view(ImageGridView::Kind::PseudoInputs);
    view.resize(500, 300);
    Frame frame = everyKind(2);
    view.showFrame(sample::share(frame));
    const QStringList lines = view.csv().split('\n');
    QVERIFY(lines[1].startsWith(QStringLiteral("member,index,weight,p0,")));
    QVERIFY(lines[3].startsWith(QStringLiteral("0,2,0.0245,")));
    QVERIFY(lines[2 + 48].startsWith(QStringLiteral("1,0,0.01,")));
    QCOMPARE(lines[3].count(','), 2 + 784);
    // A bar is as long as its weight, on one scale for all members.
    const QColor bar = Theme::darkTheme().prior;
    const int uneven = pixelsOf(view.grab().toImage(), bar);
    for (ImageFrame& images : frame.images) {
        images.pseudoInputWeights.assign(48, 1.0F / 96.0F);
    }
    view.showFrame(sample::share(frame));
    const int even = pixelsOf(view.grab().toImage(), bar);
    QVERIFY2(uneven > 50 && even > uneven, qPrintable(QString("%1, %2").arg(uneven).arg(even)));
    frame.images[1].pseudoInputWeights.assign(48, 1.0F / 960.0F);
    view.showFrame(sample::share(frame));
    const int light = pixelsOf(view.grab().toImage(), bar);
    QVERIFY2(light < 0.7 * even && light > 0.4 * even, qPrintable(QString("%1, %2").arg(light).arg(even)));
}

void ImageViewTest::ofManyPseudoInputsTheHeaviestAreShown() {
    ImageGridView view(ImageGridView::Kind::PseudoInputs);
    view.resize(320, 260);
    Frame frame = everyKind(1);
    ImageFrame& images = frame.images[0];
    // 400 of them, black but for the last three, which find no room in their order.
    images.pseudoInputs = {28, 28, 400, std::vector<float>(400 * 784, 0.0F), {}};
    std::fill(images.pseudoInputs.pixels.end() - 3 * 784, images.pseudoInputs.pixels.end(), 1.0F);
    images.pseudoInputPlaces.assign(400, 0);
    images.pseudoInputWeights.assign(400, 0.001F);
    view.showFrame(sample::share(frame));
    QCOMPARE(pixelsOf(view.grab().toImage(), Qt::white), 0);
    std::fill(images.pseudoInputWeights.end() - 3, images.pseudoInputWeights.end(), 0.2F);
    view.showFrame(sample::share(frame));
    QVERIFY(pixelsOf(view.grab().toImage(), Qt::white) >= 3 * 784 / 4);
}

QTEST_MAIN(ImageViewTest)
#include "tst_image_view.moc"
