// The terms that an objective may add and the critics it may train, as metrics: the table of metrics loops over them.
#pragma once

#include <array>

namespace elbo {

/// A term that is only reported while its weight is not zero.
struct TermMetric {
    const char* metric;  ///< "code_distortion"
    const char* label;
    const char* symbol;
    const char* unit;
    const char* meaning;
    const char* equation;
};

inline constexpr std::array<TermMetric, 5> kTermMetrics{{
    {"second_divergence", "second divergence \u0394\u2082(q(z) || p(z))", "\u0394\u2082", "",
     "How far the codes of the whole data set lie from the prior, by the second divergence of the objective.", ""},
    {"code_distortion", "code distortion C", "C", "nats",
     "How badly the encoder recognises a code in what was decoded from it: the average of -log q(z|x), in nats.",
     "C = -E log q(z|x), z ~ p(z), x ~ p(x|z)"},
    {"data_divergence", "divergence \u0394(p*(x) || p(x))", "\u0394_x", "",
     "How far the samples of the model lie from the data, by the divergence that the objective names for them.", ""},
    {"joint_divergence", "divergence \u0394(x, z)", "\u0394_xz", "",
     "How far examples with their codes lie from samples with the codes that they were made of.",
     "\u0394(p*(x) q(z|x) || p(z) p(x|z))"},
    {"information_excess", "excess of information", "", "nats",
     "The information between examples and codes that lies above the cap of the objective, in nats.",
     "max(0, I - I*), [Family] 4.1"},
}};

/// What a critic looks at; `role` follows "critic_loss_" and "critic_accuracy_", and is empty for the first.
struct CriticMetric {
    const char* role;
    const char* serves;  ///< what the label says after a comma; empty for the first
    const char* q;
    const char* p;
};

inline constexpr std::array<CriticMetric, 5> kCriticMetrics{{
    {"", "", "codes", "prior draws"},
    {"second", "second divergence", "codes", "prior draws"},
    {"data", "data", "data", "samples of the model"},
    {"joint", "pairs", "examples with their codes", "samples with the codes they were made of"},
    {"rate", "rate", "examples with their codes", "examples with prior draws"},
}};

}  // namespace elbo
