// Sheets of decodings: where the images lie, what is written, which member a click means.
#include <QSignalSpy>
#include <QtTest>
#include <algorithm>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_frames.h"
#include "tests/widgets/svg_texts.h"
#include "widgets/images/sheet_layout.h"
#include "widgets/images/sheet_view.h"

using namespace elbo;

namespace {

std::vector<QRectF> imagesOf(const SheetGrid& grid) {
    std::vector<QRectF> all;
    for (const SheetGrid::Sheet* sheet : {&grid.examples, &grid.samples}) {
        all.insert(all.end(), sheet->data.begin(), sheet->data.end());
        for (const SheetGrid::Pair& pair : sheet->pairs) {
            all.insert(all.end(), pair.decodings.begin(), pair.decodings.end());
            all.insert(all.end(), pair.means.begin(), pair.means.end());
        }
    }
    return all;
}

}  // namespace

class TestSheetView : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void imagesDoNotOverlapAndStayInside_data() {
        QTest::addColumn<QSizeF>("area");
        QTest::addColumn<QSize>("image");
        QTest::addColumn<int>("models");
        QTest::addColumn<double>("ratio");
        QTest::newRow("one model") << QSizeF(300, 200) << QSize(28, 28) << 1 << 1.0;
        QTest::newRow("wide") << QSizeF(900, 200) << QSize(28, 28) << 5 << 1.0;
        QTest::newRow("tall") << QSizeF(160, 700) << QSize(28, 28) << 4 << 2.0;
        QTest::newRow("many") << QSizeF(500, 300) << QSize(28, 28) << 16 << 1.0;
        QTest::newRow("on paper") << QSizeF(241, 150) << QSize(28, 28) << 3 << 8.0;
        QTest::newRow("flat images") << QSizeF(500, 300) << QSize(32, 8) << 3 << 1.0;
    }
    void imagesDoNotOverlapAndStayInside() {
        QFETCH(const QSizeF, area);
        QFETCH(const QSize, image);
        QFETCH(const int, models);
        QFETCH(const double, ratio);
        const QRectF place(QPointF(7.0, 3.0), area);
        const SheetGrid grid = layoutSheets(place, {image, models, 8, ratio, 10.0, 40.0, 8.0, 20.0, 28.0});
        QVERIFY(grid.rows >= 3 && grid.rows <= 8);
        QVERIFY(grid.samples.data.empty());
        QCOMPARE(grid.examples.pairs.size(), static_cast<std::size_t>(models));
        QVERIFY(grid.examples.data.size() % static_cast<std::size_t>(grid.rows) == 0 && !grid.examples.data.empty());
        std::vector<QRectF> all = imagesOf(grid);
        QCOMPARE(all.size(), grid.examples.data.size() + static_cast<std::size_t>(4 * models * grid.rows));
        for (const SheetGrid::Sheet* sheet : {&grid.examples, &grid.samples}) {
            all.push_back(sheet->title);
            for (const SheetGrid::Pair& pair : sheet->pairs) {
                all.push_back(pair.head);
                for (std::size_t row = 0; row < pair.means.size(); ++row) {
                    // The mean stands right of the one decoding of its code.
                    QCOMPARE(pair.means[row].top(), pair.decodings[row].top());
                    QVERIFY(pair.means[row].left() >= pair.decodings[row].right());
                    QVERIFY(pair.means[row].left() - pair.decodings[row].right() <
                            0.2 * pair.means[row].height() + 1.0);
                }
            }
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            QVERIFY(place.adjusted(-1.0, -1.0, 1.0, 1.0).contains(all[i]));
            for (std::size_t k = 0; k < i; ++k) {
                const QRectF common = all[i] & all[k];
                QVERIFY(common.width() < 1.0 || common.height() < 1.0);
            }
        }
        if (grid.whole) {
            QCOMPARE(std::round(grid.scale * ratio), grid.scale * ratio);
        }
    }

    void roomIsUsed() {
        // Large images first, then more rows.
        const SheetOptions options{{28, 28}, 1, 8, 1.0, 10.0, 40.0, 0.0, 0.0, 28.0};
        QCOMPARE(layoutSheets(QRectF(0, 0, 300, 300), options).rows, 8);
        QVERIFY(layoutSheets(QRectF(0, 0, 300, 110), options).rows < 5);
        QCOMPARE(layoutSheets(QRectF(), options).rows, 0);
        QCOMPARE(layoutSheets(QRectF(0, 0, 9, 9), options).rows, 0);  // not even the words fit
        // What is said to be enough is.
        for (const int models : {1, 3, 9}) {
            SheetOptions fleet = options;
            fleet.models = models;
            fleet.head = 8.0;
            fleet.headWidth = 20.0;
            for (const double width : {150.0, 240.0, 500.0}) {
                const double height = leastSheetHeight(width, 9.0, fleet);
                const SheetGrid grid = layoutSheets(QRectF(0, 0, width, height + 0.01), fleet);
                QVERIFY2(grid.rows >= 3 && grid.scale * 28 > 5.0, qPrintable(QString::number(grid.scale)));
            }
        }
    }

    void asksForWhatItShows() {
        const SheetView view;
        ViewRequest request = ViewRequest::nothing();
        view.ask(request, {DataShape::image(28, 28), 2, 1});
        QVERIFY(request.sheets && !request.samples && !request.reconstructions);
        QVERIFY(view.suits({DataShape::image(28, 28), 2, 1}) && !view.suits({DataShape::point(2), 2, 1}));
        Frame frame = sample::planeFrame();
        QVERIFY(view.appliesTo(frame));
        frame.images[0].sheetData = {};
        QVERIFY(!view.appliesTo(frame) && !view.appliesTo(Frame{}));
    }

    void paintsAndExports() {
        for (const int members : {1, 3, 9}) {
            SheetView view;
            view.resize(420, 300);
            view.showFrame(sample::share(sample::planeFrame(members)));
            const QImage image = view.grab().toImage();
            int bright = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    bright += qGray(image.pixel(x, y)) > 150 ? 1 : 0;
                }
            }
            QVERIFY2(bright > 500, qPrintable(QString::number(bright)));
            for (const double width : {150.0, 241.0, 510.0}) {
                const QSizeF least = view.leastFigure(width);
                const QSize size(static_cast<int>(std::ceil(std::max(width, least.width()))),
                                 static_cast<int>(std::ceil(least.height())));
                const QByteArray svg = sample::svgOf(view, size);
                QSizeF page(size);
                const auto texts = sample::textsOf(svg, &page);
                QCOMPARE(sample::flawOf(texts, QSizeF(size)), QString());
                const auto count = std::count_if(texts.begin(), texts.end(), [](const sample::SvgText& text) {
                    return text.text.contains(QString::fromUtf8("\u03b2"));
                });
                QCOMPARE(count, members > 1 ? 2 * members : 0);  // above each pair of both sheets
                QVERIFY(svg.contains("mean of five"));
            }
        }
        SheetView empty;
        empty.resize(100, 100);
        empty.showFrame(sample::share(Frame{}));
        empty.grab();
        QVERIFY(empty.csv().isEmpty());
    }

    void csvHasEveryImage() {
        SheetView view;
        view.showFrame(sample::share(sample::planeFrame(2)));
        const QStringList lines = view.csv().split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2 + 2 * 5 * 8);
        QVERIFY(lines[1].startsWith("member,sheet,image,index,p0,") && lines[1].endsWith(",p783"));
        QCOMPARE(lines[1].count(','), lines[2].count(','));
        QVERIFY(lines[2].startsWith("0,examples,data,0,"));
        QVERIFY(lines.back().startsWith("1,samples,mean,7,"));
    }

    void aClickMeansItsMember() {
        SheetView view;
        view.resize(420, 300);
        view.showFrame(sample::share(sample::planeFrame(2)));
        QSignalSpy focused(&view, &View::memberFocused);
        std::vector<int> members;
        for (int x = 4; x < view.width(); x += 4) {
            QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(x, 150));
        }
        for (const auto& signal : focused) {
            members.push_back(signal.front().toInt());
        }
        QVERIFY(std::find(members.begin(), members.end(), 0) != members.end());
        QVERIFY(std::find(members.begin(), members.end(), 1) != members.end());
    }
};

QTEST_MAIN(TestSheetView)
#include "tst_sheet_view.moc"
