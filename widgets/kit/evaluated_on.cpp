#include "widgets/kit/evaluated_on.h"

#include <cmath>

#include "widgets/kit/numbers.h"

namespace elbo {

QString evaluatedOn(const Frame& frame, const Report& report, const std::string& metric, Split split, int member) {
    const bool test = split == Split::Test;
    const std::string suffix = test ? "_test" : "_train";
    const double used = report.value("examples" + suffix, member);
    if (!std::isfinite(used) || !std::isfinite(report.value(metric + suffix, member))) {
        return {};
    }
    const QString error = plusMinus(report.value(metric + "_error" + suffix, member));
    const QString examples = examplesText(std::llround(used), test ? frame.testExamples : frame.trainExamples, split);
    return error.isEmpty() ? examples : examples + ", " + error;
}

QString examplesText(qint64 used, qint64 available, Split split) {
    const QString examples =
        split == Split::Test ? QStringLiteral(" test examples") : QStringLiteral(" training examples");
    if (used < available) {
        return countText(used) + QStringLiteral(" of ") + countText(available) + examples;
    }
    return (available > 0 ? QStringLiteral("all ") : QString()) + countText(used) + examples;
}

QString plusMinus(double error) {
    if (!(error > 0.0) || !std::isfinite(error)) {
        return {};
    }
    const double power = std::pow(10.0, std::floor(std::log10(error)));
    const double unit = error < 2.0 * power ? power / 10.0 : power;  // 12 is not 20
    return QString::fromUtf8("\u00b1 ") + weightText(std::ceil(error / unit * (1.0 - 1e-9)) * unit);
}

}  // namespace elbo
