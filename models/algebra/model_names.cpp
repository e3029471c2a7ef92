#include "models/algebra/model_names.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "models/spec/number_text.h"

namespace elbo {

namespace {

const char* const kFamilyPaper = "Zhao, Song and Ermon 2018";
const char* const kInfoVaePaper = "Zhao, Song and Ermon 2017";

bool same(double a, double b) {
    return std::abs(a - b) <= 1e-9 * (std::abs(a) + std::abs(b));
}

/// What compares p and q at one place, where that is one strict divergence with one weight: KL in either direction, KL
/// in both directions alike, or another one. Weight zero: nothing does.
struct Comparison {
    double weight = 0.0;
    std::string kind;  ///< "qp", "pq", "both", or as in OtherDivergence
};

/// Nothing where divergences are mixed at that place.
std::optional<Comparison> comparison(double qp, double pq, Place place, const std::vector<OtherDivergence>& others) {
    Comparison found;
    int kinds = 0;
    const auto take = [&](double weight, const std::string& kind) {
        if (weight != 0.0) {
            found = {weight, kind};
            ++kinds;
        }
    };
    if (qp != 0.0 && same(qp, pq)) {
        take(qp, "both");
    } else {
        take(qp, "qp");
        take(pq, "pq");
    }
    for (const OtherDivergence& other : others) {
        if (other.place == place) {
            take(other.weight, other.kind);
        }
    }
    return kinds > 1 ? std::nullopt : std::optional(found);
}

/// What stands where a paper has an adversary, or any divergence; empty for what the paper has itself and for one KL.
std::string withKind(const std::string& kind) {
    return kind == "mmd"           ? "with MMD"
           : kind == "stein"       ? "with Stein descent"
           : kind == "adversarial" ? "with an adversary"
           : kind == "wgan"        ? "with a Wasserstein critic"
           : kind == "both"        ? "with KL in both directions"
                                   : "";
}

/// The same for papers that have an adversary.
std::string inPlaceOfAdversary(const std::string& kind) {
    const bool other = kind == "mmd" || kind == "stein" || kind == "wgan";
    return other ? fmt::format("{} in place of the adversary", withKind(kind)) : "";
}

std::string joined(const std::string& left, const std::string& right) {
    return left.empty() || right.empty() ? left + right : fmt::format("{}, {}", left, right);
}

/// The objective in the shape in which papers write theirs.
class Objective {
  public:
    explicit Objective(const Explanation& explanation)
        : explanation_(explanation),
          lagrangian_(explanation.lagrangian),
          others_(explanation.others),
          d_(explanation.tractable[Term::Distortion]),
          r_(explanation.tractable[Term::Rate]),
          c_(explanation.tractable[Term::CodeDistortion]),
          j_(explanation.tractable[Term::JointPq]),
          z_(comparison(explanation.tractable[Term::ZQp], explanation.tractable[Term::ZPq], Place::Z, others_)),
          x_(comparison(explanation.tractable[Term::XQp], explanation.tractable[Term::XPq], Place::X, others_)),
          otherJoint_(comparison(0.0, 0.0, Place::Joint, others_)) {}

    std::vector<ModelName> names() {
        const bool noJoint = j_ == 0.0 && otherJoint_ && otherJoint_->weight == 0.0;
        if (noJoint && d_ > 0.0 && c_ == 0.0 && absent(x_)) {
            nameEncoderModels();
        }
        if (noJoint && d_ == 0.0 && r_ == 0.0 && absent(z_)) {
            nameDecoderModels();
        }
        if (noJoint && d_ > 0.0 && same(d_, c_) && r_ == 0.0 && present(x_) && present(z_) &&
            same(x_->weight, z_->weight)) {
            add("CycleGAN/DiscoGAN", orOne("lambda", d_ / x_->weight), x_->weight, "Zhu et al. 2017; Kim et al. 2017",
                inPlaceOfAdversary(x_->kind));
        }
        if (c_ == 0.0 && absent(x_) && absent(z_)) {
            namePairModels();
        }
        nameFamilies();
        for (ModelName& name : names_) {
            name.note = joined(name.note, circumstances(name.name));
        }
        return std::move(names_);
    }

  private:
    using Parameters = std::vector<std::pair<std::string, double>>;

    static bool absent(const std::optional<Comparison>& at) { return at && at->weight == 0.0; }
    static bool present(const std::optional<Comparison>& at) { return at && at->weight > 0.0; }
    /// A parameter that papers leave out where it is one.
    static Parameters orOne(const char* name, double value) {
        return same(value, 1.0) ? Parameters{} : Parameters{{name, value}};
    }

    void add(const std::string& name, Parameters parameters, double factor, const char* citation,
             const std::string& note = {}) {
        for (auto& [key, value] : parameters) {
            value = std::abs(value) < 1e-12 ? 0.0 : value;
        }
        if (!same(factor, 1.0)) {
            parameters.emplace_back("times", factor);
        }
        names_.push_back({name, std::move(parameters), note, citation});
    }

    /// What no weight shows: how the rate is had, and where information is no gain any more.
    std::string circumstances(const std::string& name) const {
        const std::string rate = explanation_.adversarialRate && name != "AVB" ? "its rate by an adversary" : "";
        const InformationExcess& excess = explanation_.excess;
        const std::string above = shortNumber(excess.above);
        return joined(rate, excess.weight == 0.0 ? "" : fmt::format("information capped at {} nats", above));
    }

    /// D + rate R + a divergence on z.
    void nameEncoderModels() {
        const double rate = r_ / d_;
        if (absent(z_)) {
            if (rate == 0.0) {
                add("autoencoder", {}, d_, "Hinton and Salakhutdinov 2006");
            }
            const char* const mescheder = "Mescheder et al. 2017";
            if (same(rate, 1.0) && explanation_.adversarialRate) {
                add("AVB", {}, d_, mescheder);
            }
            if (same(rate, 1.0)) {
                add("ELBO", {}, d_, "Kingma and Welling 2014");
            }
            if (same(rate, 1.0) && !explanation_.adversarialRate) {
                add("AVB", {}, d_, mescheder, "the ELBO, its rate by an adversary");
            }
            add("beta-VAE", {{"beta", rate}}, d_, "Higgins et al. 2017");
        }
        if (!z_) {
            return;  // Theorem 2 has a name for it
        }
        const double weight = z_->weight / d_;
        const Parameters lambda = orOne("lambda", weight);
        if (rate == 0.0 && weight > 0.0 && z_->kind != "moments") {
            if (z_->kind == "mmd") {
                add("MMD-VAE", {{"lambda", weight}}, d_, kInfoVaePaper);
            }
            add("AAE", lambda, d_, "Makhzani et al. 2016", inPlaceOfAdversary(z_->kind));
        }
        if (z_->kind == "moments") {
            return;  // no strict divergence, which InfoVAE asks for
        }
        // Eq. 6 of InfoVAE: D + (1 - alpha) R + (alpha + lambda - 1) Delta.
        const std::string note = z_->kind == "pq" ? "with KL(p(z) || q(z))" : withKind(z_->kind);
        add("InfoVAE", {{"alpha", 1.0 - rate}, {"lambda", rate + weight}}, d_, kInfoVaePaper, note);
    }

    /// C + a divergence on x.
    void nameDecoderModels() {
        if (absent(x_) && c_ > 0.0) {
            add("VMI", {}, c_, "Barber and Agakov 2003");
        }
        if (present(x_) && c_ == 0.0) {
            if (x_->kind == "wgan") {
                add("WGAN-GP", {}, x_->weight, "Gulrajani et al. 2017");
            } else if (x_->kind == "mmd") {
                add("GMMN", {}, x_->weight, "Li et al. 2015");
            }
            add("GAN", {}, x_->weight, "Goodfellow et al. 2014", inPlaceOfAdversary(x_->kind));
        }
        if (present(x_) && c_ > 0.0) {
            add("InfoGAN", {{"lambda", c_ / x_->weight}}, x_->weight, "Chen et al. 2016", inPlaceOfAdversary(x_->kind));
        }
    }

    /// A divergence on pairs, alone or with D. KL(q(x,z) || p(x,z)) is D + R: it hides in both weights.
    void namePairModels() {
        const bool other = otherJoint_ && otherJoint_->weight != 0.0;
        const double distortion = d_ - r_;
        std::string note;
        double weight = 0.0;
        if (other && j_ == 0.0 && r_ == 0.0) {
            weight = otherJoint_->weight;
            note = inPlaceOfAdversary(otherJoint_->kind);
        } else if (!other && j_ != 0.0 && (r_ == 0.0 || same(r_, j_))) {
            weight = j_;
            note = r_ == 0.0 ? "with KL(p(x,z) || q(x,z))" : "with KL in both directions";
        } else if (!other && j_ == 0.0 && (same(d_, r_) || same(d_, 2.0 * r_))) {
            weight = r_;
            note = "with KL(q(x,z) || p(x,z))";
        }
        if (!(weight > 0.0)) {
            return;
        }
        if (std::abs(distortion) <= 1e-9 * (std::abs(d_) + weight)) {
            add("ALI/BiGAN", {}, weight, "Dumoulin et al. 2017; Donahue et al. 2017", note);
        } else if (distortion > 0.0) {
            add("ALICE", orOne("lambda", distortion / weight), weight, "Li et al. 2017", note);
        }
    }

    /// The families whose sums hold everything [Family, Theorems 2 and 3].
    void nameFamilies() {
        const auto at = [this](Multiplier name) { return lagrangian_[name]; };
        const bool decoderSide = at(Multiplier::Ip) != 0.0 || at(Multiplier::ZGivenXPq) != 0.0 ||
                                 at(Multiplier::XPq) != 0.0 || at(Multiplier::XQp) != 0.0;
        const bool encoderSide = at(Multiplier::Iq) != 0.0 || at(Multiplier::XGivenZQp) != 0.0 ||
                                 at(Multiplier::ZPq) != 0.0 || at(Multiplier::ZQp) != 0.0;
        const double encoder = at(Multiplier::XGivenZQp), decoder = at(Multiplier::ZGivenXPq);
        if (!others_.empty() || decoderSide == encoderSide) {
            return;
        }
        if (encoderSide && encoder > 0.0 && !z_) {
            add("KL InfoVAE",
                {{"alpha", at(Multiplier::Iq) / encoder},
                 {"lambda_1", at(Multiplier::ZQp) / encoder},
                 {"lambda_2", at(Multiplier::ZPq) / encoder}},
                encoder, kFamilyPaper);
        }
        if (decoderSide && decoder > 0.0) {
            const Parameters lambdas{{"lambda_1", at(Multiplier::XPq) / decoder},
                                     {"lambda_2", at(Multiplier::XQp) / decoder}};
            if (same(at(Multiplier::Ip), -decoder) && !x_) {
                add("KL InfoGAN", lambdas, decoder, kFamilyPaper);
            }
            Parameters all{{"alpha", at(Multiplier::Ip) / decoder}};
            all.insert(all.end(), lambdas.begin(), lambdas.end());
            add("InfoBiGAN", all, decoder, kFamilyPaper);
        }
    }

    const Explanation& explanation_;
    const MultiplierWeights& lagrangian_;
    const std::vector<OtherDivergence>& others_;
    double d_, r_, c_, j_;  ///< weights of D, R, C and KL(p(x,z) || q(x,z))
    std::optional<Comparison> z_, x_, otherJoint_;
    std::vector<ModelName> names_;
};

}  // namespace

std::string ModelName::text() const {
    std::vector<std::string> inside;
    for (const auto& [key, value] : parameters) {
        inside.push_back(fmt::format("{} {}", key == "times" ? key : key + " =", shortNumber(value)));
    }
    if (!note.empty()) {
        inside.push_back(note);
    }
    return inside.empty() ? name : fmt::format("{} ({})", name, fmt::join(inside, ", "));
}

std::vector<ModelName> modelNames(const Explanation& explanation) {
    return Objective(explanation).names();
}

}  // namespace elbo
