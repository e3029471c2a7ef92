#include <QtTest>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/builtin/builtin_objectives.h"
#include "models/divergence/critic.h"
#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "training/step/step_engine.h"

using namespace elbo;

/// The coefficient on screen is the coefficient in the gradient: for every named objective, the gradient that the
/// training engine computes against finite differences of the formula that the window writes, with terms that are
/// evaluated here, apart, from their definitions.
class TestPresetGradients : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void gradientIsThatOfTheFormula_data();
    void gradientIsThatOfTheFormula();
    void aWrongWeightWouldShow();
};

namespace {

using torch::Tensor;

constexpr int kBatch = 7;
constexpr int kDataDim = 3;
constexpr int kLatentDim = 2;

double logSumExp(const std::vector<double>& values) {
    const double most = *std::max_element(values.begin(), values.end());
    double sum = 0.0;
    for (const double value : values) {
        sum += std::exp(value - most);
    }
    return most + std::log(sum);
}

double softplus(double value) {
    return std::log1p(std::exp(value));
}

/// Everything the formula needs, as plain numbers and indices; the networks themselves are the model's.
class Formula {
  public:
    Formula(const Experiment& experiment, const LatentModel& model, const FleetParameters& parameters, const Tensor& x,
            const StepNoise& noise, const CriticsInForce& critics)
        : spec_(experiment.objective),
          kernel_(experiment.objective.kernel),
          bernoulli_(experiment.model.likelihood == LikelihoodKind::Bernoulli),
          model_(model),
          parameters_(parameters),
          x_(x),
          noise_(noise),
          critics_(critics) {}

    /// J as the window writes it: beta, lambda, alpha and the other weights over today's terms.
    double value(const Knobs& k) {
        const torch::NoGradGuard noGradients;
        const Gaussian posterior = model_.encode(parameters_, x_);
        const auto codesOf = [&](int k) {
            return model_.codes(parameters_, x_, noise_.posterior.narrow(0, k * kBatch, kBatch))[0];
        };
        z_ = codesOf(0);
        mean_ = posterior.mean[0];
        sd_ = posterior.stddev[0];
        double sum = 0.0;
        const auto add = [&](double weight, auto term) {
            if (weight != 0.0) {
                sum += weight * term();
            }
        };
        if (spec_.importanceSamples > 1) {
            std::vector<Tensor> codes;
            for (int code = 0; code < spec_.importanceSamples; ++code) {
                codes.push_back(codesOf(code));
            }
            sum += weighedCodes(codes, k);
        } else {
            add(k.distortion, [&] { return distortion(); });
            add(k.beta - k.alpha, [&] { return rate(); });
        }
        add(k.alpha + k.lambda - 1.0,
            [&] { return codeDivergence(spec_.divergence, critics_[LossTerm::MarginalDivergence]); });
        add(k.secondDivergence, [&] { return codeDivergence(spec_.second, critics_[LossTerm::SecondDivergence]); });
        add(k.codeDistortion, [&] { return codeDistortion(); });
        add(k.dataDivergence, [&] { return sampleDivergence(critics_[LossTerm::DataDivergence], false); });
        add(k.jointDivergence, [&] { return sampleDivergence(critics_[LossTerm::JointDivergence], true); });
        if (spec_.rateTerm == RateTerm::Cap) {
            sum += std::max(0.0, 1.0 - (k.beta - k.alpha)) * std::max(0.0, information() - spec_.rateTarget);
        }
        return sum;
    }

    /// Codes that Stein descent moves are held where they were at the last value().
    void holdSteinDirection() {
        value(Knobs{});
        heldCodes_ = z_.clone();
    }

  private:
    static double at(const Tensor& matrix, int row, int column) { return matrix[row][column].item<double>(); }

    double distortion() {
        double sum = 0.0;
        for (const double example : distortions(z_)) {
            sum += example / kBatch;
        }
        return sum;
    }

    /// -log p(x|z) of every example.
    std::vector<double> distortions(const Tensor& z) {
        std::vector<double> result;
        const LikelihoodBatch likelihood = model_.decode(parameters_, z);
        const Tensor location = likelihood.location[0];
        const Tensor logVariance = bernoulli_ ? location : likelihood.logVariance.expand_as(likelihood.location)[0];
        for (int i = 0; i < kBatch; ++i) {
            double sum = 0.0;
            for (int d = 0; d < kDataDim; ++d) {
                const double value = at(x_, i, d), place = at(location, i, d);
                if (bernoulli_) {
                    const double p = 1.0 / (1.0 + std::exp(-place));
                    sum -= value * std::log(p) + (1.0 - value) * std::log(1.0 - p);
                } else {
                    const double variance = std::exp(at(logVariance, i, d));
                    sum += 0.5 * std::log(2.0 * std::numbers::pi * variance) +
                           0.5 * (value - place) * (value - place) / variance;
                }
            }
            result.push_back(sum);
        }
        return result;
    }

    /// The mean over examples of -log 1/K sum_k (p(x|z_k)^w_D (p(z_k) / q(z_k|x))^w_R).
    double weighedCodes(const std::vector<Tensor>& codes, const Knobs& k) {
        std::vector<std::vector<double>> exponents(kBatch);
        for (const Tensor& z : codes) {
            const std::vector<double> distortion = distortions(z);
            for (int i = 0; i < kBatch; ++i) {
                double logPrior = 0.0;
                for (int d = 0; d < kLatentDim; ++d) {
                    logPrior -= 0.5 * at(z, i, d) * at(z, i, d) + 0.5 * std::log(2.0 * std::numbers::pi);
                }
                const double rate = logDensity(mean_, sd_, i, z, i) - logPrior;
                const auto place = static_cast<std::size_t>(i);
                exponents[place].push_back(-k.distortion * distortion[place] - (k.beta - k.alpha) * rate);
            }
        }
        double sum = 0.0;
        for (const std::vector<double>& example : exponents) {
            sum -= (logSumExp(example) - std::log(static_cast<double>(codes.size()))) / kBatch;
        }
        return sum;
    }

    double rateOf(int example, int dimension) {
        const double mean = at(mean_, example, dimension), sd = at(sd_, example, dimension);
        return 0.5 * (mean * mean + sd * sd - 1.0) - std::log(sd);
    }

    double meanRate() {
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            for (int d = 0; d < kLatentDim; ++d) {
                sum += rateOf(i, d);
            }
        }
        return sum / kBatch;
    }

    double rate() {
        if (spec_.rateEstimate == RateEstimate::Adversarial) {
            return critics_[LossTerm::Rate].score(torch::cat({x_, z_}, 1)).mean().item<double>();
        }
        switch (spec_.rateTerm) {
            case RateTerm::Target:
                return std::abs(meanRate() - spec_.rateTarget);
            case RateTerm::FreeBits: {
                double sum = 0.0;
                for (int d = 0; d < kLatentDim; ++d) {
                    double own = 0.0;
                    for (int i = 0; i < kBatch; ++i) {
                        own += rateOf(i, d) / kBatch;
                    }
                    sum += std::max(own, spec_.freeBits);
                }
                return sum;
            }
            default:
                return meanRate();
        }
    }

    double logDensity(const Tensor& mean, const Tensor& sd, int place, const Tensor& z, int code) {
        double sum = 0.0;
        for (int d = 0; d < kLatentDim; ++d) {
            const double s = at(sd, place, d), distance = (at(z, code, d) - at(mean, place, d)) / s;
            sum -= 0.5 * distance * distance + std::log(s) + 0.5 * std::log(2.0 * std::numbers::pi);
        }
        return sum;
    }

    double information() {
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            std::vector<double> all;
            for (int j = 0; j < kBatch; ++j) {
                all.push_back(logDensity(mean_, sd_, j, z_, i));
            }
            sum += all[static_cast<std::size_t>(i)] - logSumExp(all) + std::log(kBatch);
        }
        return sum / kBatch;
    }

    double kernel(const Tensor& a, int i, const Tensor& b, int j, double width) const {
        double squared = 0.0;
        for (int d = 0; d < kLatentDim; ++d) {
            squared += std::pow(at(a, i, d) - at(b, j, d), 2);
        }
        return std::exp(-squared / width);
    }

    /// The V-statistic with exp(-|a - b|^2 / dim^2), written out.
    double mmd() {
        double sum = 0.0;
        const double width = kLatentDim * kLatentDim;
        for (int i = 0; i < kBatch; ++i) {
            for (int j = 0; j < kBatch; ++j) {
                sum += kernel(z_, i, z_, j, width) - 2.0 * kernel(z_, i, noise_.prior, j, width) +
                       kernel(noise_.prior, i, noise_.prior, j, width);
            }
        }
        return sum / (kBatch * kBatch);
    }

    /// -1/n sum_i phi(z_i) . z_i with phi where the codes were held: its gradient is what the weight multiplies.
    double stein() {
        std::vector<double> distances;
        for (int i = 0; i < kBatch; ++i) {
            for (int j = 0; j < i; ++j) {
                distances.push_back((heldCodes_[i] - heldCodes_[j]).square().sum().item<double>());
            }
        }
        std::sort(distances.begin(), distances.end());
        const double h = medianOf(distances);
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            for (int d = 0; d < kLatentDim; ++d) {
                double phi = 0.0;
                for (int j = 0; j < kBatch; ++j) {
                    const double k = kernel(heldCodes_, j, heldCodes_, i, 2.0 * h);
                    const double apart = at(heldCodes_, i, d) - at(heldCodes_, j, d);
                    phi += k * (-at(heldCodes_, j, d) + apart / h) / kBatch;
                }
                sum -= phi * at(z_, i, d) / kBatch;
            }
        }
        return sum;
    }

    static double medianOf(const std::vector<double>& sorted) {
        return sorted[(sorted.size() - 1) / 2] / (2.0 * std::log(kBatch + 1.0));
    }

    double codeDivergence(DivergenceKind kind, const CriticInForce& critic) {
        switch (kind) {
            case DivergenceKind::Mmd:
                return mmd();
            case DivergenceKind::Stein:
                return stein();
            default:
                break;
        }
        const Tensor q = critic.score(z_)[0], p = critic.score(noise_.prior)[0];
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            sum += kind == DivergenceKind::Wasserstein ? q[i].item<double>() - p[i].item<double>()
                                                       : softplus(q[i].item<double>()) - std::log(2.0);
        }
        return sum / kBatch;
    }

    /// x ~ p(x|z) of the prior draws: the mean and its noise, or a relaxed coin.
    Tensor samples() {
        const LikelihoodBatch likelihood = model_.decode(parameters_, noise_.prior);
        Tensor result = torch::zeros({kBatch, kDataDim}, torch::kFloat64);
        for (int i = 0; i < kBatch; ++i) {
            for (int d = 0; d < kDataDim; ++d) {
                const double place = at(likelihood.location[0], i, d), draw = at(noise_.likelihood, i, d);
                if (bernoulli_) {
                    const double u = 0.5 * std::erfc(-draw / std::numbers::sqrt2);
                    result[i][d] = 1.0 / (1.0 + std::exp(-(place + std::log(u / (1.0 - u))) / spec_.relaxation));
                } else {
                    const double variance =
                        std::exp(at(likelihood.logVariance.expand_as(likelihood.location)[0], i, d));
                    result[i][d] = place + std::sqrt(variance) * draw;
                }
            }
        }
        return result;
    }

    double codeDistortion() {
        const Gaussian posterior = model_.encode(parameters_, samples());
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            sum -= logDensity(posterior.mean[0], posterior.stddev[0], i, noise_.prior, i);
        }
        return sum / kBatch;
    }

    double sampleDivergence(const CriticInForce& critic, bool joint) {
        const Tensor made = samples();
        const Tensor q = critic.score(joint ? torch::cat({x_, z_}, 1) : x_)[0];
        const Tensor p = critic.score(joint ? torch::cat({made, noise_.prior}, 1) : made)[0];
        double sum = 0.0;
        for (int i = 0; i < kBatch; ++i) {
            sum += softplus(-p[i].item<double>()) - std::log(2.0);
            sum += joint ? softplus(q[i].item<double>()) - std::log(2.0) : 0.0;
        }
        return sum / kBatch;
    }

    const ObjectiveSpec& spec_;
    DivergenceKernel kernel_;
    bool bernoulli_;
    const LatentModel& model_;
    const FleetParameters& parameters_;
    const Tensor& x_;
    const StepNoise& noise_;
    const CriticsInForce& critics_;
    Tensor z_, mean_, sd_, heldCodes_;
};

/// A critic with weights of its own.
struct OwnCritic {
    Critic critic;
    FleetParameters parameters;

    OwnCritic(int inputs, std::uint64_t seed) : critic(inputs, {6}), parameters(critic.layout(), 1, torch::kFloat64) {
        critic.initialise(parameters, seed);
        parameters.values().mul_(2.0);
    }
    FleetParameters frozen{critic.layout(), parameters.values()};
    CriticInForce inForce() const { return {&critic, &frozen}; }
};

/// The largest difference of the two gradients, relative to the largest entry, for the objective of `trained` against
/// the formula with the weights of `shown`.
double largestDifference(const Experiment& trained, const Experiment& shown) {
    const LatentModel model(trained.model, kDataDim);
    FleetParameters parameters(model.layout(), 1, torch::kFloat64);
    model.initialise(parameters, 5);
    torch::Generator generator = makeGenerator(7);
    parameters.values().add_(0.2 * torch::randn(parameters.values().sizes(), generator, torch::kFloat64));
    const auto draw = [&](int columns) { return torch::randn({kBatch, columns}, generator, torch::kFloat64); };
    const Tensor x = torch::sigmoid(2.0 * draw(kDataDim));
    StepNoise noise{draw(model.posteriorNoise()), draw(kLatentDim), draw(model.likelihoodNoise())};
    for (int code = 1; code < trained.objective.importanceSamples; ++code) {
        noise.posterior = torch::cat({noise.posterior, draw(model.posteriorNoise())});
    }
    const OwnCritic codes(kLatentDim, 3), second(kLatentDim, 4), data(kDataDim, 5), joint(kDataDim + kLatentDim, 6),
        rate(kDataDim + kLatentDim, 8);
    CriticsInForce critics;
    critics[LossTerm::MarginalDivergence] = codes.inForce();
    critics[LossTerm::SecondDivergence] = second.inForce();
    critics[LossTerm::DataDivergence] = data.inForce();
    critics[LossTerm::JointDivergence] = joint.inForce();
    critics[LossTerm::Rate] = rate.inForce();

    StepEngine engine(model, 1, parameters.values().options(), trained.run.engine);
    engine.step(parameters, x, noise, Coefficients::fromKnobs(trained.knobs, trained.objective), trained.objective,
                critics);
    const Tensor exact = parameters.gradients().clone();

    const torch::NoGradGuard noGradients;
    Formula formula(shown, model, parameters, x, noise, critics);
    formula.holdSteinDirection();
    double worst = 0.0;
    constexpr double kStep = 1e-5;
    for (std::int64_t i = 0; i < parameters.values().size(1); ++i) {
        Tensor entry = parameters.values()[0][i];
        const double value = entry.item<double>();
        const auto at = [&](double shifted) {
            entry.fill_(shifted);
            return formula.value(shown.knobs.front());
        };
        const double numeric = (at(value + kStep) - at(value - kStep)) / (2.0 * kStep);
        entry.fill_(value);
        worst = std::max(worst, std::abs(numeric - exact[0][i].item<double>()));
    }
    return worst / exact.abs().max().item<double>();
}

Experiment tiny(LikelihoodKind likelihood) {
    Experiment experiment;
    experiment.model.latentDim = kLatentDim;
    experiment.model.encoder = {5};
    experiment.model.decoder = {4};
    experiment.model.activation = Activation::Tanh;
    experiment.model.likelihood = likelihood;
    experiment.model.variance = VarianceKind::Learned;
    experiment.model.noiseVariance = 0.5;
    experiment.run.precision = Precision::Float64;
    return experiment;
}

}  // namespace

void TestPresetGradients::gradientIsThatOfTheFormula_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("bernoulli");
    for (const ObjectivePreset& preset : builtinObjectives()) {
        for (const bool bernoulli : {true, false}) {
            QTest::addRow("%s, %s", preset.name.c_str(), bernoulli ? "bernoulli" : "gaussian")
                << QString::fromStdString(preset.name) << bernoulli;
        }
    }
}

void TestPresetGradients::gradientIsThatOfTheFormula() {
    QFETCH(QString, name);
    QFETCH(bool, bernoulli);
    Experiment experiment = withPreset(tiny(bernoulli ? LikelihoodKind::Bernoulli : LikelihoodKind::Gaussian),
                                       namedObjective(name.toStdString()));
    // Thresholds where the terms bind, so that each has a gradient to compare.
    experiment.objective.rateTarget = experiment.objective.rateTerm == RateTerm::Cap ? 0.01 : 0.3;
    experiment.objective.freeBits = 0.05;
    const double difference = largestDifference(experiment, experiment);
    QVERIFY2(difference < 1e-6, qPrintable(QString::number(difference)));
}

void TestPresetGradients::aWrongWeightWouldShow() {
    // What popular libraries train where their formula says lambda = 1: the MMD with weight lambda - 1 less something.
    const Experiment shown = withPreset(tiny(LikelihoodKind::Bernoulli), namedObjective("mmd-vae"));
    Experiment trained = shown;
    trained.knobs.front().lambda *= 0.999;
    QVERIFY(largestDifference(trained, shown) > 1e-4);
}

QTEST_GUILESS_MAIN(TestPresetGradients)
#include "tst_preset_gradients.moc"
