// Plausible frames for the tests of views: no training behind them, but shapes and numbers as the analyst makes them.
#pragma once

#include <QFont>
#include <QImage>
#include <QPainter>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "training/frame/frame.h"

namespace elbo::sample {

inline double normalDensity(double x, double mean, double variance) {
    return std::exp(-0.5 * (x - mean) * (x - mean) / variance) / std::sqrt(2.0 * M_PI * variance);
}

/// A grid over `window` filled with f(x, y) at cell centres.
template <typename Function>
GridDensity gridOf(const LatentWindow& window, int columns, int rows, Function f) {
    GridDensity grid{columns, rows, window, {}};
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const double x = window.xMin + (column + 0.5) * (window.xMax - window.xMin) / columns;
            const double y = window.yMin + (row + 0.5) * (window.yMax - window.yMin) / rows;
            grid.values.push_back(static_cast<float>(f(x, y)));
        }
    }
    return grid;
}

/// A standard normal density on a square window.
inline GridDensity gaussian(double half, int cells, double sigma = 1.0) {
    return gridOf({-half, half, -half, half}, cells, cells, [sigma](double x, double y) {
        return normalDensity(x, 0, sigma * sigma) * normalDensity(y, 0, sigma * sigma);
    });
}

/// Ten classes on a wheel: `radius` large is an encoder that has spread them, 0 a collapsed one.
inline LatentFrame wheel(int member, double radius, const LatentWindow& window = {}, int cells = 128,
                         int codes = 2000) {
    LatentFrame latent;
    latent.member = member;
    latent.latentDim = 2;
    latent.xAxis = "z1";
    latent.yAxis = "z2";
    const auto centre = [radius](int label) {
        const double angle = 2.0 * M_PI * label / 10.0;
        return std::pair{radius * std::cos(angle) * (label % 2 ? 0.55 : 1.0), radius * std::sin(angle)};
    };
    constexpr double kSpreadX = 0.09, kSpreadY = 0.05, kNoise = 0.03;
    latent.aggregatedPosterior = gridOf(window, cells, cells, [&](double x, double y) {
        double sum = 0.0;
        for (int label = 0; label < 10; ++label) {
            const auto [cx, cy] = centre(label);
            sum += 0.1 * normalDensity(x, cx, kSpreadX + kNoise) * normalDensity(y, cy, kSpreadY + kNoise);
        }
        return sum;
    });
    latent.prior = gridOf(window, cells, cells,
                          [](double x, double y) { return normalDensity(x, 0, 1) * normalDensity(y, 0, 1); });
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    for (int i = 0; i < codes; ++i) {
        const int label = i % 10;
        const auto [cx, cy] = centre(label);
        latent.meanX.push_back(static_cast<float>(cx + std::sqrt(kSpreadX) * normal(random)));
        latent.meanY.push_back(static_cast<float>(cy + std::sqrt(kSpreadY) * normal(random)));
        latent.varianceX.push_back(static_cast<float>(kNoise * (0.6 + 0.08 * label)));
        latent.varianceY.push_back(static_cast<float>(kNoise));
        latent.covarianceXY.push_back(static_cast<float>(kNoise * 0.5));
        latent.labels.push_back(label);
    }
    return latent;
}

/// A digit as a small grey picture, turned and scaled a little.
inline void appendDigit(ImageStrip& strip, int digit, double turn, double contrast = 1.0, double size = 1.0) {
    QImage image(28, 28, QImage::Format_Grayscale8);
    image.fill(Qt::black);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        QFont font("DejaVu Sans");
        font.setPixelSize(static_cast<int>(24 * size));
        font.setBold(true);
        painter.setFont(font);
        painter.translate(14, 14);
        painter.rotate(turn);
        painter.setPen(QColor::fromRgbF(contrast, contrast, contrast));
        painter.drawText(QRectF(-14, -14, 28, 28), Qt::AlignCenter, QString::number(digit));
    }
    strip.width = strip.height = 28;
    ++strip.count;
    for (int row = 0; row < 28; ++row) {
        for (int column = 0; column < 28; ++column) {
            strip.pixels.push_back(static_cast<float>(image.constScanLine(row)[column]) / 255.0F);
        }
    }
}

inline ImageFrame digits(int member, int count = 48, int manifoldSize = 15) {
    ImageFrame images;
    images.member = member;
    for (int i = 0; i < count; ++i) {
        const double turn = (i * 37) % 40 - 20;
        appendDigit(images.data, i % 10, turn);
        images.data.labels.push_back(i % 10);
        appendDigit(images.reconstructions, i % 10, turn * 0.6, 0.85);
        appendDigit(images.samples, (i * 7) % 10, turn * 0.4, 0.75, 0.95);
    }
    constexpr int kRows = 8;
    for (int i = 0; i < kRows; ++i) {
        appendDigit(images.sheetData, i % 10, 0.0);
        appendDigit(images.sheetOfExamples.decoding, i % 10, 8.0, 0.9);
        appendDigit(images.sheetOfExamples.mean, i % 10, 4.0, 0.7);
        appendDigit(images.sheetOfSamples.decoding, (i * 7) % 10, -8.0, 0.9);
        appendDigit(images.sheetOfSamples.mean, (i * 7) % 10, -4.0, 0.7);
    }
    images.manifoldSize = manifoldSize;
    images.manifoldExtent = 1.5;
    for (int i = 0; i < manifoldSize * manifoldSize; ++i) {
        const double x = i % manifoldSize, y = i / manifoldSize;
        const double angle = std::atan2(manifoldSize / 2 - y, x - manifoldSize / 2);
        appendDigit(images.manifold, static_cast<int>((angle / (2 * M_PI) + 1.0) * 10) % 10, (x + y) * 2 - 28, 0.9);
    }
    return images;
}

/// Two-dimensional codes of digits, for a fleet in which beta differs.
inline Frame planeFrame(int members = 1, const LatentWindow& window = {}) {
    Frame frame;
    frame.sequence = 1;
    frame.state = RunState::Running;
    frame.experimentName = "digits";
    frame.totalSteps = 5000;
    frame.fleetSize = members;
    frame.report.step = 1200;
    for (int member = 0; member < members; ++member) {
        frame.knobs.push_back({0.25 * std::pow(4.0, member), 1.0, 0.0});
        frame.latents.push_back(wheel(member, 2.2 / (1.0 + 0.6 * member), window));
        frame.images.push_back(digits(member));
    }
    for (int label = 0; label < 10; ++label) {
        frame.labelNames.push_back(std::to_string(label));
    }
    return frame;
}

/// Of a prior with 96 pseudo-inputs, of which every second one is among the heaviest.
inline Frame withPseudoInputs(Frame frame) {
    for (ImageFrame& images : frame.images) {
        images.pseudoInputs = images.samples;
        for (int i = 0; i < images.samples.count; ++i) {
            images.pseudoInputPlaces.push_back(2 * i);
            images.pseudoInputWeights.push_back(0.01F + 0.0005F * static_cast<float>((i * 29) % 48));
        }
    }
    return frame;
}

/// The two-point data set of the InfoVAE paper: x = -1 or 1, a one-dimensional code.
inline Frame twoPointFrame(double separation = 1.5) {
    Frame frame;
    frame.sequence = 1;
    frame.experimentName = "two points";
    frame.knobs.push_back({1.0, 500.0, 0.0});
    frame.labelNames = {"-1", "1"};
    LatentFrame latent;
    latent.latentDim = 1;
    latent.xAxis = "z1";
    const LatentWindow line{-4.0, 4.0, 0.0, 1.0};
    const auto posterior = [separation](double x, int sign) { return normalDensity(x, sign * separation, 0.09); };
    latent.aggregatedPosterior =
        gridOf(line, 512, 1, [&](double x, double) { return 0.5 * (posterior(x, -1) + posterior(x, 1)); });
    latent.prior = gridOf(line, 512, 1, [](double x, double) { return normalDensity(x, 0, 1); });
    for (int label = 0; label < 2; ++label) {
        const int sign = label == 0 ? -1 : 1;
        latent.curves.push_back({sign < 0 ? "x = -1" : "x = 1", label,
                                 gridOf(line, 512, 1, [&](double x, double) { return posterior(x, sign); }).values});
        latent.meanX.push_back(static_cast<float>(sign * separation));
        latent.varianceX.push_back(0.09F);
        latent.labels.push_back(label);
    }
    frame.latents.push_back(latent);

    DataFrame data;
    data.dim = 1;
    const LatentWindow axis{-3.0, 3.0, 0.0, 1.0};
    data.data = {120, 1, axis, std::vector<float>(120, 0.0F)};
    data.data.values[40] = data.data.values[80] = static_cast<float>(0.5 / (6.0 / 120.0));
    data.model = gridOf(axis, 240, 1, [](double x, double) {
        return 0.5 * (normalDensity(x, -0.95, 0.05) + normalDensity(x, 0.9, 0.05));
    });
    data.dataX = {-1.0F, 1.0F};
    for (int i = 0; i < 40; ++i) {
        data.reconstructionX.push_back((i % 2 ? 0.9F : -0.95F) + 0.01F * static_cast<float>(i % 7 - 3));
        data.sampleX.push_back((i % 2 ? 0.9F : -0.95F) + 0.03F * static_cast<float>(i % 9 - 4));
    }
    frame.data.push_back(data);
    return frame;
}

/// Two-dimensional data: a ring, with a model that is not there yet.
inline Frame ringFrame() {
    Frame frame = planeFrame();
    frame.experimentName = "ring";
    frame.images.clear();
    DataFrame data;
    data.dim = 2;
    const LatentWindow window{-3.0, 3.0, -3.0, 3.0};
    const auto ring = [](double x, double y, double width) {
        return normalDensity(std::hypot(x, y), 2.0, width) / (2.0 * M_PI * 2.0);
    };
    data.data = gridOf(window, 96, 96, [&](double x, double y) { return ring(x, y, 0.02); });
    data.model = gridOf(window, 96, 96, [&](double x, double y) { return ring(x * 1.1 - 0.3, y, 0.15) * 1.1; });
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    for (int i = 0; i < 600; ++i) {
        const double angle = i * 2.399963;
        const auto put = [&](std::vector<float>& xs, std::vector<float>& ys, double radius, double shift) {
            xs.push_back(static_cast<float>((radius * std::cos(angle) + shift)));
            ys.push_back(static_cast<float>(radius * std::sin(angle)));
        };
        put(data.dataX, data.dataY, 2.0 + 0.14 * normal(random), 0.0);
        put(data.sampleX, data.sampleY, 1.9 + 0.35 * normal(random), 0.25);
        put(data.reconstructionX, data.reconstructionY, 1.95, 0.1);
    }
    frame.data.push_back(data);
    return frame;
}

/// A linear Gaussian model per dimension, p(z) = N(0, 1), p(x|z) = N(weight z, noise), data N(0, dataVariance), and an
/// encoder q(z|x) = N(slope x, variance): everything that quadrature would find has a closed form.
struct LinearGaussian {
    double weight = 1.0;
    double noise = 0.25;
    double dataVariance = 1.25;
    double slope = 0.8;
    double variance = 0.2;

    double trueSlope() const { return weight / (weight * weight + noise); }
    double trueVariance() const { return noise / (weight * weight + noise); }
    double modelVariance() const { return weight * weight + noise; }
    double codeVariance() const { return slope * slope * dataVariance + variance; }
};

/// The forms of one dimension, nats.
inline ElboForms formsOf(const LinearGaussian& model) {
    const double residual = 1.0 - model.weight * model.slope, lag = model.slope - model.trueSlope();
    const double codes = model.codeVariance();
    ElboForms forms;
    forms.distortion =
        0.5 * std::log(2.0 * M_PI * model.noise) +
        (residual * residual * model.dataVariance + model.weight * model.weight * model.variance) / (2.0 * model.noise);
    forms.rate = 0.5 * (codes - 1.0 - std::log(model.variance));
    forms.negativeLogLikelihood =
        0.5 * std::log(2.0 * M_PI * model.modelVariance()) + model.dataVariance / (2.0 * model.modelVariance());
    forms.posteriorGap = 0.5 * ((model.variance + lag * lag * model.dataVariance) / model.trueVariance() - 1.0 +
                                std::log(model.trueVariance() / model.variance));
    forms.informationQ = 0.5 * std::log(codes / model.variance);
    forms.marginalKl = 0.5 * (codes - 1.0 - std::log(codes));
    forms.reverseMarginalKl = 0.5 * (1.0 / codes - 1.0 + std::log(codes));
    forms.informationP = 0.5 * std::log(model.modelVariance() / model.noise);
    forms.error = 2e-4;
    forms.examples = 1000;
    return forms;
}

/// What is exact about `dims` (1 or 2) such dimensions.
inline ExactFrame linearTruth(int member, int dims, const LinearGaussian& model, int posteriors = 6, int means = 400) {
    ExactFrame exact;
    exact.member = member;
    exact.latentDim = dims;
    exact.forms = formsOf(model);
    for (double ElboForms::*part :
         {&ElboForms::distortion, &ElboForms::rate, &ElboForms::negativeLogLikelihood, &ElboForms::posteriorGap,
          &ElboForms::informationQ, &ElboForms::marginalKl, &ElboForms::reverseMarginalKl, &ElboForms::informationP}) {
        exact.forms.*part *= dims;
    }
    std::mt19937 random(11);
    std::normal_distribution<double> normal;
    const double sigma = std::sqrt(model.dataVariance), code = std::sqrt(model.variance), t = model.trueVariance();
    for (int i = 0; i < posteriors; ++i) {
        const double x = sigma * normal(random), y = sigma * normal(random);
        PosteriorPair pair;
        pair.name = std::to_string(i);
        pair.label = i % 10;
        pair.trueMeanX = model.trueSlope() * x;
        pair.meanX = model.slope * x;
        pair.varianceX = model.variance;
        pair.gap = 0.5 * (model.variance / t - 1.0 + std::log(t / model.variance)) +
                   0.5 * (pair.meanX - pair.trueMeanX) * (pair.meanX - pair.trueMeanX) / t;
        if (dims == 2) {
            pair.trueMeanY = model.trueSlope() * y;
            pair.meanY = model.slope * y;
            pair.varianceY = model.variance;
            pair.gap += 0.5 * (model.variance / t - 1.0 + std::log(t / model.variance)) +
                        0.5 * (pair.meanY - pair.trueMeanY) * (pair.meanY - pair.trueMeanY) / t;
            const double half = 5.0 * std::sqrt(t);
            pair.exact =
                gridOf({pair.trueMeanX - half, pair.trueMeanX + half, pair.trueMeanY - half, pair.trueMeanY + half}, 96,
                       96, [&](double zx, double zy) {
                           return normalDensity(zx, pair.trueMeanX, t) * normalDensity(zy, pair.trueMeanY, t);
                       });
        } else {
            pair.exact = gridOf({-5.0, 5.0, 0.0, 1.0}, 512, 1,
                                [&](double z, double) { return normalDensity(z, pair.trueMeanX, t); });
        }
        for (int k = 0; k < 60; ++k) {
            pair.samplesX.push_back(static_cast<float>(pair.meanX + code * normal(random)));
            if (dims == 2) {
                pair.samplesY.push_back(static_cast<float>(pair.meanY + code * normal(random)));
            }
        }
        exact.posteriors.push_back(std::move(pair));
    }
    for (int i = 0; i < means; ++i) {
        const double x = sigma * normal(random), y = sigma * normal(random);
        exact.trueMeanX.push_back(static_cast<float>(model.trueSlope() * x));
        exact.encoderMeanX.push_back(static_cast<float>(model.slope * x));
        if (dims == 2) {
            exact.trueMeanY.push_back(static_cast<float>(model.trueSlope() * y));
            exact.encoderMeanY.push_back(static_cast<float>(model.slope * y));
        }
        const double angle = std::atan2(dims == 2 ? y : 0.0, x) / (2.0 * M_PI) + 0.5;
        exact.labels.push_back(std::min(9, static_cast<int>(10.0 * angle)));
    }
    return exact;
}

/// A frame with exact quantities of a fleet whose encoders lag more and more behind; member 0 is exact up to its width.
inline Frame exactFrame(int dims = 2, int members = 1, int posteriors = 6) {
    Frame frame = planeFrame(members);
    frame.exactStep = frame.report.step;
    frame.dataEntropy = 1.53 * dims;
    for (int member = 0; member < members; ++member) {
        LinearGaussian model;
        model.slope = 0.8 / (1.0 + 0.8 * member);
        model.variance = 0.3;
        frame.exactFrames.push_back(linearTruth(member, dims, model, posteriors));
    }
    return frame;
}

inline HealthFinding collapse(int member = 0) {
    return {HealthKind::PosteriorCollapse, member,
            "The codes say nothing about the examples: the decoder has stopped to listen to them.",
            "posterior collapse", "R = 0.02 nats, 0 of 10 units active"};
}

inline std::shared_ptr<const Frame> share(Frame frame) {
    return std::make_shared<const Frame>(std::move(frame));
}

}  // namespace elbo::sample
