// How a figure is set: its size in every unit, type, grey, transparency, tables with names, and paths that readers
// accept.
#include <QImage>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/sample_frames.h"
#include "tests/widgets/sample_history.h"
#include "widgets/curves/curves_view.h"
#include "widgets/figure/csv_tables.h"
#include "widgets/figure/figure_export.h"
#include "widgets/figure/figure_size.h"
#include "widgets/latent/latent_view.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;
using sample::contents;
using sample::messageOf;

class TestFigureStyle : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RateDistortionView plane_;
    CurvesView curves_;

    QString path(const QString& name) const { return folder_.filePath(name); }
    static FigureOptions options() {
        FigureOptions options;
        options.millimetres = {85.0, 60.5};
        options.title = "Rate and distortion";
        return options;
    }

  private Q_SLOTS:
    void initTestCase() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 2000, 20, 5);
        plane_.showFrame(frame);
        curves_.showFrame(frame);
    }

    void tablesHaveTheNamesOfTheirTitles() {
        const auto tables = csvTables("# codes: of all members\na,b\n1,2\n\n# density of the data\nx\n1\n\nc\n3\n");
        QCOMPARE(tables.size(), std::size_t(3));
        QCOMPARE(tables[0].name, QString("codes"));
        QCOMPARE(tables[0].text, QString("# codes: of all members\na,b\n1,2\n"));
        QCOMPARE(tables[1].name, QString("density-of-the-data"));
        QCOMPARE(tables[2].name, QString("table-3"));
        QVERIFY(csvTables("").empty());
    }

    void sizesAreReadInEveryUnit() {
        const auto is = [](const char* text, double width, double height) {
            const FigureSize size = parseFigureSize(text);
            return std::abs(size.width - width) < 0.01 && std::abs(size.height - height) < 0.01;
        };
        QVERIFY(is("85x60", 85.0, 60.0));
        QVERIFY(is("85x60mm", 85.0, 60.0));
        QVERIFY(is("85mm x 60mm", 85.0, 60.0));
        QVERIFY(is("8.5 x 6 cm", 85.0, 60.0));
        QVERIFY(is("3.35x2.4in", 85.09, 60.96));
        QVERIFY(is("nature-1", 89.0, 0.0));
        QVERIFY(is("nature-2x100mm", 183.0, 100.0));
        QVERIFY(is("icml", 82.55, 0.0));
        for (const char* wrong : {"big", "85", "85x", "5x5mm", "nature-3", "85x60km", "x60", "-85x60"}) {
            QVERIFY2(!messageOf([&] { parseFigureSize(wrong); }).isEmpty(), wrong);
        }
        QVERIFY(is("85mm", 85.0, 0.0));
        QVERIFY(is("3.35 in", 85.09, 0.0));
        const FigureSize nature = parseFigureSize("nature-1");
        QVERIFY(messageOf([&] { checkRules(nature, 100.0, 7.0); }).isEmpty());
        QVERIFY(messageOf([&] { checkRules(nature, 171.0, 7.0); }).contains("170"));
        QVERIFY(messageOf([&] { checkRules(nature, 100.0, 9.0); }).contains("--font-size"));
        QVERIFY(messageOf([&] { checkRules(nature, 100.0, 5.0); }).contains("--font-size"));
    }

    void printedWidthsAreThoseOfTheirPlaces_data() {
        QTest::addColumn<double>("width");
        QTest::addColumn<double>("highest");
        QTest::addColumn<double>("smallest");
        QTest::addColumn<double>("largest");
        // Millimetres and points, as the places print them.
        QTest::newRow("nature-1") << 89.0 << 170.0 << 5.0 << 7.0;
        QTest::newRow("nature-2") << 183.0 << 170.0 << 5.0 << 7.0;
        QTest::newRow("ieee-1") << 88.9 << 215.9 << 0.0 << 0.0;
        QTest::newRow("ieee-2") << 181.864 << 215.9 << 0.0 << 0.0;
        QTest::newRow("icml") << 82.55 << 228.6 << 0.0 << 0.0;
        QTest::newRow("icml-2") << 171.45 << 228.6 << 0.0 << 0.0;
        QTest::newRow("neurips") << 139.7 << 228.6 << 0.0 << 0.0;
        QTest::newRow("iclr") << 139.7 << 228.6 << 0.0 << 0.0;
    }
    void printedWidthsAreThoseOfTheirPlaces() {
        QFETCH(const double, width);
        QFETCH(const double, highest);
        QFETCH(const double, smallest);
        QFETCH(const double, largest);
        const FigureSize size = parseFigureSize(QTest::currentDataTag());
        QVERIFY(size.place != nullptr);
        QVERIFY(std::abs(size.width - width) < 1e-6);
        QVERIFY(std::abs(size.place->highest - highest) < 1e-6);
        QCOMPARE(size.place->smallest, smallest);
        QCOMPARE(size.place->largest, largest);
        QVERIFY(!size.place->meaning.empty());
        const double type = FigureOptions{}.fontPoints;
        QCOMPARE(messageOf([&] { checkRules(size, highest, type); }), QString());
        QVERIFY(messageOf([&] { checkRules(size, highest + 1.0, type); }).contains(QTest::currentDataTag()));
        QCOMPARE(messageOf([&] { checkRules(size, highest, 9.0); }).isEmpty(), largest == 0.0);
    }

    void everyPrintedWidthHasItsRow() {
        QStringList names;
        for (const PrintedWidth& place : printedWidths()) {
            names << QString::fromStdString(place.name);
        }
        QCOMPARE(names, (QStringList{"nature-1", "nature-2", "ieee-1", "ieee-2", "icml", "icml-2", "neurips", "iclr"}));
    }

    void stackedViewsFitAtTheirLeastSize() {
        const std::vector<View*> views{&plane_, &curves_};
        FigureOptions wanted = options();
        wanted.caption = "A caption.";
        const QSizeF least = leastFigureSize(stackedFigure(views, wanted), wanted);
        QVERIFY(least.width() >= wanted.millimetres.width() - 1e-6);
        QVERIFY(least.height() > wanted.millimetres.height());
        wanted.millimetres = least;
        const auto items = stackedFigure(views, wanted);
        QVERIFY(leastFigureSize(items, wanted).height() <= least.height() + 1e-6);
        QVERIFY(items[1].unitRect.top() > 0.2);
        QVERIFY(std::abs(items[1].unitRect.bottom() - 1.0) < 1e-9);
        // Larger type needs more room.
        wanted.fontPoints = 10.0;
        QVERIFY(leastFigureSize(items, wanted).height() > 1.2 * least.height());
    }

    void grayFiguresHaveNoColour() {
        FigureOptions wanted = options();
        wanted.gray = true;
        const QImage image = figureImage({{&plane_}}, wanted, 100);
        int ink = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor color = image.pixelColor(x, y);
                QVERIFY(std::abs(color.red() - color.green()) < 3 && std::abs(color.red() - color.blue()) < 3);
                ink += color.red() < 200 ? 1 : 0;
            }
        }
        QVERIFY(ink > 100);
    }

    void transparentFiguresHaveNoGround() {
        FigureOptions wanted = options();
        wanted.transparent = true;
        wanted.dpi = 100;
        exportFigure({{&plane_}}, path("glass.png"), wanted);
        const QImage image(path("glass.png"));
        QCOMPARE(image.pixelColor(0, 0).alpha(), 0);
    }

    void typeIsChosen() {
        FigureOptions wanted = options();
        wanted.font = "DejaVu Sans";
        wanted.fontPoints = 9.0;
        exportFigure({{&plane_}}, path("type.svg"), wanted);
        const QByteArray svg = contents(path("type.svg"));
        QVERIFY(svg.contains("font-family=\"'DejaVu Sans'"));
        QVERIFY(svg.contains("font-size=\"9\""));
        wanted.fontPoints = 400.0;
        QVERIFY(messageOf([&] { exportFigure({{&plane_}}, path("no.svg"), wanted); }).contains("400"));
    }

    void pathsOfAPdfAreWhole() {
        // A model that rests leaves trails of no length, and a speck of density a contour of none.
        const auto still = sampleHistoryFrame({1.0}, 200, 20, 5);
        for (auto& report : still->history) {
            auto same = std::make_shared<Report>(*still->history.front());
            same->step = report->step;
            report = same;
        }
        LatentView latent;
        Frame plane = sample::planeFrame();
        GridDensity& density = plane.latents.front().aggregatedPosterior;
        std::fill(density.values.begin(), density.values.end(), 0.0F);
        for (const std::size_t cell : {1000U, 5000U, 9000U}) {
            density.values[cell] = 1.0F;
        }
        latent.showFrame(sample::share(std::move(plane)));
        RateDistortionView resting;
        resting.showFrame(still);
        const QString reader = QStandardPaths::findExecutable("pdftocairo");
        if (reader.isEmpty()) {
            QSKIP("pdftocairo is not installed");
        }
        for (const View* view : std::initializer_list<const View*>{&latent, &resting}) {
            exportFigure({{view}}, path("whole.pdf"), options());
            QProcess process;
            process.start(reader, {"-svg", path("whole.pdf"), path("whole.svg")});
            QVERIFY(process.waitForFinished());
            const QByteArray complaints = process.readAllStandardError();
            QVERIFY2(complaints.isEmpty(), complaints);
        }
    }
};

QTEST_MAIN(TestFigureStyle)
#include "tst_figure_style.moc"
