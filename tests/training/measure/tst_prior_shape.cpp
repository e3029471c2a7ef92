// The shape of q(z) against p(z): what counts as unlike the prior, and what is a spread only.

#include <QtTest>
#include <cmath>

#include "models/fleet/generator.h"
#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "training/measure/prior_shape.h"

using namespace elbo;

namespace {

/// Of health: above this a shape is a finding.
constexpr double kShape = 0.35;
constexpr std::int64_t kCodes = 2000;

LatentModel modelOf(int latentDim, const std::string& prior = "standard_normal") {
    ModelSpec spec;
    spec.latentDim = latentDim;
    spec.encoder = {};
    spec.decoder = {};
    spec.prior = prior;
    return {spec, 3};
}

torch::Tensor normal(std::int64_t rows, std::int64_t columns) {
    torch::Generator generator = makeGenerator(3);
    return torch::randn({rows, columns}, generator, torch::kFloat64);
}

double shapeOf(const LatentModel& model, const torch::Tensor& means, double stddev) {
    FleetParameters parameters(model.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 1);
    return priorShape(model, parameters,
                      Gaussian::of(means.unsqueeze(0), torch::full_like(means, stddev).unsqueeze(0)));
}

/// Codes of a standard normal q(z), each of them 0.4 wide.
double likeThePrior(int latentDim) {
    return shapeOf(modelOf(latentDim), std::sqrt(1.0 - 0.16) * normal(kCodes, latentDim), 0.4);
}

/// A quarter of a unit wide each, half of them to either side along `direction` (of length 1).
torch::Tensor heaps(const torch::Tensor& direction, double distance) {
    const torch::Tensor means = std::sqrt(1.0 - 0.0625) * normal(kCodes, direction.size(0));
    const torch::Tensor sides = torch::arange(kCodes, torch::kFloat64).remainder(2.0) * 2.0 - 1.0;
    return means + torch::outer(distance * sides - torch::mv(means, direction), direction);
}

torch::Tensor diagonal(int latentDim) {
    return torch::full({latentDim}, 1.0 / std::sqrt(latentDim), torch::kFloat64);
}

}  // namespace

class TestPriorShape : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void codesWhereThePriorIsAreNotFound_data() {
        QTest::addColumn<int>("latentDim");
        for (const int latentDim : {1, 2, 5, 20}) {
            QTest::addRow("%d", latentDim) << latentDim;
        }
    }

    void codesWhereThePriorIsAreNotFound() {
        QFETCH(const int, latentDim);
        const double shape = likeThePrior(latentDim);
        QVERIFY2(shape >= 0.0 && shape < 0.1, qPrintable(QString::number(shape)));
    }

    void twoHeapsAreFound_data() { codesWhereThePriorIsAreNotFound_data(); }

    /// As far apart as the spread of the prior allows.
    void twoHeapsAreFound() {
        QFETCH(const int, latentDim);
        const torch::Tensor direction = torch::eye(latentDim, torch::kFloat64)[latentDim - 1];
        const double shape = shapeOf(modelOf(latentDim), heaps(direction, 0.97), 0.25);
        QVERIFY2(shape > kShape && shape < 0.75, qPrintable(QString::number(shape)));
    }

    void heapsThatNoCoordinateShowsAreFound() {
        const double plane = shapeOf(modelOf(2), heaps(diagonal(2), 0.97), 0.25);
        QVERIFY2(plane > kShape, qPrintable(QString::number(plane)));
        // Above two dimensions along a principal axis.
        const double many = shapeOf(modelOf(20), heaps(diagonal(20), 1.5), 0.25);
        QVERIFY2(many > kShape, qPrintable(QString::number(many)));
    }

    void aSpreadAloneIsNoShape() {
        for (const int latentDim : {1, 2, 5}) {
            for (const double spread : {0.5, 1.0, 1.6, 2.5}) {
                const torch::Tensor means = std::sqrt(spread * spread - 0.04) * normal(kCodes, latentDim);
                const double shape = shapeOf(modelOf(latentDim), means, 0.2);
                QVERIFY2(shape < 0.15, qPrintable(QString("%1 at %2").arg(shape).arg(spread)));
            }
        }
    }

    /// KL(N(1.2, 1) || N(0, 1)) = 0.72 nats.
    void codesBesideThePriorAreFound() {
        const double shape = shapeOf(modelOf(1), 0.9 * normal(kCodes, 1) + 1.2, std::sqrt(1.0 - 0.81));
        QVERIFY2(shape > 0.5 && shape < 0.85, qPrintable(QString::number(shape)));
    }

    void correlatedPosteriorsFillTheSamePlace() {
        // Each code is long along the diagonal, the means fill what that leaves of N(0, I).
        const torch::Tensor covariance = torch::tensor({{0.5, 0.3}, {0.3, 0.5}}, torch::kFloat64);
        const torch::Tensor rest = torch::linalg_cholesky(torch::eye(2, torch::kFloat64) - covariance);
        const torch::Tensor means = torch::mm(normal(kCodes, 2), rest.t());
        Gaussian posteriors =
            Gaussian::of(means.unsqueeze(0), torch::full({1, kCodes, 2}, std::sqrt(0.5), torch::kFloat64));
        posteriors.factor = torch::linalg_cholesky(covariance).expand({1, kCodes, 2, 2});
        const LatentModel model = modelOf(2);
        const FleetParameters parameters(model.layout(), 1, torch::kFloat64);
        const double shape = priorShape(model, parameters, posteriors);
        QVERIFY2(shape < 0.1, qPrintable(QString::number(shape)));
    }

    void aTrainedPriorIsTheMeasureOfItsCodes_data() {
        QTest::addColumn<int>("latentDim");
        QTest::addColumn<QString>("prior");
        for (const char* prior : {"gaussian_mixture", "vamp"}) {
            for (const int latentDim : {1, 2, 5, 20}) {
                QTest::addRow("%s in %d", prior, latentDim) << latentDim << prior;
            }
        }
    }

    void aTrainedPriorIsTheMeasureOfItsCodes() {
        QFETCH(const int, latentDim);
        QFETCH(const QString, prior);
        const LatentModel model = modelOf(latentDim, prior.toStdString());
        FleetParameters parameters(model.layout(), 1, torch::kFloat64);
        model.initialise(parameters, 1);
        const auto shape = [&](const torch::Tensor& means) {
            return priorShape(model, parameters,
                              Gaussian::of(means.unsqueeze(0), torch::full_like(means, 0.1).unsqueeze(0)));
        };
        torch::Tensor draws = model.prior().draw(parameters, normal(kCodes, model.priorNoise()));
        draws = (draws.dim() == 3 ? draws[0] : draws).detach();
        const double own = shape(draws), other = shape(draws + 4.0);
        QVERIFY2(own < 0.15, qPrintable(QString::number(own)));
        QVERIFY2(other > 1.0, qPrintable(QString::number(other)));
    }

    void notANumberIsNotKnown() {
        torch::Tensor means = normal(10, 2);
        means[3][1] = std::nan("");
        QVERIFY(std::isnan(shapeOf(modelOf(2), means, 0.3)));
        QVERIFY(std::isnan(shapeOf(modelOf(3), torch::full({10, 3}, std::nan(""), torch::kFloat64), 0.3)));
    }
};

QTEST_GUILESS_MAIN(TestPriorShape)
#include "tst_prior_shape.moc"
