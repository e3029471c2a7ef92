#include "models/algebra/basis.h"

#include <Eigen/QR>
#include <initializer_list>
#include <stdexcept>

namespace elbo {

namespace {

constexpr Density kDensities[] = {Density::P, Density::Q};

BasisVector term(Density under, Density density, Atom atom) {
    BasisVector vector = BasisVector::Zero();
    vector[basisIndex(under, density, atom)] = 1;
    return vector;
}

/// KL(p || q) or KL(q || p) on an atom, averaged under its first argument.
BasisVector divergence(Density first, Atom atom) {
    const Density second = first == Density::P ? Density::Q : Density::P;
    return term(first, first, atom) - term(first, second, atom);
}

BasisVector information(Density under) {
    return term(under, under, Atom::Joint) - term(under, under, Atom::X) - term(under, under, Atom::Z);
}

BasisMatrix columns(std::initializer_list<BasisVector> vectors) {
    BasisMatrix matrix(kBasisSize, static_cast<Eigen::Index>(vectors.size()));
    Eigen::Index column = 0;
    for (const BasisVector& vector : vectors) {
        matrix.col(column++) = vector;
    }
    return matrix;
}

}  // namespace

int basisIndex(Density under, Density density, Atom atom) {
    return (static_cast<int>(under) * 2 + static_cast<int>(density)) * 5 + static_cast<int>(atom);
}

BasisMatrix elementaryTransformations() {
    BasisMatrix matrix(kBasisSize, 10);
    Eigen::Index column = 0;
    for (const Density under : kDensities) {
        for (const Density density : kDensities) {
            const BasisVector joint = term(under, density, Atom::Joint);
            matrix.col(column++) = joint - term(under, density, Atom::XGivenZ) - term(under, density, Atom::Z);
            matrix.col(column++) = joint - term(under, density, Atom::ZGivenX) - term(under, density, Atom::X);
        }
    }
    matrix.col(column++) = term(Density::Q, Density::Q, Atom::X);
    matrix.col(column++) = term(Density::P, Density::P, Atom::Z);
    return matrix;
}

BasisMatrix lagrangianColumns() {
    const Density p = Density::P, q = Density::Q;
    return columns({information(p), information(q), divergence(p, Atom::Joint), divergence(q, Atom::Joint),
                    divergence(p, Atom::ZGivenX), divergence(q, Atom::ZGivenX), divergence(p, Atom::XGivenZ),
                    divergence(q, Atom::XGivenZ), divergence(p, Atom::X), divergence(q, Atom::X),
                    divergence(p, Atom::Z), divergence(q, Atom::Z)});
}

BasisMatrix toolBox(Tractability tractability) {
    BasisMatrix box(kBasisSize, 0);
    for (const Density under : kDensities) {
        box = beside(box, columns({term(under, Density::P, Atom::XGivenZ), term(under, Density::P, Atom::Joint),
                                   term(under, Density::P, Atom::Z), term(under, Density::Q, Atom::ZGivenX)}));
    }
    if (tractability != Tractability::Likelihood) {
        for (const Density first : kDensities) {
            box = beside(box, columns({divergence(first, Atom::X), divergence(first, Atom::Z)}));
        }
    }
    if (tractability == Tractability::Binary) {
        box = beside(box, columns({divergence(Density::P, Atom::Joint), divergence(Density::Q, Atom::Joint)}));
    }
    return box;
}

BasisMatrix termColumns() {
    const Density p = Density::P, q = Density::Q;
    return columns({-term(q, p, Atom::XGivenZ), term(q, q, Atom::ZGivenX) - term(q, p, Atom::Z),
                    -term(p, q, Atom::ZGivenX), divergence(q, Atom::Z), divergence(p, Atom::Z), divergence(q, Atom::X),
                    divergence(p, Atom::X), divergence(p, Atom::Joint), divergence(q, Atom::Joint)});
}

BasisMatrix beside(const BasisMatrix& left, const BasisMatrix& right) {
    BasisMatrix both(kBasisSize, left.cols() + right.cols());
    both << left, right;
    return both;
}

int exactRank(const BasisMatrix& matrix) {
    // Bareiss: every division below is exact, entries stay minors of the matrix.
    BasisMatrix work = matrix;
    std::int64_t previous = 1;
    Eigen::Index row = 0;
    for (Eigen::Index column = 0; column < work.cols() && row < work.rows(); ++column) {
        Eigen::Index pivot = row;
        while (pivot < work.rows() && work(pivot, column) == 0) {
            ++pivot;
        }
        if (pivot == work.rows()) {
            continue;
        }
        work.row(pivot).swap(work.row(row));
        for (Eigen::Index below = row + 1; below < work.rows(); ++below) {
            for (Eigen::Index right = column + 1; right < work.cols(); ++right) {
                work(below, right) =
                    (work(row, column) * work(below, right) - work(below, column) * work(row, right)) / previous;
            }
            work(below, column) = 0;
        }
        previous = work(row, column);
        ++row;
    }
    return static_cast<int>(row);
}

int intersectionDimension(const BasisMatrix& a, const BasisMatrix& b) {
    return exactRank(a) + exactRank(b) - exactRank(beside(a, b));
}

Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> coordinates(const BasisMatrix& basis,
                                                                        const BasisMatrix& wanted) {
    const Eigen::MatrixXd solution = basis.cast<double>().colPivHouseholderQr().solve(wanted.cast<double>().eval());
    Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> rounded =
        solution.array().round().matrix().cast<std::int64_t>();
    // Rounding is a guess until the integers themselves agree.
    if (basis * rounded != wanted) {
        throw std::logic_error("coordinates: the vectors are no integer combination of the basis");
    }
    return rounded;
}

}  // namespace elbo
