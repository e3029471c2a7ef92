#include <QtTest>
#include <cmath>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "widgets/data/data_view.h"

using namespace elbo;

class DataViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void twoPointsAreTwoPointMasses();
    void aSmoothDensityIsNoPointMass();
    void planeHasContoursOfTheModel();
    void appliesToSmallDataOnly();
    void paintsAndExports();
    void dataAreSeenThroughSamples_data();
    void dataAreSeenThroughSamples();
    void axisGlides();
    void csvHasEveryPart();
    void manyMembersShareOneLegend();
};

void DataViewTest::twoPointsAreTwoPointMasses() {
    const DataScene scene = prepareDataScene(sample::twoPointFrame().data.front());
    QCOMPARE(scene.atoms.size(), std::size_t(2));
    QVERIFY(scene.dataCurve.empty());
    QVERIFY(std::abs(scene.atoms[0].mass - 0.5) < 1e-5);
    QVERIFY(std::abs(scene.atoms[0].x + 1.0) < 1e-6);  // where the example is, not the middle of the cell
    QVERIFY(scene.peak < 1.5);                         // the spikes do not rule the axis

    GridDensity split{64, 1, {0.0, 64.0, 0.0, 1.0}, std::vector<float>(64, 0.0F)};
    split.values[9] = 0.75F;
    split.values[10] = 0.25F;
    const auto atoms = pointMasses(split);  // a point on the border of two cells is one point
    QCOMPARE(atoms.size(), std::size_t(1));
    QVERIFY(std::abs(atoms[0].x - 9.75) < 1e-6);
}

void DataViewTest::aSmoothDensityIsNoPointMass() {
    DataFrame frame = sample::twoPointFrame().data.front();
    frame.data = frame.model;
    const DataScene scene = prepareDataScene(frame);
    QVERIFY(scene.atoms.empty());
    QCOMPARE(scene.dataCurve.size(), std::size_t(240));
}

void DataViewTest::planeHasContoursOfTheModel() {
    DataFrame frame = sample::ringFrame().data.front();
    DataScene scene = prepareDataScene(frame);
    QVERIFY(scene.modelContours.size() >= 4);
    QCOMPARE(scene.samples.size(), std::size_t(600));
    QVERIFY(scene.examples.empty());
    QVERIFY(!scene.dataOutline.empty());
    frame.data = {};
    scene = prepareDataScene(frame);
    QVERIFY(scene.dataOutline.empty());
    QCOMPARE(scene.examples.size(), std::size_t(600));  // without a density the examples stand in
    QVERIFY(scene.window == frame.model.window);
}

void DataViewTest::appliesToSmallDataOnly() {
    DataView view;
    QVERIFY(view.appliesTo(sample::ringFrame()));
    QVERIFY(!view.appliesTo(sample::planeFrame()));
}

void DataViewTest::paintsAndExports() {
    for (const Frame& frame : {sample::twoPointFrame(), sample::ringFrame()}) {
        DataView view;
        view.resize(480, 360);
        view.setTheme(Theme::lightTheme());
        view.showFrame(sample::share(frame));
        const QImage image = view.grab().toImage();
        int model = 0, data = 0;
        const auto close = [](const QColor& pixel, const QColor& color) {  // a tint of the colour counts
            return pixel.saturation() > 60 && std::abs(pixel.hue() - color.hue()) < 12;
        };
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                model += close(image.pixelColor(x, y), Theme::lightTheme().model) ? 1 : 0;
                data += close(image.pixelColor(x, y), Theme::lightTheme().data) ? 1 : 0;
            }
        }
        QVERIFY(model > 200);
        QVERIFY(data > 100);

        const QByteArray svg = sample::svgOf(view, {240, 180});
        QVERIFY(svg.count("<text") > 8);
        QVERIFY(svg.contains("model p(x)"));
        QVERIFY(svg.count("<image") <= 1);
    }
}

void DataViewTest::dataAreSeenThroughSamples_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<bool>("density");
    QTest::newRow("dark, a density") << true << true;
    QTest::newRow("light, a density") << false << true;
    QTest::newRow("dark, examples") << true << false;
    QTest::newRow("light, examples") << false << false;
}

void DataViewTest::dataAreSeenThroughSamples() {
    QFETCH(const bool, dark);
    QFETCH(const bool, density);
    const Theme theme = dark ? Theme::darkTheme() : Theme::lightTheme();
    // A model that has found the data: every sample lies on them.
    Frame frame = sample::ringFrame();
    DataFrame& data = frame.data.front();
    data.model = data.data;
    data.sampleX = data.dataX;
    data.sampleY = data.dataY;
    if (!density) {
        data.data = {};
    }
    DataView view;
    view.resize(480, 360);
    view.setTheme(theme);
    view.showFrame(sample::share(frame));
    const QImage image = view.grab().toImage();
    // In their own colour, not a tint of it or what shimmers through.
    const int near = density ? 40 : 80;
    int seen = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            const int apart = std::abs(pixel.red() - theme.data.red()) + std::abs(pixel.green() - theme.data.green()) +
                              std::abs(pixel.blue() - theme.data.blue());
            seen += apart < near ? 1 : 0;
        }
    }
    QVERIFY2(seen > 300, qPrintable(QString::number(seen)));
}

void DataViewTest::axisGlides() {
    EasedAxis axis;
    axis.hold(1.0);
    const double first = axis.maximum();
    QVERIFY(first > 1.0 && first < 1.2);
    axis.hold(1.005);
    QCOMPARE(axis.maximum(), first);
    axis.hold(4.0);
    QVERIFY(axis.maximum() < 2.0);
    QTRY_VERIFY(axis.maximum() > 4.0);
}

void DataViewTest::csvHasEveryPart() {
    DataView view;
    view.showFrame(sample::share(sample::ringFrame()));
    const QStringList blocks = view.csv().split(QStringLiteral("\n\n"));
    QCOMPARE(blocks.size(), 5);
    QVERIFY(blocks[0].startsWith(QStringLiteral("# density of the data\nmember,x1,x2,density\n")));
    QCOMPARE(blocks[1].count('\n'), 1 + 96 * 96);
    QCOMPARE(blocks[4].trimmed().count('\n'), 601);
    view.showFrame(nullptr);
    QCOMPARE(view.csv(), QString());
}

void DataViewTest::manyMembersShareOneLegend() {
    Frame frame = sample::ringFrame();
    const DataFrame first = frame.data.front();
    frame.data.clear();
    frame.knobs.clear();
    for (int member = 0; member < 9; ++member) {
        frame.data.push_back(first);
        frame.data.back().member = member;
        frame.knobs.push_back({1.0 + member, 1.0, 0.0});
    }
    DataView view;
    view.resize(300, 300);
    view.showFrame(sample::share(frame));
    view.show();
    QSignalSpy focused(&view, &View::memberFocused);
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(150, 170));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(290, 290));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(150, 4));  // the legend is nobody's
    QCOMPARE(focused.count(), 2);
    QCOMPARE(focused[0].first().toInt(), 4);
    QCOMPARE(focused[1].first().toInt(), 8);
    const QImage before = view.grab().toImage();
    view.setFocusMember(4);
    QVERIFY(view.grab().toImage() != before);
}

QTEST_MAIN(DataViewTest)
#include "tst_data_view.moc"
