// Memory and threads: known before they are taken, and refused or cut in words.

#include <QtTest>
#include <bit>
#include <limits>
#include <new>
#include <stdexcept>
#include <thread>

#include "models/latent_model.h"
#include "models/spec/number_text.h"
#include "models/tensor/torch.h"
#include "tests/training/message_of.h"
#include "tests/training/small_experiments.h"
#include "training/engine/batches.h"
#include "training/engine/memory.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/step/failure_words.h"
#include "training/step/worker_thread.h"

using namespace elbo;

class TestMemory : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void aTrainerNeedsItsMembersAndItsData() {
        Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const std::uint64_t one = trainerBytes(experiment, *dataset);
        QVERIFY(one > memberBytes(experiment, dataset->shape()) + 4 * dataset->train.values.size());
        experiment.knobs.resize(3);
        QCOMPARE(trainerBytes(experiment, *dataset) - one, 2 * memberBytes(experiment, dataset->shape()));
        // A batch is never larger than the data.
        experiment.optimiser.batchSize = 300;
        const std::uint64_t all = trainerBytes(experiment, *dataset);
        experiment.optimiser.batchSize = 1'000'000;
        QCOMPARE(trainerBytes(experiment, *dataset), all);
    }

    void codesThatAreWeighedNeedMemoryEach() {
        Experiment experiment = smallDigits();
        const auto shape = loadDataset(experiment.data)->shape();
        const std::uint64_t one = memberBytes(experiment, shape);
        experiment.objective.importanceSamples = 2;
        const std::uint64_t two = memberBytes(experiment, shape);
        experiment.objective.importanceSamples = 3;
        QVERIFY(two > one);
        QCOMPARE(memberBytes(experiment, shape) - two, two - one);
        experiment.optimiser.normalise = Normalise::Block;
        QVERIFY(memberBytes(experiment, shape) > 2 * two - one);
    }

    void whatDoesNotFitIsRefusedInWords() {
        Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const std::uint64_t needed = trainerBytes(experiment, *dataset);
        requireMemory(experiment, *dataset, {1, needed});
        const QString message = messageOf([&] { requireMemory(experiment, *dataset, {1, needed - 1}); });
        QVERIFY2(message.contains("needs about") && message.contains("model.encoder"), qPrintable(message));

        experiment.model.encoder.assign(40, 65536);  // terabytes, of which nothing is taken
        const QString refused = messageOf([&] { const Trainer trainer(experiment, dataset); });
        QVERIFY2(refused.contains("needs about") && refused.contains(" GB of memory"), qPrintable(refused));
    }

    void errorsOfTheLibraryAreOneLine() {
        try {
            torch::empty({std::int64_t{1} << 55});
            QFAIL("memory that is not there was given");
        } catch (const std::exception& error) {
            QVERIFY2(isOutOfMemory(error), error.what());
            QVERIFY(failureWords(error).find("not enough memory") != std::string::npos);
        }
        try {
            torch::zeros({2}).add(torch::zeros({3}));
            QFAIL("tensors of different lengths were added");
        } catch (const std::exception& error) {
            QVERIFY(!isOutOfMemory(error));
            const std::string words = failureWords(error);
            QVERIFY2(words.find('\n') == std::string::npos && words.find("frame #") == std::string::npos,
                     words.c_str());
        }
        QVERIFY(isOutOfMemory(std::bad_alloc()));
        QCOMPARE(failureWords(std::runtime_error("as it is")), std::string("as it is"));
    }

    void pseudoInputsTakeTheirPassesThroughTheEncoder() {
        Experiment experiment = smallDigits();
        const auto shape = loadDataset(experiment.data)->shape();
        const std::uint64_t without = memberBytes(experiment, shape);
        experiment.model.prior = "vamp";
        experiment.model.priorComponents = 5000;
        experiment.validate();
        const LatentModel model(experiment.model, shape);
        const auto outputs = static_cast<std::uint64_t>(model.posterior().cost().outputs);
        const std::uint64_t number = experiment.run.precision == Precision::Float64 ? 8 : 4;
        QVERIFY(memberBytes(experiment, shape) - without > number * 3 * 5000 * outputs);
    }

    void threadsAreThoseOfTheMachine() {
        const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        QCOMPARE(usableThreads(1), 1);
        QVERIFY(usableThreads(1024) <= std::max(1024, cores) && usableThreads(1024) >= 1);
        QCOMPARE(usableThreads(cores + 1000), cores);
    }

    void noStepOutsideTheDataHasABatch() {
        const Experiment experiment = smallDigits();
        const auto dataset = loadDataset(experiment.data);
        const LatentModel model(experiment.model, dataset->shape());
        Batches batches(experiment, *dataset, model);
        const Coefficients weights = Coefficients::fromKnobs(experiment.knobs, experiment.objective);
        for (const std::int64_t step :
             {std::int64_t{-1}, std::int64_t{-1000000}, std::numeric_limits<std::int64_t>::min()}) {
            QVERIFY_EXCEPTION_THROWN(batches.draw(step, weights), std::out_of_range);
        }
        batches.draw(1'000'000'000'000, weights);
        QVERIFY(batches.x().max().item<double>() <= 1.0);
    }

    void subnormalNumbersAreShownAsTheyAreOnThreadsThatTrain() {
        const double tiny = std::bit_cast<double>(std::uint64_t{2024});  // 1e-320
        QVERIFY(isSubnormal(tiny) && !isSubnormal(0.0) && !isSubnormal(1e-300));
        QCOMPARE(exactNumber(tiny), std::string("1e-320"));
        QVERIFY(shortNumber(tiny).ends_with("e-321") || shortNumber(tiny).ends_with("e-320"));
        Experiment experiment;
        experiment.optimiser.learningRate = tiny;
        const QString message = messageOf([&] { experiment.validate(); });
        QVERIFY2(message.contains("optimiser.learning_rate is 1e-320"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "tst_memory.moc"
