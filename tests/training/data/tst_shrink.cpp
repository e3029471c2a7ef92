// Smaller images: means of blocks, in every split, and sides that cannot be divided.
#include "training/data/shrink.h"

#include <QtTest>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

using namespace elbo;

class TestShrink : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void pixelsAreMeansOfBlocks() {
        Dataset set;
        set.name = "sample";
        set.imageWidth = 4;
        set.imageHeight = 2;
        set.dim = 8;
        set.train = {8, {0.0F, 1.0F, 0.5F, 0.5F, 1.0F, 1.0F, 0.25F, 0.75F}, {7}};
        set.test = {8, std::vector<float>(16, 0.125F), {1, 2}};
        shrinkImages(set, 2);
        QCOMPARE(set.imageWidth, 2);
        QCOMPARE(set.imageHeight, 1);
        QCOMPARE(set.dim, 2);
        QCOMPARE(set.train.values, (std::vector<float>{0.75F, 0.5F}));
        QCOMPARE(set.train.labels, (std::vector<int>{7}));
        QCOMPARE(set.train.size(), 1);
        QCOMPARE(set.test.size(), 2);
        QCOMPARE(set.validation.size(), 0);
    }

    void aDataSetIsLoadedSmaller() {
        DataSpec spec;
        spec.name = "digits";
        spec.trainSize = 20;
        spec.testSize = 10;
        const auto whole = loadDataset(spec);
        spec.shrink = 2;
        const auto half = loadDataset(spec);
        QCOMPARE(half->dim, whole->dim / 4);
        QCOMPARE(half->shape().width, whole->shape().width / 2);
        QCOMPARE(half->train.labels, whole->train.labels);
        QVERIFY(half->sha256 != whole->sha256);
        double ink = 0.0, inkOfHalf = 0.0;
        for (const float value : whole->train.values) {
            ink += value;
        }
        for (const float value : half->train.values) {
            inkOfHalf += value;
        }
        QVERIFY(std::abs(inkOfHalf - ink / 4.0) < 1e-3);
    }

    void sidesThatCannotBeDividedAreNamed() {
        DataSpec spec;
        spec.name = "digits";
        spec.trainSize = 5;
        spec.testSize = 0;
        spec.shrink = 3;
        try {
            loadDataset(spec);
            QFAIL("not refused");
        } catch (const InputError& error) {
            const QString message = error.what();
            QVERIFY2(message.contains("data.shrink") && message.contains("28 x 28"), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestShrink)
#include "tst_shrink.moc"
