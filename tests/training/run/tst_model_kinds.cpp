// Every network, posterior, prior and likelihood of the registries, end to end: a fleet of three trains, resumes to the
// byte, is shown and measured.

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "models/network/networks.h"
#include "models/posterior/posteriors.h"
#include "models/prior/priors.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/measure/measures/model_measures.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"
#include "training/tensors/model_inputs.h"

using namespace elbo;

class TestModelKinds : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void everyKind_data();
    void everyKind();
    void learnedPriorsLearn();
    void pseudoInputsStartAsTrainingExamples();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();

  private:
    QTemporaryDir folder_;
};

namespace {

Experiment with(std::initializer_list<std::string> assignments) {
    Experiment experiment = smallDigits();
    experiment.data.trainSize = 120;
    experiment.data.testSize = 110;
    experiment.model.encoder = {16, 16};
    experiment.model.decoder = {16, 16};
    experiment.model.flowHidden = {8};
    experiment.model.encoderChannels = {2, 3};
    experiment.model.decoderChannels = {3, 2};
    experiment.knobs = {{1.0, 20.0, 0.0}, {2.0, 1.0, 0.0}, {0.5, 5.0, 0.2}};
    for (const std::string& assignment : assignments) {
        assignField(experiment, assignment);
    }
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

bool finite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

void TestModelKinds::everyKind_data() {
    QTest::addColumn<QStringList>("settings");
    const auto add = [](const std::string& field, const std::string& name, const QStringList& more) {
        const QString setting = QString::fromStdString(field + "=" + name);
        QTest::newRow(qPrintable(setting)) << (QStringList{setting} + more);
        QTest::newRow(qPrintable(setting + ", four latents")) << (QStringList{setting, "model.latent_dim=4"} + more);
    };
    for (const RegistryRow& row : networkRows()) {
        add("model.network", row.name, {});
    }
    for (const RegistryRow& row : posteriorRows()) {
        add("model.posterior", row.name, row.name == "implicit" ? QStringList{"model.encoder_noise=3"} : QStringList{});
    }
    for (const RegistryRow& row : priorRows()) {
        add("model.prior", row.name, {});
    }
    for (const EnumName<LikelihoodKind>& name : namesOf<LikelihoodKind>) {
        add("model.likelihood", name.key,
            familyOf(name.value).discrete() ? QStringList{} : QStringList{"data.binarisation=none"});
    }
    QTest::newRow("all that is new at once")
        << QStringList{"model.network=residual_mlp", "model.posterior=full_gaussian", "model.prior=gaussian_mixture",
                       "model.likelihood=continuous_bernoulli", "data.binarisation=none"};
    QTest::newRow("convolutions with noise")
        << QStringList{"model.encoder_noise=3", "model.network=gated_conv", "model.latent_dim=3"};
    QTest::newRow("convolutions that give variances")
        << QStringList{"model.network=conv",     "model.scale=softplus",   "model.likelihood=gaussian",
                       "model.variance=network", "data.binarisation=none", "model.latent_dim=3"};
    QTest::newRow("a learned prior and critics") << QStringList{
        "model.prior=gaussian_mixture",   "objective.divergence=adversarial", "objective.data_divergence=0.5",
        "objective.joint_divergence=0.5", "objective.code_distortion=0.1",    "objective.critic=[8]"};
    QTest::newRow("a learned prior and Stein")
        << QStringList{"model.prior=gaussian_mixture", "objective.divergence=stein"};
    QTest::newRow("flows on both sides") << QStringList{"model.posterior=iaf", "model.prior=maf",
                                                        "model.flow_context=h", "model.flow_steps=3",
                                                        "objective.code_distortion=0.1"};
    QTest::newRow("pseudo-inputs, a full posterior and MMD")
        << QStringList{"model.prior=vamp", "model.posterior=full_gaussian", "objective.code_distortion=0.1"};
    QTest::newRow("pseudo-inputs through a flow with a context")
        << QStringList{"model.prior=vamp", "model.posterior=iaf", "model.flow_context=h", "model.prior_components=4"};
    QTest::newRow("pseudo-inputs and Stein") << QStringList{"model.prior=vamp", "objective.divergence=stein"};
    QTest::newRow("pseudo-images") << QStringList{"model.prior=vamp", "model.network=gated_conv",
                                                  "model.scale=softplus", "model.latent_dim=3"};
    QTest::newRow("a flow's moments and capped information") << QStringList{
        "model.posterior=iaf", "objective.divergence=moments", "objective.rate_term=cap", "objective.rate_target=1"};
    QTest::newRow("three codes of flows")
        << QStringList{"model.posterior=iaf", "model.prior=maf", "objective.rate_estimate=log_ratio",
                       "objective.importance_samples=3", "objective.gradient=dreg"};
    QTest::newRow("three codes of full posteriors, gradients by block") << QStringList{
        "model.posterior=full_gaussian",  "model.prior=gaussian_mixture", "objective.rate_estimate=log_ratio",
        "objective.importance_samples=3", "objective.gradient=stl",       "optimiser.normalise=block"};
    QTest::newRow("three codes and capped information")
        << QStringList{"objective.rate_estimate=log_ratio", "objective.importance_samples=3", "objective.rate_term=cap",
                       "objective.rate_target=1"};
    QTest::newRow("a full posterior, moments and capped information")
        << QStringList{"model.posterior=full_gaussian", "objective.divergence=moments", "objective.rate_term=cap",
                       "objective.rate_target=1"};
}

void TestModelKinds::everyKind() {
    QFETCH(QStringList, settings);
    Experiment experiment = with({});
    // Noise comes before what it makes possible.
    std::stable_partition(settings.begin(), settings.end(), [](const QString& s) { return s.contains("noise"); });
    for (const QString& setting : settings) {
        assignField(experiment, setting.toStdString());
    }
    experiment.validate();
    // The file says it all.
    QVERIFY(parseExperiment(writeExperiment(experiment), "here") == experiment);
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 6);
    QVERIFY2(!whole.failed() && whole.snapshot()->failure.empty(), whole.snapshot()->failure.c_str());

    Trainer first(experiment, dataset);
    train(first, 3);
    const std::string path = folder_.filePath("checkpoint.safetensors").toStdString();
    saveCheckpoint(path, first);
    Trainer second(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, second);
    train(second, 3);
    QVERIFY(torch::equal(whole.state().parameters.values(), second.state().parameters.values()));
    QCOMPARE(whole.snapshot()->averages, second.snapshot()->averages);

    // A member alone goes on the same.
    Experiment alone = experiment;
    alone.knobs = {experiment.knobs[1]};
    Trainer lone(alone, dataset);
    copyMember(first, 1, lone);
    train(lone, 3);
    QVERIFY(torch::allclose(lone.state().parameters.values()[0], whole.state().parameters.values()[1], 1e-3, 1e-4));

    // Shown: every part of a frame.
    const auto snapshot = whole.snapshot();
    Analyst analyst(experiment, dataset);
    ViewRequest request;
    request.members = {0, 1, 2};
    request.window = {-6, 6, -6, 6};
    request.plane.principal = experiment.model.latentDim > 2;
    request.gridSize = 32;
    request.codeCount = 100;
    request.imageCount = 8;
    request.manifoldSize = 5;
    const auto frame = analyst.analyse(*snapshot, request, true);
    QCOMPARE(frame->latents.size(), 3U);
    for (const LatentFrame& latent : frame->latents) {
        QVERIFY(finite(latent.aggregatedPosterior.values) && finite(latent.prior.values) && finite(latent.meanX));
        const double cell = 12.0 * 12.0 / (32.0 * 32.0);
        double mass = 0.0;
        for (const float density : latent.prior.values) {
            mass += cell * density;
        }
        QVERIFY2(std::abs(mass - 1.0) < 0.03, qPrintable(QString::number(mass)));
    }
    for (const ImageFrame& images : frame->images) {
        QVERIFY(finite(images.samples.pixels) && finite(images.reconstructions.pixels));
    }
    for (const char* name : {"elbo_test", "rate_train", "log_det_cov_test", "distortion_test"}) {
        QVERIFY2(std::isfinite(frame->report.value(name, 2)), name);
    }

    // Measured: a number or a reason for everything.
    ModelMeasureOptions options;
    options.examples = 20;
    options.draws = {5, 50};
    options.samples = 30;
    options.only = {"rate", "mi_q",       "mi_q_upper", "kl_marginal", "nll",
                    "mmd",  "mi_p_lower", "mi_p_upper", "smooth_knn"};
    // A grid is a hundred thousand codes to decode in double precision: minutes for convolutions, which are no special
    // case there.
    if (experiment.model.latentDim == 2 && !networkTraits(experiment.model.network).images) {
        options.only.insert(options.only.end(), {"nll_exact", "kl_posterior", "mi_q_exact"});
    }
    const ModelMeasures measures = measureModel(*snapshot, experiment, *dataset, options);
    for (const MeasuredMetric& metric : measures.measurements) {
        for (const Measured& value : metric.values) {
            QVERIFY2(std::isfinite(value.value), metric.name.c_str());
        }
    }
    QVERIFY(measures.measurements.size() > 8);
    // The likelihood is no smaller than the bound, as far as sampling can tell.
    const Measured nll = measures.value("nll_test", 1);
    QVERIFY(-frame->report.value("elbo_test", 1) > nll.value - 5.0 * nll.error - 25.0);
}

void TestModelKinds::learnedPriorsLearn() {
    Experiment experiment = with({"model.prior=gaussian_mixture", "model.prior_components=4", "lambda=1", "beta=1"});
    experiment.knobs = {{1.0, 1.0, 0.0}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    const torch::Tensor before = trainer.state().parameters.values().clone();
    const double early = [&] {
        train(trainer, 5);
        return trainer.snapshot()->averages.at("loss")[0];
    }();
    train(trainer, 200);
    QVERIFY(trainer.snapshot()->averages.at("loss")[0] < early);
    const std::int64_t priorSize = 4 * 2 * 2 + 4;
    const torch::Tensor moved =
        (trainer.state().parameters.values() - before).narrow(1, before.size(1) - priorSize, 16);
    QVERIFY(moved.abs().min().item<double>() > 0.0);
}

void TestModelKinds::pseudoInputsStartAsTrainingExamples() {
    const auto startOf = [](const Experiment& experiment) {
        const Trainer trainer(experiment, loadDataset(experiment.data));
        const auto snapshot = trainer.snapshot();
        return LatentModel(experiment.model, trainer.dataset()->shape()).prior().pseudoInputs(*snapshot->parameters)->x;
    };
    Experiment experiment = with({"model.prior=vamp", "model.prior_components=30", "data.binarisation=static"});
    const torch::Tensor start = startOf(experiment);
    const auto dataset = loadDataset(experiment.data);
    const torch::Tensor train =
        ModelInputs(experiment, *dataset, dataset->train).first(dataset->train.size()).to(start.scalar_type());
    QCOMPARE(start.sizes().vec(), (std::vector<std::int64_t>{3, 30, dataset->dim}));
    QVERIFY(torch::equal(start[0], start[2]));
    // Each is one of the training examples, at logits of -2 and 2; and they are different ones, of another seed others.
    const torch::Tensor same = (start[0].unsqueeze(1).round() == train.unsqueeze(0)).all(-1);  // [30, N]
    QVERIFY(same.any(1).all().item<bool>());
    QVERIFY(same.any(0).sum().item<int>() > 25);
    QVERIFY((torch::logit(start).abs() - 2.0).abs().max().item<double>() < 1e-4);
    experiment.run.seed += 1;
    QVERIFY(!torch::equal(startOf(experiment), start));
    // More pseudo-inputs than examples: these come again.
    assignField(experiment, "model.prior_components=130");
    const torch::Tensor many = startOf(experiment);
    QVERIFY(torch::equal(many[0].narrow(0, 0, 10), many[0].narrow(0, 120, 10)));
}

void TestModelKinds::whatDoesNotFitIsRefused_data() {
    QTest::addColumn<QStringList>("settings");
    QTest::addColumn<QString>("said");
    QTest::newRow("unknown network") << QStringList{"model.network=transformer"} << "model.network";
    QTest::newRow("moments of a mixture")
        << QStringList{"model.prior=gaussian_mixture", "objective.divergence=moments"} << "N(0, I)";
    QTest::newRow("free bits of a mixture")
        << QStringList{"model.prior=gaussian_mixture", "objective.rate_term=free_bits"} << "standard_normal";
    QTest::newRow("free bits of a full posterior")
        << QStringList{"model.posterior=full_gaussian", "objective.rate_term=free_bits"} << "diagonal_gaussian";
    QTest::newRow("free bits of a flow") << QStringList{"model.posterior=iaf", "objective.rate_term=free_bits"}
                                         << "those of a flow";
    QTest::newRow("a flow with noise") << QStringList{"model.posterior=iaf", "model.encoder_noise=2"}
                                       << "model.encoder_noise = 0";
    QTest::newRow("pseudo-inputs of an encoder with noise")
        << QStringList{"model.encoder_noise=2", "model.prior=vamp"} << "model.encoder_noise = 0";
    QTest::newRow("implicit without noise") << QStringList{"model.posterior=implicit"} << "model.encoder_noise";
    QTest::newRow("a full posterior with noise")
        << QStringList{"model.posterior=full_gaussian", "model.encoder_noise=2"} << "model.encoder_noise = 0";
    QTest::newRow("grey values made binary")
        << QStringList{"model.likelihood=continuous_bernoulli"} << "data.binarisation = \"none\"";
    QTest::newRow("convolutions of points")
        << QStringList{"data.name=ring", "model.likelihood=gaussian", "model.network=conv"} << "needs images";
    QTest::newRow("sides that are halved too often")
        << QStringList{"model.network=gated_conv", "model.encoder_channels=[2, 3, 4]"}
        << "needs sides divisible by 8, but the images are 28 x 28; give model.encoder_channels 2 numbers";
    QTest::newRow("sides that are doubled too often")
        << QStringList{"model.network=dcgan", "model.decoder_channels=[4, 3, 2]"} << "model.decoder_channels";
    QTest::newRow("convolutions without channels")
        << QStringList{"model.network=conv", "model.encoder_channels=[]"} << "the list is empty";
    QTest::newRow("codes weighed by a rate in closed form")
        << QStringList{"objective.importance_samples=5"}
        << "objective.importance_samples is 5, which weighs single codes, but objective.rate_estimate is "
           "\"closed_form\", which is no rate of a code; set objective.rate_estimate = \"log_ratio\", or "
           "objective.importance_samples = 1";
    QTest::newRow("a gradient of codes with a rate in closed form")
        << QStringList{"objective.gradient=dreg"}
        << "objective.gradient is \"dreg\", which weighs single codes, but objective.rate_estimate is \"closed_form\"";
    QTest::newRow("codes weighed without a density")
        << QStringList{"objective.importance_samples=5", "objective.rate_estimate=adversarial", "model.encoder_noise=3"}
        << "set model.encoder_noise = 0, or objective.importance_samples = 1";
    QTest::newRow("codes weighed by samples")
        << QStringList{"objective.importance_samples=5", "objective.rate_estimate=log_ratio",
                       "model.likelihood=gaussian", "data.binarisation=none", "model.decoder_noise=3"}
        << "set model.decoder_noise = 0, or objective.importance_samples = 1";
    QTest::newRow("weighed codes with a bound")
        << QStringList{"objective.importance_samples=5", "objective.rate_estimate=log_ratio",
                       "constraints.rate_at_least=2"}
        << "set constraints.rate_at_least = \"none\", or objective.importance_samples = 1";
    QTest::newRow("grey values of points")
        << QStringList{"data.name=ring", "model.likelihood=continuous_bernoulli"} << "between 0 and 1";
}

void TestModelKinds::whatDoesNotFitIsRefused() {
    QFETCH(QStringList, settings);
    QFETCH(QString, said);
    Experiment experiment = with({});
    try {
        for (const QString& setting : settings) {
            assignField(experiment, setting.toStdString());
        }
        Trainer trainer(experiment, loadDataset(experiment.data));
        QFAIL("it was taken");
    } catch (const InputError& error) {
        QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
    }
}

QTEST_GUILESS_MAIN(TestModelKinds)
#include "tst_model_kinds.moc"
