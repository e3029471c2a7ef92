// Every view of the lab, as the table has it: its words, what it wants, where it stands, and its picture on screen and
// paper.
#include <QPixmap>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <memory>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/view_table.h"
#include "tests/widgets/sample_frames.h"
#include "tests/widgets/sample_history.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "widgets/figure/figure_export.h"

using namespace elbo;

namespace {

/// The subjects that the lab knows, each with a frame of it.
struct Case {
    const char* experiment;  ///< a built-in one of that kind
    ViewSubject subject;
    std::shared_ptr<const Frame> frame;
};

/// A past for the charts, exact quantities for their views: every part that any view asks for.
std::shared_ptr<const Frame> complete(Frame frame, int latentDim) {
    const auto past = sampleHistoryFrame({1.0}, 2000, 50);
    frame.report = past->report;
    frame.history = past->history;
    if (latentDim <= 2) {
        frame.exactFrames = sample::exactFrame(latentDim).exactFrames;
        frame.exactStep = frame.report.step;
    }
    frame.findings = {sample::collapse()};
    frame.healthKnown = true;
    return sample::share(std::move(frame));
}

std::vector<Case> cases() {
    return {
        {"digits", {DataShape::image(28, 28), 2, 1}, complete(sample::planeFrame(), 2)},
        {"digits", {DataShape::image(28, 28), 2, 1, true}, complete(sample::withPseudoInputs(sample::planeFrame()), 2)},
        {"two-points", {DataShape::point(1), 1, 1}, complete(sample::twoPointFrame(), 1)},
        {"ring", {DataShape::point(2), 2, 1}, complete(sample::ringFrame(), 2)}};
}

/// The first case that suits; a view that suits none has no place in the lab.
Case caseFor(const View& view) {
    for (const Case& each : cases()) {
        if (view.suits(each.subject)) {
            return each;
        }
    }
    return {"", {}, nullptr};
}

/// A built-in experiment with few examples and small networks.
Experiment smallOne(const char* name) {
    Experiment experiment = builtinExperiment(name);
    experiment.data.trainSize = 200;
    experiment.data.testSize = 60;
    experiment.model.encoder = experiment.model.decoder = {8};
    experiment.optimiser.batchSize = 20;
    return experiment;
}

std::unique_ptr<View> viewAt(int place) {
    std::unique_ptr<View> wanted;
    const std::vector<View*> made = makeViews();
    for (std::size_t i = 0; i < made.size(); ++i) {
        std::unique_ptr<View> view(made[i]);
        if (static_cast<int>(i) == place) {
            wanted = std::move(view);
        }
    }
    return wanted;
}

void everyView() {
    QTest::addColumn<int>("place");
    const std::vector<View*> made = makeViews();
    for (std::size_t i = 0; i < made.size(); ++i) {
        const std::unique_ptr<View> view(made[i]);
        QTest::newRow(qPrintable(view->id())) << static_cast<int>(i);
    }
}

int colorsOf(const QImage& image) {
    QSet<QRgb> colors;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            colors.insert(image.pixel(x, y));
        }
    }
    return static_cast<int>(colors.size());
}

}  // namespace

class TestViewTable : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void hasAllViews() {
        QStringList ids;
        Arrangement lab;
        for (const View* view : lab.views()) {
            QVERIFY2(!ids.contains(view->id()), qPrintable(view->id()));
            ids.append(view->id());
        }
        QCOMPARE(static_cast<std::size_t>(ids.size()), makeViews().size());
        QStringList names;
        for (const std::string& name : viewNames()) {
            names.append(QString::fromStdString(name));
        }
        QCOMPARE(ids, names);
        // Settings and scripts know them by these names.
        QCOMPARE(ids, (QStringList{"latent", "data", "reconstructions", "samples", "pseudo-inputs", "sheets",
                                   "manifold", "rate-distortion", "curves", "elbo-forms", "posterior", "health"}));
    }

    void saysWhatItIs_data() { everyView(); }
    void saysWhatItIs() {
        QFETCH(const int, place);
        const auto view = viewAt(place);
        QVERIFY(QRegularExpression("^[a-z]+(-[a-z]+)*$").match(view->id()).hasMatch());
        QVERIFY(!view->title().isEmpty());
        QVERIFY2(view->explanation().endsWith('.'), qPrintable(view->explanation()));
        QVERIFY(view->needs().isEmpty() || view->needs().endsWith('.'));
    }

    void answersForEverySubject_data() { everyView(); }
    void answersForEverySubject() {
        QFETCH(const int, place);
        const auto view = viewAt(place);
        bool always = true;
        for (const DataShape& shape : {DataShape::point(1), DataShape::point(2), DataShape::point(5),
                                       DataShape::image(28, 28), DataShape::image(1, 1), DataShape::image(8, 8, 3)}) {
            for (const int latentDim : {1, 2, 3, 20}) {
                for (const int members : {1, 4, 64}) {
                    const ViewSubject subject{shape, latentDim, members};
                    always = view->suits(subject) && always;
                    ViewRequest request = ViewRequest::nothing();
                    view->ask(request, subject);
                    QVERIFY(!request.exact || subject.hasExact() || !view->suits(subject));
                }
            }
        }
        // Somewhere it has something to say; a frame of that kind holds it.
        QVERIFY(caseFor(*view).frame != nullptr);
        QVERIFY(view->appliesTo(*caseFor(*view).frame));
        QVERIFY(always || !view->appliesTo(Frame{}));
    }

    /// A view that forgot a part in ask() would stay empty in the window, whatever sample frames hold.
    void whatItAsksForSuffices_data() { everyView(); }
    void whatItAsksForSuffices() {
        QFETCH(const int, place);
        const auto view = viewAt(place);
        const Case shown = caseFor(*view);
        Experiment experiment = smallOne(shown.experiment);
        experiment.model.prior = shown.subject.pseudoInputs ? "vamp" : experiment.model.prior;
        Trainer trainer(experiment, loadDataset(experiment.data));
        trainer.step();
        const ViewSubject subject{trainer.dataset()->shape(), experiment.model.latentDim, experiment.fleetSize(),
                                  shown.subject.pseudoInputs};
        QVERIFY(subject.data == shown.subject.data && subject.latentDim == shown.subject.latentDim);
        OnScreen screen;
        view->ask(screen.asked, subject);
        const ViewRequest request = requestFor(screen);
        const auto snapshot = trainer.snapshot();
        const auto frame = Analyst(experiment, trainer.dataset()).analyse(*snapshot, request, true);
        addTo(*frame, Measurer(experiment, trainer.dataset()).measure(*snapshot, request, false, {}));
        QVERIFY(view->appliesTo(*frame));
        view->showFrame(frame);
        QVERIFY(view->csv().count('\n') > 1);
    }

    void standsInThePlaceItNames() {
        Arrangement lab;
        const auto above = [](const QWidget* widget, const char* name) {
            for (; widget != nullptr; widget = widget->parentWidget()) {
                if (widget->objectName() == name) {
                    return true;
                }
            }
            return false;
        };
        for (const View* view : lab.views()) {
            const Placement placement = view->placement();
            QVERIFY(placement.share > 0);
            switch (placement.area) {
                case Area::Centre:
                    QVERIFY(above(view, "centre") && !above(view, "pictures"));
                    break;
                case Area::Pictures:
                    QVERIFY(above(view, "pictures"));
                    QVERIFY(placement.height > 0 && placement.height < kCentreHeight);
                    QVERIFY(placement.heightOfMany >= placement.height && placement.heightOfMany < kCentreHeight);
                    break;
                case Area::Course:
                case Area::Exact:
                case Area::Health:
                    QVERIFY(lab.pages()->isAncestorOf(view));
                    break;
                case Area::Paper:
                    QFAIL("no place in the window");
            }
        }
    }

    void showsAFrame_data() { everyView(); }
    void showsAFrame() {
        QFETCH(const int, place);
        const auto view = viewAt(place);
        const Case shown = caseFor(*view);
        view->setTheme(Theme::lightTheme());
        view->resize(640, 480);
        view->show();
        const int before = colorsOf(view->grab().toImage());
        view->showFrame(shown.frame);
        QTest::qWait(50);
        const int after = colorsOf(view->grab().toImage());
        QVERIFY2(after > 2 && after >= before, qPrintable(QString("%1, %2 before").arg(after).arg(before)));
        view->setFocusMember(0);
        view->setFocusMember(-1);
    }

    void drawsAFigureAndItsNumbers_data() { everyView(); }
    void drawsAFigureAndItsNumbers() {
        QFETCH(const int, place);
        const auto view = viewAt(place);
        view->showFrame(caseFor(*view).frame);
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.png");
        FigureOptions options;
        options.dpi = 100;
        exportFigure({{view.get(), QRectF(0.0, 0.0, 1.0, 1.0)}}, path, options);
        QVERIFY(colorsOf(QImage(path)) > 2);

        const QStringList lines = view->csv().split('\n', Qt::SkipEmptyParts);
        const auto header =
            std::find_if(lines.begin(), lines.end(), [](const QString& line) { return !line.startsWith('#'); });
        QVERIFY(header != lines.end() && header + 1 != lines.end());
        QVERIFY2(header->contains(QRegularExpression("^[A-Za-z]")), qPrintable(*header));
    }

    void figuresPutPagesOnTheRight() {
        Arrangement lab;
        for (const FigureItem& item : arrangeFigure(lab.views())) {
            const Area where = item.view->placement().area;
            QCOMPARE(item.unitRect.left() >= 0.58, where != Area::Centre && where != Area::Pictures);
        }
    }
};

QTEST_MAIN(TestViewTable)
#include "tst_view_table.moc"
