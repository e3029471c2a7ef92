// The toy of [RD] section 4: its data, its gradients, and what the two objectives make of it.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "training/study/rd_fig2.h"
#include "training/study/thirty_bins.h"

using namespace elbo;

namespace {

bool near(double found, double expected, double tolerance) {
    if (std::abs(found - expected) <= tolerance) {
        return true;
    }
    qWarning("found %.12g, expected %.12g", found, expected);
    return false;
}

double sumOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

class TestThirtyBins : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void dataCarryTheInformationAskedFor() {
        for (const double nats : {0.1, 0.5, 0.6}) {
            const ThirtyBins data = ThirtyBins::withInformation(nats);
            QVERIFY(near(data.information, nats, 1e-12));
            QVERIFY(near(data.share.sum(), 1.0, 1e-14));
            QVERIFY(data.share.minCoeff() > 0.0);
        }
        // I(x; z*) = H(z*) - H(z*|x), counted anew.
        const ThirtyBins data = ThirtyBins::withInformation(0.5);
        double conditional = 0.0;
        for (int x = 0; x < kBins; ++x) {
            for (std::size_t c = 0; c < 2; ++c) {
                const double joint = ThirtyBins::kClassShares[c] * data.ofClass[c](x);
                conditional -= joint * std::log(joint / data.share(x));
            }
        }
        const double classes = -0.7 * std::log(0.7) - 0.3 * std::log(0.3);
        QVERIFY(near(classes - conditional, 0.5, 1e-12));
        // The normal distribution function at three edges, for a mean of 0: bins are a third wide.
        const BinShares middle = ThirtyBins::separatedBy(0.0).share;
        QVERIFY(near(middle(15), 0.6305586598182 - 0.5, 1e-12));
        QVERIFY(near(middle.head(12).sum(), 0.1586552539315, 1e-12));
    }

    void gradientsAreThoseOfTheObjective_data() {
        QTest::addColumn<double>("target");  // below 0: none
        QTest::newRow("ELBO") << -1.0;
        QTest::newRow("below its target") << 0.5;
        QTest::newRow("above its target") << 1e-6;
    }

    void gradientsAreThoseOfTheObjective() {
        QFETCH(double, target);
        ThirtyBinsTraining::Options options;
        if (target >= 0.0) {
            options.targetRate = target;
        }
        ThirtyBinsTraining training(ThirtyBins::withInformation(0.5), options);
        for (int i = 0; i < 40; ++i) {
            training.step();
        }
        Eigen::VectorXd gradient;
        training.objective(&gradient);
        double worst = 0.0;
        for (Eigen::Index i = 0; i < gradient.size(); ++i) {
            constexpr double kStep = 1e-5;
            const double kept = training.parameters()(i);
            training.parameters()(i) = kept + kStep;
            const double above = training.objective();
            training.parameters()(i) = kept - kStep;
            const double below = training.objective();
            training.parameters()(i) = kept;
            worst = std::max(worst, std::abs(gradient(i) - (above - below) / (2.0 * kStep)));
        }
        QVERIFY2(worst < 1e-8, qPrintable(QString::number(worst)));
        QVERIFY(gradient.cwiseAbs().maxCoeff() > 1e-3);
    }

    void objectiveIsThatOfThePaper() {
        const ThirtyBins data = ThirtyBins::withInformation(0.5);
        const ThirtyBinsTraining elbo(data, {});
        const ThirtyBinsTraining target(data, {.targetRate = 0.5});
        const BinModel model = elbo.model();
        QVERIFY(near(elbo.objective(), model.distortion(data) + model.rate(data), 1e-14));
        QVERIFY(near(target.objective(), model.distortion(data) + std::abs(0.5 - model.rate(data)), 1e-14));
    }

    // Every model obeys H - D <= I_q <= R, and what it generates from q(z) is what it reconstructs.
    void boundsHold() {
        const ThirtyBins data = ThirtyBins::withInformation(0.5);
        ThirtyBinsTraining training(data, {.targetRate = 0.5});
        for (int i = 0; i < 300; ++i) {
            if (i % 50 == 0) {
                const BinModel model = training.model();
                QVERIFY(data.entropy - model.distortion(data) <= model.information(data) + 1e-12);
                QVERIFY(model.information(data) <= model.rate(data) + 1e-12);
                QVERIFY(model.classInformation(data) <= model.information(data) + 1e-12);
                const BinShares through = (model.reconstruction().colwise() * data.share).colwise().sum().transpose();
                QVERIFY((through - model.reconstructed(data)).abs().maxCoeff() < 1e-14);
            }
            training.step();
        }
    }

    void bothObjectivesMatchTheDataAndOneUsesTheCode_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 3; ++seed) {
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
        }
    }

    void bothObjectivesMatchTheDataAndOneUsesTheCode() {
        QFETCH(int, seed);
        const RdFig2 figure = makeRdFig2(kRdFig2Steps, static_cast<std::uint64_t>(seed));
        QCOMPARE(figure.models.size(), std::size_t{3});
        const RdFig2Model &optimal = figure.models[0], &elbo = figure.models[1], &target = figure.models[2];
        QVERIFY(near(optimal.rate, 0.5, 1e-12));
        QVERIFY(near(optimal.distortion, figure.entropy - 0.5, 1e-12));
        QVERIFY2(elbo.rate < 0.01, qPrintable(QString::number(elbo.rate)));
        QVERIFY(near(target.rate, 0.5, 0.02));
        QVERIFY(elbo.klGenerated < 1e-6 && elbo.klReconstructed < 1e-6);
        QVERIFY(target.klGenerated < 1e-4 && target.klReconstructed < 1e-4);
        QVERIFY(elbo.classInformation < 0.01);
        // The paper's point: with nothing but a number for the rate, the codes find the classes.
        QVERIFY(target.classInformation > 0.7 * optimal.classInformation);
        for (const RdFig2Model& model : figure.models) {
            QVERIFY(near(sumOf(model.generated), 1.0, 1e-12));
            QVERIFY(near(sumOf(model.aggregated), 1.0, 1e-12));
            QVERIFY(near(sumOf(model.ofClass[0]), 0.7, 1e-12));
            QVERIFY(near(sumOf(model.encoder), kBins, 1e-10));
            QVERIFY(near(sumOf(model.decoder), kBins, 1e-10));
            QVERIFY(near(sumOf(model.reconstruction), kBins, 1e-10));
        }
    }

    void workEndsWhenItIsToldTo() {
        std::int64_t last = 0;
        const RdFig2 figure = makeRdFig2(100, 1, [&last](std::int64_t taken) {
            last = taken;
            return taken < 130;
        });
        QCOMPARE(last, std::int64_t{130});
        QCOMPARE(figure.models.size(), std::size_t{2});  // made by hand, and the ELBO's
    }
};

QTEST_APPLESS_MAIN(TestThirtyBins)
#include "tst_thirty_bins.moc"
