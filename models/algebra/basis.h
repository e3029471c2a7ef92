// The vector space of the family [Family, Appendix B]: every quantity as integers over the twenty terms
// E_e[log d(a)], e and d in {p, q}, a in {(x,z), x|z, z|x, x, z}.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "models/algebra/family.h"

namespace elbo {

inline constexpr int kBasisSize = 20;

enum class Density { P, Q };
enum class Atom { Joint, XGivenZ, ZGivenX, X, Z };

/// Column vectors over the basis; all entries are integers, so that ranks are exact.
using BasisMatrix = Eigen::Matrix<std::int64_t, kBasisSize, Eigen::Dynamic>;
using BasisVector = Eigen::Matrix<std::int64_t, kBasisSize, 1>;

/// The place of E_under[log density(atom)] in the basis.
int basisIndex(Density under, Density density, Atom atom);

/// P: the ten elementary transformations [Definition 8]. Eight chain rules, which are zero, then E_q log q(x) and
/// E_p log p(z), which no training changes.
BasisMatrix elementaryTransformations();

/// R: the twelve quantities of the Lagrangian form, in the order of Multiplier.
BasisMatrix lagrangianColumns();

/// T: everything that a class may estimate [Definition 7]; 8, 12 and 14 columns.
BasisMatrix toolBox(Tractability tractability);

/// The terms that the program writes tractable forms in, in the order of Term.
BasisMatrix termColumns();

/// The columns of both.
BasisMatrix beside(const BasisMatrix& left, const BasisMatrix& right);

/// By integer elimination without rounding; for small entries.
int exactRank(const BasisMatrix& matrix);

/// dim(span(a) intersected with span(b)).
int intersectionDimension(const BasisMatrix& a, const BasisMatrix& b);

/// The integer X with basis X = wanted, for a basis of independent columns whose span holds `wanted`. Throws
/// std::logic_error where there is none.
Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic> coordinates(const BasisMatrix& basis,
                                                                        const BasisMatrix& wanted);

}  // namespace elbo
