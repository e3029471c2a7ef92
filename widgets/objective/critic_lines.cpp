#include "widgets/objective/critic_lines.h"

#include <cmath>

#include "models/spec/terms.h"
#include "widgets/kit/numbers.h"

namespace elbo {

namespace {

/// Share of draws that a critic tells apart. A running average this high is no chance.
constexpr double kWins = 0.9;

}  // namespace

QStringList criticLines(const Report& report, int member) {
    QStringList lines;
    for (const TermRow& term : kTerms) {
        if (term.critic.suffix == nullptr) {
            continue;
        }
        const double loss = report.value(std::string("critic_loss") + term.critic.suffix, member);
        const double accuracy = report.value(std::string("critic_accuracy") + term.critic.suffix, member);
        if (std::isnan(loss)) {
            continue;
        }
        QString line = QString::fromUtf8(term.critic.title) + ": loss&nbsp;" + numberText(loss);
        if (!std::isnan(accuracy)) {
            const QString wins = accuracy > kWins ? QString(" <b>and&nbsp;wins</b>") : QString();
            line += QString(", right&nbsp;in&nbsp;%1&nbsp;%").arg(std::lround(100.0 * accuracy)) + wins;
        }
        lines << line;
    }
    return lines;
}

QString criticTip() {
    return "A critic is a network that learns to tell two sorts of draws apart, such as codes and draws of the prior, "
           "while the model learns to deceive it: right in about 50 % means that it cannot tell them apart. Right in "
           "more than 90 %, it wins: the two are far "
           "apart, and what it says moves the model little; a larger weight, or a critic that learns more slowly, "
           "helps.";
}

}  // namespace elbo
