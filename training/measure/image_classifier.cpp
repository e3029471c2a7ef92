#include "training/measure/image_classifier.h"

#include <torch/optim.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>

#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "training/data/random.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"
#include "training/files/safetensors.h"

namespace elbo {

namespace {

constexpr const char* kFormat = "elboroom-classifier-1";
constexpr std::int64_t kChannels = 8;
constexpr int kBatch = 100;
constexpr int kSteps = 600;
constexpr std::uint64_t kSeed = 28;

/// What a convolution with kernel 5, stride 2 and padding 2 leaves of a side.
std::int64_t halfSide(std::int64_t side) {
    return (side + 1) / 2;
}

torch::Tensor imagesOf(const Examples& examples, const std::vector<int>& order) {
    torch::Tensor images = torch::empty({static_cast<std::int64_t>(order.size()), examples.dim});
    float* out = images.data_ptr<float>();
    for (const int i : order) {
        out = std::copy_n(examples.row(i), examples.dim, out);
    }
    return images;
}

}  // namespace

ImageClassifier::ImageClassifier(int width, int height, int classes)
    : width_(width), height_(height), classes_(classes) {
    torch::Generator generator = makeGenerator(kSeed);
    const auto add = [&](std::vector<std::int64_t> shape, std::int64_t fanIn) {
        const double bound = 1.0 / std::sqrt(static_cast<double>(fanIn));
        parameters_.push_back(torch::empty(shape).uniform_(-bound, bound, generator));
        parameters_.push_back(torch::zeros({shape.front()}));
    };
    const std::int64_t features = 2 * kChannels * halfSide(halfSide(height)) * halfSide(halfSide(width));
    add({kChannels, 1, 5, 5}, 25);
    add({2 * kChannels, kChannels, 5, 5}, 25 * kChannels);
    add({classes, features}, features);
}

torch::Tensor ImageClassifier::scores(const torch::Tensor& images) const {
    const auto& p = parameters_;
    torch::Tensor h = images.view({-1, 1, height_, width_});
    h = torch::relu(torch::conv2d(h, p[0], p[1], 2, 2));
    h = torch::relu(torch::conv2d(h, p[2], p[3], 2, 2));
    return torch::addmm(p[5], h.flatten(1), p[4].t());
}

std::vector<int> ImageClassifier::classify(const torch::Tensor& images) const {
    const torch::NoGradGuard noGradients;
    constexpr std::int64_t kBlock = 500;
    std::vector<int> labels;
    for (std::int64_t start = 0; start < images.size(0); start += kBlock) {
        const std::int64_t count = std::min(kBlock, images.size(0) - start);
        const torch::Tensor best =
            scores(images.narrow(0, start, count).to(torch::kFloat32).contiguous()).argmax(1).contiguous();
        labels.insert(labels.end(), best.data_ptr<std::int64_t>(), best.data_ptr<std::int64_t>() + count);
    }
    return labels;
}

void ImageClassifier::train(const Examples& examples, const MeasureProgress& progress) {
    const torch::AutoGradMode gradients(true);
    for (torch::Tensor& parameter : parameters_) {
        parameter.requires_grad_(true);
    }
    torch::optim::Adam optimiser(parameters_, torch::optim::AdamOptions(2e-3));
    Random random(kSeed);
    const auto size = static_cast<std::uint64_t>(examples.size());
    for (int step = 0; step < kSteps; ++step) {
        progress.at(static_cast<double>(step) / kSteps);
        std::vector<int> order(static_cast<std::size_t>(std::min(kBatch, examples.size())));
        torch::Tensor targets = torch::empty({static_cast<std::int64_t>(order.size())}, torch::kInt64);
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = static_cast<int>(random.below(size));
            targets.data_ptr<std::int64_t>()[i] = examples.labels[static_cast<std::size_t>(order[i])];
        }
        optimiser.zero_grad();
        torch::cross_entropy_loss(scores(imagesOf(examples, order)), targets).backward();
        optimiser.step();
    }
    for (torch::Tensor& parameter : parameters_) {
        parameter = parameter.detach();
    }
}

bool ImageClassifier::load(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return false;
    }
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    try {
        const SafetensorsFile file = decodeSafetensors(bytes, path);
        const auto format = file.metadata.find("format");
        if (format == file.metadata.end() || format->second != kFormat || file.tensors.size() != parameters_.size()) {
            return false;
        }
        std::vector<torch::Tensor> loaded;
        for (std::size_t i = 0; i < parameters_.size(); ++i) {
            const std::string name = fmt::format("parameter.{}", i);
            const auto blob = std::find_if(file.tensors.begin(), file.tensors.end(),
                                           [&](const TensorBlob& b) { return b.name == name; });
            if (blob == file.tensors.end() || blob->dtype != "F32" || blob->shape != parameters_[i].sizes().vec()) {
                return false;
            }
            loaded.push_back(torch::empty(blob->shape));
            std::memcpy(loaded.back().data_ptr(), blob->bytes.data(), blob->bytes.size());
        }
        parameters_ = std::move(loaded);
        return true;
    } catch (const InputError&) {
        return false;  // a damaged cache is made anew
    }
}

void ImageClassifier::save(const std::string& path) const {
    SafetensorsFile file;
    file.metadata["format"] = kFormat;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const torch::Tensor values = parameters_[i].contiguous();
        TensorBlob blob{fmt::format("parameter.{}", i), "F32", values.sizes().vec(), {}};
        blob.bytes.resize(values.nbytes());
        std::memcpy(blob.bytes.data(), values.data_ptr(), values.nbytes());
        file.tensors.push_back(std::move(blob));
    }
    try {
        std::error_code ignored;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
        writeFileAtomically(path, encodeSafetensors(file));
    } catch (const InputError&) {
        // Without a cache the classifier is trained again next time; the measure itself is not harmed.
    }
}

ImageClassifier ImageClassifier::of(const Dataset& dataset, const std::string& cacheFolder,
                                    const MeasureProgress& progress) {
    const auto& labels = dataset.train.labels;
    const int classes = *std::max_element(labels.begin(), labels.end()) + 1;
    ImageClassifier classifier(dataset.imageWidth, dataset.imageHeight, classes);
    const std::string path =
        cacheFolder.empty() ? "" : fmt::format("{}/classifier-{}.safetensors", cacheFolder, dataset.sha256);
    if (path.empty() || !classifier.load(path)) {
        classifier.train(dataset.train, progress);
        if (!path.empty()) {
            classifier.save(path);
        }
    }
    return classifier;
}

double classCrossEntropy(const std::vector<int>& real, const std::vector<int>& generated, int classes) {
    constexpr double kAdded = 0.5;
    std::vector<double> c(static_cast<std::size_t>(classes), 0.0), found(static_cast<std::size_t>(classes), kAdded);
    for (const int label : real) {
        c[static_cast<std::size_t>(label)] += 1.0 / static_cast<double>(real.size());
    }
    for (const int label : generated) {
        found[static_cast<std::size_t>(label)] += 1.0;
    }
    const double total = static_cast<double>(generated.size()) + kAdded * classes;
    double entropy = 0.0;
    for (std::size_t k = 0; k < c.size(); ++k) {
        entropy -= c[k] > 0.0 ? c[k] * (std::log(found[k] / total) - std::log(c[k])) : 0.0;
    }
    return entropy;
}

std::string userCacheFolder() {
    namespace fs = std::filesystem;
    // The XDG specification: an empty or relative value counts as unset.
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && fs::path(cache).is_absolute()) {
        return (fs::path(cache) / "elboroom").string();
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return (fs::path(home) / ".cache" / "elboroom").string();
    }
    return "";
}

}  // namespace elbo
