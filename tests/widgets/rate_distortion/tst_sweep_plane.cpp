// The plane of a sweep: families, the best of each, the front and the hull against brute force, what is written, and a
// click that opens a run.
#include <QSignalSpy>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <random>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/svg_texts.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/rate_distortion_view.h"
#include "widgets/rate_distortion/sweep_plane.h"
#include "widgets/rate_distortion/sweep_plane_widget.h"
#include "widgets/study/sweep_plane_view.h"

using namespace elbo;

namespace {

/// `families` architectures x 3 betas x 2 schedules x 2 seeds at random places.
Sweep sweepOf(int families, unsigned seed = 3) {
    Sweep sweep;
    sweep.folder = "/sweep";
    sweep.experiment.name = "digits";
    sweep.experiment.knobs = {{0.1, 1.0, 0.0}, {0.5, 1.0, 0.0}, {1.0, 1.0, 0.0}};
    std::vector<ArchitecturePreset> presets;
    for (int i = 0; i < families; ++i) {
        presets.push_back({"family-" + std::to_string(i), "(" + std::to_string(i) + ", -, v)", {}, {}, {}});
    }
    sweep.over = {sweptArchitectures(presets), {"schedule.period", {"0", "100"}}};
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> shift(0.0, 6.0);
    for (const ArchitecturePreset& preset : presets) {
        for (const std::string& schedule : sweep.over[1].values) {
            for (const Knobs& knobs : sweep.experiment.knobs) {
                for (std::uint64_t run = 0; run < 2; ++run) {
                    SweepPoint point;
                    point.folder = "/sweep/" + std::to_string(sweep.points.size());
                    point.knobs = knobs;
                    point.values = {preset.name, schedule};
                    point.seed = run;
                    point.rateTest = 2.0 / knobs.beta + shift(random);
                    point.distortionTest =
                        100.0 - 1.5 * point.rateTest + 0.06 * point.rateTest * point.rateTest + shift(random);
                    point.rateTrain = point.rateTest + 1.0;
                    point.distortionTrain = point.distortionTest - 2.0;
                    point.rateErrorTest = 0.25;
                    sweep.points.push_back(point);
                }
            }
        }
    }
    sweep.planned = sweep.points.size() + 3;
    return sweep;
}

}  // namespace

class TestSweepPlane : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void annealingIsNoFamily() {
        const SweepPlane plane = prepareSweepPlane(sweepOf(3), Split::Test);
        QCOMPARE(plane.families, (std::vector<QString>{"(0, -, v)", "(1, -, v)", "(2, -, v)"}));
        QCOMPARE(plane.runs.size(), std::size_t(36));
        QCOMPARE(plane.missing, std::size_t(3));
        QVERIFY(plane.several);
        // One best run per family and beta, whatever its schedule and seed.
        QCOMPARE(std::count_if(plane.runs.begin(), plane.runs.end(), [](const PlaneRun& run) { return run.best; }), 9);
        for (const PlaneRun& run : plane.runs) {
            for (const PlaneRun& other : plane.runs) {
                if (run.best && run.family == other.family && run.beta == other.beta) {
                    QVERIFY(run.distortion + run.beta * run.rate <= other.distortion + other.beta * other.rate);
                }
            }
        }
    }

    void familiesAreWhatIsVariedBesidesBeta() {
        Sweep sweep = sweepOf(1);
        sweep.over = {{"data.train_size", {"500", "1000"}}};
        sweep.experiment.knobs = {{0.1, 1.0, 0.0}, {0.1, 5.0, 0.0}, {1.0, 1.0, 0.0}};
        sweep.points.resize(3);
        for (std::size_t i = 0; i < 3; ++i) {
            sweep.points[i].knobs = sweep.experiment.knobs[i];
            sweep.points[i].values = {"500"};
        }
        const SweepPlane plane = prepareSweepPlane(sweep, Split::Test);
        QCOMPARE(plane.families.size(), std::size_t(2));
        QCOMPARE(plane.families[0], QString::fromUtf8("train size\u00a0500, \u03bb\u00a01"));
        QCOMPARE(plane.runs[2].family, std::size_t(0));
        QVERIFY(!plane.several);
        sweep.over.clear();
        sweep.experiment.knobs = {{0.1, 1.0, 0.0}};
        sweep.points.resize(1);
        sweep.points[0].values.clear();
        QCOMPARE(prepareSweepPlane(sweep, Split::Test).families, std::vector<QString>{"digits"});
    }

    void frontHullAndBestAgreeWithBruteForce() {
        for (unsigned seed = 0; seed < 20; ++seed) {
            const SweepPlane plane = prepareSweepPlane(sweepOf(4, seed), Split::Test);
            double least = INFINITY;
            std::size_t onFront = 0;
            for (const PlaneRun& run : plane.runs) {
                least = std::min(least, run.rate + run.distortion);
                const bool beaten = std::any_of(plane.runs.begin(), plane.runs.end(), [&](const PlaneRun& other) {
                    return &other != &run && other.rate <= run.rate && other.distortion <= run.distortion;
                });
                QCOMPARE(run.onFront, !beaten);
                onFront += run.onFront ? 1 : 0;
            }
            QCOMPARE(plane.best.value(), least);
            QCOMPARE(plane.front.size(), onFront);
            // No mixture of two runs lies below the hull, and each corner is needed.
            for (std::size_t i = 0; i + 1 < plane.hull.size(); ++i) {
                const RatePoint &a = plane.hull[i], &b = plane.hull[i + 1];
                for (const PlaneRun& run : plane.runs) {
                    const double line =
                        a.distortion + (b.distortion - a.distortion) * (run.rate - a.rate) / (b.rate - a.rate);
                    QVERIFY(run.rate < a.rate || run.rate > b.rate || run.distortion >= line - 1e-9);
                }
            }
            const double best = *plane.best;
            QVERIFY(std::any_of(plane.hull.begin(), plane.hull.end(), [best](const RatePoint& corner) {
                return corner.rate + corner.distortion == best;  // what wins along any slope is a corner
            }));
        }
    }

    void whatWasNotMeasuredIsLeftOut() {
        Sweep sweep = sweepOf(2);
        sweep.points[0].failure = "diverged";
        sweep.points[1].rateTest = std::nan("");
        const SweepPlane plane = prepareSweepPlane(sweep, Split::Test);
        QCOMPARE(plane.runs.size(), std::size_t(22));
        QCOMPARE(plane.diverged, std::size_t(1));
        QCOMPARE(prepareSweepPlane(sweep, Split::Train).runs.size(), std::size_t(23));
        QCOMPARE(splitOf(sweep), Split::Test);
        for (SweepPoint& point : sweep.points) {
            point.rateTest = std::nan("");
        }
        QCOMPARE(splitOf(sweep), Split::Train);
        const SweepPlane none = prepareSweepPlane(Sweep{}, Split::Test);
        QVERIFY(none.runs.empty() && none.front.empty() && !none.best);
        QVERIFY(windowOf(none, PlaneAxes::Elbo).rates.span() > 0.0);
    }

    void theWindowHoldsEveryRun() {
        const SweepPlane plane = prepareSweepPlane(sweepOf(3), Split::Test);
        for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
            const PlanePanel panel = placePlane({0, 0, 400, 300}, plane, axes, true, Theme::paperTheme(), nullptr);
            for (const PlaneRun& run : plane.runs) {
                QVERIFY(panel.map.area.contains(runPlace(panel, run)));
            }
        }
    }

    void theTableIsTidy() {
        const SweepPlane plane = prepareSweepPlane(sweepOf(2), Split::Test);
        const QStringList lines = sweepPlaneCsv(plane).split('\n');
        QVERIFY2(lines[0].startsWith("# runs: nats per test example"), qPrintable(lines[0]));
        QCOMPARE(lines[1],
                 "family,beta,seed,architecture,schedule.period,rate,distortion,elbo,rate_error,distortion_error,best,"
                 "on_front,folder");
        QVERIFY2(lines[2].startsWith("\"(0, -, v)\",0.1,0,\"family-0\",\"0\","), qPrintable(lines[2]));
        QVERIFY2(lines[2].contains(",0.25,,"), qPrintable(lines[2]));  // no error of D is known
        QCOMPARE(lines.indexOf(""), 2 + 24);
        QCOMPARE(lines.count("rate,distortion"), 1);
    }

    void aFigureIsNeverCut_data() {
        QTest::addColumn<int>("families");
        QTest::addColumn<double>("width");
        for (const int families : {1, 2, 12}) {
            for (const double width : {150.0, 241.0, 345.0, 510.0}) {
                QTest::addRow("%d families, %g points", families, width) << families << width;
            }
        }
    }
    void aFigureIsNeverCut() {
        QFETCH(const int, families);
        QFETCH(const double, width);
        const Sweep sweep = sweepOf(families);
        const SweepPlaneView study(prepareSweepPlane(sweep, Split::Test), "Digits");
        RateDistortionView view;
        view.setSweep(std::make_shared<const Sweep>(sweep));
        view.setShowsFamilies(true);
        for (const View* each : std::initializer_list<const View*>{&study, &view}) {
            const QSizeF least = each->leastFigure(width);
            const QSize size(static_cast<int>(std::ceil(std::max(width, least.width()))),
                             static_cast<int>(std::ceil(least.height())));
            FigureOptions options;
            options.millimetres = QSizeF(size) * 25.4 / 72.0;
            const auto texts = sample::textsOf(sample::exportedSvg({{each}}, options), nullptr);
            QVERIFY(!texts.empty());
            QCOMPARE(sample::flawOf(texts, QSizeF(size)), QString());
            const auto numbers = sample::axisNumbers(texts);
            QVERIFY(numbers.below >= 2 && numbers.beside >= 2);
            const auto says = [&](const QString& words) {
                return std::any_of(texts.begin(), texts.end(),
                                   [&](const sample::SvgText& text) { return text.text.contains(words); });
            };
            for (int i = 0; i < families; ++i) {
                QVERIFY(says(QString("(%1, -, v)").arg(i)));
            }
            for (const char* words : {"on the Pareto front", "Pareto steps", "convex hull", "best ELBO, D + R = "}) {
                QVERIFY2(says(words), words);
            }
        }
        QVERIFY(study.caption().contains("Fig. 3"));
    }

    void twelveFamiliesAreToldApart() {
        const SweepPlane plane = prepareSweepPlane(sweepOf(12), Split::Test);
        for (const Theme& theme : {Theme::darkTheme(), Theme::paperTheme(), Theme::paperTheme().inGray()}) {
            const auto entries = sweepPlaneLegend(plane, theme);
            for (std::size_t i = 0; i < 12; ++i) {
                for (std::size_t k = 0; k < i; ++k) {
                    QVERIFY(entries[i].shape != entries[k].shape || entries[i].color != entries[k].color);
                }
            }
        }
    }

    void aClickOpensTheRun() {
        RateDistortionView view;
        view.resize(500, 400);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        auto* plane = view.findChild<SweepPlaneWidget*>();
        auto* plot = view.findChild<RateDistortionPlot*>();
        auto* button = view.findChild<QToolButton*>("sweepFamilies");
        QVERIFY(plot->isVisible() && !plane->isVisible() && !button->isVisible());
        const Sweep sweep = sweepOf(2);
        view.setSweep(std::make_shared<const Sweep>(sweep));
        // Several families come in their plane, one stays among the live models.
        QVERIFY(view.showsFamilies() && plane->isVisible() && !plot->isVisible() && button->isVisible());
        QVERIFY(view.csv().contains("on_front"));
        QSignalSpy chosen(&view, &RateDistortionView::sweepModelChosen);
        const SweepPlane runs = prepareSweepPlane(sweep, Split::Test);
        const auto best =
            std::find_if(runs.runs.begin(), runs.runs.end(), [](const PlaneRun& run) { return run.best; });
        QTRY_VERIFY(plane->width() > 300);
        for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
            view.setAxes(axes);
            const QPointF place = runPlace(plane->panel(), *best);
            QVERIFY(plane->describe(place).contains("click to open this model"));
            QTest::mouseClick(plane, Qt::LeftButton, {}, place.toPoint());
            QCOMPARE(chosen.back().front().toString(), best->folder);
        }
        QCOMPARE(chosen.size(), 2);
        QTest::mouseClick(plane, Qt::LeftButton, {}, QPoint(2, 2));
        QCOMPARE(chosen.size(), 2);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(plot->isVisible() && !plane->isVisible() && !view.csv().contains("on_front"));
        view.setSweep(std::make_shared<const Sweep>(sweepOf(1)));
        QVERIFY(!view.showsFamilies() && plot->isVisible());
        view.setSweep(nullptr);
        QVERIFY(!button->isVisible());
    }
};

QTEST_MAIN(TestSweepPlane)
#include "tst_sweep_plane.moc"
