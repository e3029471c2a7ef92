// Figures measured: no text lies on another or leaves the page, every axis has two numbers, and a size that cannot hold
// that is refused with one that can.
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/request.h"
#include "tests/widgets/svg_texts.h"
#include "training/analysis/analyst.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"

using namespace elbo;

namespace {

/// A lab that shows a built-in experiment, small and after a few steps.
struct Lab {
    explicit Lab(const char* name) {
        experiment = builtinExperiment(name);
        experiment.data.trainSize = 200;
        experiment.data.testSize = 60;
        experiment.model.encoder = experiment.model.decoder = {8};
        experiment.optimiser.batchSize = 20;
        Trainer trainer(experiment, loadDataset(experiment.data));
        Analyst analyst(experiment, trainer.dataset());
        for (int step = 0; step < 40; ++step) {
            trainer.step();
            analyst.analyse(*trainer.snapshot(), ViewRequest::nothing(), step % 10 == 0);
        }
        arrangement.adapt(experiment, *trainer.dataset());
        OnScreen screen;
        screen.fleetSize = experiment.fleetSize();
        screen.asked = arrangement.ask(arrangement.applicableViews());
        frame = analyst.analyse(*trainer.snapshot(), requestFor(screen), true);
        for (View* view : arrangement.views()) {
            view->showFrame(frame);
        }
    }

    FigureOptions options(double width) const {
        FigureOptions options = figureOptions(experiment, *frame);
        options.millimetres = {width, 40.0};
        return options;
    }

    Experiment experiment;
    Arrangement arrangement;
    std::shared_ptr<const Frame> frame;
};

QByteArray svgOf(const std::vector<FigureItem>& items, const FigureOptions& options) {
    QTemporaryDir folder;
    const QString path = folder.filePath("figure.svg");
    exportFigure(items, path, options);
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString refusalOf(const std::vector<View*>& views, const FigureOptions& options) {
    try {
        layOutFigure(views, options);
    } catch (const InputError& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

void addCases() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("width");
    for (const char* name : {"digits", "two-points", "ring"}) {
        for (const double width : {85.0, 180.0}) {
            QTest::addRow("%s, %g mm", name, width) << name << width;
        }
    }
}

}  // namespace

class TestFigureLayout : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textsKeepApartAtTheLeastSize_data() { addCases(); }
    void textsKeepApartAtTheLeastSize() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        const Lab lab(qPrintable(name));
        const std::vector<View*> views = lab.arrangement.applicableViews();
        FigureOptions options = lab.options(width);
        suitSize(views, options);
        QVERIFY(std::abs(options.millimetres.width() - width) < 1e-6);
        QSizeF page;
        const auto texts = sample::textsOf(svgOf(layOutFigure(views, options), options), &page);
        QVERIFY(texts.size() > 20);
        const QRectF paper(QPointF(-0.5, -0.5), page + QSizeF(1.0, 1.0));
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QVERIFY2(!texts[i].text.contains(QChar(0x2026)), qPrintable("cut: " + texts[i].text));
            QVERIFY2(paper.contains(texts[i].box), qPrintable("off the page: " + texts[i].text));
            for (std::size_t k = i + 1; k < texts.size(); ++k) {
                // Runs of one line that come from different fonts touch.
                const QRectF common = texts[i].box & texts[k].box;
                const bool overlap =
                    texts[i].upright && texts[k].upright && common.width() > 0.5 && common.height() > 0.5;
                QVERIFY2(!overlap, qPrintable(texts[i].text + " lies on " + texts[k].text));
            }
        }
    }

    void everyAxisOfAViewHasTwoNumbers_data() { addCases(); }
    void everyAxisOfAViewHasTwoNumbers() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        static const QRegularExpression kNumber(QString::fromUtf8("^−?[0-9.]+$"));
        const Lab lab(qPrintable(name));
        for (View* view : {lab.arrangement.view("latent"), lab.arrangement.view("rate-distortion")}) {
            FigureOptions options = lab.options(width);
            options.caption.clear();
            suitSize({view}, options);
            std::vector<QRectF> numbers;
            for (const auto& text : sample::textsOf(svgOf(layOutFigure({view}, options), options), nullptr)) {
                if (kNumber.match(text.text).hasMatch()) {
                    numbers.push_back(text.box);
                }
            }
            // Those below the plot share a line, those beside it their right ends.
            int row = 0, column = 0;
            for (const QRectF& one : numbers) {
                int inRow = 0, inColumn = 0;
                for (const QRectF& other : numbers) {
                    inRow += std::abs(one.bottom() - other.bottom()) < 0.1 ? 1 : 0;
                    inColumn += std::abs(one.right() - other.right()) < 1.0 ? 1 : 0;
                }
                row = std::max(row, inRow);
                column = std::max(column, inColumn);
            }
            QVERIFY2(row >= 2 && column >= 2, qPrintable(view->id() + QString(": %1, %2").arg(row).arg(column)));
        }
    }

    void narrowFiguresHaveOneColumn() {
        const Lab lab("digits");
        const std::vector<View*> views = lab.arrangement.applicableViews();
        FigureOptions options = lab.options(85.0);
        options.millimetres.setHeight(600.0);
        double last = -1.0;
        for (const FigureItem& item : layOutFigure(views, options)) {
            QCOMPARE(item.unitRect.width(), 1.0);
            QVERIFY(item.unitRect.top() > last);
            last = item.unitRect.top();
        }
        options.millimetres = {183.0, 160.0};
        QVERIFY(layOutFigure(views, options).front().unitRect.width() < 0.7);
    }

    void tooSmallIsRefusedWithTheLeastSizeThatWorks() {
        const Lab lab("digits");
        const std::vector<View*> views = lab.arrangement.applicableViews();
        FigureOptions options = lab.options(85.0);
        const QString message = refusalOf(views, options);
        const auto size = QRegularExpression("least size that works is ([0-9.]+) x ([0-9.]+) mm").match(message);
        QVERIFY2(size.hasMatch(), qPrintable(message));
        options.millimetres = {size.captured(1).toDouble(), size.captured(2).toDouble()};
        QCOMPARE(refusalOf(views, options), QString());
        options.millimetres.rheight() -= 2.0;
        QVERIFY(!refusalOf(views, options).isEmpty());
    }
};

QTEST_MAIN(TestFigureLayout)
#include "tst_figure_layout.moc"
