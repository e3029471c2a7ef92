#include "training/measure/points/point_measures.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <utility>

#include "models/divergence/mmd.h"
#include "models/tensor/torch.h"
#include "training/experiment/experiment_text.h"
#include "training/measure/points/henze_zirkler.h"

namespace elbo {

namespace {

/// [1, n, dim]; the memory stays the points'.
torch::Tensor tensorOf(const Points& points) {
    auto* data = const_cast<double*>(points.data());  // from_blob has no const form; nothing writes through it
    return torch::from_blob(data, {1, points.rows(), points.cols()}, torch::kFloat64);
}

std::vector<PointValue> normality(const PointSubject& subject) {
    const HenzeZirkler test = henzeZirkler(subject.points);
    return {{"henze_zirkler", "", test.statistic, {}, "Distance from normality: small is normal."},
            {"henze_zirkler_p", "", test.pValue, {}, "Chance of at least this distance if the points were normal."}};
}

std::vector<PointValue> volume(const PointSubject& subject) {
    return {{"log_det_cov",
             "",
             logDetCovariance(subject.points),
             {},
             "Log volume of the sample covariance, per dimension: 0 for a standard normal."}};
}

std::vector<PointValue> discrepancies(const PointSubject& subject) {
    std::vector<PointValue> values;
    for (const KernelMmd& mmd : kernelMmds(subject.points, *subject.against)) {
        values.push_back({"mmd", mmd.kernel, mmd.unbiased, mmd.biased,
                          "Distance between the two sets: unbiased values scatter around 0 for equal ones."});
    }
    return values;
}

std::vector<PointValue> neighbours(const PointSubject& subject) {
    return {{"smooth_knn",
             "",
             smoothKnn(subject.points, *subject.against, subject.knn).value,
             {},
             "Standard deviations by which neighbours tell the two sets apart: 0 means they cannot."}};
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

const std::vector<PointMeasure>& pointMeasures() {
    static const std::vector<PointMeasure> kMeasures{
        {{"henze_zirkler", "henze_zirkler_p"}, false, normality},
        {{"log_det_cov"}, false, volume},
        {{"mmd"}, true, discrepancies},
        {{"smooth_knn"}, true, neighbours},
    };
    return kMeasures;
}

std::vector<PointValue> measurePoints(const PointSubject& subject) {
    std::vector<PointValue> values;
    for (const PointMeasure& measure : pointMeasures()) {
        if (measure.whyNot(subject).empty()) {
            for (PointValue& value : measure.run(subject)) {
                values.push_back(std::move(value));
            }
        }
    }
    return values;
}

}  // namespace elbo
