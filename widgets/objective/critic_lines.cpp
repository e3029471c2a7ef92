#include "widgets/objective/critic_lines.h"

#include <cmath>
#include <utility>

#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

/// What follows "critic_loss" in the metrics, and what the critic serves.
const std::pair<const char*, QString> kCritics[] = {
    {"", QString::fromUtf8("Critic of \u0394")},
    {"_second", QString::fromUtf8("Critic of \u0394<sub>2</sub>")},
    {"_data", QString::fromUtf8("Critic of \u0394(<i>p</i>*,&nbsp;<i>p</i>)")},
    {"_joint", QString::fromUtf8("Critic of \u0394(<i>x</i>,&nbsp;<i>z</i>)")},
    {"_rate", "Critic of <i>R</i>"},
};

}  // namespace

QStringList criticLines(const Report& report, int member) {
    QStringList lines;
    for (const auto& [suffix, title] : kCritics) {
        const double loss = report.value(std::string("critic_loss") + suffix, member);
        const double accuracy = report.value(std::string("critic_accuracy") + suffix, member);
        if (std::isnan(loss)) {
            continue;
        }
        QString line = title + ": loss&nbsp;" + numberText(loss);
        if (!std::isnan(accuracy)) {
            line += QString(", right&nbsp;in&nbsp;%1&nbsp;%").arg(std::lround(100.0 * accuracy));
        }
        lines << line;
    }
    return lines;
}

QString criticTip() {
    return "A critic is a network that learns to tell two sorts of draws apart, such as codes and draws of the prior, "
           "while the model learns to deceive it: right in about 50 % means that it cannot tell them apart.";
}

}  // namespace elbo
