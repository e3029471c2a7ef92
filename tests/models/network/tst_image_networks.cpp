// Networks of convolutions: the sizes that papers print, images of several sides, fleets, gates, and what is refused.

#include <QtTest>
#include <stdexcept>

#include "models/fleet/generator.h"
#include "models/latent_model.h"
#include "models/network/conv_layer.h"
#include "models/network/networks.h"
#include "models/tensor/torch.h"

using namespace elbo;

namespace {

ModelSpec rdSpec() {
    ModelSpec spec;
    spec.network = "gated_conv";
    spec.latentDim = 64;
    spec.encoderChannels = {32, 64};
    spec.encoder = {256};
    spec.decoderChannels = {64, 32};
    spec.decoder = {};
    return spec;
}

ModelSpec dcganSpec(int latentDim) {
    ModelSpec spec;
    spec.network = "dcgan";
    spec.latentDim = latentDim;
    spec.encoderChannels = {64, 128};
    spec.encoder = {1024};
    spec.decoderChannels = {128, 64};
    spec.decoder = {1024};
    return spec;
}

torch::Tensor normal(std::vector<std::int64_t> shape, std::uint64_t seed, torch::ScalarType type = torch::kFloat64) {
    torch::Generator generator = makeGenerator(seed);
    return torch::randn(shape, generator, torch::kFloat64).to(type);
}

/// A fleet of members with different weights that are not small.
FleetParameters fleetOf(const std::shared_ptr<const ParameterLayout>& layout, const Network& network, int members,
                        torch::ScalarType type) {
    FleetParameters parameters(layout, members, type);
    torch::Generator generator = makeGenerator(3);
    network.initialise(parameters, generator);
    parameters.values().add_(normal({members, layout->size()}, 4, type) * 0.1);
    return parameters;
}

std::string refusalOf(const ModelSpec& spec, const DataShape& data) {
    try {
        const LatentModel model(spec, data);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestImageNetworks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sizesAreThoseOfThePapers_data() {
        QTest::addColumn<bool>("dcgan");
        QTest::addColumn<int>("latentDim");
        QTest::addColumn<qint64>("encoder");
        QTest::addColumn<qint64>("decoder");
        QTest::addColumn<qint64>("encoderMultiplications");
        QTest::addColumn<qint64>("decoderMultiplications");
        QTest::newRow("RD, App. F") << false << 64 << qint64{1999424} << qint64{998753} << qint64{43033600}
                                    << qint64{76894720};
        QTest::newRow("InfoVAE, 10 latents")
            << true << 10 << qint64{6576340} << qint64{6572225} << qint64{13066240} << qint64{13056000};
        QTest::newRow("InfoVAE, 2 latents")
            << true << 2 << qint64{6559940} << qint64{6564033} << qint64{13049856} << qint64{13047808};
    }

    void sizesAreThoseOfThePapers() {
        QFETCH(bool, dcgan);
        QFETCH(int, latentDim);
        QFETCH(qint64, encoder);
        QFETCH(qint64, decoder);
        QFETCH(qint64, encoderMultiplications);
        QFETCH(qint64, decoderMultiplications);
        const LatentModel model(dcgan ? dcganSpec(latentDim) : rdSpec(), DataShape::image(28, 28));
        QCOMPARE(qint64{model.encoderColumns().count}, encoder);
        QCOMPARE(qint64{model.layout()->size() - model.encoderColumns().count}, decoder);
        QCOMPARE(qint64{model.posterior().network().cost().multiplications}, encoderMultiplications);
        QCOMPARE(qint64{model.decoder().network().cost().multiplications}, decoderMultiplications);
    }

    void sidesFollowTheImages_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QList<int>>("image");  // height, width, channels
        QTest::addColumn<int>("halvings");
        for (const RegistryRow& row : networkRows()) {
            if (networkTraits(row.name).images) {
                const auto add = [&](const QList<int>& image, int halvings) {
                    QTest::addRow("%s, %d x %d x %d", row.name.c_str(), image[0], image[1], image[2])
                        << QString::fromStdString(row.name) << image << halvings;
                };
                add({28, 28, 1}, 2);
                add({14, 14, 1}, 1);
                add({12, 20, 3}, 2);
                add({2, 2, 1}, 1);  // to a single pixel
                add({27, 6, 1}, 0);
            }
        }
    }

    void sidesFollowTheImages() {
        QFETCH(QString, name);
        QFETCH(QList<int>, image);
        QFETCH(int, halvings);
        const DataShape data = DataShape::image(image[0], image[1], image[2]);
        ModelSpec spec;
        spec.network = name.toStdString();
        spec.latentDim = 3;
        spec.encoder = {6};
        spec.decoder = {5};
        // Gates of fewer channels let first values of any size through, of which a variance is an exponential.
        spec.encoderChannels = spec.decoderChannels = std::vector<int>(static_cast<std::size_t>(halvings), 8);
        if (halvings == 0) {
            QVERIFY(refusalOf(spec, data).find("list is empty") != std::string::npos);
            spec.encoderChannels = spec.decoderChannels = {2};
            QVERIFY(refusalOf(spec, data).find("divisible by 2, but the images are 27 x 6; set model.network") !=
                    std::string::npos);
            return;
        }
        for (const LikelihoodKind likelihood : {LikelihoodKind::Bernoulli, LikelihoodKind::Gaussian}) {
            spec.likelihood = likelihood;
            spec.variance = VarianceKind::Network;
            const LatentModel model(spec, data);
            FleetParameters parameters(model.layout(), 2, torch::kFloat32);
            model.initialise(parameters, 1);
            const torch::NoGradGuard noGradients;
            const torch::Tensor x = normal({5, data.dim}, 1, torch::kFloat32);
            const Gaussian posterior = model.encode(parameters, x);
            QCOMPARE(posterior.mean.sizes().vec(), (std::vector<std::int64_t>{2, 5, 3}));
            const LikelihoodBatch batch = model.decode(parameters, posterior.mean);
            QCOMPARE(batch.location.sizes().vec(), (std::vector<std::int64_t>{2, 5, data.dim}));
            QCOMPARE(batch.distortion(x).sizes().vec(), (std::vector<std::int64_t>{2, 5}));
            QVERIFY(torch::isfinite(batch.distortion(x)).all().item<bool>());
            // One more halving than the sides allow.
            ModelSpec deep = spec;
            deep.decoderChannels.assign(static_cast<std::size_t>(halvings) + 1, 8);
            const std::string refusal = refusalOf(deep, data);
            if (data.height % (1 << (halvings + 1)) != 0 || data.width % (1 << (halvings + 1)) != 0) {
                QVERIFY2(refusal.find("give model.decoder_channels") != std::string::npos, refusal.c_str());
            }
        }
    }

    void otherDataAreRefused() {
        ModelSpec spec = rdSpec();
        QCOMPARE(refusalOf(spec, DataShape::point(784)),
                 std::string("model.network = \"gated_conv\" needs images, but the data are points of 784 values; set "
                             "model.network = \"mlp\""));
        QCOMPARE(refusalOf(spec, DataShape::image(27, 27)),
                 std::string("model.network = \"gated_conv\" needs sides divisible by 4, but the images are 27 x 27; "
                             "set model.network = \"mlp\""));
        QCOMPARE(refusalOf(spec, DataShape::image(14, 14)),
                 std::string("model.network = \"gated_conv\" needs sides divisible by 4, but the images are 14 x 14; "
                             "give model.encoder_channels 1 number, one for each halving"));
        spec.encoderChannels.assign(64, 1);
        QVERIFY(refusalOf(spec, DataShape::image(28, 28)).find("needs sides divisible by") != std::string::npos);
        spec.encoderChannels = {65536, 65536};
        QVERIFY(refusalOf(spec, DataShape::image(1024, 1024)).find("is too large") != std::string::npos);
    }

    void aFleetIsItsMembers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("decoder");
        QTest::addColumn<bool>("doubles");
        for (const RegistryRow& row : networkRows()) {
            for (const bool decoder : {false, true}) {
                for (const bool doubles : {false, true}) {
                    if (networkTraits(row.name).images) {
                        QTest::addRow("%s, %s, %s", row.name.c_str(), decoder ? "decoder" : "encoder",
                                      doubles ? "double" : "single")
                            << QString::fromStdString(row.name) << decoder << doubles;
                    }
                }
            }
        }
    }

    /// Outputs and gradients: a grouped convolution mixes nothing.
    void aFleetIsItsMembers() {
        QFETCH(QString, name);
        QFETCH(bool, decoder);
        QFETCH(bool, doubles);
        const auto type = doubles ? torch::kFloat64 : torch::kFloat32;
        const double tolerance = doubles ? 1e-11 : 5e-6;  // sums of hundreds of numbers in another order
        const DataShape data = DataShape::image(8, 8);
        const NetworkShape shape{decoder ? 4 : data.dim,
                                 {6},
                                 decoder ? data.dim : 4,
                                 Activation::Tanh,
                                 decoder ? NetworkRole::Decoder : NetworkRole::Encoder,
                                 data,
                                 {3, 2}};
        const auto layout = std::make_shared<ParameterLayout>();
        const auto network = makeNetwork(name.toStdString(), *layout, "part", shape);
        FleetParameters fleet = fleetOf(layout, *network, 3, type);
        // What the fleet shares, and what each member has of its own.
        for (const torch::Tensor& x : {normal({7, shape.inputs}, 5, type), normal({3, 7, shape.inputs}, 6, type)}) {
            fleet.gradients().zero_();
            const torch::Tensor outputs = network->forward(fleet, x);
            outputs.square().mean().backward();
            for (int member = 0; member < 3; ++member) {
                FleetParameters lone(layout, 1, type);
                lone.values().copy_(fleet.values().narrow(0, member, 1));
                const torch::Tensor own = x.dim() == 3 ? x.narrow(0, member, 1) : x;
                const torch::Tensor alone = network->forward(lone, own);
                (alone.square().mean() / 3.0).backward();
                const auto furthest = [](const torch::Tensor& a, const torch::Tensor& b) {
                    return (a - b).abs().max().item<double>() / std::max(1.0, b.abs().max().item<double>());
                };
                QVERIFY2(furthest(outputs[member], alone[0]) < tolerance,
                         qPrintable(QString::number(furthest(outputs[member], alone[0]))));
                QVERIFY2(furthest(fleet.gradients()[member], lone.gradients()[0]) < tolerance,
                         qPrintable(QString::number(furthest(fleet.gradients()[member], lone.gradients()[0]))));
            }
        }
    }

    void gatedLayersAreTheirFormula() {
        const DataShape data = DataShape::image(4, 4);
        const auto layout = std::make_shared<ParameterLayout>();
        const auto network = makeNetwork("gated_conv", *layout, "part",
                                         {data.dim, {5}, 2, Activation::Relu, NetworkRole::Encoder, data, {3}});
        const FleetParameters p = fleetOf(layout, *network, 1, torch::kFloat64);
        const torch::NoGradGuard noGradients;
        const torch::Tensor x = normal({6, data.dim}, 8);
        // y = (W1 x + b1) sigmoid(W2 x + b2), the halves of one layer.
        const auto halves = [](const torch::Tensor& y) {
            const std::int64_t half = y.size(1) / 2;
            return y.narrow(1, 0, half) * torch::sigmoid(y.narrow(1, half, half));
        };
        torch::Tensor maps = 2.0 * x.view({6, 1, 4, 4}) - 1.0;
        maps = halves(torch::conv2d(maps, p[0][0], p[1][0], 1, 2));
        maps = halves(torch::conv2d(maps, p[2][0], p[3][0], 2, 2));
        QCOMPARE(maps.sizes().vec(), (std::vector<std::int64_t>{6, 3, 2, 2}));
        const torch::Tensor hidden = halves(torch::matmul(maps.flatten(1), p[4][0]) + p[5][0]);
        const torch::Tensor expected = torch::matmul(hidden, p[6][0]) + p[7][0];
        QVERIFY(torch::allclose(network->forward(p, x)[0], expected, 1e-11, 1e-12));
    }

    /// The transposed 4 x 4 layer is the adjoint of a convolution that keeps the size with one zero before and two
    /// behind.
    void theEvenKernelIsAnAdjoint() {
        const auto layout = std::make_shared<ParameterLayout>();
        const ConvLayer layer = ConvLayer::add(
            *layout, "layer",
            {.inputs = 3, .outputs = 2, .kernel = {4, 4}, .padding = 1, .transposed = true, .outputPadding = -1},
            {6, 5});
        QCOMPARE(layer.to(), (MapSize{6, 5}));
        FleetParameters parameters(layout, 1, torch::kFloat64);
        torch::Generator generator = makeGenerator(2);
        layer.initialiseNormal(parameters, 1.0, generator);
        const torch::NoGradGuard noGradients;
        const torch::Tensor y = normal({1, 3, 6, 5}, 1), x = normal({1, 2, 6, 5}, 2);
        const torch::Tensor forth = torch::conv2d(torch::constant_pad_nd(x, {1, 2, 1, 2}), parameters[0][0]);
        QCOMPARE(forth.sizes().vec(), y.sizes().vec());
        const double left = (forth * y).sum().item<double>();
        const double right = (x * layer.forward(parameters, y)).sum().item<double>();
        QVERIFY(std::abs(left - right) < 1e-10 && std::abs(left) > 1e-3);
    }

    void valuesKeepTheirVarianceThroughGates() {
        const DataShape data = DataShape::image(28, 28);
        for (const bool decoder : {false, true}) {
            const NetworkShape shape{decoder ? 64 : data.dim,
                                     decoder ? std::vector<int>{} : std::vector<int>{128},
                                     decoder ? data.dim : 256,
                                     Activation::Relu,
                                     decoder ? NetworkRole::Decoder : NetworkRole::Encoder,
                                     data,
                                     decoder ? std::vector<int>{32, 16} : std::vector<int>{16, 32}};
            const auto layout = std::make_shared<ParameterLayout>();
            const auto network = makeNetwork("gated_conv", *layout, "part", shape);
            FleetParameters parameters(layout, 1, torch::kFloat32);
            torch::Generator generator = makeGenerator(7);
            network->initialise(parameters, generator);
            const torch::NoGradGuard noGradients;
            const torch::Tensor unit = normal({40, shape.inputs}, 3, torch::kFloat32);
            // The encoder takes images as 2 x - 1; its last layer, like the decoder's, keeps the variance.
            const torch::Tensor outputs = network->forward(parameters, decoder ? unit : 0.5 * (unit + 1.0));
            const double variance = outputs.square().mean().item<double>();
            QVERIFY2(variance > 0.4 && variance < 2.5, qPrintable(QString::number(variance)));
        }
    }

    /// Channels stand side by side in data and one after the other in maps.
    void pixelsKeepTheirChannels() {
        const DataShape data = DataShape::image(2, 3, 3);
        const torch::Tensor x = normal({2, 4, data.dim}, 1);
        const torch::Tensor maps = mapsOfImages(x, data);
        QCOMPARE(maps.sizes().vec(), (std::vector<std::int64_t>{4, 2 * 3, 2, 3}));
        // Member 1, example 2, channel 2 of the pixel in row 1 and column 0.
        QCOMPARE(maps[2][1 * 3 + 2][1][0].item<double>(), x[1][2][(1 * 3 + 0) * 3 + 2].item<double>());
        QVERIFY(torch::equal(imagesOfMaps(maps, 2, data), x));
        QVERIFY(torch::equal(mapsOfImages(x[1], data), maps.narrow(1, 3, 3)));
        // With two values for every value of an image: all first ones, then all second ones.
        const torch::Tensor both = torch::cat({maps.narrow(1, 0, 3), maps.narrow(1, 3, 3)}, 1);
        const torch::Tensor one = imagesOfMaps(both, 1, data);
        QCOMPARE(one.sizes().vec(), (std::vector<std::int64_t>{1, 4, 2 * data.dim}));
        QVERIFY(torch::equal(one[0].narrow(1, 0, data.dim), x[0]));
        QVERIFY(torch::equal(one[0].narrow(1, data.dim, data.dim), x[1]));
        const DataShape grey = DataShape::image(2, 3);
        const torch::Tensor y = normal({2, 4, grey.dim}, 2);
        QVERIFY(torch::equal(imagesOfMaps(mapsOfImages(y, grey), 2, grey), y));
        QVERIFY(torch::equal(rowsOfMaps(mapsOfRows(x, 3, {2, 3}), 2), x));
    }

    /// In double precision a large batch is taken in parts.
    void partsMakeTheWhole() {
        const auto layout = std::make_shared<ParameterLayout>();
        const ConvLayer layer =
            ConvLayer::add(*layout, "layer", {.inputs = 8, .outputs = 2, .kernel = {5, 5}, .padding = 2}, {28, 28});
        FleetParameters parameters(layout, 1, torch::kFloat64);
        torch::Generator generator = makeGenerator(2);
        layer.initialise(parameters, generator);
        const torch::NoGradGuard noGradients;
        const torch::Tensor maps = normal({130, 8, 28, 28}, 1);
        const torch::Tensor whole = layer.forward(parameters, maps);
        QCOMPARE(whole.size(0), 130);
        for (const std::int64_t row : {0, 53, 129}) {
            QVERIFY(torch::allclose(whole.narrow(0, row, 1), layer.forward(parameters, maps.narrow(0, row, 1)), 1e-12,
                                    1e-13));
        }
    }
};

QTEST_GUILESS_MAIN(TestImageNetworks)
#include "tst_image_networks.moc"
