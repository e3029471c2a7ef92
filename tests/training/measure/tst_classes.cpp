// What needs labels: the support vector machine, the classifier and the class distribution of samples.

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <cstdint>
#include <stop_token>

#include "models/tensor/torch.h"
#include "training/data/digits_by_pen.h"
#include "training/measure/image_classifier.h"
#include "training/measure/points/svm_error.h"

using namespace elbo;

namespace {

/// Points of two rings around the origin, which no line separates.
void rings(Points& points, std::vector<int>& labels, int n) {
    points.resize(n, 2);
    labels.clear();
    for (int i = 0; i < n; ++i) {
        const double angle = 2.0 * M_PI * 7.0 * i / n + 0.1 * (i % 3);
        const double radius = i % 2 == 0 ? 1.0 : 3.0;
        points.row(i) << 1e3 * radius * std::cos(angle), 1e-3 * radius * std::sin(angle);
        labels.push_back(i % 2 == 0 ? 4 : 7);
    }
}

std::shared_ptr<const Dataset> digits() {
    DataSpec spec;
    spec.name = "digits";
    spec.trainSize = 2000;
    spec.testSize = 500;
    return loadDataset(spec);
}

torch::Tensor imagesOf(const Examples& examples) {
    auto* data = const_cast<float*>(examples.values.data());
    return torch::from_blob(data, {examples.size(), examples.dim}, torch::kFloat32).clone();
}

double shareWrong(const std::vector<int>& a, const std::vector<int>& b) {
    int wrong = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        wrong += a[i] == b[i] ? 0 : 1;
    }
    return static_cast<double>(wrong) / static_cast<double>(a.size());
}

}  // namespace

class TestClasses : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theMachineSeparatesRingsInAnyUnits() {
        Points train, test;
        std::vector<int> trainLabels, testLabels;
        rings(train, trainLabels, 200);
        rings(test, testLabels, 90);
        QVERIFY(svmError(train, trainLabels, test, testLabels) < 0.02);
        // Labels that have nothing to do with the points cannot be learned.
        for (std::size_t i = 0; i < testLabels.size(); ++i) {
            testLabels[i] = i % 4 < 2 ? 4 : 7;
        }
        QVERIFY(std::abs(svmError(train, trainLabels, test, testLabels) - 0.5) < 0.1);
        // A latent dimension that never moves is no error.
        train.col(1).setZero();
        test.col(1).setZero();
        QVERIFY(svmError(train, trainLabels, test, testLabels) <= 1.0);
    }

    /// Labels without a pattern in many dimensions take a machine the longest.
    void theMachineEndsSoonAfterAStop() {
        QCOMPARE(mostSvmCodes(1), 1000);
        QCOMPARE(mostSvmCodes(1000), 1000);
        QVERIFY(mostSvmCodes(4096) < 500 && mostSvmCodes(4096) > 400);
        constexpr int kDim = 1000;
        const int count = mostSvmCodes(kDim);
        Points codes(count, kDim);
        std::vector<int> labels;
        std::uint32_t state = 1;
        for (int i = 0; i < count; ++i) {
            for (int j = 0; j < kDim; ++j) {
                state = state * 1664525U + 1013904223U;
                codes(i, j) = static_cast<double>(state >> 8) / 16777216.0;
            }
            labels.push_back(static_cast<int>(state >> 16) % 10);
        }
        std::stop_source stop;
        int told = 0;
        QElapsedTimer timer;
        // Asked while the machine is about to train: there is no next chance before it has.
        const MeasureProgress progress{[&](double) {
                                           ++told;
                                           stop.request_stop();
                                           timer.start();
                                       },
                                       stop.get_token()};
        QVERIFY_EXCEPTION_THROWN(svmError(codes, labels, codes, labels, progress), MeasureStopped);
        QCOMPARE(told, 1);
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));  // alone about 1 s
    }

    void theClassifierKnowsDigitsAndIsKept() {
        const auto dataset = digits();
        QTemporaryDir folder;
        const std::string cache = folder.filePath("deep/cache").toStdString();
        int steps = 0;
        const MeasureProgress counted{[&](double) { ++steps; }, {}};
        const ImageClassifier classifier = ImageClassifier::of(*dataset, cache, counted);
        QVERIFY(steps > 0);
        QCOMPARE(classifier.classes(), 10);
        const torch::Tensor images = imagesOf(dataset->test);
        const std::vector<int> labels = classifier.classify(images);
        const double wrong = shareWrong(labels, dataset->test.labels);
        QVERIFY2(wrong < 0.05, qPrintable(QString::number(wrong)));

        steps = 0;
        const ImageClassifier again = ImageClassifier::of(*dataset, cache, counted);
        QCOMPARE(steps, 0);
        QCOMPARE(again.classify(images), labels);

        // A damaged cache is made anew, and gives the same classifier.
        const QStringList files = QDir(folder.filePath("deep/cache")).entryList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QFile file(folder.filePath("deep/cache/" + files.front()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(file.size() / 2);
        file.write("damage");
        file.close();
        const ImageClassifier repaired = ImageClassifier::of(*dataset, cache, counted);
        QVERIFY(steps > 0);
        QCOMPARE(repaired.classify(images), labels);
    }

    void anUnwritableCacheCostsOnlyTime() {
        const auto dataset = digits();
        std::stop_source stop;
        stop.request_stop();
        // Stopping comes first; nothing is written.
        QVERIFY_EXCEPTION_THROWN(ImageClassifier::of(*dataset, "/proc/nowhere", MeasureProgress{{}, stop.get_token()}),
                                 MeasureStopped);
    }

    void classSharesAreCompared() {
        const std::vector<int> even{0, 1, 2, 3, 0, 1, 2, 3};
        std::vector<int> many;
        for (int i = 0; i < 4000; ++i) {
            many.push_back(i % 4);
        }
        QVERIFY(std::abs(classCrossEntropy(even, many, 4)) < 1e-9);
        // All samples in one class of four: about -3/4 log of a small share.
        const std::vector<int> one(1000, 2);
        QVERIFY(classCrossEntropy(even, one, 4) > 4.0);
        QVERIFY(std::isfinite(classCrossEntropy(even, one, 4)));
        // Two classes, 3 : 1 against 1 : 1.
        QVERIFY(std::abs(classCrossEntropy({0, 0, 0, 1}, std::vector<int>{0, 1}, 2) -
                         (0.75 * std::log(1.5) + 0.25 * std::log(0.5))) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(TestClasses)
#include "tst_classes.moc"
