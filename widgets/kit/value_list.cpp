#include "widgets/kit/value_list.h"

#include <QLocale>
#include <QStringList>
#include <algorithm>

namespace elbo {

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
