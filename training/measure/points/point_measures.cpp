#include "training/measure/points/point_measures.h"

#include <torch/torch.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>

#include "models/divergence/mmd.h"

namespace elbo {

namespace {

/// [1, n, dim]; the memory stays the points'.
torch::Tensor tensorOf(const Points& points) {
    auto* data = const_cast<double*>(points.data());  // from_blob has no const form; nothing writes through it
    return torch::from_blob(data, {1, points.rows(), points.cols()}, torch::kFloat64);
}

}  // namespace

double logDetCovariance(const Points& points) {
    const Points centred = points.rowwise() - points.colwise().mean();
    const Eigen::MatrixXd covariance = centred.transpose() * centred / static_cast<double>(points.rows() - 1);
    const Eigen::LDLT<Eigen::MatrixXd> factors(covariance);
    const Eigen::VectorXd pivots = factors.vectorD();
    if (pivots.minCoeff() <= 0.0) {
        return -std::numeric_limits<double>::infinity();
    }
    return pivots.array().log().sum() / static_cast<double>(points.cols());
}

std::vector<KernelMmd> kernelMmds(const Points& a, const Points& b) {
    std::vector<KernelMmd> values;
    for (const DivergenceKernel kernel :
         {DivergenceKernel::GaussianDim, DivergenceKernel::GaussianDim2, DivergenceKernel::InverseMultiquadratic}) {
        const auto value = [&](MmdEstimator estimator) {
            return mmdInBlocks(tensorOf(a), tensorOf(b), kernel, estimator).item<double>();
        };
        values.push_back({keyOf(kernel), value(MmdEstimator::Biased), value(MmdEstimator::Unbiased)});
    }
    return values;
}

PointMeasures measurePoints(const Points& points, const Points* against, const SmoothKnnOptions& options) {
    PointMeasures measures;
    measures.henzeZirkler = henzeZirkler(points);
    measures.logDetCov = logDetCovariance(points);
    if (against != nullptr) {
        measures.mmd = kernelMmds(points, *against);
        measures.smoothKnn = smoothKnn(points, *against, options);
    }
    return measures;
}

}  // namespace elbo
