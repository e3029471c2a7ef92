// A model on finite x and z, where every quantity of the family is a finite sum: the judge of the algebra.
#pragma once

#include <array>
#include <cmath>
#include <random>

#include "models/algebra/family.h"

namespace elbo {

/// Random p(x,z) = p(z) p(x|z) and q(x,z) = q(x) q(z|x). Knows nothing of bases and transformations: each quantity is
/// summed up from its definition.
class FiniteModel {
  public:
    static constexpr int kX = 4;
    static constexpr int kZ = 3;
    using Joint = std::array<std::array<double, kZ>, kX>;

    explicit FiniteModel(unsigned seed) {
        std::mt19937 generator(seed);
        const auto prior = draw<kZ>(generator);
        const auto data = draw<kX>(generator);
        for (int z = 0; z < kZ; ++z) {
            const auto decoder = draw<kX>(generator);
            for (int x = 0; x < kX; ++x) {
                p_[x][z] = prior[z] * decoder[x];
            }
        }
        for (int x = 0; x < kX; ++x) {
            const auto encoder = draw<kZ>(generator);
            for (int z = 0; z < kZ; ++z) {
                q_[x][z] = data[x] * encoder[z];
            }
        }
    }

    double value(Multiplier name) const {
        const bool underP = static_cast<int>(name) % 2 == 0;
        const Joint& a = underP ? p_ : q_;
        const Joint& b = underP ? q_ : p_;
        switch (name) {
            case Multiplier::Ip:
            case Multiplier::Iq:
                return mean(a, [&](int x, int z) { return std::log(a[x][z] / (marginalX(a, x) * marginalZ(a, z))); });
            case Multiplier::JointPq:
            case Multiplier::JointQp:
                return mean(a, [&](int x, int z) { return std::log(a[x][z] / b[x][z]); });
            case Multiplier::XPq:
            case Multiplier::XQp:
                return mean(a, [&](int x, int) { return std::log(marginalX(a, x) / marginalX(b, x)); });
            case Multiplier::ZPq:
            case Multiplier::ZQp:
                return mean(a, [&](int, int z) { return std::log(marginalZ(a, z) / marginalZ(b, z)); });
            case Multiplier::ZGivenXPq:
            case Multiplier::ZGivenXQp:
                return mean(a, [&](int x, int z) { return std::log(encoder(a, x, z) / encoder(b, x, z)); });
            case Multiplier::XGivenZPq:
            case Multiplier::XGivenZQp:
                break;
        }
        return mean(a, [&](int x, int z) { return std::log(decoder(a, x, z) / decoder(b, x, z)); });
    }

    double value(Term name) const {
        switch (name) {
            case Term::Distortion:
                return mean(q_, [&](int x, int z) { return -std::log(decoder(p_, x, z)); });
            case Term::Rate:
                return mean(q_, [&](int x, int z) { return std::log(encoder(q_, x, z) / marginalZ(p_, z)); });
            case Term::CodeDistortion:
                return mean(p_, [&](int x, int z) { return -std::log(encoder(q_, x, z)); });
            case Term::ZQp:
                return value(Multiplier::ZQp);
            case Term::ZPq:
                return value(Multiplier::ZPq);
            case Term::XQp:
                return value(Multiplier::XQp);
            case Term::XPq:
                return value(Multiplier::XPq);
            case Term::JointPq:
                return value(Multiplier::JointPq);
            case Term::JointQp:
                break;
        }
        return value(Multiplier::JointQp);
    }

    double dataEntropy() const {
        return mean(q_, [&](int x, int) { return -std::log(marginalX(q_, x)); });
    }
    double priorEntropy() const {
        return mean(p_, [&](int, int z) { return -std::log(marginalZ(p_, z)); });
    }

    /// E_e[log d(a)] for e and d in {p, q} and a in {(x,z), x|z, z|x, x, z}, in the order of the paper.
    std::array<double, 20> basisValues() const {
        std::array<double, 20> values{};
        std::size_t i = 0;
        for (const Joint* under : {&p_, &q_}) {
            for (const Joint* of : {&p_, &q_}) {
                values[i++] = mean(*under, [&](int x, int z) { return std::log((*of)[x][z]); });
                values[i++] = mean(*under, [&](int x, int z) { return std::log(decoder(*of, x, z)); });
                values[i++] = mean(*under, [&](int x, int z) { return std::log(encoder(*of, x, z)); });
                values[i++] = mean(*under, [&](int x, int) { return std::log(marginalX(*of, x)); });
                values[i++] = mean(*under, [&](int, int z) { return std::log(marginalZ(*of, z)); });
            }
        }
        return values;
    }

    double value(const MultiplierWeights& multipliers) const { return sum<Multiplier>(multipliers); }
    double value(const TermWeights& terms) const { return sum<Term>(terms); }

  private:
    template <std::size_t N>
    static std::array<double, N> draw(std::mt19937& generator) {
        std::array<double, N> values{};
        double total = 0.0;
        for (double& value : values) {
            value = std::uniform_real_distribution<>(0.05, 1.0)(generator);
            total += value;
        }
        for (double& value : values) {
            value /= total;
        }
        return values;
    }
    template <typename Function>
    static double mean(const Joint& under, Function&& function) {
        double sum = 0.0;
        for (int x = 0; x < kX; ++x) {
            for (int z = 0; z < kZ; ++z) {
                sum += under[x][z] * function(x, z);
            }
        }
        return sum;
    }
    template <typename Name, typename Values>
    double sum(const Values& weights) const {
        double total = 0.0;
        for (std::size_t i = 0; i < weights.values.size(); ++i) {
            total += weights.values[i] * value(static_cast<Name>(i));
        }
        return total;
    }
    static double marginalX(const Joint& joint, int x) { return joint[x][0] + joint[x][1] + joint[x][2]; }
    static double marginalZ(const Joint& joint, int z) { return joint[0][z] + joint[1][z] + joint[2][z] + joint[3][z]; }
    static double encoder(const Joint& joint, int x, int z) { return joint[x][z] / marginalX(joint, x); }
    static double decoder(const Joint& joint, int x, int z) { return joint[x][z] / marginalZ(joint, z); }

    Joint p_{}, q_{};
};

}  // namespace elbo
