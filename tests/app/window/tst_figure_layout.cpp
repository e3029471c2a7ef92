// Figures measured: no text lies on another or leaves the page, every axis has two numbers, and a size that cannot hold
// that is refused with one that can.
#include <QRegularExpression>
#include <QtTest>
#include <memory>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/request.h"
#include "tests/widgets/figure_files.h"
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
        const auto texts = sample::textsOf(sample::exportedSvg(layOutFigure(views, options), options), &page);
        QVERIFY(texts.size() > 20);
        QCOMPARE(sample::flawOf(texts, page), QString());
    }

    void everyAxisOfAViewHasTwoNumbers_data() { addCases(); }
    void everyAxisOfAViewHasTwoNumbers() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        const Lab lab(qPrintable(name));
        for (View* view : {lab.arrangement.view("latent"), lab.arrangement.view("rate-distortion")}) {
            FigureOptions options = lab.options(width);
            options.caption.clear();
            suitSize({view}, options);
            const auto axes = sample::axisNumbers(
                sample::textsOf(sample::exportedSvg(layOutFigure({view}, options), options), nullptr));
            QVERIFY2(axes.below >= 2 && axes.beside >= 2,
                     qPrintable(view->id() + QString(": %1, %2").arg(axes.below).arg(axes.beside)));
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
