#include "models/posterior/iaf.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "models/fleet/generator.h"
#include "models/network/implicit_network.h"
#include "models/network/networks.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Tells the stream of the flow's weights from that of the others under the same seed.
constexpr std::uint64_t kFlowStream = 0x666c6f77ULL << 32U;

int contextOf(const ModelSpec& spec) {
    if (spec.flowContext == FlowContext::None) {
        return 0;
    }
    return spec.encoder.empty() ? spec.latentDim : spec.encoder.back();
}

/// [kMomentDraws, latent] with mean 0 and variance 1 in every column, so that the moments of a flow that moves nothing
/// are exact, and without correlation between columns where there are few of them, so that those of a linear one are.
torch::Tensor evenNoise(std::int64_t latent) {
    constexpr std::uint64_t kSeed = 0x6d6f6d656e7473ULL;
    torch::Generator generator = makeGenerator(kSeed);
    const torch::Tensor drawn = torch::randn({kMomentDraws, latent}, generator, torch::kFloat64);
    const torch::Tensor centred = drawn - drawn.mean(0);
    const torch::Tensor even = 2 * latent <= kMomentDraws ? std::get<0>(torch::linalg_qr(centred)) : centred;
    return even / even.square().mean(0).sqrt();
}

class IafBatch : public PosteriorBatch {
  public:
    IafBatch(Gaussian base, torch::Tensor context, const AutoregressiveFlow& flow, const FleetParameters& parameters,
             double minimumStddev)
        : base_(std::move(base)),
          context_(std::move(context)),
          flow_(flow),
          parameters_(parameters),
          minimumStddev_(minimumStddev) {}

    torch::Tensor sample(const torch::Tensor& noise) const override {
        sampledBase_ = base_.sample(noise);
        sampled_ = flow_.forward(parameters_, sampledBase_, context_);
        return sampled_;
    }

    torch::Tensor logDensity(const torch::Tensor& z) const override { return base_.logDensity(baseOf(z)); }

    torch::Tensor pairs(const torch::Tensor& z) const override {
        if (!context_.defined()) {
            return base_.pairs(baseOf(z));  // the same flow for all: one inversion per code
        }
        const std::int64_t codes = z.size(1);
        const std::int64_t block = std::max<std::int64_t>(1, flow_.codesAtOnce(z.size(0)) / base_.mean.size(1));
        std::vector<torch::Tensor> parts;
        for (std::int64_t first = 0; first < codes || parts.empty(); first += block) {
            parts.push_back(pairsByContext(z.narrow(1, first, std::min(block, codes - first))));
        }
        return parts.size() == 1 ? parts.front() : torch::cat(parts, 1);
    }

    torch::Tensor logDensities(const torch::Tensor& z) const override {
        if (!context_.defined()) {
            return base_.logDensities(baseOf(z));
        }
        return pairs(z) - 0.5 * static_cast<double>(z.size(-1)) * std::log(2.0 * std::numbers::pi);
    }

    std::unique_ptr<PosteriorBatch> chosen(const torch::Tensor& index) const override {
        return std::make_unique<IafBatch>(base_.chosen(index),
                                          context_.defined() ? chosenRows(context_, index) : torch::Tensor(), flow_,
                                          parameters_, minimumStddev_);
    }

    /// Made when they are first asked for: a step of training needs none. Independent dimensions, as the pictures and
    /// measures of implicit posteriors have them.
    const Gaussian& moments() const override {
        if (!moments_) {
            moments_ = estimatedMoments();
        }
        return *moments_;
    }

  private:
    /// Every code under the flow of every example, by differences of the base: [M, N, B].
    torch::Tensor pairsByContext(const torch::Tensor& z) const {
        const std::int64_t members = z.size(0), codes = z.size(1), latent = z.size(2);
        const std::int64_t examples = base_.mean.size(1), width = context_.size(2);
        const torch::Tensor repeated =
            z.unsqueeze(2).expand({members, codes, examples, latent}).reshape({members, codes * examples, latent});
        const torch::Tensor contexts =
            context_.unsqueeze(1).expand({members, codes, examples, width}).reshape({members, codes * examples, width});
        const torch::Tensor z0 =
            flow_.inverse(parameters_, repeated, contexts).reshape({members, codes, examples, latent});
        const torch::Tensor precision = (-base_.logVariance).exp().unsqueeze(1);  // [M, 1, B, Z]
        return -0.5 * ((z0 - base_.mean.unsqueeze(1)).square() * precision + base_.logVariance.unsqueeze(1)).sum(-1);
    }

    /// z_0 of codes z [N, Z] or [M, N, Z], [M, N, Z].
    torch::Tensor baseOf(const torch::Tensor& z) const {
        // Of the last sample it is known. Where that was drawn without a graph, a gradient wants the way back.
        const bool known =
            sampled_.defined() && z.is_same(sampled_) && (sampled_.requires_grad() || !at::GradMode::is_enabled());
        return known ? sampledBase_ : flow_.inverse(parameters_, z, context_);
    }

    Gaussian estimatedMoments() const {
        const std::int64_t members = base_.mean.size(0), examples = base_.mean.size(1), latent = base_.mean.size(2);
        const torch::Tensor noise = evenNoise(latent).to(base_.mean.device(), base_.mean.scalar_type());
        const std::int64_t block = std::max<std::int64_t>(1, flow_.codesAtOnce(members) / kMomentDraws);
        std::vector<torch::Tensor> means, variances;
        for (std::int64_t first = 0; first < examples || means.empty(); first += block) {
            const std::int64_t count = std::min(block, examples - first);
            const Gaussian some = base_.narrow(first, count);
            // Rows of one example stand together: [M, count draws, Z].
            const torch::Tensor z0 = (some.mean.unsqueeze(2) + some.stddev.unsqueeze(2) * noise).flatten(1, 2);
            torch::Tensor context;
            if (context_.defined()) {
                context = context_.narrow(1, first, count)
                              .unsqueeze(2)
                              .expand({members, count, kMomentDraws, context_.size(2)})
                              .flatten(1, 2);
            }
            const torch::Tensor z =
                flow_.forward(parameters_, z0, context).reshape({members, count, kMomentDraws, latent});
            means.push_back(z.mean(2));
            variances.push_back(z.var(2, /*unbiased=*/false).clamp_min(minimumStddev_ * minimumStddev_));
        }
        const torch::Tensor variance = torch::cat(variances, 1);
        return {torch::cat(means, 1), variance.sqrt(), variance.log()};
    }

    Gaussian base_;
    torch::Tensor context_;  ///< h, [M, B, C]; undefined without
    const AutoregressiveFlow& flow_;
    const FleetParameters& parameters_;
    double minimumStddev_;
    mutable torch::Tensor sampled_;      ///< of the last sample: z
    mutable torch::Tensor sampledBase_;  ///< and z_0
    mutable std::optional<Gaussian> moments_;
};

}  // namespace

IafPosterior::IafPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data)
    : spec_(spec),
      context_(contextOf(spec)),
      network_(makeEncoderNetwork(spec, layout, data, 2 * spec.latentDim + context_)),
      flow_(layout, "encoder.flow", spec, context_) {}

std::unique_ptr<PosteriorBatch> IafPosterior::of(const FleetParameters& parameters, const torch::Tensor& x) const {
    const std::int64_t latent = spec_.latentDim;
    const torch::Tensor outputs = network_->forward(parameters, x);  // [M, B, 2 Z + C]
    return std::make_unique<IafBatch>(Gaussian::fromOutputs(outputs.narrow(-1, 0, 2 * latent), spec_),
                                      context_ > 0 ? outputs.narrow(-1, 2 * latent, context_) : torch::Tensor(), flow_,
                                      parameters, spec_.minimumStddev);
}

void IafPosterior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    network_->initialise(parameters, generator);
    // From a stream of its own, so that what is drawn after it is as it were without a flow.
    torch::Generator own = makeGenerator(generator.current_seed() ^ kFlowStream);
    flow_.initialise(parameters, own);
}

NetworkCost IafPosterior::cost() const {
    NetworkCost cost = network_->cost();
    const NetworkCost flow = flow_.cost();
    cost.multiplications += flow.multiplications;
    cost.outputs += flow.outputs;
    return cost;
}

}  // namespace elbo
