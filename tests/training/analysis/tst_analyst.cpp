#include "training/analysis/analyst.h"

#include <torch/torch.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

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
    void oneDimensionalLatentHasCurves();
    void manyDimensionsAreProjected();
    void probeDecodesTheCode();
    void historyGrowsWithStepsAndRestartsOnReset();
    void closedFormCurveGoesWithLinearGaussianData();
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

    request.health = false;
    QVERIFY(!analyst.analyse(*trainer.snapshot(), request, true)->healthKnown);
}

QTEST_GUILESS_MAIN(TestAnalyst)
#include "tst_analyst.moc"
