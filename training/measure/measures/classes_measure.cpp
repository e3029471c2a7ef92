// How evenly the model's images spread over the classes, judged by a classifier.

#include "models/tensor/torch.h"
#include "training/measure/image_classifier.h"
#include "training/measure/measures/class_labels.h"
#include "training/measure/measures/measure_sink.h"

namespace elbo {

namespace {

constexpr int kImages = 2000;

std::string whyNot(const MeasureSubject& subject, const std::string&) {
    const std::string reason = whyNoClasses(subject);
    return reason.empty() && !subject.dataset().isImage() ? "the classifier judges images, and these data are points"
                                                          : reason;
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const SubjectSplit& train = subject.train();
    const ImageClassifier classifier = ImageClassifier::of(subject.dataset(), subject.options().cacheFolder, progress);
    torch::Generator generator = makeGenerator(kMeasureSeed);
    const torch::Tensor z = subject.drawPrior(kImages, generator);
    const torch::Tensor images = subject.model().decode(subject.parameters(), z).mean()[0].clamp(0.0, 1.0);
    const double entropy = classCrossEntropy(train.labels, classifier.classify(images), classifier.classes());
    sink.put("class_cross_entropy", {entropy, 0.0});
    sink.count("class_images", kImages);
}

}  // namespace

Measure classesMeasure() {
    return {{"class_cross_entropy"}, "classes", whyNot, run};
}

}  // namespace elbo
