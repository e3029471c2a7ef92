// The dimensions that [Family, Appendix B] tabulates, from integer matrices by exact elimination.
#include <QtTest>
#include <cmath>
#include <random>

#include "models/algebra/basis.h"
#include "tests/models/algebra/finite_model.h"

using namespace elbo;

namespace {

/// The columns of the Lagrangian form with these weights, one objective per list.
BasisMatrix spanOf(std::initializer_list<std::initializer_list<std::pair<Multiplier, int>>> objectives) {
    const BasisMatrix columns = lagrangianColumns();
    BasisMatrix span = BasisMatrix::Zero(kBasisSize, static_cast<Eigen::Index>(objectives.size()));
    Eigen::Index column = 0;
    for (const auto& objective : objectives) {
        for (const auto& [name, weight] : objective) {
            span.col(column) += weight * columns.col(static_cast<Eigen::Index>(name));
        }
        ++column;
    }
    return span;
}

using M = Multiplier;

// As written in Theorems 1 to 3, free parameters as further columns.
BasisMatrix betaElboAndVmi() {
    return spanOf({{{M::Iq, -1}, {M::XGivenZQp, 1}}, {{M::Iq, 1}, {M::ZQp, 1}}, {{M::Ip, -1}, {M::ZGivenXPq, 1}}});
}
BasisMatrix infoVae() {
    return spanOf({{{M::Iq, 1}}, {{M::XGivenZQp, 1}}, {{M::ZQp, 1}}, {{M::ZPq, 1}}});
}
BasisMatrix infoGan() {
    return spanOf({{{M::Ip, -1}, {M::ZGivenXPq, 1}}, {{M::XPq, 1}}, {{M::XQp, 1}}});
}
BasisMatrix infoBiGan() {
    return spanOf({{{M::Ip, 1}}, {{M::ZGivenXPq, 1}}, {{M::XPq, 1}}, {{M::XQp, 1}}});
}

}  // namespace

class TestBasis : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void transformationsHaveTenDimensions() {
        QCOMPARE(exactRank(elementaryTransformations()), 10);
        QCOMPARE(toolBox(Tractability::Likelihood).cols(), 8);
        QCOMPARE(toolBox(Tractability::Unary).cols(), 12);
        QCOMPARE(toolBox(Tractability::Binary).cols(), 14);
        QCOMPARE(lagrangianColumns().cols(), kMultiplierCount);
    }

    void everyObjectiveIsAtWorstBinary() {
        const BasisMatrix all = beside(lagrangianColumns(), elementaryTransformations());
        QCOMPARE(exactRank(all), 18);
        const BasisMatrix binary = beside(toolBox(Tractability::Binary), elementaryTransformations());
        QCOMPARE(exactRank(beside(binary, all)), exactRank(binary));
    }

    void tableOfDimensions_data() {
        QTest::addColumn<int>("tractability");
        QTest::addColumn<int>("dimension");
        QTest::newRow("likelihood based") << static_cast<int>(Tractability::Likelihood) << 13;
        QTest::newRow("unary likelihood free") << static_cast<int>(Tractability::Unary) << 17;
        QTest::newRow("binary likelihood free") << static_cast<int>(Tractability::Binary) << 18;
    }
    void tableOfDimensions() {
        QFETCH(int, tractability);
        QFETCH(int, dimension);
        const BasisMatrix moves = elementaryTransformations();
        const BasisMatrix tools = beside(toolBox(static_cast<Tractability>(tractability)), moves);
        const BasisMatrix family = beside(lagrangianColumns(), moves);
        QCOMPARE(intersectionDimension(tools, family), dimension);

        // The named families span the same: equal dimension, and inside both.
        const BasisMatrix named = tractability == 0   ? betaElboAndVmi()
                                  : tractability == 1 ? beside(infoGan(), infoVae())
                                                      : beside(infoBiGan(), infoVae());
        QCOMPARE(exactRank(beside(named, moves)), dimension);
        QCOMPARE(exactRank(beside(named, tools)), exactRank(tools));
        QCOMPARE(exactRank(beside(named, family)), exactRank(family));
    }

    void rankIsExact() {
        std::mt19937 generator(7);
        std::uniform_int_distribution<int> entry(-2, 2);
        for (int trial = 0; trial < 20; ++trial) {
            const int rank = 1 + trial % 8;
            const auto random = [&](Eigen::Index rows, Eigen::Index columns) {
                Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> matrix(rows, columns);
                for (Eigen::Index i = 0; i < matrix.size(); ++i) {
                    matrix(i) = entry(generator);
                }
                // A unit block keeps the factor at full rank.
                for (Eigen::Index i = 0; i < rank; ++i) {
                    for (Eigen::Index j = 0; j < rank; ++j) {
                        matrix(i, j) = i == j ? 1 : 0;
                    }
                }
                return matrix;
            };
            const BasisMatrix product = random(kBasisSize, rank) * random(rank, 12);
            QCOMPARE(exactRank(product), rank);
        }
    }

    void columnsAreWhatTheySay() {
        // Against sums over a finite model: a wrong entry of a matrix is a wrong number here.
        const FiniteModel model(3);
        const auto twenty = model.basisValues();
        const auto value = [&](const auto& column) {
            double sum = 0.0;
            for (int i = 0; i < kBasisSize; ++i) {
                sum += static_cast<double>(column[i]) * twenty[static_cast<std::size_t>(i)];
            }
            return sum;
        };
        const BasisMatrix lagrangian = lagrangianColumns(), terms = termColumns(), moves = elementaryTransformations();
        for (int i = 0; i < kMultiplierCount; ++i) {
            QVERIFY2(std::abs(value(lagrangian.col(i)) - model.value(static_cast<Multiplier>(i))) < 1e-12,
                     multiplierNames()[static_cast<std::size_t>(i)].c_str());
        }
        for (int i = 0; i < kFamilyTermCount; ++i) {
            QVERIFY2(std::abs(value(terms.col(i)) - model.value(static_cast<Term>(i))) < 1e-12,
                     termNames()[static_cast<std::size_t>(i)].c_str());
        }
        for (int i = 0; i < 8; ++i) {
            QVERIFY(std::abs(value(moves.col(i))) < 1e-12);
        }
        QVERIFY(std::abs(value(moves.col(8)) + model.dataEntropy()) < 1e-12);
        QVERIFY(std::abs(value(moves.col(9)) + model.priorEntropy()) < 1e-12);
    }

    void whatIsNotInTheSpanIsRefused() {
        QVERIFY_THROWS_EXCEPTION(std::logic_error, coordinates(elementaryTransformations(), termColumns()));
    }
};

QTEST_GUILESS_MAIN(TestBasis)
#include "tst_basis.moc"
