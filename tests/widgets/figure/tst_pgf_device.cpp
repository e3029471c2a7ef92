// Pictures for LaTeX: what was painted is there, nothing lies outside of the picture or breaks LaTeX, and rasters lie
// beside the file.
#include <QDir>
#include <QImage>
#include <QLineF>
#include <QPainter>
#include <QPainterPath>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/pgf_parts.h"
#include "tests/widgets/sample_frames.h"
#include "tests/widgets/sample_history.h"
#include "widgets/curves/curves_view.h"
#include "widgets/figure/figure_export.h"
#include "widgets/figure/pgf_device.h"
#include "widgets/latent/latent_view.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

namespace {

constexpr double kPointsPerMillimetre = 72.0 / 25.4;

sample::PgfParts painted(const std::function<void(QPainter&)>& paint, std::vector<PgfRaster>* rasters = nullptr) {
    PgfDevice device({100.0, 50.0}, "fig");
    QPainter painter(&device);
    paint(painter);
    painter.end();
    if (rasters != nullptr) {
        *rasters = device.rasters();
    }
    return sample::partsOf(device.document("title", "", "source"));
}

double angleOf(const sample::PgfText& text) {
    return text.options.contains("rotate=") ? text.options.section("rotate=", 1).toDouble() : 0.0;
}

}  // namespace

class TestPgfDevice : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RateDistortionView plane_;
    CurvesView curves_;
    LatentView latent_;

    QString path(const QString& name) const { return folder_.filePath(name); }
    static FigureOptions options() {
        FigureOptions options;
        options.millimetres = {85.0, 70.0};
        options.title = "100 % of\nit";
        options.caption = QString::fromUtf8("At 50 % of {all} steps, \u03b2 = 1 & \u03bb = 2.");
        options.experimentToml = "name = \"two_points\"\n# 100 % \\end{pgfpicture}\n";
        return options;
    }

  private Q_SLOTS:
    void initTestCase() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 2000, 20, 5);
        plane_.showFrame(frame);
        curves_.showFrame(frame);
        latent_.showFrame(sample::share(sample::planeFrame()));
    }

    void pathsKeepTheirShapeAndColour() {
        PgfDevice device({100.0, 50.0}, "fig");
        QPainter painter(&device);
        QColor green(0x12, 0xab, 0x34);
        green.setAlphaF(0.25F);
        painter.setBrush(green);
        QPen pen(Qt::red, 2.0);
        pen.setDashPattern({3.0, 2.0});
        pen.setCapStyle(Qt::RoundCap);
        pen.setJoinStyle(Qt::RoundJoin);
        painter.setPen(pen);
        painter.translate(10.0, 10.0);
        painter.drawRect(QRectF(0.0, 0.0, 20.0, 30.0));
        painter.end();
        const QByteArray document = device.document({}, {}, {});
        QCOMPARE(sample::partsOf(document).fault, QString());
        const double height = 50.0 * kPointsPerMillimetre;
        const QByteArray top = QByteArray::number(height - 10.0, 'f', 3),
                         low = QByteArray::number(height - 40.0, 'f', 3);
        for (const QByteArray& part :
             {QByteArray("{HTML}{12AB34}"), QByteArray("{HTML}{FF0000}"), QByteArray("\\pgfsetfillopacity{0.25"),
              QByteArray("\\pgfsetlinewidth{2bp}"), QByteArray("\\pgfsetdash{{6bp}{4bp}}{0bp}"),
              QByteArray("\\pgfsetroundcap"), QByteArray("\\pgfsetroundjoin"), QByteArray("\\pgfusepath{fill,stroke}"),
              "\\pgfpathmoveto{\\pgfqpoint{10bp}{" + top + "bp}}", "\\pgfpathlineto{\\pgfqpoint{30bp}{" + low + "bp}}",
              QByteArray("\\pgfpathclose")}) {
            QVERIFY2(document.contains(part), part + " is missing in\n" + document);
        }
    }

    void whatLeavesThePageIsCutAtItsEdge() {
        const auto parts = painted([](QPainter& painter) {
            painter.setPen(QPen(Qt::black, 1.0));
            painter.drawPolyline(QPolygonF{{-1e6, 20.0}, {1e6, 20.0}});
            painter.setBrush(Qt::blue);
            painter.drawEllipse(QPointF(0.0, 0.0), 50.0, 50.0);
            painter.setClipRect(QRectF(-100.0, -100.0, 1000.0, 110.0));
            painter.drawRect(QRectF(1.0, 1.0, 5.0, 5.0));
        });
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.clips, 1);
        QCOMPARE(parts.fills, 2);
        QCOMPARE(parts.strokes, 3);
        QVERIFY(!parts.points.empty());
        double furthest = 0.0;
        for (const QPointF& point : parts.points) {
            QVERIFY(point.x() >= 0.0 && point.x() <= parts.page.width() + 1e-3);
            QVERIFY(point.y() >= 0.0 && point.y() <= parts.page.height() + 1e-3);
            furthest = std::max(furthest, point.x());
        }
        QVERIFY(std::abs(furthest - parts.page.width()) < 0.01);  // the line goes on to the edge
    }

    // Another font may be wider: a label that ends at the edge of its plot would be cut.
    void textsTakeNoMoreRoomThanTheLayoutGaveThem() {
        const auto parts = painted([](QPainter& painter) {
            QFont font("Liberation Sans");
            font.setPixelSize(10);
            painter.setFont(font);
            painter.translate(20.0, 30.0);
            painter.scale(0.5, 0.5);
            painter.rotate(-30.0);
            painter.drawText(QPointF(0.0, 0.0), "ELBO = 190");
        });
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.texts.size(), std::size_t{1});
        QFont font("Liberation Sans");
        font.setPixelSize(10);
        const double width = 0.5 * QFontMetricsF(font).horizontalAdvance("ELBO = 190");
        QVERIFY2(std::abs(parts.texts[0].room - width) < 0.05 * width,
                 qPrintable(QString("%1 of %2").arg(parts.texts[0].room).arg(width)));
    }

    void clipsNestAndHide() {
        const auto parts = painted([](QPainter& painter) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(Qt::red);
            painter.save();
            painter.setClipRect(QRectF(0, 0, 20, 20));
            painter.drawRect(QRectF(1, 1, 5, 5));
            painter.save();
            painter.setClipRect(QRectF(50, 50, 10, 10), Qt::IntersectClip);
            painter.drawRect(QRectF(2, 2, 5, 5));  // nothing of it is left
            painter.drawText(QPointF(3.0, 3.0), "hidden");
            painter.restore();
            painter.drawRect(QRectF(3, 3, 5, 5));
            painter.restore();
            painter.drawRect(QRectF(4, 4, 5, 5));
        });
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.clips, 1);
        QCOMPARE(parts.fills, 3);
        QVERIFY(parts.texts.empty());
    }

    void textsStandOnTheirBaseLine() {
        const auto parts = painted([](QPainter& painter) {
            QFont font = painter.font();
            font.setPixelSize(9);
            font.setBold(true);
            painter.setFont(font);
            painter.setPen(Qt::blue);
            painter.drawText(QPointF(20.0, 30.0), QString::fromUtf8("z\u2081 & \u03b2 = 4"));
            painter.translate(50.0, 60.0);
            painter.rotate(-90.0);
            painter.drawText(QPointF(0.0, 0.0), "upright");
            painter.resetTransform();
            painter.drawText(QRectF(0.0, 100.0, 80.0, 20.0), Qt::AlignCenter, QString::fromUtf8("\u22120.5"));
        });
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.texts.size(), std::size_t(3));  // a text stays in one piece whatever fonts it takes
        const double height = parts.page.height();
        QCOMPARE(parts.texts[0].latex, QString("z${}_{1}$ \\& $\\beta$ = 4"));
        QVERIFY(parts.texts[0].options.startsWith("left,base,"));
        QVERIFY(parts.texts[0].style.contains("\\bfseries") && parts.texts[0].style.contains("\\fontsize{9bp}"));
        QVERIFY(QLineF(parts.texts[0].at, QPointF(20.0, height - 30.0)).length() < 0.01);
        QCOMPARE(angleOf(parts.texts[1]), 90.0);
        QVERIFY(QLineF(parts.texts[1].at, QPointF(50.0, height - 60.0)).length() < 0.01);
        // A number stays in the middle of its tick with any font.
        QVERIFY(!parts.texts[2].options.contains("left"));
        QVERIFY(std::abs(parts.texts[2].at.x() - 40.0) < 0.6);
    }

    void rastersStandBesideTheFile() {
        QImage image(2, 2, QImage::Format_ARGB32);
        image.fill(Qt::blue);
        std::vector<PgfRaster> rasters;
        const auto parts = painted(
            [&](QPainter& painter) {
                painter.drawImage(QRectF(10, 10, 30, 30), image);
                painter.drawImage(QRectF(50, 10, 30, 30), image);  // the same file again
                image.fill(Qt::green);
                painter.drawImage(QRectF(90, 10, 30, 30), image);
            },
            &rasters);
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.pictures, (QStringList{"fig-1.png", "fig-1.png", "fig-2.png"}));
        QCOMPARE(rasters.size(), std::size_t(2));
        QCOMPARE(QImage::fromData(rasters[1].png).pixelColor(0, 0), QColor(Qt::green));
    }

    void viewsAreTakenByLatex_data() {
        QTest::addColumn<int>("view");
        for (int view = 0; view < 4; ++view) {
            QTest::addRow("%d", view) << view;
        }
    }
    void viewsAreTakenByLatex() {
        QFETCH(const int, view);
        const std::vector<std::vector<FigureItem>> figures{
            {{&plane_}},
            {{&curves_}},
            {{&latent_}},
            {{&plane_, {0.0, 0.0, 0.5, 1.0}}, {&latent_, {0.5, 0.0, 0.5, 1.0}}}};
        FigureOptions wanted = options();
        wanted.millimetres = {170.0, 90.0};
        const auto& items = figures[static_cast<std::size_t>(view)];
        const QStringList files = exportFigure(items, path("view.tex"), wanted);
        QCOMPARE(files.first(), path("view.tex"));
        const QByteArray document = sample::contents(files.first());
        const auto parts = sample::partsOf(document);
        QVERIFY2(parts.fault.isEmpty(), qPrintable(parts.fault));
        QVERIFY(std::abs(parts.page.width() - 170.0 * kPointsPerMillimetre) < 0.01);
        QVERIFY(std::abs(parts.page.height() - 90.0 * kPointsPerMillimetre) < 0.01);
        for (const QPointF& point : parts.points) {
            QVERIFY(point.x() >= 0.0 && point.x() <= parts.page.width() + 1e-3);
            QVERIFY(point.y() >= 0.0 && point.y() <= parts.page.height() + 1e-3);
        }
        for (const auto& text : parts.texts) {
            QVERIFY2(QRectF(QPointF(), parts.page).contains(text.at), qPrintable(text.latex));
        }
        QVERIFY(parts.strokes > 5);
        QVERIFY(parts.texts.size() > 6);
        QVERIFY(std::any_of(parts.texts.begin(), parts.texts.end(), [](const sample::PgfText& text) {
            return text.latex.contains("\\{all\\} steps, $\\beta$ = 1 \\& $\\lambda$ = 2");
        }));
        const QString axis = view == 0 || view == 3 ? "rate R (nats)" : view == 1 ? "step" : "z${}_{1}$";
        const bool words = std::any_of(parts.texts.begin(), parts.texts.end(),
                                       [&](const sample::PgfText& text) { return text.latex == axis; });
        QVERIFY(words);
        for (const QString& picture : parts.pictures) {
            QVERIFY2(files.contains(path(picture)), qPrintable(picture));
            QVERIFY(!QImage(path(picture)).isNull());
            QCOMPARE(experimentInFigure(path(picture)).value_or(QString()), wanted.experimentToml);
        }
        QCOMPARE(parts.pictures.isEmpty(), view < 2);  // only densities are rasters
        compile(document);
    }

    void aNewExportTakesItsRastersAway() {
        exportFigure({{&latent_}}, path("again.tex"), options());
        QVERIFY(QFile::exists(path("again-1.png")));
        sample::write(path("again-77.png"), "not ours");
        exportFigure({{&plane_}}, path("again.tex"), options());
        QVERIFY(!QFile::exists(path("again-1.png")));
        QVERIFY(QFile::exists(path("again-77.png")));
        // A file that says it has others beside it removes nothing but its own.
        sample::write(path("again.tex"), "% elboroom-raster ../view.tex\n% elboroom-raster view-1.png\n");
        sample::write(path("view-1.png"), "of somebody else");
        exportFigure({{&plane_}}, path("again.tex"), options());
        QVERIFY(QFile::exists(path("view-1.png")));
    }

    void aFailedExportLeavesFileAndRasters() {
        exportFigure({{&latent_}}, path("kept.tex"), options());
        const QByteArray before = sample::contents(path("kept.tex")), raster = sample::contents(path("kept-1.png"));
        QVERIFY(!raster.isEmpty());
        FigureOptions bad = options();
        bad.experimentToml = "name = \"another\"\n";
        // Its raster cannot be written where a folder stands.
        QVERIFY(QFile::remove(path("kept-1.png")));
        QVERIFY(QDir(folder_.path()).mkdir("kept-1.png"));
        QVERIFY(!sample::messageOf([&] { exportFigure({{&latent_}}, path("kept.tex"), bad); }).isEmpty());
        QCOMPARE(sample::contents(path("kept.tex")), before);
        QVERIFY(QDir(folder_.path()).rmdir("kept-1.png"));
    }

    void namesAreThoseThatLatexTakes() {
        exportFigure({{&latent_}}, path("my fig.v2 #1.tex"), options());
        const auto parts = sample::partsOf(sample::contents(path("my fig.v2 #1.tex")));
        QCOMPARE(parts.fault, QString());
        QCOMPARE(parts.pictures.value(0), QString("my-fig-v2--1-1.png"));
        QVERIFY(QFile::exists(path("my-fig-v2--1-1.png")));
    }

  private:
    /// With pdflatex, where it is installed.
    void compile(const QByteArray& document) {
        const QString latex = QStandardPaths::findExecutable("pdflatex");
        if (latex.isEmpty()) {
            return;
        }
        sample::write(path("picture.tex"), document);
        sample::write(
            path("page.tex"),
            "\\documentclass{article}\\usepackage{pgf}\\begin{document}\\input{picture.tex}\\end{document}\n");
        QProcess process;
        process.setWorkingDirectory(folder_.path());
        process.start(latex, {"-interaction=nonstopmode", "-halt-on-error", "page.tex"});
        QVERIFY(process.waitForFinished(120000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardOutput().right(2000));
    }
};

QTEST_MAIN(TestPgfDevice)
#include "tst_pgf_device.moc"
