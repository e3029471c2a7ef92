#include <initializer_list>

#include "models/algebra/family.h"

namespace elbo {

const std::vector<FamilyPreset>& familyPresets() {
    using M = Multiplier;
    const auto with = [](std::initializer_list<std::pair<M, double>> values) {
        MultiplierWeights multipliers;
        for (const auto& [name, value] : values) {
            multipliers[name] = value;
        }
        return multipliers;
    };
    static const std::vector<FamilyPreset> presets{
        {"ELBO", "The evidence lower bound, written by what it fits: the decoder and the cloud of codes.",
         with({{M::XGivenZQp, 1}, {M::ZQp, 1}})},
        {"beta-VAE (beta = 4)", "The rate counts four times, so information is pressed out of the codes.",
         with({{M::Iq, 3}, {M::XGivenZQp, 1}, {M::ZQp, 4}})},
        {"Autoencoder", "Distortion alone: information is wanted, and nothing ties the codes to the prior.",
         with({{M::Iq, -1}, {M::XGivenZQp, 1}})},
        {"InfoVAE (lambda = 1000)", "The ELBO with the cloud of codes tied a thousandfold to the prior.",
         with({{M::XGivenZQp, 1}, {M::ZQp, 1000}})},
        {"AAE", "Distortion and a divergence between all codes and the prior.",
         with({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZQp, 1}})},
        {"AVB", "The ELBO again, written by data and inference; its encoder needs no density.",
         with({{M::ZGivenXQp, 1}, {M::XQp, 1}})},
        {"VMI", "Codes that can be read back from samples; nothing fits the data.",
         with({{M::Ip, -1}, {M::ZGivenXPq, 1}})},
        {"InfoGAN", "Samples like the data, from which their codes can be read back.",
         with({{M::Ip, -1}, {M::ZGivenXPq, 1}, {M::XPq, 1}, {M::XQp, 1}})},
        {"ALI/BiGAN", "Pairs of example and code that look alike from both sides.",
         with({{M::JointPq, 1}, {M::JointQp, 1}})},
        {"ALICE", "ALI with a reconstruction.",
         with({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::JointPq, 1}, {M::JointQp, 1}})},
        {"CycleGAN/DiscoGAN", "Round trips in both directions, and both marginals fitted.",
         with({{M::Iq, -1},
               {M::Ip, -1},
               {M::XGivenZQp, 1},
               {M::ZGivenXPq, 1},
               {M::XPq, 1},
               {M::XQp, 1},
               {M::ZPq, 1},
               {M::ZQp, 1}})},
        {"InfoBiGAN (alpha = 1)", "Fits samples and inference while information is pressed out.",
         with({{M::Ip, 1}, {M::ZGivenXPq, 1}, {M::XPq, 1}, {M::XQp, 1}})},
    };
    return presets;
}

}  // namespace elbo
