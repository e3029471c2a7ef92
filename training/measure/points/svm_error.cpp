#include "training/measure/points/svm_error.h"

#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>

namespace elbo {

namespace {

/// Rows as libsvm reads them: index-value pairs that end with index -1.
class Rows {
  public:
    explicit Rows(const Points& points) : nodes_(static_cast<std::size_t>(points.rows() * (points.cols() + 1))) {
        svm_node* node = nodes_.data();
        for (Eigen::Index i = 0; i < points.rows(); ++i) {
            starts_.push_back(node);
            for (Eigen::Index j = 0; j < points.cols(); ++j) {
                *node++ = {static_cast<int>(j) + 1, points(i, j)};
            }
            *node++ = {-1, 0.0};
        }
    }
    svm_node** starts() { return starts_.data(); }

  private:
    std::vector<svm_node> nodes_;
    std::vector<svm_node*> starts_;
};

struct FreeModel {
    void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

}  // namespace

int mostSvmCodes(std::int64_t dim) {
    // Every pair of codes has a kernel value, which takes time in proportion to the dimension.
    constexpr double kMost = 1000.0, kProducts = 1e9;
    return static_cast<int>(
        std::min(kMost, std::sqrt(kProducts / static_cast<double>(std::max<std::int64_t>(1, dim)))));
}

double svmError(const Points& trainCodes, const std::vector<int>& trainLabels, const Points& testCodes,
                const std::vector<int>& testLabels, const MeasureProgress& progress) {
    svm_set_print_string_function([](const char*) {});
    const Eigen::RowVectorXd mean = trainCodes.colwise().mean();
    const Points centred = trainCodes.rowwise() - mean;
    Eigen::RowVectorXd scale =
        (centred.array().square().colwise().sum() / static_cast<double>(trainCodes.rows())).sqrt();
    scale = (scale.array() > 0.0).select(scale, 1.0);
    const auto standardised = [&](const Points& codes) {
        return Points((codes.rowwise() - mean).array().rowwise() / scale.array());
    };
    Rows trainRows(standardised(trainCodes));
    std::vector<double> targets(trainLabels.begin(), trainLabels.end());
    const svm_problem problem{static_cast<int>(targets.size()), targets.data(), trainRows.starts()};
    svm_parameter parameter{};
    parameter.svm_type = C_SVC;
    parameter.kernel_type = RBF;
    parameter.gamma = 1.0 / static_cast<double>(trainCodes.cols());
    parameter.C = 1.0;
    parameter.cache_size = 100.0;  // MB
    parameter.eps = 1e-3;
    parameter.shrinking = 1;
    if (const char* reason = svm_check_parameter(&problem, &parameter)) {
        throw std::invalid_argument(std::string("support vector machine: ") + reason);
    }
    progress.at(0.0);
    const std::unique_ptr<svm_model, FreeModel> model(svm_train(&problem, &parameter));
    Rows testRows(standardised(testCodes));
    int wrong = 0;
    for (std::size_t i = 0; i < testLabels.size(); ++i) {
        if (i % 256 == 0) {
            progress.at(static_cast<double>(i) / static_cast<double>(testLabels.size()));
        }
        wrong += static_cast<int>(svm_predict(model.get(), testRows.starts()[i])) == testLabels[i] ? 0 : 1;
    }
    return static_cast<double>(wrong) / static_cast<double>(testLabels.size());
}

}  // namespace elbo
