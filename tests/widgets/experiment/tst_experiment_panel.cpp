// Editing an experiment: fields carry every value there and back, mistakes are named where they are, Apply speaks once.
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStyleOptionComboBox>
#include <QTabWidget>
#include <QTest>
#include <cmath>

#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "widgets/experiment/experiment_panel.h"
#include "widgets/experiment/experiment_rows.h"
#include "widgets/kit/rich_symbol.h"

using namespace elbo;

namespace {

struct Bench {
    ExperimentPanel panel;
    std::vector<Experiment> applied;

    Bench() {
        panel.setDataNames({"digits", "mnist", "two-gaussians", "linear-gaussian", "ring"});
        panel.setExperiment(Experiment{});
        panel.resize(300, 400);
        panel.show();
        QObject::connect(&panel, &ExperimentPanel::experimentEdited,
                         [this](const Experiment& e) { applied.push_back(e); });
    }

    template <typename T>
    T* find(const char* name) const {
        return panel.findChild<T*>(name);
    }
    void type(const char* name, const QString& text) {
        auto* edit = find<QLineEdit>(name);
        edit->setFocus();
        edit->selectAll();
        if (text.isEmpty()) {
            QTest::keyClick(edit, Qt::Key_Delete);
        } else {
            QTest::keyClicks(edit, text);
        }
    }
    void choose(const char* name, const QString& data) {
        auto* combo = find<QComboBox>(name);
        combo->setCurrentIndex(combo->findData(data));
    }
    QPushButton* apply() const { return find<QPushButton>("apply"); }
    QPushButton* revert() const { return find<QPushButton>("revert"); }
    QString message() const { return find<QLabel>("message")->text(); }
};

}  // namespace

class TestExperimentPanel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyRowHasAFieldInTheFile() {
        const auto keys = experimentKeys();
        for (const ExperimentRow& row : experimentRows()) {
            QVERIFY(!row.label.isEmpty() && !row.tip.isEmpty());
            if (row.key != kMembersRow) {
                QVERIFY2(std::find(keys.begin(), keys.end(), row.key.toStdString()) != keys.end(), qPrintable(row.key));
            }
        }
    }

    void everyFieldThatIsShownHasItsRow() {
        std::size_t shown = 1;  // the size of the fleet
        Bench bench;
        for (const ExperimentField& field : experimentFields()) {
            auto* input = bench.find<QWidget>(field.key.c_str());
            QVERIFY2((input != nullptr) == field.inPanel, field.key.c_str());
            if (input == nullptr) {
                continue;
            }
            ++shown;
            QVERIFY(input->toolTip().startsWith(plainSymbols(QString::fromStdString(field.tip))));
            if (const auto* spin = qobject_cast<QSpinBox*>(input)) {
                QCOMPARE(spin->minimum(), static_cast<int>(field.integers->low));
                QCOMPARE(spin->maximum(), static_cast<int>(field.integers->high));
            }
            if (!field.choices.empty()) {
                const auto* combo = qobject_cast<QComboBox*>(input);
                QCOMPARE(static_cast<std::size_t>(combo->count()), field.choices.size());
                for (int i = 0; i < combo->count(); ++i) {
                    QCOMPARE(combo->itemData(i).toString().toStdString(),
                             field.choices[static_cast<std::size_t>(i)].key);
                    QVERIFY(input->toolTip().contains(combo->itemText(i)));
                }
            }
        }
        QCOMPARE(experimentRows().size(), shown);
    }

    void aFieldThatDoesNotFitTheOthersIsMarked() {
        Bench bench;
        bench.choose("objective.rate_term", "information");
        bench.type("objective.rate_target", "5");  // more than log(100)
        QVERIFY2(bench.message().startsWith("Terms, Target is 5.0, but a batch of 100"), qPrintable(bench.message()));
        QVERIFY(bench.find<QLineEdit>("objective.rate_target")->property("invalid").toBool());
    }

    void untouchedFieldsChangeNothing() {
        Bench bench;
        Experiment experiment;
        experiment.name = "sweep";
        experiment.optimiser.learningRate = 0.1 + 0.2;  // no short decimal
        experiment.data.seed = 9'000'000'000'000'000'000ULL;
        experiment.knobs = {{0.1 + 0.2, 1.0, 0.0}, {1.0 / 3.0, 500.0, 0.0}};
        bench.panel.setExperiment(experiment);
        QVERIFY(!bench.panel.edited());
        QVERIFY(!bench.apply()->isEnabled());
        QVERIFY2(bench.message().isEmpty(), qPrintable(bench.message()));

        bench.find<QSpinBox>("model.latent_dim")->setValue(7);
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QCOMPARE(bench.applied.size(), std::size_t(1));
        experiment.model.latentDim = 7;
        QVERIFY(bench.applied[0] == experiment);
    }

    void everyKindOfFieldIsRead() {
        Bench bench;
        bench.choose("data.name", "mnist");
        bench.find<QSpinBox>("data.train_size")->setValue(60000);
        bench.choose("data.binarisation", "static");
        bench.type("model.encoder", "256, 128");
        bench.type("model.decoder", "");
        bench.choose("model.activation", "leaky_relu");
        bench.choose("model.likelihood", "gaussian");
        bench.type("model.noise_variance", "0.01");
        bench.type("optimiser.learning_rate", "3e-4");
        bench.choose("optimiser.schedule", "linear_decay");
        bench.type("run.steps", "20000");
        bench.type("run.seed", "42");
        QVERIFY2(bench.message().isEmpty(), qPrintable(bench.message()));
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QCOMPARE(bench.applied.size(), std::size_t(1));
        const Experiment& e = bench.applied[0];
        QCOMPARE(e.data.name, std::string("mnist"));
        QCOMPARE(e.data.trainSize, 60000);
        QVERIFY(e.data.binarisation == Binarisation::Static);
        QVERIFY(e.model.encoder == (std::vector<int>{256, 128}));
        QVERIFY(e.model.decoder.empty());
        QVERIFY(e.model.activation == Activation::LeakyRelu);
        QVERIFY(e.model.likelihood == LikelihoodKind::Gaussian);
        QCOMPARE(e.model.noiseVariance, 0.01);
        QCOMPARE(e.optimiser.learningRate, 3e-4);
        QVERIFY(e.optimiser.schedule == Schedule::LinearDecay);
        QCOMPARE(e.run.steps, 20000);
        QCOMPARE(e.run.seed, 42U);
        // Until the window answers with setExperiment the edits stay marked as edits.
        QVERIFY(bench.panel.edited());
        bench.panel.setExperiment(e);
        QVERIFY(!bench.panel.edited());
    }

    void mistakesAreNamedAndMarked_data() {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("label");
        QTest::newRow("words for widths") << QByteArray("model.encoder") << "512, fish"
                                          << "Encoder widths";
        QTest::newRow("zero width") << QByteArray("model.decoder") << "0"
                                    << "Decoder widths";
        QTest::newRow("negative rate") << QByteArray("optimiser.learning_rate") << "-1"
                                       << "Learning rate";
        QTest::newRow("no rate") << QByteArray("optimiser.learning_rate") << ""
                                 << "Learning rate";
        QTest::newRow("steps") << QByteArray("run.steps") << "many"
                               << "Steps";
        QTest::newRow("seed") << QByteArray("run.seed") << "-3"
                              << "Seed";
        QTest::newRow("weight") << QByteArray("objective.beta") << "1, x" << QString::fromUtf8("\u03b2");
        QTest::newRow("range") << QByteArray("objective.lambda") << "0:10:log5" << QString::fromUtf8("\u03bb");
        QTest::newRow("injection") << QByteArray("run.seed") << "1]\nname = 3"
                                   << "Seed";
    }
    void mistakesAreNamedAndMarked() {
        QFETCH(QByteArray, field);
        QFETCH(QString, text);
        QFETCH(QString, label);
        Bench bench;
        auto* edit = bench.find<QLineEdit>(field.constData());
        edit->setText(text);
        Q_EMIT edit->textEdited(text);
        QVERIFY2(bench.message().contains(label), qPrintable(bench.message()));
        QVERIFY(edit->property("invalid").toBool());
        QVERIFY(!bench.apply()->isEnabled());
        QVERIFY(bench.revert()->isEnabled());
        QTest::mouseClick(bench.revert(), Qt::LeftButton);
        QVERIFY(bench.message().isEmpty());
        QVERIFY(!edit->property("invalid").toBool());
        QVERIFY(!bench.panel.edited());
        QVERIFY(bench.applied.empty());
    }

    void listsOfWeightsMakeAFleet() {
        Bench bench;
        bench.panel.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.panel));
        bench.panel.findChild<QTabWidget*>()->setCurrentIndex(4);
        bench.type("objective.lambda", "1, 500, 1000");
        QCOMPARE(bench.find<QSpinBox>("members")->value(), 3);
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QVERIFY(bench.applied.back().knobs == (std::vector<Knobs>{{1, 1, 0}, {1, 500, 0}, {1, 1000, 0}}));
        bench.panel.setExperiment(bench.applied.back());
        bench.type("objective.alpha", "x 0, 0.5");
        QCOMPARE(bench.find<QSpinBox>("members")->value(), 6);
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QCOMPARE(bench.applied.back().fleetSize(), 6);
        QVERIFY(bench.applied.back().knobs[3] == (Knobs{1, 500, 0.5}));
    }

    void fleetSizeRepeatsSingleWeights() {
        Bench bench;
        bench.find<QSpinBox>("members")->setValue(4);
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QVERIFY(bench.applied.back().knobs == std::vector<Knobs>(4, Knobs{}));

        Experiment two;
        two.knobs = {{1, 1, 0}, {1, 500, 0}};
        bench.panel.setExperiment(two);
        bench.find<QSpinBox>("members")->setValue(5);
        QVERIFY2(bench.message().contains("2 values for 5 members"), qPrintable(bench.message()));
        QVERIFY(!bench.apply()->isEnabled());
    }

    void rangesStayRanges() {
        Bench bench;
        bench.panel.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.panel));
        bench.panel.findChild<QTabWidget*>()->setCurrentIndex(4);
        bench.type("objective.beta", "0.1:10:log16");
        QCOMPARE(bench.find<QSpinBox>("members")->value(), 16);
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        bench.panel.setExperiment(bench.applied.back());
        QCOMPARE(bench.find<QLineEdit>("objective.beta")->text(), "0.1:10:log16");
        QCOMPARE(bench.find<QLineEdit>("objective.lambda")->text(), "1");
        QVERIFY(!bench.panel.edited());
        // How such a text is written stands beside the fields.
        QVERIFY(bench.find<QLabel>("weightsHint")->text().contains("0.1:10:log16"));
        QVERIFY(bench.find<QLineEdit>("objective.beta")->placeholderText().contains("0.1:10:log16"));
    }

    void symbolsHaveTheirIndices() {
        Bench bench;
        for (const QLabel* label : bench.panel.findChildren<QLabel*>()) {
            QVERIFY2(!label->text().contains('_'), qPrintable(label->text()));
            QVERIFY2(!label->toolTip().contains("w_"), qPrintable(label->toolTip()));
        }
        auto* edit = bench.find<QLineEdit>("objective.distortion");
        auto* form = qobject_cast<QFormLayout*>(edit->parentWidget()->layout());
        QCOMPARE(qobject_cast<QLabel*>(form->labelForField(edit))->text(), "<i>w</i><sub><i>D</i></sub>");
        QCOMPARE(edit->accessibleName(), "w(D)");
        bench.type("objective.second_divergence", "much");
        QVERIFY2(bench.message().startsWith(QString::fromUtf8("Fleet, w\u2082")), qPrintable(bench.message()));
        QCOMPARE(plainSymbols("w_x of w_xz, latent_dim"), QString::fromUtf8("w\u2093 of w(xz), latent_dim"));
    }

    void editsSurviveChangesOfOtherFields() {
        Bench bench;
        bench.type("run.steps", "777");
        Experiment moved;
        moved.knobs = {{4.0, 1.0, 0.0}};  // a slider moved meanwhile
        bench.panel.setExperiment(moved);
        QCOMPARE(bench.find<QLineEdit>("run.steps")->text(), "777");
        QCOMPARE(bench.find<QLineEdit>("objective.beta")->text(), "4");
        Experiment other;
        other.name = "another";
        bench.panel.setExperiment(other);
        QCOMPARE(bench.find<QLineEdit>("run.steps")->text(), "4000");
    }

    void onlyRelevantRowsAreShown() {
        Bench bench;
        const auto hidden = [&](const char* name) { return bench.find<QWidget>(name)->isHidden(); };
        QVERIFY(hidden("data.separation") && hidden("data.spectrum") && hidden("model.noise_variance"));
        QVERIFY(!hidden("data.binarisation"));
        bench.choose("data.name", "two-gaussians");
        QVERIFY(!hidden("data.separation") && !hidden("data.variance") && hidden("data.binarisation"));
        bench.choose("model.likelihood", "gaussian");
        QVERIFY(!hidden("model.noise_variance"));
        QVERIFY(hidden("objective.rate_target") && hidden("objective.free_bits"));
        bench.choose("objective.rate_term", "cap");
        QVERIFY(!hidden("objective.rate_target") && hidden("objective.free_bits"));
    }

    void everyTermHasItsRows() {
        Bench bench;
        bench.choose("objective.divergence_xz", "wgan");
        bench.choose("objective.rate_estimate", "log_ratio");
        bench.type("constraints.rate_at_least", "2.5");
        bench.type("objective.data_divergence", "0.5");
        bench.type("schedule.code_distortion", "[[0, 0.0], [100, 1.0]]");
        bench.find<QSpinBox>("optimiser.encoder_steps")->setValue(3);
        bench.choose("model.likelihood", "gaussian");
        bench.find<QSpinBox>("model.decoder_noise")->setValue(2);
        QVERIFY2(bench.message().isEmpty(), qPrintable(bench.message()));
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QCOMPARE(bench.applied.size(), std::size_t(1));
        Experiment wanted;
        wanted.objective.jointDivergence = DivergenceKind::Wasserstein;
        wanted.objective.rateEstimate = RateEstimate::LogRatio;
        wanted.constraints.rateAtLeast = 2.5;
        wanted.knobs[0].dataDivergence = 0.5;
        wanted.schedule[Knob::CodeDistortion] = {{0.0, 0.0}, {100.0, 1.0}};
        wanted.optimiser.encoderSteps = 3;
        wanted.model.likelihood = LikelihoodKind::Gaussian;
        wanted.model.decoderNoise = 2;
        QVERIFY(bench.applied[0] == wanted);
        bench.panel.setExperiment(wanted);
        bench.type("constraints.rate_at_least", "none");
        QTest::mouseClick(bench.apply(), Qt::LeftButton);
        QVERIFY(!bench.applied.back().constraints.rateAtLeast);
    }

    void unlistedDataNamesAreKept() {
        Bench bench;
        Experiment experiment;
        experiment.name = "own";
        experiment.data.name = "my-own-data";
        bench.panel.setExperiment(experiment);
        QVERIFY(!bench.panel.edited());
        QCOMPARE(bench.find<QComboBox>("data.name")->currentData().toString(), "my-own-data");
    }

    void everyChoiceIsShownWhole_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }
    void everyChoiceIsShownWhole() {
        QFETCH(bool, dark);
        const Theme theme = dark ? Theme::darkTheme() : Theme::lightTheme();
        Bench bench;
        bench.panel.setFont(theme.font());
        bench.panel.setStyleSheet(theme.styleSheet());
        bench.panel.setTheme(theme);
        auto* tabs = bench.panel.findChild<QTabWidget*>();
        for (const ExperimentRow& row : experimentRows()) {
            auto* input = bench.panel.findChild<QWidget*>(row.key);
            for (int page = 0; page < tabs->count(); ++page) {
                if (tabs->widget(page)->isAncestorOf(input)) {
                    tabs->setCurrentIndex(page);
                }
            }
            qobject_cast<QFormLayout*>(input->parentWidget()->layout())->setRowVisible(input, true);
            QCoreApplication::processEvents();
            QVERIFY(input->isVisible());
            if (row.field->choices.empty()) {
                QVERIFY2(input->x() > 0, qPrintable(row.key + " has left its label"));
                continue;
            }
            QStyleOptionComboBox option;
            option.initFrom(input);
            const QRect room =
                input->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, input);
            for (const FieldChoice& choice : row.field->choices) {
                const QString label = QString::fromStdString(choice.label);
                QVERIFY2(input->fontMetrics().horizontalAdvance(label) <= room.width(), qPrintable(label));
            }
        }
    }

    void fitsASmallDock() {
        Bench bench;
        QVERIFY2(bench.panel.minimumSizeHint().width() <= 300,
                 qPrintable(QString::number(bench.panel.minimumSizeHint().width())));
        QVERIFY2(bench.panel.minimumSizeHint().height() <= 400,
                 qPrintable(QString::number(bench.panel.minimumSizeHint().height())));
    }
};

QTEST_MAIN(TestExperimentPanel)
#include "tst_experiment_panel.moc"
