// Figures leave the lab as PDF, SVG, PNG and CSV in the size asked for, and come back with their experiment.
#include <QDir>
#include <QFontMetricsF>
#include <QMap>
#include <QPainter>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/sample_history.h"
#include "tests/widgets/svg_texts.h"
#include "training/experiment/experiment_text.h"
#include "widgets/curves/curves_view.h"
#include "widgets/figure/figure_export.h"
#include "widgets/figure/figure_source.h"
#include "widgets/figure/svg_device.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;
using sample::contents;
using sample::messageOf;
using sample::write;

namespace {

/// With everything that escaping could break.
const QString kToml = QString::fromUtf8(
    "# Gr\u00fc\u00dfe, \u03b2 = 4 \u2014 \"quoted\" & <tagged> ]]> -->\n\n[data]\n  name = \"two-points\"\t\npath = "
    "'C:\\data'\n\n");

}  // namespace

class TestFigureExport : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RateDistortionView plane_;
    CurvesView curves_;

    QString path(const QString& name) const { return folder_.filePath(name); }
    FigureOptions options() const {
        FigureOptions options;
        options.millimetres = {85.0, 60.5};
        options.experimentToml = kToml;
        options.title = QString::fromUtf8("Rate & distortion \u03b2");
        return options;
    }
    std::vector<FigureItem> both() const { return {{&plane_, {0.0, 0.0, 0.5, 1.0}}, {&curves_, {0.5, 0.0, 0.5, 1.0}}}; }

    static void addFormats() {
        QTest::addColumn<QString>("format");
        for (const QString& format : figureFormats()) {
            QTest::newRow(qPrintable(format)) << format;
        }
    }

  private Q_SLOTS:
    void initTestCase() {
        const auto frame = sampleHistoryFrame({0.5, 1.0, 4.0}, 2000, 20, 5);
        plane_.showFrame(frame);
        curves_.showFrame(frame);
    }

    void experimentsComeBack_data() { addFormats(); }
    void experimentsComeBack() {
        QFETCH(QString, format);
        const QString file = path("single." + format);
        for (const QString& written : exportFigure({{&plane_}}, file, options())) {
            const auto found = experimentInFigure(written);
            QVERIFY(found.has_value());
            QCOMPARE(*found, kToml);
        }
        // Also of an arrangement, and under a misleading name: files are known by content.
        const QString renamed = path("renamed-" + format + ".dat");
        const QStringList files = exportFigure(both(), path("double." + format), options());
        QFile::remove(renamed);
        QVERIFY(QFile::copy(files.back(), renamed));
        QCOMPARE(experimentInFigure(renamed).value_or(QString()), kToml);
    }

    void realExperimentsComeBack_data() { addFormats(); }
    void realExperimentsComeBack() {
        QFETCH(QString, format);
        Experiment experiment;
        experiment.title = "Zwei \"Punkte\" \\ & < > \xc3\xa4";
        experiment.knobs = {{0.1, 1.0, 0.0}, {1.0 / 3.0, 500.0, -0.5}};
        FigureOptions wanted = options();
        wanted.experimentToml = QString::fromStdString(writeExperiment(experiment));
        const QStringList files = exportFigure({{&plane_}}, path("real." + format), wanted);
        const auto found = experimentInFigure(files.front());
        QVERIFY(found.has_value());
        QVERIFY(parseExperiment(found->toStdString(), "figure") == experiment);
    }

    /// U+0001, U+FFFE, U+FFFF and halves of pairs may stand nowhere in an XML file, not even escaped.
    void lettersThatXmlForbidsBreakNoFigure() {
        const QString bad = QString("a") + QChar(1) + QChar(0xfffe) + QChar(0xffff) + QChar(0xd800) + "b";
        const QString whole = QString::fromUtf8("\U0001F3B2\t\u00e4");
        Experiment experiment;
        experiment.title = "\xef\xbf\xbe \xef\xbf\xbf \xf0\x9f\x8e\xb2";
        FigureOptions wanted = options();
        wanted.title = wanted.description = bad + whole;
        wanted.experimentToml = QString::fromStdString(writeExperiment(experiment));

        SvgDevice device({100.0, 50.0});
        QPainter painter(&device);
        painter.drawText(QPointF(20, 20), bad);
        painter.end();
        const QByteArray packet = figureXmp(wanted.title, wanted.description, wanted.experimentToml);
        const QString file = path("letters.svg");
        exportFigure({{&plane_}}, file, wanted);
        for (const QByteArray& document : {device.document(wanted.title, wanted.title, bad), contents(file), packet}) {
            QXmlStreamReader reader(document);
            QString text;
            while (!reader.atEnd()) {
                if (reader.readNext() == QXmlStreamReader::Characters) {
                    text += reader.text();
                }
            }
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
            QVERIFY(text.contains("a" + QString(4, QChar(QChar::ReplacementCharacter)) + "b" + whole));
        }
        const auto found = experimentInFigure(file);
        QVERIFY(found.has_value());
        QVERIFY(parseExperiment(found->toStdString(), "figure") == experiment);
    }

    void figuresAreReproducible_data() { addFormats(); }
    void figuresAreReproducible() {
        QFETCH(QString, format);
        const QStringList first = exportFigure(both(), path("first." + format), options());
        QTest::qWait(1100);  // a second on a time stamp
        const QStringList second = exportFigure(both(), path("second." + format), options());
        QCOMPARE(first.size(), second.size());
        for (qsizetype i = 0; i < first.size(); ++i) {
            QVERIFY(!contents(first[i]).isEmpty());
            QCOMPARE(contents(first[i]), contents(second[i]));
        }
    }

    void noExperimentIsNoExperiment_data() { addFormats(); }
    void noExperimentIsNoExperiment() {
        QFETCH(QString, format);
        FigureOptions bare = options();
        bare.experimentToml.clear();
        const QStringList files = exportFigure({{&plane_}}, path("bare." + format), bare);
        QVERIFY(!experimentInFigure(files.front()).has_value());
    }

    void pdfHasExactSizeAndRealText() {
        const QString file = path("text.pdf");
        exportFigure(both(), file, options());
        const QByteArray bytes = contents(file);
        const QByteArray box = "/MediaBox [0 0 " + QByteArray::number(85.0 / 25.4 * 72.0, 'f', 6) + " " +
                               QByteArray::number(60.5 / 25.4 * 72.0, 'f', 6) + "]";
        QVERIFY(bytes.contains(box));
        QVERIFY(bytes.contains("/FontFile2"));  // an embedded TrueType font
        QVERIFY(!bytes.contains("/Subtype /Image"));
        if (QStandardPaths::findExecutable("pdftotext").isEmpty()) {
            QSKIP("pdftotext is not installed");
        }
        QProcess process;
        process.start("pdftotext", {file, "-"});
        QVERIFY(process.waitForFinished());
        const QString text = QString::fromUtf8(process.readAllStandardOutput());
        QVERIFY(process.readAllStandardError().isEmpty());
        QVERIFY2(text.contains("rate R (nats)"), qPrintable(text));
        QVERIFY2(text.contains("Training curves"), qPrintable(text));
    }

    void svgHasExactSizeAndRealText() {
        const QString file = path("text.svg");
        exportFigure({{&plane_}}, file, options());
        QXmlStreamReader reader(contents(file));
        QStringList texts;
        while (!reader.atEnd()) {
            if (reader.readNext() != QXmlStreamReader::StartElement) {
                continue;
            }
            if (reader.name() == QLatin1String("svg")) {
                QCOMPARE(reader.attributes().value("width").toString(), "85mm");
                QCOMPARE(reader.attributes().value("height").toString(), "60.5mm");
                QVERIFY(reader.attributes().value("viewBox").toString().startsWith("0 0 240.94"));
            } else if (reader.name() == QLatin1String("text")) {
                texts << reader.readElementText();
            }
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(texts.contains("rate R (nats)"));
        QVERIFY(texts.size() > 8);
    }

    void svgClipsAndEscapes() {
        SvgDevice device({100.0, 50.0});
        QPainter painter(&device);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Qt::red);
        painter.drawRect(QRectF(0, 0, 10, 10));
        painter.save();
        painter.translate(5.0, 5.0);
        painter.setClipRect(QRectF(0, 0, 20, 20));
        painter.drawRect(QRectF(1, 1, 100, 100));
        painter.save();
        painter.setClipRect(QRectF(10, 10, 20, 20), Qt::IntersectClip);
        painter.drawRect(QRectF(2, 2, 100, 100));
        painter.setClipRect(QRectF(50, 50, 1, 1), Qt::IntersectClip);
        painter.drawRect(QRectF(3, 3, 100, 100));  // nothing of it is left
        painter.restore();
        painter.drawRect(QRectF(4, 4, 100, 100));
        painter.restore();
        painter.setPen(Qt::black);
        painter.setOpacity(0.5);
        painter.drawText(QPointF(20, 20), "a < b & c");
        QImage image(2, 2, QImage::Format_ARGB32);
        image.fill(Qt::blue);
        painter.drawImage(QRectF(0, 0, 30, 30), image);
        painter.end();

        // The clip of every element, by its distance from the origin or its name.
        QMap<QString, QString> clips;
        QMap<QString, QString> shapes;
        QStringList open;
        QXmlStreamReader reader(device.document("t", "d", "s"));
        while (!reader.atEnd()) {
            const auto token = reader.readNext();
            if (token == QXmlStreamReader::StartElement) {
                const auto attributes = reader.attributes();
                if (reader.name() == QLatin1String("g")) {
                    open << attributes.value("clip-path").toString();
                } else if (reader.name() == QLatin1String("clipPath")) {
                    const QString id = attributes.value("id").toString();
                    reader.readNextStartElement();
                    shapes["url(#" + id + ")"] = reader.attributes().value("d").toString();
                } else if (reader.name() == QLatin1String("path")) {
                    clips[attributes.value("d").toString().section(' ', 0, 0)] = open.value(open.size() - 1);
                } else {
                    clips[reader.name().toString()] = open.value(open.size() - 1);
                }
                if (reader.name() == QLatin1String("text")) {
                    QCOMPARE(attributes.value("fill-opacity").toString(), "0.5");
                    QCOMPARE(reader.readElementText(), "a < b & c");
                }
            } else if (token == QXmlStreamReader::EndElement && reader.name() == QLatin1String("g")) {
                open.removeLast();
            }
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(clips.value("M0"), "");
        QCOMPARE(shapes.value(clips.value("M6")).section(' ', 0, 1), "M5 5");
        QCOMPARE(shapes.value(clips.value("M7")).section(' ', 0, 1), "M15 15");
        QVERIFY(!clips.contains("M8"));
        QCOMPARE(clips.value("M9"), clips.value("M6"));
        QVERIFY(clips.contains("text") && clips.value("text").isEmpty());
        QVERIFY(clips.contains("image") && clips.value("image").isEmpty());
    }

    void svgTextIsAsWideAsItWasLaidOut() {
        // Numbers beside axes are set in 0.9 of 7 points, which Qt lays out as 6.
        SvgDevice device({100.0, 50.0});
        QPainter painter(&device);
        QFont font = figureTheme(options()).font();
        const QString text = "a text that ends where it was measured to end";
        std::vector<double> ends;
        for (const double size : {6.3, 6.8, 7.0}) {
            font.setPointSizeF(size);
            painter.setFont(font);
            painter.drawText(QPointF(10.0, 20.0), text);
            ends.push_back(10.0 + QFontMetricsF(font, &device).horizontalAdvance(text));
        }
        painter.end();
        const auto written = sample::textsOf(device.document({}, {}, {}), nullptr);
        QCOMPARE(written.size(), ends.size());
        for (std::size_t i = 0; i < ends.size(); ++i) {
            QVERIFY2(std::abs(written[i].box.right() - ends[i]) < 1.0, qPrintable(QString::number(ends[i])));
        }
    }

    void svgCurvesAreClippedToTheirAxes() {
        exportFigure({{&curves_}}, path("clipped.svg"), options());
        QXmlStreamReader reader(contents(path("clipped.svg")));
        bool clipped = false;
        int curves = 0;
        while (!reader.atEnd()) {
            const auto token = reader.readNext();
            if (token == QXmlStreamReader::StartElement && reader.name() == QLatin1String("g")) {
                clipped = reader.attributes().hasAttribute("clip-path");
            } else if (token == QXmlStreamReader::EndElement && reader.name() == QLatin1String("g")) {
                clipped = false;
            } else if (token == QXmlStreamReader::StartElement && reader.name() == QLatin1String("path") &&
                       reader.attributes().value("d").size() > 200) {
                QVERIFY(clipped);
                ++curves;
            }
        }
        QVERIFY2(curves >= 12, qPrintable(QString::number(curves)));
    }

    void pngHasExactSizeAndResolution() {
        const QString file = path("dots.png");
        FigureOptions wanted = options();
        wanted.dpi = 254;
        exportFigure({{&plane_}}, file, wanted);
        const QImage image(file);
        QCOMPARE(image.size(), QSize(850, 605));
        QCOMPARE(image.dotsPerMeterX(), 10000);
        QCOMPARE(image.text("Title"), wanted.title);
        QCOMPARE(image.pixelColor(0, 0), QColor(Qt::white));
    }

    void csvIsOneTidyTableAFile() {
        const QStringList files = exportFigure(both(), path("table.csv"), options());
        QVERIFY(files.size() > 1);
        QVERIFY(!QFile::exists(path("table.csv")));
        QVERIFY2(files.contains(path("table-curves.csv")), qPrintable(files.join(' ')));
        bool points = false;
        for (const QString& file : files) {
            const QString text = QString::fromUtf8(contents(file));
            QVERIFY(text.startsWith("# elboroom-experiment begin\n"));
            points =
                points || text.contains("step,member,beta,lambda,alpha,rate_test,distortion_test,rate_error_test,");
            // Comments, one header, and rows of its width.
            QStringList lines = text.split('\n', Qt::SkipEmptyParts);
            lines.erase(std::remove_if(lines.begin(), lines.end(), [](const QString& l) { return l.startsWith('#'); }),
                        lines.end());
            QVERIFY(!text.section("# elboroom-experiment end", 1).trimmed().contains("\n\n"));
            for (const QString& line : lines) {
                QVERIFY2(line.count(',') == lines.front().count(','), qPrintable(file + ": " + line));
            }
        }
        QVERIFY(points);
    }

    void captionsAreDrawn() {
        FigureOptions wanted = options();
        wanted.caption =
            "Three members after < 2001 steps & more, each with the trail that it left behind in the plane; the "
            "caption is "
            "long enough to need a second line of its own.";
        exportFigure({{&plane_}}, path("caption.svg"), wanted);
        QXmlStreamReader reader(contents(path("caption.svg")));
        QStringList texts;
        while (!reader.atEnd()) {
            if (reader.readNext() == QXmlStreamReader::Characters) {
                texts << reader.text().toString();
            }
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(texts.filter("second line").size(), 1);
    }

    void whatAFigureSaysIsInTheDocumentThoughItIsNotDrawn() {
        FigureOptions wanted = options();
        wanted.description = "Ring, step 800 <of> 1 & more";
        for (const char* format : {"pdf", "svg", "tex", "png"}) {
            const QString file = path(QString("described.") + format);
            exportFigure({{&plane_}}, file, wanted);
            if (QString(format) == "png") {
                QCOMPARE(QImage(file).text("Description"), wanted.description);
                continue;
            }
            const QString said = QString(format) == "tex" ? wanted.description : wanted.description.toHtmlEscaped();
            QVERIFY2(contents(file).contains(said.toUtf8()), format);
        }
    }

    void everyFormatIsNamedWherePeopleChoose() {
        for (const QString& format : figureFormats()) {
            QVERIFY2(figureSuffixes().contains('.' + format), qPrintable(format));
            QVERIFY2(figurePatterns().split(' ').contains("*." + format), qPrintable(format));
        }
        QCOMPARE(figureFormatNames(), QString("PDF, SVG, TikZ/PGF, PNG or CSV"));
        QCOMPARE(figureSuffixes(), QString(".pdf, .svg, .tex, .pgf, .png or .csv"));
        QVERIFY(messageOf([&] { exportFigure({{&plane_}}, path("a.eps"), options()); }).contains(figureSuffixes()));
    }

    void impossibleFiguresAreRefused() {
        const FigureOptions good = options();
        const auto refused = [&](const std::vector<FigureItem>& items, const QString& name,
                                 const FigureOptions& wanted) {
            const QString message = messageOf([&] { exportFigure(items, path(name), wanted); });
            return message.contains(name) && !QFile::exists(path(name)) ? message : QString();
        };
        QVERIFY(refused({}, "a.pdf", good).contains("nothing"));
        QVERIFY(refused({{&plane_}}, "a.bmp", good).contains(".pdf"));
        QVERIFY(refused({{&plane_, {0.5, 0.0, 0.6, 1.0}}}, "a.pdf", good).contains("outside"));
        QVERIFY(refused({{nullptr}}, "a.pdf", good).contains("outside"));
        FigureOptions wanted = good;
        wanted.millimetres = {1e9, 60.0};
        QVERIFY(refused({{&plane_}}, "a.png", wanted).contains("mm"));
        wanted = good;
        wanted.millimetres = {1900.0, 1900.0};
        wanted.dpi = 2400;
        QVERIFY(refused({{&plane_}}, "a.png", wanted).contains("too large"));
        wanted = good;
        wanted.dpi = 0;
        QVERIFY(refused({{&plane_}}, "a.png", wanted).contains("dots"));
        wanted = good;
        wanted.experimentToml = QString(3 << 20, 'x');
        QVERIFY(refused({{&plane_}}, "a.png", wanted).contains("too long"));
        QVERIFY(refused({{&plane_}}, "no-folder/a.pdf", good).contains("cannot be written"));
    }

    void aFailedExportLeavesTheOldFile() {
        const QString file = path("kept.pdf");
        exportFigure({{&plane_}}, file, options());
        const QByteArray before = contents(file);
        FigureOptions bad = options();
        bad.dpi = -1;
        QVERIFY(!messageOf([&] { exportFigure({{&plane_}}, file, bad); }).isEmpty());
        QCOMPARE(contents(file), before);
        QCOMPARE(QDir(folder_.path()).entryList({"kept.pdf*"}).size(), 1);
    }

    void foreignFilesHoldNothing() {
        QVERIFY(!experimentInFigure(path("missing.pdf")).has_value());
        QVERIFY(!experimentInFigure(folder_.path()).has_value());
        const std::pair<const char*, QByteArray> foreign[] = {
            {"empty.pdf", ""},
            {"plain.csv", "a,b\n1,2\n"},
            {"comment.csv", "# made by somebody else\na,b\n1,2\n"},
            {"unclosed.csv", "# elboroom-experiment begin\n# name = 1\n"},
            {"plain.tex", "\\documentclass{article}\n"},
            {"comment.tex", "% made by somebody else\n\\begin{pgfpicture}\\end{pgfpicture}\n"},
            {"unclosed.tex", "% elboroom-experiment begin\n% name = 1\n"},
            {"broken.tex", "% elboroom-experiment begin\nname = 1\n% elboroom-experiment end\n"},
            {"mixed.tex", "% elboroom-experiment begin\n# name = 1\n# elboroom-experiment end\n"},
            {"broken.csv", "# elboroom-experiment begin\nname = 1\n# elboroom-experiment end\n"},
            {"other.svg",
             "<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata><experiment>x</experiment></metadata></svg>"},
            {"bomb.svg",
             "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
             "\"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;\">]>"
             "<svg xmlns:elboroom=\"urn:elboroom:figure\"><elboroom:experiment>&e;&e;&e;</elboroom:experiment></svg>"},
            {"other.pdf", "%PDF-1.4\n%%EOF\n"},
            {"forged.pdf", "%PDF-1.4\n<elboroom:experiment sha256=\"00\">bmFtZQ==</elboroom:experiment>"},
            {"open.pdf", "%PDF-1.4\n<elboroom:experiment sha256=\""},
            {"short.png", "\x89PNG\r\n\x1a\n"},
        };
        for (const auto& [name, bytes] : foreign) {
            write(path(name), bytes);
            QVERIFY2(!experimentInFigure(path(name)).has_value(), name);
        }
        QFile huge(path("huge.pdf"));
        QVERIFY(huge.open(QIODevice::WriteOnly));
        huge.write(contents(path("single.pdf")));
        QVERIFY(huge.resize(100LL << 20));  // sparse
        huge.close();
        QVERIFY(!experimentInFigure(path("huge.pdf")).has_value());
    }

    void damagedFilesNeverCrash_data() { addFormats(); }
    void damagedFilesNeverCrash() {
        QFETCH(QString, format);
        const QByteArray whole = contents(exportFigure({{&plane_}}, path("single." + format), options()).front());
        QVERIFY(!whole.isEmpty());
        QRandomGenerator random(7);
        const QString file = path("damaged." + format);
        for (int i = 0; i < 200; ++i) {
            QByteArray bytes = whole;
            if (i % 4 == 0) {
                bytes.truncate(random.bounded(static_cast<int>(whole.size())));
            } else {
                // Most of the damage near the start, where headers and the experiment are.
                const int reach =
                    i % 2 == 0 ? static_cast<int>(whole.size()) : std::min<int>(4000, static_cast<int>(whole.size()));
                for (int k = 0; k <= i % 5; ++k) {
                    bytes[random.bounded(reach)] = static_cast<char>(random.bounded(256));
                }
            }
            write(file, bytes);
            const auto found = experimentInFigure(file);
            if (found && format == "pdf") {
                QCOMPARE(*found, kToml);  // the checksum lets nothing else through
            }
        }
    }
};

QTEST_MAIN(TestFigureExport)
#include "tst_figure_export.moc"
