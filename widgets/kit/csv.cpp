#include "widgets/kit/csv.h"

namespace elbo {

QString csvNumber(double value, int digits) {
    return QString::number(value, 'g', digits);
}

QString csvFloat(double value) {
    return csvNumber(value, 7);
}

QString csvNumbers(std::initializer_list<double> values, int digits) {
    QString cells;
    for (const double value : values) {
        cells += (cells.isEmpty() ? "" : ",") + csvNumber(value, digits);
    }
    return cells;
}

QString csvText(const QString& text) {
    return '"' + QString(text).replace('"', "\"\"") + '"';
}

}  // namespace elbo
