#include "widgets/value_list.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "training/experiment.h"

namespace elbo {
namespace {

constexpr int kMostValues = 4096;

[[noreturn]] void refuse(const QString& found, const QString& expected) {
    throw InputError(("\"" + found + "\" is not " + expected).toStdString());
}

double number(const QString& text) {
    bool good = false;
    const double value = QLocale::c().toDouble(text.trimmed(), &good);
    if (!good || !std::isfinite(value)) {
        refuse(text.trimmed(), "a number");
    }
    return value;
}

/// Six significant digits: a sweep's values are to be read, typed and found again.
double sixDigits(double value) {
    return QLocale::c().toDouble(QString::number(value, 'g', 6));
}

std::vector<double> range(const QString& text) {
    static const QRegularExpression form("^\\s*([^:]+):([^:]+):\\s*(log|lin)\\s*(\\d{1,4})\\s*$");
    const auto match = form.match(text);
    if (!match.hasMatch()) {
        refuse(text.trimmed(), "a range such as 0.1:10:log16 or 0:1:lin5");
    }
    const double low = number(match.captured(1));
    const double high = number(match.captured(2));
    const bool logarithmic = match.captured(3) == "log";
    const int count = match.captured(4).toInt();
    if (count < 2 || count > kMostValues) {
        refuse(text.trimmed(), QString("a range of 2 to %1 values").arg(kMostValues));
    }
    if (logarithmic && !(low > 0.0 && high > 0.0)) {
        refuse(text.trimmed(), "a logarithmic range: both ends must be above 0");
    }
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
        const double share = static_cast<double>(i) / (count - 1);
        values.push_back(sixDigits(logarithmic ? low * std::pow(high / low, share) : low + share * (high - low)));
    }
    return values;
}

}  // namespace

std::vector<double> parseValueList(const QString& text) {
    if (text.contains(':')) {
        return range(text);
    }
    static const QRegularExpression gap("[\\s,;]+");
    const QStringList parts = text.split(gap, Qt::SkipEmptyParts);
    if (parts.isEmpty()) {
        refuse(text, "a number, a list such as 1, 500 or a range such as 0.1:10:log16");
    }
    if (parts.size() > kMostValues) {
        throw InputError("the list has " + std::to_string(parts.size()) + " values, but may have " +
                         std::to_string(kMostValues));
    }
    std::vector<double> values;
    for (const QString& part : parts) {
        values.push_back(number(part));
    }
    return values;
}

QString valueListText(const std::vector<double>& values) {
    const auto text = [](double value) { return QString::number(value, 'g', QLocale::FloatingPointShortest); };
    const bool equal = std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
    if (values.empty()) {
        return {};
    }
    if (equal) {
        return text(values.front());
    }
    QStringList parts;
    for (const double value : values) {
        parts << text(value);
    }
    return parts.join(", ");
}

}  // namespace elbo
