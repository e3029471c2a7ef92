// Every figure of every built-in experiment, measured as a reader sees it: no text is cut, off the page or on another,
// every axis has two numbers, and the picture fills its place.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/request.h"
#include "tests/widgets/figure_files.h"
#include "tests/widgets/svg_texts.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/data/data_readers.h"
#include "training/engine/trainer.h"

using namespace elbo;

namespace {

/// A built-in experiment, small and after a few steps, with all that any page shows.
struct Lab {
    explicit Lab(const Experiment& wanted) : experiment(wanted) {
        Trainer trainer(experiment, loadDataset(experiment.data));
        Analyst analyst(experiment, trainer.dataset());
        for (int step = 0; step < 30; ++step) {
            trainer.step();
            analyst.analyse(*trainer.snapshot(), ViewRequest::nothing(), step % 10 == 0);
        }
        arrangement.adapt(experiment, *trainer.dataset());
        for (View* page : arrangement.views()) {
            arrangement.pages()->showPageOf(page);
            for (View* view : arrangement.applicableViews()) {
                if (std::find(views.begin(), views.end(), view) == views.end()) {
                    views.push_back(view);
                }
            }
        }
        arrangement.pages()->showPageOf(arrangement.view("curves"));
        OnScreen screen;
        screen.fleetSize = experiment.fleetSize();
        screen.asked = arrangement.ask(views);
        const auto made = analyst.analyse(*trainer.snapshot(), requestFor(screen), true);
        if (screen.asked.exact || screen.asked.health) {
            constexpr int kExamples = 12;
            const Measurer measurer(experiment, trainer.dataset());
            addTo(*made, measurer.measure(*trainer.snapshot(), requestFor(screen), false, {}, kExamples));
        }
        frame = made;
        for (View* view : arrangement.views()) {
            view->showFrame(frame);
        }
        std::erase_if(views, [&](View* view) { return !view->appliesTo(*frame); });
    }

    /// As low as any figure: the views say how high they must be.
    FigureOptions options(double width) const {
        FigureOptions options = figureOptions(experiment, *frame);
        options.millimetres = {width, 40.0};
        return options;
    }

    Experiment experiment;
    Arrangement arrangement;
    std::vector<View*> views;  ///< of all pages, with something to show
    std::shared_ptr<const Frame> frame;
};

/// The part of a picture that is not blank, pixels.
QRect inkOf(const QImage& image) {
    constexpr int kBlank = 245;  // lightness
    QRect ink;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y).lightness() < kBlank) {
                ink |= QRect(x, y, 1, 1);
            }
        }
    }
    return ink;
}

/// Which axes a view has when its panels are large enough to have any.
struct Axes {
    bool below = true, beside = true;
};

Axes axesOf(const QString& view, int latentDim) {
    static const QStringList kPictures{"reconstructions", "samples", "pseudo-inputs", "sheets", "health"};
    if (kPictures.contains(view) || (view == "posterior" && latentDim == 2)) {
        return {false, false};
    }
    return {true, view != "posterior" && view != "elbo-forms"};
}

/// More models than this may be small multiples.
constexpr int kFewModels = 2;

}  // namespace

class TestEveryFigure : public QObject {
    Q_OBJECT

    std::map<std::string, std::unique_ptr<Lab>> labs_;

    /// Null where the data are not on this machine.
    const Lab* lab(const std::string& name) {
        auto& made = labs_[name];
        if (made != nullptr) {
            return made.get();
        }
        Experiment experiment = builtinExperiment(name);
        experiment.data.trainSize = 120;
        experiment.data.testSize = 40;
        experiment.model.encoder = experiment.model.decoder = {8};
        experiment.optimiser.batchSize = 20;
        const DataReader* reader = findDataReader(experiment.data.name);
        if (reader != nullptr && !reader->builtIn() && qEnvironmentVariableIsEmpty("ELBOROOM_DATA_DIR")) {
            return nullptr;
        }
        made = std::make_unique<Lab>(experiment);
        return made.get();
    }

    static void addCases() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("width");
        for (const BuiltinEntry& entry : builtinExperiments()) {
            for (const double width : {85.0, 180.0}) {
                QTest::addRow("%s, %g mm", entry.name.c_str(), width) << QString::fromStdString(entry.name) << width;
            }
        }
    }

    /// The texts of a figure of these views, as high as they need, and wider where they say so.
    static std::vector<sample::SvgText> textsOf(const std::vector<View*>& views, FigureOptions options, QSizeF* page) {
        suitSize(views, options);
        return sample::textsOf(sample::exportedSvg(layOutFigure(views, options), options), page);
    }

  private Q_SLOTS:
    void theWholeFigureIsRight_data() { addCases(); }
    void theWholeFigureIsRight() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        const Lab* lab = this->lab(name.toStdString());
        if (lab == nullptr) {
            QSKIP("its data lie in files; set ELBOROOM_DATA_DIR to where they are");
        }
        QSizeF page;
        const auto texts = textsOf(lab->arrangement.applicableViews(), lab->options(width), &page);
        QVERIFY(texts.size() > 20);
        QCOMPARE(sample::flawOf(texts, page), QString());
    }

    void everyViewAloneIsRight_data() { addCases(); }
    void everyViewAloneIsRight() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        const Lab* lab = this->lab(name.toStdString());
        if (lab == nullptr) {
            QSKIP("its data lie in files; set ELBOROOM_DATA_DIR to where they are");
        }
        QVERIFY(lab->views.size() >= 4);
        for (View* view : lab->views) {
            QSizeF page;
            const auto texts = textsOf({view}, lab->options(width), &page);
            const QString flaw = sample::flawOf(texts, page);
            QVERIFY2(flaw.isEmpty(), qPrintable(view->id() + ": " + flaw));
            // Small multiples say what their axes span in the legend.
            const bool told =
                std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.text.contains(" from "); });
            const bool multiples =
                told || (lab->experiment.fleetSize() > kFewModels && view->placement().area != Area::Course);
            const Axes axes = multiples ? Axes{false, false} : axesOf(view->id(), lab->experiment.model.latentDim);
            const auto numbers = sample::axisNumbers(texts);
            QVERIFY2((!axes.below || numbers.below >= 2) && (!axes.beside || numbers.beside >= 2),
                     qPrintable(view->id() + QString(": %1, %2").arg(numbers.below).arg(numbers.beside)));
        }
    }

    void everyViewFillsItsPlace_data() { addCases(); }
    void everyViewFillsItsPlace() {
        QFETCH(const QString, name);
        QFETCH(const double, width);
        const Lab* lab = this->lab(name.toStdString());
        if (lab == nullptr) {
            QSKIP("its data lie in files; set ELBOROOM_DATA_DIR to where they are");
        }
        for (View* view : lab->views) {
            FigureOptions options = lab->options(width);
            options.caption.clear();
            options.millimetres.setHeight(std::round(0.7 * width));
            suitSize({view}, options);
            constexpr int kDotsPerInch = 72;
            const QImage image = figureImage(layOutFigure({view}, options), options, kDotsPerInch);
            const QRect ink = inkOf(image);
            const double across = ink.width() / static_cast<double>(image.width());
            const double down = ink.height() / static_cast<double>(image.height());
            // A square of pictures in a figure that is not square leaves two of its sides free, but no more.
            QVERIFY2(std::max(across, down) > 0.85 && std::min(across, down) > 0.35,
                     qPrintable(view->id() + QString(": %1 of the width, %2 of the height").arg(across).arg(down)));
        }
    }
};

QTEST_MAIN(TestEveryFigure)
#include "tst_every_figure.moc"
