#include "training/tensors/model_inputs.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "models/tensor/torch.h"
#include "training/data/binarise.h"
#include "training/data/representative.h"
#include "training/experiment/input_error.h"

namespace elbo {

namespace {

/// Epoch number of the fixed draw used by evaluations; training epochs start at 0.
constexpr std::int64_t kEvaluationEpoch = -1;

/// The values as a tensor [N, D] without a copy.
torch::Tensor view(const Examples& examples, int count) {
    auto* data = const_cast<float*>(examples.values.data());  // from_blob has no const form; nothing writes through it
    return torch::from_blob(data, {count, examples.dim}, torch::kFloat32);
}

}  // namespace

torch::TensorOptions tensorOptions(const Experiment& experiment) {
    return torch::TensorOptions().dtype(experiment.run.precision == Precision::Float64 ? torch::kFloat64
                                                                                       : torch::kFloat32);
}

torch::TensorOptions trainingOptions(const Experiment& experiment) {
    if (experiment.run.device == Device::Cpu) {
        return tensorOptions(experiment);
    }
    if (!torch::cuda::is_available()) {
        throw InputError(
            "run.device = \"cuda\": LibTorch finds no CUDA device here (it must be a CUDA build, with a GPU "
            "and its driver); set run.device = \"cpu\"");
    }
    return tensorOptions(experiment).device(torch::kCUDA, 0);
}

ModelInputs::ModelInputs(const Experiment& experiment, const Dataset& dataset, const Examples& examples)
    : size_(examples.size()),
      dim_(dataset.dim),
      stochastic_(dataset.discrete && experiment.data.binarisation == Binarisation::Stochastic),
      seed_(experiment.run.seed),
      options_(tensorOptions(experiment)),
      labels_(examples.labels),
      order_(representativeOrder(examples, experiment.data.seed)) {
    const bool once = dataset.discrete && (experiment.data.binarisation == Binarisation::Static ||
                                           experiment.data.binarisation == Binarisation::Threshold);
    if (once) {
        const Examples fixed =
            binariseOnce({dim_, examples.values, {}}, experiment.data.binarisation, experiment.data.seed);
        values_ = view(fixed, size_).clone().to(options_);
    } else {
        values_ = stochastic_ ? view(examples, size_) : view(examples, size_).to(options_);
    }
}

void ModelInputs::batch(const int* indices, int count, std::int64_t epoch, torch::Tensor& out) const {
    const bool wide = out.scalar_type() == torch::kFloat64;
    if (!stochastic_) {
        const auto bytes = static_cast<std::size_t>(dim_) * (wide ? sizeof(double) : sizeof(float));
        const auto* from = static_cast<const char*>(values_.data_ptr());
        auto* to = static_cast<char*>(out.data_ptr());
        for (int i = 0; i < count; ++i) {
            std::memcpy(to + static_cast<std::size_t>(i) * bytes, from + static_cast<std::size_t>(indices[i]) * bytes,
                        bytes);
        }
        return;
    }
    const float* grey = values_.data_ptr<float>();
    for (std::int64_t i = 0; i < count; ++i) {
        const float* row = grey + static_cast<std::int64_t>(indices[i]) * dim_;
        if (wide) {
            binariseExample(row, dim_, seed_, epoch, indices[i], out.data_ptr<double>() + i * dim_);
        } else {
            binariseExample(row, dim_, seed_, epoch, indices[i], out.data_ptr<float>() + i * dim_);
        }
    }
}

torch::Tensor ModelInputs::first(int count) const {
    const int available = std::min(count, size_);
    if (!stochastic_) {
        return values_.narrow(0, 0, available);
    }
    std::vector<int> indices(static_cast<std::size_t>(available));
    std::iota(indices.begin(), indices.end(), 0);
    return at(indices.data(), available);
}

torch::Tensor ModelInputs::at(const int* indices, int count) const {
    torch::Tensor drawn = torch::empty({count, dim_}, options_);
    batch(indices, count, kEvaluationEpoch, drawn);
    return drawn;
}

ExamplePart ModelInputs::representative(int count) const {
    const int available = std::clamp(count, 0, size_);
    ExamplePart part{{order_.begin(), order_.begin() + available}, at(order_.data(), available), {}};
    for (const int index : part.indices) {
        if (static_cast<std::size_t>(index) < labels_.size()) {
            part.labels.push_back(labels_[static_cast<std::size_t>(index)]);
        }
    }
    return part;
}

}  // namespace elbo
