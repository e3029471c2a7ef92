// Samples of the model against data: whether neighbours can tell them apart.
#include "training/measure/points/smooth_knn.h"

#include <fmt/format.h>

#include "models/tensor/torch.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/sample_mean.h"

namespace elbo {

namespace {

/// The statistic as [LiBI] takes it: 100 points against 100, averaged over many draws.
constexpr int kPoints = 100;
constexpr int kRepeats = 50;

std::string whyNot(const MeasureSubject& subject, const std::string&) {
    return subject.last().x.size(0) < kPoints ? fmt::format("at least {} examples are needed", kPoints) : "";
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const torch::Tensor& data = subject.last().x;
    torch::Generator generator = makeGenerator(kMeasureSeed);
    std::vector<double> values;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
        progress.at(static_cast<double>(repeat) / kRepeats);
        const torch::Tensor z = subject.drawPrior(kPoints, generator);
        const torch::Tensor samples = subject.model().decode(subject.parameters(), z).draw(generator)[0];
        const torch::Tensor chosen = torch::randperm(data.size(0), generator, torch::kInt64).narrow(0, 0, kPoints);
        values.push_back(smoothKnn(toPoints(data.index_select(0, chosen)), toPoints(samples), {}).value);
    }
    sink.put("smooth_knn", meanOf(values));
    sink.count("smooth_knn_points", kPoints);
    sink.count("smooth_knn_repeats", kRepeats);
}

}  // namespace

Measure smoothKnnMeasure() {
    return {{"smooth_knn"}, "samples", whyNot, run};
}

}  // namespace elbo
