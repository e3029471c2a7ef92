// Named architectures are data: what they set, what they leave, and how a bad list is refused.
#include "training/experiment/architecture_preset.h"

#include <QtTest>

#include "tests/training/message_of.h"

using namespace elbo;

namespace {

const char* const kList =
    "[[architecture]]\n"
    "name = 'one'\n"
    "label = '(-, -, -)'\n"
    "source = 'Somebody 2020'\n"
    "explanation = 'A sentence.'\n"
    "settings = ['model.network=gated_conv', 'model.encoder=[]', 'model.latent_dim=64']\n"
    "[[architecture]]\n"
    "name = 'two'\n"
    "label = 'Two'\n"
    "source = 'Somebody 2021'\n"
    "explanation = 'A sentence.'\n"
    "settings = []\n";

}  // namespace

class TestArchitecturePreset : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void setsTheArchitectureAndLeavesTheRest() {
        const auto presets = parseArchitectures(kList, "list");
        QCOMPARE(presets.size(), std::size_t{2});
        QCOMPARE(presets[0].label, std::string("(-, -, -)"));
        QCOMPARE(presets[0].source, std::string("Somebody 2020"));
        Experiment before;
        before.data.trainSize = 77;
        before.model.latentDim = 5;
        before.model.encoder = {7};
        before.model.posterior = "full_gaussian";
        before.model.likelihood = LikelihoodKind::Gaussian;
        before.model.variance = VarianceKind::Learned;
        before.model.noiseVariance = 0.25;
        before.objective.rateTerm = RateTerm::Target;
        before.knobs = {{2.0, 7.0, 0.5}, {3.0, 1.0, 0.0}};

        Experiment expected = before;
        expected.model.latentDim = 64;
        expected.model.network = "gated_conv";
        expected.model.encoder = {};
        expected.model.posterior = ModelSpec{}.posterior;
        QVERIFY(withArchitecture(before, presets[0]) == expected);

        expected.model.latentDim = 5;
        expected.model.network = "mlp";
        expected.model.encoder = ModelSpec{}.encoder;
        QVERIFY(withArchitecture(before, presets[1]) == expected);
    }

    void whatDoesNotFitIsRefused() {
        Experiment experiment;
        experiment.model.likelihood = LikelihoodKind::Bernoulli;
        ArchitecturePreset implicit{"i", "I", "S", "E", {"model.decoder_noise=2"}};
        QVERIFY(messageOf([&] { withArchitecture(experiment, implicit); }).contains("model.decoder_noise"));
        experiment.model.likelihood = LikelihoodKind::Gaussian;
        QCOMPARE(withArchitecture(experiment, implicit).model.decoderNoise, 2);
    }

    void badListsAreRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        const QString head = "[[architecture]]\nname=\"a\"\nlabel=\"A\"\nsource=\"S\"\nexplanation=\"E\"\n";
        QTest::newRow("no list") << "x = 1"
                                 << "[[architecture]]";
        QTest::newRow("objectives") << "[[objective]]\nname=\"a\""
                                    << "[[architecture]]";
        QTest::newRow("misspelt field") << head + "settings = [\"model.netwrok=mlp\"]"
                                        << "model.network";
        QTest::newRow("no such network") << head + "settings = [\"model.network=transformer\"]"
                                         << "transformer";
        QTest::newRow("not of the model") << head + "settings = [\"objective.beta=4\"]"
                                          << "\"objective.beta=4\" is no field of [model]";
        QTest::newRow("open fields") << head + "settings = []\nopen = []"
                                     << "it has name, label, source, explanation and settings";
        QTest::newRow("twice") << (head + "settings = []\n").repeated(2) << "two architectures named \"a\"";
        QTest::newRow("without a source") << "[[architecture]]\nname=\"a\"\nlabel=\"A\"\nsettings=[]"
                                          << "source";
    }

    void badListsAreRefused() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const QString message = messageOf([&] { parseArchitectures(text.toStdString(), "list.toml"); });
        QVERIFY2(message.contains(part) && message.contains("list.toml"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestArchitecturePreset)
#include "tst_architecture_preset.moc"
