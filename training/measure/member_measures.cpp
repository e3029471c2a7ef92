#include "training/measure/member_measures.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/divergence/mmd.h"
#include "training/measure/generative_bounds.h"
#include "training/measure/image_classifier.h"
#include "training/measure/importance_sampling.h"
#include "training/measure/mixture_information.h"
#include "training/measure/points/point_measures.h"
#include "training/measure/points/svm_error.h"
#include "training/measure/quadrature/exact_measures.h"
#include "training/tensors/model_inputs.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Codes for measures that take time in proportion to the square of their number.
constexpr std::int64_t kPairedCodes = 10000;
/// Draws z ~ q(z) for the information of the mixture.
constexpr int kMixtureDraws = 4000;
/// Examples of the quadrature unless more are asked for.
constexpr int kExactExamples = 1000;
/// The two-sample statistic as [LiBI] takes it: 100 points against 100, averaged over many draws.
constexpr int kKnnPoints = 100;
constexpr int kKnnRepeats = 50;
constexpr int kSvmLabels = 1000;
constexpr std::uint64_t kSeed = 20181206;

torch::Tensor sampleCodes(const torch::Tensor& means, const torch::Tensor& stddevs, std::int64_t count,
                          torch::Generator& generator) {
    const torch::Tensor noise = torch::randn({count, means.size(1)}, generator, means.options());
    return means.narrow(0, 0, count) + stddevs.narrow(0, 0, count) * noise;
}

Points toPoints(const torch::Tensor& rows) {
    const torch::Tensor host = rows.to(torch::kFloat64).contiguous();
    return Eigen::Map<const Points>(host.data_ptr<double>(), host.size(0), host.size(1));
}

/// Mean and standard error of independent values.
Measured meanOf(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, std::sqrt(squares / (n - 1.0) / n)};
}

/// Where only some examples of a split were used, their spread joins the error.
Measured ofPart(Measured measured, const std::vector<double>& perExample, int whole) {
    if (static_cast<int>(perExample.size()) < whole && perExample.size() > 1) {
        measured.error = std::hypot(measured.error, meanOf(perExample).error);
    }
    return measured;
}

}  // namespace

bool MeasureSink::wants(const std::string& name) const {
    return only_.empty() || std::any_of(only_.begin(), only_.end(), [&](const std::string& wanted) {
               return wanted == name || wanted + "_train" == name || wanted + "_test" == name ||
                      wanted == name + "_train" || wanted == name + "_test" ||
                      (wanted == "nll" && name.starts_with("nll_k"));
           });
}

bool MeasureSink::wantsAny(const std::vector<std::string>& names) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return wants(name); });
}

void MeasureSink::put(const std::string& name, int member, Measured value) {
    if (!wants(name)) {
        return;
    }
    auto found = std::find_if(result_.measurements.begin(), result_.measurements.end(),
                              [&](const MeasuredMetric& measurement) { return measurement.name == name; });
    if (found == result_.measurements.end()) {
        result_.measurements.push_back({name, std::vector<Measured>(static_cast<std::size_t>(members_))});
        found = result_.measurements.end() - 1;
    }
    found->values[static_cast<std::size_t>(member)] = value;
}

void MeasureSink::putPerDimension(const std::string& name, int member, std::vector<double> values) {
    if (!wants(name)) {
        return;
    }
    auto found = std::find_if(result_.perDimension.begin(), result_.perDimension.end(),
                              [&](const MetricByDimension& measurement) { return measurement.name == name; });
    if (found == result_.perDimension.end()) {
        result_.perDimension.push_back({name, std::vector<std::vector<double>>(static_cast<std::size_t>(members_))});
        found = result_.perDimension.end() - 1;
    }
    found->values[static_cast<std::size_t>(member)] = std::move(values);
}

void MeasureSink::refuse(const std::string& name, const std::string& reason) {
    if (wants(name)) {
        result_.unavailable[name] = reason;
    }
}

MemberMeasures::MemberMeasures(const Experiment& experiment, const Dataset& dataset, const LatentModel& model,
                               const FleetParameters& fleet, int member, const ModelMeasureOptions& options,
                               MeasureSink& sink)
    : experiment_(experiment),
      dataset_(dataset),
      model_(model),
      fleet_(fleet),
      member_(member),
      options_(options),
      sink_(sink) {
    splits_.push_back(encoded(dataset.train, "_train"));
    if (dataset.test.size() > 0) {
        splits_.push_back(encoded(dataset.test, "_test"));
    }
}

MemberMeasures::Split MemberMeasures::encoded(const Examples& examples, const std::string& suffix) const {
    constexpr std::int64_t kBlock = 1000;
    const ModelInputs inputs(experiment_, dataset_, examples);
    Split split{suffix, inputs.first(inputs.size()), inputs.labels(), {}, {}};
    const FleetParameters parameters = fleet_.member(member_);
    std::vector<torch::Tensor> means, stddevs;
    for (std::int64_t start = 0; start < split.x.size(0); start += kBlock) {
        const Gaussian q =
            model_.encode(parameters, split.x.narrow(0, start, std::min(kBlock, split.x.size(0) - start)));
        means.push_back(q.mean[0].to(torch::kFloat64));
        stddevs.push_back(q.stddev[0].to(torch::kFloat64));
    }
    split.means = torch::cat(means);
    split.stddevs = torch::cat(stddevs);
    return split;
}

void MemberMeasures::codes(const MeasureProgress& progress) {
    for (const Split& split : splits_) {
        codesOf(split, progress);
    }
}

void MemberMeasures::codesOf(const Split& split, const MeasureProgress& progress) {
    const std::string& suffix = split.suffix;
    const torch::Tensor variances = split.stddevs.square();
    const torch::Tensor rates = 0.5 * (split.means.square() + variances - 1.0 - variances.log());
    sink_.putPerDimension("rate_per_dim" + suffix, member_, toDoubles(rates.mean(0)));

    const std::int64_t count = std::min(kPairedCodes, split.means.size(0));
    torch::Generator generator = makeGenerator(kSeed);
    const torch::Tensor z = sampleCodes(split.means, split.stddevs, count, generator);
    sink_.count("mmd_codes" + suffix, static_cast<int>(count));
    if (sink_.wants("mmd" + suffix) && count > 1) {
        progress.at(0.1);
        const torch::Tensor y = torch::randn({1, count, z.size(1)}, generator, z.options());
        const torch::Tensor value =
            mmdInBlocks(z.unsqueeze(0), y, experiment_.objective.kernel, MmdEstimator::Unbiased);
        sink_.put("mmd" + suffix, member_, {value.item<double>(), 0.0});
    }
    if (sink_.wantsAny({"henze_zirkler" + suffix, "henze_zirkler_p" + suffix}) && count > 1) {
        progress.at(0.3);
        const HenzeZirkler test = henzeZirkler(toPoints(z));
        sink_.put("henze_zirkler" + suffix, member_, {test.statistic, 0.0});
        sink_.put("henze_zirkler_p" + suffix, member_, {test.pValue, 0.0});
    }
    if (sink_.wantsAny({"mi_q" + suffix, "kl_marginal" + suffix})) {
        const MixtureEstimates mixture = sampleMixture(split.means, split.stddevs, kMixtureDraws, kSeed, progress);
        sink_.put("mi_q" + suffix, member_, mixture.information);
        sink_.put("kl_marginal" + suffix, member_, mixture.klMarginal);
        sink_.count("mixture_draws", kMixtureDraws);
    }
    sink_.put("mi_q_upper" + suffix, member_, {rates.sum(1).mean().item<double>(), 0.0});
    if (!dataset_.entropy) {
        sink_.refuse("mi_q_lower" + suffix, "the entropy of these data is not known");
        return;
    }
    if (sink_.wants("mi_q_lower" + suffix)) {
        const torch::Tensor noise = torch::randn(split.means.sizes(), generator, split.means.options());
        const torch::Tensor code = (split.means + split.stddevs * noise).to(split.x.scalar_type());
        const torch::Tensor distortion = model_.decode(fleet_.member(member_), code).distortion(split.x)[0];
        const Measured mean = meanOf(toDoubles(distortion));
        sink_.put("mi_q_lower" + suffix, member_, {*dataset_.entropy - mean.value, mean.error});
    }
}

int MemberMeasures::likelihoodExamples(const Split& split) const {
    const auto available = static_cast<int>(split.x.size(0));
    if (options_.examples > 0) {
        return std::min(options_.examples, available);
    }
    // Half a minute on one core: two operations per weight and draw, and some thirty per value of x.
    constexpr double kOperations = 1e12;
    const double perDraw = 2.0 * static_cast<double>(model_.layout()->size()) + 30.0 * dataset_.dim;
    const double affordable = kOperations / experiment_.fleetSize() / (perDraw * options_.draws.back());
    return std::min(available, std::clamp(static_cast<int>(std::min(affordable, 1e6)), 20, kExactExamples));
}

void MemberMeasures::likelihood(const MeasureProgress& progress) {
    for (const Split& split : splits_) {
        const std::string& suffix = split.suffix;
        // Of these few examples both sides of the gap are known; the ELBO of the whole split is that of others too.
        const bool gap =
            model_.latentDim() > 2 && options_.varianceFactor == 1.0 && sink_.wants("kl_posterior" + suffix);
        if (!sink_.wants("nll" + suffix) && !gap) {
            continue;
        }
        const int count = likelihoodExamples(split);
        const ImportanceEstimate estimate =
            importanceSample(model_, fleet_, member_, split.x.narrow(0, 0, count),
                             {options_.draws, options_.varianceFactor, kSeed}, progress);
        for (std::size_t k = 0; k < estimate.draws.size(); ++k) {
            sink_.put("nll_k" + std::to_string(estimate.draws[k]) + suffix, member_,
                      ofPart(estimate.nll[k], estimate.logLikelihood, static_cast<int>(split.x.size(0))));
        }
        sink_.put("nll" + suffix, member_,
                  ofPart(estimate.nll.back(), estimate.logLikelihood, static_cast<int>(split.x.size(0))));
        if (gap) {
            sink_.put("kl_posterior" + suffix, member_,
                      {estimate.single.value - estimate.nll.back().value,
                       std::hypot(estimate.single.error, estimate.nll.back().error)});
        }
        sink_.count("nll_examples" + suffix, count);
        sink_.count("nll_draws", options_.draws.back());
    }
}

void MemberMeasures::quadrature(const MeasureProgress& progress) {
    for (const Split& split : splits_) {
        const std::string& suffix = split.suffix;
        const bool last = &split == &splits_.back();
        const std::vector<std::string> names{"nll_exact" + suffix, "kl_posterior" + suffix, "mi_q_exact" + suffix,
                                             "kl_marginal_exact" + suffix, "kl_marginal_reverse" + suffix};
        if (model_.latentDim() > 2) {
            for (const std::string& name : names) {
                if (name != names[1] || options_.varianceFactor != 1.0) {
                    sink_.refuse(name, "quadrature is for one or two latent dimensions");
                }
            }
            sink_.refuse("mi_p", "quadrature is for one or two latent dimensions; see mi_p_lower and mi_p_upper");
            continue;
        }
        const bool modelInformation = last && sink_.wants("mi_p");
        if (!sink_.wantsAny(names) && !modelInformation) {
            continue;
        }
        QuadratureOptions quadrature;
        quadrature.samples = modelInformation ? options_.samples : 0;
        const int wanted = options_.examples > 0 ? options_.examples : kExactExamples;
        const auto count = std::min<std::int64_t>(wanted, split.x.size(0));
        const ExactMeasures exact =
            measureExactly(model_, fleet_, member_, split.x.narrow(0, 0, count), quadrature, progress);
        const auto whole = static_cast<int>(split.x.size(0));
        sink_.put(names[0], member_, ofPart(exact.nll, exact.logLikelihood, whole));
        sink_.put(names[1], member_, exact.klPosterior);
        sink_.put(names[2], member_, exact.information);
        sink_.put(names[3], member_, exact.klMarginal);
        sink_.put(names[4], member_, exact.klMarginalReverse);
        if (modelInformation) {
            sink_.put("mi_p", member_, exact.modelInformation);
        }
        sink_.count("exact_examples" + suffix, exact.examples);
        sink_.count("exact_grid_x", exact.nodesX);
        sink_.count("exact_grid_y", exact.nodesY);
    }
}

void MemberMeasures::generation(const MeasureProgress& progress) {
    if (sink_.wantsAny({"mi_p_lower", "mi_p_upper"})) {
        constexpr int kDraws = 50;
        const GenerativeBounds bounds =
            generativeBounds(model_, fleet_, member_, options_.samples, kDraws, kSeed, progress);
        sink_.put("mi_p_lower", member_, bounds.lower);
        sink_.put("mi_p_upper", member_, bounds.upper);
        sink_.count("model_samples", options_.samples);
    }
    if (sink_.wants("smooth_knn")) {
        samplesAgainstData(progress);
    }
}

void MemberMeasures::samplesAgainstData(const MeasureProgress& progress) {
    const Split& data = splits_.back();
    if (data.x.size(0) < kKnnPoints) {
        sink_.refuse("smooth_knn", "at least " + std::to_string(kKnnPoints) + " examples are needed");
        return;
    }
    torch::Generator generator = makeGenerator(kSeed);
    const FleetParameters parameters = fleet_.member(member_);
    std::vector<double> values;
    for (int repeat = 0; repeat < kKnnRepeats; ++repeat) {
        progress.at(static_cast<double>(repeat) / kKnnRepeats);
        const torch::Tensor z = torch::randn({kKnnPoints, model_.latentDim()}, generator, data.x.options());
        const torch::Tensor samples = drawExamples(model_.decode(parameters, z), generator);
        const torch::Tensor chosen = torch::randperm(data.x.size(0), generator, torch::kInt64).narrow(0, 0, kKnnPoints);
        values.push_back(smoothKnn(toPoints(data.x.index_select(0, chosen)), toPoints(samples), {}).value);
    }
    sink_.put("smooth_knn", member_, meanOf(values));
    sink_.count("smooth_knn_points", kKnnPoints);
    sink_.count("smooth_knn_repeats", kKnnRepeats);
}

void MemberMeasures::classes(const MeasureProgress& progress) {
    const Split& train = splits_.front();
    const Split& test = splits_.back();
    const auto [lowest, highest] = std::minmax_element(train.labels.begin(), train.labels.end());
    if (train.labels.empty() || *lowest == *highest) {
        for (const char* name : {"svm_error", "class_cross_entropy"}) {
            sink_.refuse(name, train.labels.empty() ? "these data have no labels" : "all labels are the same");
        }
        return;
    }
    if (sink_.wants("svm_error")) {
        progress.at(0.0);
        const auto count = std::min<std::int64_t>(kSvmLabels, train.means.size(0));
        const std::vector<int> labels(train.labels.begin(), train.labels.begin() + count);
        const double error =
            svmError(toPoints(train.means.narrow(0, 0, count)), labels, toPoints(test.means), test.labels);
        const auto tested = static_cast<double>(test.labels.size());
        sink_.put("svm_error", member_, {error, std::sqrt(error * (1.0 - error) / tested)});
        sink_.count("svm_labels", static_cast<int>(count));
    }
    if (!dataset_.isImage()) {
        sink_.refuse("class_cross_entropy", "the classifier judges images, and these data are points");
        return;
    }
    if (sink_.wants("class_cross_entropy")) {
        constexpr int kImages = 2000;
        const ImageClassifier classifier = ImageClassifier::of(dataset_, options_.cacheFolder, progress);
        torch::Generator generator = makeGenerator(kSeed);
        const torch::Tensor z = torch::randn({kImages, model_.latentDim()}, generator, train.x.options());
        const torch::Tensor images = model_.decode(fleet_.member(member_), z).mean()[0].clamp(0.0, 1.0);
        const double entropy = classCrossEntropy(train.labels, classifier.classify(images), classifier.classes());
        sink_.put("class_cross_entropy", member_, {entropy, 0.0});
        sink_.count("class_images", kImages);
    }
}

double MemberMeasures::kernelMean() const {
    constexpr std::int64_t kLookedAt = 200;
    const Split& train = splits_.front();
    const std::int64_t count = std::min(kLookedAt, train.means.size(0));
    torch::Generator generator = makeGenerator(kSeed);
    const torch::Tensor z = sampleCodes(train.means, train.stddevs, count, generator);
    const torch::Tensor y = torch::randn({1, count, z.size(1)}, generator, z.options());
    return kernelOf(squaredDistances(z.unsqueeze(0), y), experiment_.objective.kernel, z.size(1)).mean().item<double>();
}

}  // namespace elbo
