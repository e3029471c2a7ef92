// All measures on demand: a table for the model on show, cancelled and closed at any time.
#include <QStandardPaths>
#include <QtTest>

#include "app/dialogs/measure_dialog.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

using namespace elbo;

namespace {

constexpr int kPatience = 60000;  // ms; generous because test machines are busy

ModelOnShow trained(int members) {
    Experiment experiment;
    experiment.name = "small";
    experiment.data.name = "linear-gaussian";
    experiment.data.trainSize = 200;
    experiment.data.testSize = 100;
    experiment.data.binarisation = Binarisation::None;
    experiment.model.encoder = {8};
    experiment.model.decoder = {8};
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    experiment.optimiser.batchSize = 50;
    experiment.knobs.resize(static_cast<std::size_t>(members));
    for (int member = 0; member < members; ++member) {
        experiment.knobs[static_cast<std::size_t>(member)].beta = 1.0 + member;
    }
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    for (int step = 0; step < 50; ++step) {
        trainer.step();
    }
    return {trainer.snapshot(), dataset, experiment};
}

}  // namespace

class TestMeasureDialog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        prepareWorkerThread(1, true);
    }

    void everyMemberGetsAColumn() {
        const ModelOnShow subject = trained(2);
        MeasureDialog dialog([&] { return subject; }, nullptr);
        dialog.show();
        auto* start = dialog.findChild<QPushButton*>("measure");
        auto* table = dialog.findChild<QTableWidget*>("measures");
        start->click();
        QVERIFY(dialog.measuring());
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.measuring(), kPatience);
        QCOMPARE(table->columnCount(), 5);  // measure, two members, unit, meaning
        const auto rowOf = [&](const QString& name) {
            for (int row = 0; row < table->rowCount(); ++row) {
                if (table->item(row, 0)->text() == name) {
                    return row;
                }
            }
            return -1;
        };
        for (const char* name : {"nll_exact_test", "kl_marginal_test", "henze_zirkler_test", "rate_test"}) {
            const int row = rowOf(name);
            QVERIFY2(row >= 0, qPrintable(QString(name) + "\n" + dialog.csv()));
            bool isNumber = false;
            table->item(row, 1)->text().section(' ', 0, 0).toDouble(&isNumber);
            QVERIFY(isNumber);
            QVERIFY(!table->item(row, 4)->text().isEmpty());
        }
        QCOMPARE(dialog.csv().count('\n'), table->rowCount() + 1);
    }

    void canBeCancelledAndClosed() {
        const ModelOnShow subject = trained(8);
        MeasureDialog dialog([&] { return subject; }, nullptr);
        dialog.measure();
        QVERIFY(dialog.measuring());
        dialog.cancel();
        QVERIFY(!dialog.measuring());
        QCoreApplication::processEvents();
        QCOMPARE(dialog.findChild<QTableWidget*>("measures")->rowCount(), 0);
        dialog.measure();
        dialog.close();
        QVERIFY(!dialog.measuring());
        dialog.measure();  // and is destroyed while it measures
    }

    void aGivenUpMeasurementSaysNothingMore() {
        const ModelOnShow subject = trained(1);
        MeasureDialog dialog([&] { return subject; }, nullptr);
        auto* table = dialog.findChild<QTableWidget*>("measures");
        auto* state = dialog.findChild<QLabel*>("state");
        QCOMPARE(state->textFormat(), Qt::PlainText);
        for (int i = 0; i < 3; ++i) {
            dialog.measure();
            dialog.cancel();
            QCOMPARE(state->text(), QString("Cancelled."));
        }
        // The threads end when they like; what they still say reaches nobody.
        QTest::qWait(200);
        QCOMPARE(state->text(), QString("Cancelled."));
        QCOMPARE(table->rowCount(), 0);
        dialog.measure();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.measuring(), kPatience);
        QVERIFY(table->rowCount() > 0);
    }

    void withoutAModelItSaysSo() {
        MeasureDialog dialog([] { return ModelOnShow{}; }, nullptr);
        dialog.measure();
        QVERIFY(!dialog.measuring());
        bool said = false;
        for (const QLabel* label : dialog.findChildren<QLabel*>()) {
            said = said || label->text().contains("open an experiment");
        }
        QVERIFY(said);
    }
};

QTEST_MAIN(TestMeasureDialog)
#include "tst_measure_dialog.moc"
