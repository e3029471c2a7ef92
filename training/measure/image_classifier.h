// A small convolutional classifier that judges which class a model's samples belong to ([InfoVAE] Fig. 6 C). Trained on
// the labelled examples of a data set once and kept in a cache folder.
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/metrics/progress.h"

namespace elbo {

/// Two strided convolutions and a linear layer over grey images. Immutable once made: any thread.
class ImageClassifier {
  public:
    /// The classifier of this data set: read from `cacheFolder` when it lies there whole, else trained (some seconds)
    /// and put there; a folder that cannot be written to only costs the time again. An empty folder: no cache. The data
    /// set must have images and labels. The same data give the same classifier.
    static ImageClassifier of(const Dataset& dataset, const std::string& cacheFolder, const MeasureProgress& progress);

    /// Labels 0 ... classes - 1 of images [N, width * height] in [0, 1].
    std::vector<int> classify(const torch::Tensor& images) const;

    int classes() const { return classes_; }

  private:
    ImageClassifier(int width, int height, int classes);
    torch::Tensor scores(const torch::Tensor& images) const;
    void train(const Examples& examples, const MeasureProgress& progress);
    bool load(const std::string& path);
    void save(const std::string& path) const;

    int width_;
    int height_;
    int classes_;
    std::vector<torch::Tensor> parameters_;
};

/// KL(c || c^) = -c (log c^ - log c) of [InfoVAE]: c the share of each class in `real`, c^ in `generated`, labels 0 ...
/// classes - 1. Half a count is added to every generated class, so that a class that never came gives a large number
/// and not infinity. Nats, 0 when the shares agree.
double classCrossEntropy(const std::vector<int>& real, const std::vector<int>& generated, int classes);

/// $XDG_CACHE_HOME/elboroom, else ~/.cache/elboroom; empty without a home.
std::string userCacheFolder();

}  // namespace elbo
