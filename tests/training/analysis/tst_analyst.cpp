#include "training/analysis/analyst.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/measure/evaluation.h"
#include "training/step/worker_thread.h"

using namespace elbo;

class TestAnalyst : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void frameHoldsWhatWasAskedFor();
    void nothingIsComputedForHiddenViews();
    void sheetsAreDrawsAndTheirMeans_data();
    void sheetsAreDrawsAndTheirMeans();
    void oneDimensionalLatentHasCurves();
    void manyDimensionsAreProjected();
    void probeDecodesTheCode();
    void historyGrowsWithStepsAndRestartsOnReset();
    void closedFormCurveGoesWithLinearGaussianData();
    void linearModelsSayWhereTheyLoseADirection();
    void aRunAtRestComesToRestOnAllExamples();
    void aRunThatGrowsIsEvaluatedEarly();
    void stepsThatWerePassedAreFilledIn();
    void codesStandForTheWholeSplit();
    void pseudoInputsAreTheHeaviest();
    void healthIsJudgedFromTheFrameAtOnce();
};

void TestAnalyst::frameHoldsWhatWasAskedFor() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{}, {4.0, 1.0, 0.0}};
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    trainer.step();
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.members = {0, 1};
    request.window = {-8, 8, -8, 8};
    request.imageCount = 10;
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    QCOMPARE(frame->latents.size(), 2U);
    QCOMPARE(frame->images.size(), 2U);
    QVERIFY(frame->data.empty());
    const LatentFrame& latent = frame->latents[1];
    QCOMPARE(latent.member, 1);
    QCOMPARE(latent.aggregatedPosterior.values.size(), 128U * 128U);
    QCOMPARE(latent.labels.size(), latent.meanX.size());
    const double cell = 16.0 / 128 * 16.0 / 128;
    const auto& q = latent.aggregatedPosterior.values;
    QVERIFY(std::abs(std::accumulate(q.begin(), q.end(), 0.0) * cell - 1.0) < 1e-2);
    QCOMPARE(frame->images[0].data.pixels.size(), 10U * 784U);
    QCOMPARE(frame->images[0].manifold.count, 15 * 15);
    QVERIFY(std::isfinite(frame->report.value("elbo_test", 1)));
    QCOMPARE(frame->report.value("beta", 1), 4.0);
}

void TestAnalyst::sheetsAreDrawsAndTheirMeans_data() {
    QTest::addColumn<LikelihoodKind>("likelihood");
    QTest::newRow("bernoulli") << LikelihoodKind::Bernoulli;
    QTest::newRow("gaussian") << LikelihoodKind::Gaussian;
}

void TestAnalyst::sheetsAreDrawsAndTheirMeans() {
    QFETCH(const LikelihoodKind, likelihood);
    Experiment experiment = smallDigits();
    experiment.model.likelihood = likelihood;
    experiment.knobs = {{}, {4.0, 1.0, 0.0}};
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    trainer.step();
    Analyst analyst(experiment, dataset);
    ViewRequest request = ViewRequest::nothing();
    request.sheets = true;
    request.members = {0, 1};
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    const auto again = analyst.analyse(*trainer.snapshot(), request, false);
    QCOMPARE(frame->images.size(), 2U);
    QVERIFY(frame->images[0].sheetData.pixels == frame->images[1].sheetData.pixels);
    for (std::size_t i = 0; i < 2; ++i) {
        const ImageFrame& images = frame->images[i];
        QCOMPARE(images.sheetData.count, 8);
        for (const ImageSheet* sheet : {&images.sheetOfExamples, &images.sheetOfSamples}) {
            QCOMPARE(sheet->decoding.pixels.size(), 8U * 784U);
            QCOMPARE(sheet->mean.pixels.size(), 8U * 784U);
            // Of independent draws with variance v the mean of five scatters by v / 5, so that one of them lies
            // 4 v / 5 from it; m (1 - m) of a Bernoulli mean is expected at 4 p (1 - p) / 5.
            double distance = 0.0, expected = 0.0;
            for (std::size_t k = 0; k < sheet->mean.pixels.size(); ++k) {
                const double one = sheet->decoding.pixels[k], mean = sheet->mean.pixels[k];
                distance += (one - mean) * (one - mean);
                expected += likelihood == LikelihoodKind::Bernoulli ? mean * (1.0 - mean)
                                                                    : 0.8 * experiment.model.noiseVariance;
            }
            QVERIFY2(std::abs(distance / expected - 1.0) < 0.1, qPrintable(QString::number(distance / expected)));
            if (likelihood == LikelihoodKind::Bernoulli) {
                QVERIFY(std::all_of(sheet->decoding.pixels.begin(), sheet->decoding.pixels.end(),
                                    [](float pixel) { return pixel == 0.0F || pixel == 1.0F; }));
                QVERIFY(std::all_of(sheet->mean.pixels.begin(), sheet->mean.pixels.end(), [](float pixel) {
                    return std::abs(5.0F * pixel - std::round(5.0F * pixel)) < 1e-4F;
                }));
            }
        }
        // The one is among the five.
        const ImageSheet& sheet = images.sheetOfExamples;
        for (std::size_t k = 0; likelihood == LikelihoodKind::Bernoulli && k < sheet.mean.pixels.size(); ++k) {
            QVERIFY(5.0F * sheet.mean.pixels[k] > sheet.decoding.pixels[k] - 1e-4F);
        }
        QVERIFY(again->images[i].sheetOfSamples.mean.pixels == images.sheetOfSamples.mean.pixels);
    }
}

void TestAnalyst::nothingIsComputedForHiddenViews() {
    const Experiment experiment = smallDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.latent = request.data = request.reconstructions = request.samples = request.manifold = false;
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    QVERIFY(frame->latents.empty());
    QVERIFY(frame->images.empty());
}

void TestAnalyst::oneDimensionalLatentHasCurves() {
    Experiment experiment = linearGaussian(1.0);
    experiment.data.name = "two-points";
    experiment.model.latentDim = 1;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    const auto frame = analyst.analyse(*trainer.snapshot(), {}, false);
    QCOMPARE(frame->latents[0].aggregatedPosterior.rows, 1);
    QCOMPARE(frame->latents[0].curves.size(), 2U);
    QCOMPARE(frame->latents[0].curves[0].name, std::string("x = -1"));
    QCOMPARE(frame->data.size(), 1U);
    QCOMPARE(frame->data[0].dim, 1);
    const auto& p = frame->data[0].model;
    const double width = (p.window.xMax - p.window.xMin) / p.columns;
    const double mass = std::accumulate(p.values.begin(), p.values.end(), 0.0) * width;
    QVERIFY2(mass > 0.5 && mass < 1.01, qPrintable(QString::number(mass)));
}

void TestAnalyst::manyDimensionsAreProjected() {
    Experiment experiment = smallDigits();
    experiment.model.latentDim = 5;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    for (int i = 0; i < 20; ++i) {
        trainer.step();
    }
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.plane = {false, 3, 1};
    QCOMPARE(analyst.analyse(*trainer.snapshot(), request, false)->latents[0].xAxis, std::string("z4"));
    request.plane.principal = true;
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    const LatentFrame& latent = frame->latents[0];
    QVERIFY(QString::fromStdString(latent.xAxis).startsWith("principal axis 1"));
    QVERIFY(frame->images[0].manifold.pixels.empty());
    // On the principal plane the means are centred and the first axis carries more variance than the second.
    double sum = 0.0;
    for (const float x : latent.meanX) {
        sum += x;
    }
    QVERIFY(std::abs(sum / static_cast<double>(latent.meanX.size())) < 1e-3);
}

void TestAnalyst::probeDecodesTheCode() {
    const Experiment experiment = smallDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.probes = {{42, 0, 0.5, -1.25}};
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    QCOMPARE(frame->probes.size(), 1U);
    QCOMPARE(frame->probes[0].id, 42U);
    QCOMPARE(frame->probes[0].code, (std::vector<float>{0.5F, -1.25F}));
    QCOMPARE(frame->probes[0].decoded.pixels.size(), 784U);
}

void TestAnalyst::historyGrowsWithStepsAndRestartsOnReset() {
    const Experiment experiment = smallDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    const auto start = trainer.snapshot();
    analyst.analyse(*start, {}, false);
    trainer.step();
    QCOMPARE(analyst.analyse(*trainer.snapshot(), {}, false)->history.size(), 2U);
    QCOMPARE(analyst.analyse(*trainer.snapshot(), {}, false)->history.size(), 2U);
    QCOMPARE(analyst.analyse(*start, {}, false)->history.size(), 1U);
}

void TestAnalyst::closedFormCurveGoesWithLinearGaussianData() {
    const Experiment experiment = linearGaussian(1.0);
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    const auto frame = analyst.analyse(*trainer.snapshot(), {}, false);
    QVERIFY(frame->closedFormCurve.size() > 100);
    QVERIFY(frame->dataEntropy.has_value());
    for (const CurvePoint& point : frame->closedFormCurve) {
        // [RD] H - D <= R: the optimum never enters the infeasible region.
        QVERIFY(point.distortion + point.rate >= *frame->dataEntropy - 1e-9);
    }
}

void TestAnalyst::linearModelsSayWhereTheyLoseADirection() {
    Experiment experiment = linearGaussian(1.0);
    const auto thresholds = [&] {
        const auto dataset = loadDataset(experiment.data);
        const Trainer trainer(experiment, dataset);
        return Analyst(experiment, dataset).analyse(*trainer.snapshot(), {}, false)->directionThresholds;
    };
    std::vector<double> spectrum = experiment.data.spectrum;
    std::sort(spectrum.begin(), spectrum.end(), std::greater<>());
    std::vector<double> found = thresholds();
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0], spectrum[0] / experiment.model.noiseVariance);
    QCOMPARE(found[1], spectrum[1] / experiment.model.noiseVariance);

    // Other data: from the covariance of the training examples.
    experiment.data.name = "two-points";
    experiment.model.latentDim = 1;
    found = thresholds();
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(std::abs(found[0] * experiment.model.noiseVariance - 1.0) < 0.01);  // that of -1 and 1

    experiment.model.decoder = {8};
    QVERIFY(thresholds().empty());
    experiment.model.decoder = {};
    experiment.model.variance = VarianceKind::Learned;
    QVERIFY(thresholds().empty());
}

void TestAnalyst::aRunAtRestComesToRestOnAllExamples() {
    Experiment experiment = smallDigits();
    experiment.data.trainSize = 2500;
    experiment.data.testSize = 600;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    trainer.step();
    const auto snapshot = trainer.snapshot();
    Analyst analyst(experiment, dataset);
    const ViewRequest nothing = ViewRequest::nothing();
    const auto live = analyst.analyse(*snapshot, nothing, false);
    QCOMPARE(live->testExamples, 600);
    QCOMPARE(live->report.value("examples_test", 0), 300.0);
    QVERIFY(live->report.value("distortion_error_test", 0) > 0.0);
    const Report thorough = analyst.analyse(*snapshot, nothing, true)->report;
    QCOMPARE(thorough.value("examples_train", 0), 2000.0);
    QCOMPARE(thorough.value("examples_test", 0), 600.0);

    // Something else comes up: the older values stay.
    EvaluationBudget budget = analyst.nextBudget(*snapshot).value();
    budget.goOn = [] { return false; };
    QVERIFY(!analyst.evaluate(*snapshot, budget));
    QCOMPARE(analyst.analyse(*snapshot, nothing, true)->report.values, thorough.values);

    budget.goOn = {};
    QVERIFY(analyst.evaluate(*snapshot, budget));
    QVERIFY(!analyst.nextBudget(*snapshot).has_value());
    const auto whole = analyst.analyse(*snapshot, nothing, true);
    QCOMPARE(whole->report.value("examples_train", 0), 2500.0);
    QCOMPARE(whole->history.size(), 1U);
    QCOMPARE(whole->history.back()->value("examples_train", 0), 2500.0);
    Report expected;
    evaluateInto(expected, *snapshot, experiment, *dataset, {.examples = 0, .draws = 0});
    for (const auto& [name, values] : expected.values) {
        QCOMPARE(whole->report.values.at(name), values);
    }
    trainer.step();
    QVERIFY(!analyst.nextBudget(*trainer.snapshot()).has_value());  // not analysed yet
}

/// A run that is over in a moment has test values all along, where they cost little beside the time between them.
void TestAnalyst::aRunThatGrowsIsEvaluatedEarly() {
    Experiment experiment = linearGaussian(1.0);
    experiment.data.trainSize = experiment.data.testSize = 50;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    const ViewRequest nothing = ViewRequest::nothing();
    analyst.analyse(*trainer.snapshot(), nothing, false);
    for (int step = 0; step < 100; ++step) {
        trainer.step();
    }
    const double rest = 20.0 * analyst.evaluationSeconds();
    QTest::qSleep(static_cast<int>(std::ceil(1000.0 * rest)) + 1);
    const auto frame = analyst.analyse(*trainer.snapshot(), nothing, false);
    QVERIFY(std::isfinite(frame->report.value("elbo_test", 0)));
}

void TestAnalyst::stepsThatWerePassedAreFilledIn() {
    Experiment experiment = linearGaussian(1.0);
    experiment.data.trainSize = experiment.data.testSize = 50;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    Milestones milestones(1);
    for (int step = 0; step < 200; ++step) {
        trainer.step();
        if (milestones.due(trainer.stepCount())) {
            milestones.keep(trainer.snapshot());
        }
    }
    const ViewRequest nothing = ViewRequest::nothing();
    analyst.analyse(*trainer.snapshot(), nothing, false);
    while (analyst.fillIn(milestones.kept())) {
    }
    const auto frame = analyst.analyse(*trainer.snapshot(), nothing, false);
    QVERIFY(std::is_sorted(frame->history.begin(), frame->history.end(),
                           [](const auto& a, const auto& b) { return a->step < b->step; }));
    QVERIFY(frame->history.size() > 25);
    QCOMPARE(frame->history.back()->step, std::int64_t{200});
    // What is filled in is what a frame of that step would have shown.
    for (const std::size_t i : {std::size_t{0}, std::size_t{9}, std::size_t{20}}) {
        const Snapshot& passed = *milestones.kept()[i];
        const auto there = std::find_if(frame->history.begin(), frame->history.end(),
                                        [&](const auto& report) { return report->step == passed.step; });
        QVERIFY(there != frame->history.end());
        const auto live = Analyst(experiment, dataset).analyse(passed, nothing, false);
        QCOMPARE((*there)->value("elbo_test", 0), live->report.value("elbo_test", 0));
        QCOMPARE((*there)->value("distortion_train", 0), live->report.value("distortion_train", 0));
    }
    QVERIFY(!analyst.fillIn(milestones.kept()));
}

void TestAnalyst::codesStandForTheWholeSplit() {
    Experiment experiment = smallDigits();
    experiment.data.trainSize = 1000;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    ViewRequest request = ViewRequest::nothing();
    request.latent = true;
    request.codeCount = 100;
    const auto frame = Analyst(experiment, dataset).analyse(*trainer.snapshot(), request, true);
    const std::vector<int>& labels = frame->latents.at(0).labels;
    QCOMPARE(labels.size(), 100U);
    for (int label = 0; label < 10; ++label) {
        const auto count = [label](const std::vector<int>& all) {
            return static_cast<double>(std::count(all.begin(), all.end(), label));
        };
        QVERIFY(std::abs(count(labels) - count(dataset->train.labels) / 10.0) < 2.5);
    }
}

void TestAnalyst::healthIsJudgedFromTheFrameAtOnce() {
    Experiment experiment = smallDigits();
    experiment.knobs = {Knobs{1.0, 1.0, 0.0}, Knobs{200.0, 1.0, 0.0}};
    experiment.run.steps = 400;
    experiment.optimiser.learningRate = 3e-3;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.health = true;
    request.members = {0, 1};
    QVERIFY(!analyst.analyse(*trainer.snapshot(), request, true)->healthKnown);  // has hardly begun
    while (!trainer.finished()) {
        trainer.step();
    }
    auto frame = analyst.analyse(*trainer.snapshot(), request, true);
    QVERIFY(frame->healthKnown && !frame->healthMeasured);
    QCOMPARE(frame->healthStep, std::int64_t{400});
    const auto collapsed = [](const Frame& judged, int member) {
        return std::count_if(judged.findings.begin(), judged.findings.end(), [&](const HealthFinding& finding) {
            return finding.kind == HealthKind::PosteriorCollapse && finding.member == member && finding.step == 400;
        });
    };
    QCOMPARE(collapsed(*frame, 0), 0);
    QCOMPARE(collapsed(*frame, 1), 1);

    // An older measurement adds what only it knows, and nothing that the frame knows better.
    Measurement older;
    older.step = 300;
    older.healthKnown = true;
    older.findings = {{HealthKind::PosteriorCollapse, 0, "Was so.", "posterior collapse", "R = 0.01", 300},
                      {HealthKind::AmortisationGap, 0, "Is off.", "amortisation gap", "KL = 9", 300}};
    const std::size_t before = frame->findings.size();
    addTo(*frame, older);
    QCOMPARE(frame->findings.size(), before + 1);
    QCOMPARE(frame->findings.back().kind, HealthKind::AmortisationGap);
    QVERIFY(frame->healthMeasured);
    QCOMPARE(frame->healthStep, std::int64_t{400});

    // Weights that were moved after it was measured make it the verdict on another model.
    auto moved = std::make_shared<Frame>(*analyst.analyse(*trainer.snapshot(), request, true));
    Moves byHand(2);
    byHand.back().step = 350;
    moved->moves = std::make_shared<const Moves>(byHand);
    const std::size_t own = moved->findings.size();
    addTo(*moved, older);
    QCOMPARE(moved->findings.size(), own);
    QVERIFY(!moved->healthMeasured);
    older.step = 360;
    addTo(*moved, older);
    QCOMPARE(moved->findings.size(), own + 1);
    QVERIFY(moved->healthMeasured);
    older.step = 300;

    // The shape of q(z) of a member whose latents are not on show is the measurement's to tell.
    older.findings = {{HealthKind::UnlikePrior, 0, "Is on show.", "q(z) unlike p(z)", "KL = 9", 300},
                      {HealthKind::UnlikePrior, 1, "Is not.", "q(z) unlike p(z)", "KL = 9", 300}};
    request.members = {0};
    frame = analyst.analyse(*trainer.snapshot(), request, true);
    addTo(*frame, older);
    QCOMPARE(frame->findings.back().sentence, std::string("Is not."));
    QVERIFY(std::none_of(frame->findings.begin(), frame->findings.end(),
                         [](const HealthFinding& finding) { return finding.sentence == "Is on show."; }));

    request.health = false;
    QVERIFY(!analyst.analyse(*trainer.snapshot(), request, true)->healthKnown);
}

void TestAnalyst::pseudoInputsAreTheHeaviest() {
    Experiment experiment = smallDigits();
    experiment.model.prior = "vamp";
    experiment.model.priorComponents = 6;
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    trainer.step();
    ViewRequest request = ViewRequest::nothing();
    Analyst analyst(experiment, dataset);
    QVERIFY(analyst.analyse(*trainer.snapshot(), request, false)->images.empty());
    request.pseudoInputs = true;
    request.imageCount = 4;
    const auto frame = analyst.analyse(*trainer.snapshot(), request, false);
    QCOMPARE(frame->images.size(), 1U);
    const ImageFrame& images = frame->images[0];
    QVERIFY(images.samples.pixels.empty() && images.reconstructions.pixels.empty());
    QCOMPARE(images.pseudoInputs.count, 4);
    QCOMPARE(images.pseudoInputs.pixels.size(), 4U * 784U);
    QVERIFY(std::is_sorted(images.pseudoInputPlaces.begin(), images.pseudoInputPlaces.end()));
    // What is left out weighs no more than what is shown, and all weigh 1.
    const LatentModel model(experiment.model, dataset->shape());
    const auto inputs = model.prior().pseudoInputs(*trainer.snapshot()->parameters);
    float shown = 0.0F, least = 1.0F;
    for (std::size_t i = 0; i < 4; ++i) {
        const int place = images.pseudoInputPlaces[i];
        QCOMPARE(images.pseudoInputWeights[i], inputs->weights[0][place].item<float>());
        QCOMPARE(images.pseudoInputs.pixels[i * 784 + 300], inputs->x[0][place][300].item<float>());
        shown += images.pseudoInputWeights[i];
        least = std::min(least, images.pseudoInputWeights[i]);
    }
    QVERIFY(1.0F - shown <= 2.0F * least + 1e-6F);
    QVERIFY(inputs->weights.std().item<float>() > 0.0F);
}

QTEST_GUILESS_MAIN(TestAnalyst)
#include "tst_analyst.moc"
