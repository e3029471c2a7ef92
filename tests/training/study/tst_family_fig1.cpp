// The study of [Family] Fig. 1 on a small scale: fleets, cap, measured points and refusals.
#include <QtTest>
#include <cmath>

#include "training/data/formula_sets.h"
#include "training/experiment/input_error.h"
#include "training/study/family_fig1.h"

using namespace elbo;

namespace {

Experiment small(std::int64_t steps) {
    Experiment experiment;
    experiment.name = "family-fig1";
    experiment.data.name = "two-gaussians";
    experiment.data.trainSize = 5000;
    experiment.data.testSize = 100;
    experiment.data.binarisation = Binarisation::None;
    experiment.model.latentDim = 1;
    experiment.model.encoder = experiment.model.decoder = {32, 32};
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    experiment.model.variance = VarianceKind::Network;
    experiment.model.minimumStddev = 0.02;
    experiment.objective.rateTarget = 1.0;
    experiment.optimiser.learningRate = 3e-3;
    experiment.run.steps = steps;
    experiment.knobs = {Knobs{.beta = 1.0}, Knobs{.beta = 0.3}};
    return experiment;
}

FamilyFig1 make(const Experiment& experiment) {
    return makeFamilyFig1(experiment, {}, {.points = 8, .examples = 100});
}

}  // namespace

class TestFamilyFig1 : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void informationGrowsUnlessItIsCapped() {
        const FamilyFig1 figure = make(small(1500));
        QCOMPARE(figure.curves.size(), std::size_t{3});  // 1, 0.3, and 0.3 capped
        QVERIFY(std::abs(figure.entropy - twoGaussiansEntropy(1.0, 0.25)) < 1e-12);
        const FamilyFig1Curve &elbo = figure.curves[0], &free = figure.curves[1], &capped = figure.curves[2];
        QVERIFY(!elbo.capped && !free.capped && capped.capped);
        QCOMPARE(capped.beta, 0.3);
        for (const FamilyFig1Curve& curve : figure.curves) {
            QCOMPARE(curve.points.front().step, std::int64_t{0});
            QCOMPARE(curve.points.back().step, std::int64_t{1500});
            for (const FamilyFig1Point& point : curve.points) {
                QVERIFY(std::isfinite(point.information) && std::isfinite(point.negativeLogLikelihood));
                QVERIFY(point.information > -1e-6);
                QVERIFY(point.negativeLogLikelihood > figure.entropy - 0.01);  // Gibbs
                QVERIFY(std::abs(point.rate - point.information - point.klMarginal) < 0.02 + point.error);
            }
        }
        QVERIFY(free.points.back().information > elbo.points.back().information + 0.5);
        QVERIFY(free.points.back().information > 1.5);
        // The cap sees batches of a hundred, whose information lies a little below.
        QVERIFY2(std::abs(capped.points.back().information - 1.0) < 0.3,
                 qPrintable(QString::number(capped.points.back().information)));
        QVERIFY(capped.points.back().negativeLogLikelihood < free.points.back().negativeLogLikelihood);
    }

    void sameExperimentSameNumbers() {
        const FamilyFig1 first = make(small(40)), second = make(small(40));
        for (std::size_t i = 0; i < first.curves.size(); ++i) {
            QCOMPARE(first.curves[i].points.back().negativeLogLikelihood,
                     second.curves[i].points.back().negativeLogLikelihood);
        }
    }

    void itEndsWhenToldTo() {
        int calls = 0;
        makeFamilyFig1(small(100000000), [&calls](double) { return ++calls < 3; });
        QCOMPARE(calls, 3);
    }

    void otherExperimentsAreRefused() {
        Experiment other = small(10);
        other.data.name = "two-points";
        QVERIFY_EXCEPTION_THROWN(make(other), InputError);
        other = small(10);
        other.model.latentDim = 2;
        QVERIFY_EXCEPTION_THROWN(make(other), InputError);
        other = small(10);
        other.objective.rateTerm = RateTerm::Cap;
        QVERIFY_EXCEPTION_THROWN(make(other), InputError);
    }
};

QTEST_APPLESS_MAIN(TestFamilyFig1)
#include "tst_family_fig1.moc"
