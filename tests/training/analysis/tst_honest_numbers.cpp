// One honest number: wherever D, R, the ELBO, I_q and KL(q(z) || p(z)) of a stored model are shown, they agree with
// what `elboroom measure` says of all examples, within the errors that are shown with them.

#include <QDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/tensor/torch.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/measure/measures/model_measures.h"
#include "training/step/worker_thread.h"

using namespace elbo;

namespace {

/// So small that a model takes a second, so large that parts of the splits are parts. Files that may not be there are
/// replaced by digits that are.
Experiment inSmall(const QString& file) {
    Experiment experiment = loadExperiment(file.toStdString());
    if (experiment.data.name == "mnist") {
        experiment.data.name = "digits";
    }
    const bool images = experiment.data.name == "digits";
    experiment.data.trainSize = 700;
    experiment.data.testSize = images ? 900 : 2600;
    for (std::vector<int>* layers : {&experiment.model.encoder, &experiment.model.decoder}) {
        if (!layers->empty()) {
            *layers = {24};
        }
    }
    experiment.optimiser.batchSize = std::min(experiment.optimiser.batchSize, 100);
    experiment.run.steps = 60;
    experiment.run.threads = 1;
    return experiment;
}

/// The share of comparisons that lie within two errors, and the farthest off.
class Tally {
  public:
    void compare(const std::string& what, double shown, double error, const Measured& measured) {
        // Sums in single precision agree to that.
        const double rounding = 2e-6 * (1.0 + std::abs(measured.value));
        const double off = std::abs(shown - measured.value) / (std::hypot(error, measured.error) + rounding);
        ++compared_;
        within_ += off <= 2.0 ? 1 : 0;
        if (!(off <= farthest_)) {
            farthest_ = std::isfinite(off) ? off : std::numeric_limits<double>::infinity();
            where_ = what;
        }
    }

    void compareReport(const std::string& place, const Report& report, const ModelMeasures& measures, int member) {
        for (const std::string name : {"distortion", "rate", "elbo"}) {
            for (const std::string split : {"_train", "_test"}) {
                compare(place + " " + name + split, report.value(name + split, member),
                        report.value(name + "_error" + split, member), measures.value(name + split, member));
            }
        }
    }

    int compared() const { return compared_; }
    double within() const { return static_cast<double>(within_) / compared_; }
    double farthest() const { return farthest_; }
    QString text() const {
        return QString("%1 of %2 within two errors; %3 is off by %4")
            .arg(within_)
            .arg(compared_)
            .arg(QString::fromStdString(where_))
            .arg(farthest_);
    }

  private:
    int compared_ = 0;
    int within_ = 0;
    double farthest_ = -1.0;
    std::string where_;
};

}  // namespace

class TestHonestNumbers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void everyPlaceAgreesWithMeasure_data() {
        QTest::addColumn<QString>("file");
        const QDir folder(QString(ELBOROOM_SOURCE_DIR) + "/resources/experiments");
        for (const QString& file : folder.entryList({"*.toml"}, QDir::Files)) {
            QTest::newRow(qPrintable(file)) << folder.filePath(file);
        }
    }

    void everyPlaceAgreesWithMeasure() {
        QFETCH(const QString, file);
        const Experiment experiment = inSmall(file);
        const auto dataset = loadDataset(experiment.data);
        Trainer trainer(experiment, dataset);
        while (!trainer.finished() && !trainer.failed()) {
            trainer.step();
        }
        const auto snapshot = trainer.snapshot();
        ModelMeasureOptions options;
        options.only = {"distortion", "rate", "elbo", "mi_q_test", "kl_marginal_test"};
        const ModelMeasures measures = measureModel(*snapshot, experiment, *dataset, options);

        Analyst analyst(experiment, dataset);
        const ViewRequest nothing = ViewRequest::nothing();
        const Report live = analyst.analyse(*snapshot, nothing, false)->report;
        const Report atRest = analyst.analyse(*snapshot, nothing, true)->report;
        while (const auto budget = analyst.nextBudget(*snapshot)) {
            QVERIFY(analyst.evaluate(*snapshot, *budget));
        }
        const Report whole = analyst.analyse(*snapshot, nothing, true)->report;
        QVERIFY(live.value("examples_test", 0) < whole.value("examples_test", 0));
        QCOMPARE(whole.value("examples_test", 0), static_cast<double>(dataset->test.size()));
        QCOMPARE(whole.value("examples_train", 0), static_cast<double>(dataset->train.size()));

        Tally tally;
        for (int member = 0; member < experiment.fleetSize(); ++member) {
            tally.compareReport("live", live, measures, member);
            tally.compareReport("at rest", atRest, measures, member);
            for (const std::string name : {"distortion_train", "rate_test", "elbo_test"}) {
                const double value = measures.value(name, member).value;
                QVERIFY2(std::abs(whole.value(name, member) - value) <= 1e-9 * (1.0 + std::abs(value)), name.c_str());
            }
        }
        ViewRequest request = ViewRequest::nothing();
        request.exact = true;
        for (int member = 0; member < experiment.fleetSize(); ++member) {
            request.exactMembers.push_back(member);
        }
        const Measurement exact = Measurer(experiment, dataset).measure(*snapshot, request, false, {});
        for (const ExactFrame& frame : exact.exactFrames) {
            const ElboForms& forms = frame.forms;
            QCOMPARE(forms.available, dataset->test.size());
            const auto compare = [&](const char* name, double shown, double sampling) {
                tally.compare(std::string("exact ") + name, shown, sampling + forms.error,
                              measures.value(name, frame.member));
            };
            compare("distortion_test", forms.distortion, forms.sampling.distortion);
            compare("rate_test", forms.rate, forms.sampling.rate);
            compare("elbo_test", -(forms.distortion + forms.rate), forms.sampling.negativeElbo);
            compare("mi_q_test", forms.informationQ, forms.sampling.informationQ);
            compare("kl_marginal_test", forms.marginalKl, forms.sampling.marginalKl);
        }
        QCOMPARE(exact.exactFrames.size(),
                 static_cast<std::size_t>(experiment.model.latentDim <= 2 ? experiment.fleetSize() : 0));
        qInfo("%s", qPrintable(tally.text()));
        // 12 to 51 comparisons a model, but of three samples: one in twenty is off by more than two errors, and takes
        // its D, its ELBO and its R along. Of some 300 comparisons in all, chance takes one beyond 4.5 errors once in
        // 500 times.
        QVERIFY2(tally.within() >= 0.5, qPrintable(tally.text()));
        QVERIFY2(tally.farthest() <= 4.5, qPrintable(tally.text()));
        within_ += tally.within() * tally.compared();
        compared_ += tally.compared();
    }

    void nearlyAllAreWithinTwoErrors() {
        if (compared_ == 0) {
            QSKIP("no model was looked at");
        }
        // 0.95 is expected; models of the same images share the sample that is off.
        QVERIFY2(within_ / compared_ >= 0.85, qPrintable(QString("%1 of %2").arg(within_).arg(compared_)));
    }

  private:
    double within_ = 0.0;
    int compared_ = 0;
};

QTEST_GUILESS_MAIN(TestHonestNumbers)
#include "tst_honest_numbers.moc"
