#include "widgets/kit/numbers.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr QChar kMinus(0x2212);
constexpr double kZero = 1e-12;  ///< what remains of 0.1 + 0.2 - 0.3

QString superscript(int exponent) {
    static const QString digits = QString::fromUtf8("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079");
    QString text;
    for (const QChar c : QString::number(exponent)) {
        text += c == '-' ? QChar(0x207b) : digits[c.digitValue()];
    }
    return text;
}

}  // namespace

QString numberText(double value) {
    if (std::isnan(value)) {
        return QString(QChar(0x2013));
    }
    const QString sign = value < -kZero ? QString(kMinus) : QString();
    const double size = std::abs(value);
    if (std::isinf(value)) {
        return sign + QChar(0x221e);
    }
    if (size <= kZero) {
        return "0.00";
    }
    if (size >= 1e6 || size < 1e-3) {
        int exponent = static_cast<int>(std::floor(std::log10(size)));
        double mantissa = size / std::pow(10.0, exponent);
        if (mantissa >= 9.95) {  // would be written as 10.0
            mantissa /= 10.0;
            ++exponent;
        }
        return sign + QString::number(mantissa, 'f', 1) + QChar(0x00d7) + "10" + superscript(exponent);
    }
    // The thresholds lie half a last digit below the powers of ten, so that 9.996 is "10.0", not "10.00".
    const int decimals = size >= 999.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4;
    return sign + QString::number(size, 'f', decimals);
}

QString weightText(double value) {
    QString text = QString::number(std::abs(value), 'f', 4);
    while (text.endsWith('0')) {
        text.chop(1);
    }
    if (text.endsWith('.')) {
        text.chop(1);
    }
    if (text == "0" && std::abs(value) > kZero) {
        return numberText(value);
    }
    return (value < 0.0 && text != "0" ? QString(kMinus) : QString()) + text;
}

QString countText(qint64 value) {
    QString text = QString::number(std::abs(value));
    for (qsizetype place = text.size() - 3; place > 0; place -= 3) {
        text.insert(place, QChar(0x2009));
    }
    return value < 0 ? kMinus + text : text;
}

}  // namespace elbo
