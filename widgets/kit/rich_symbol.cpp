#include "widgets/kit/rich_symbol.h"

#include <QHash>
#include <QRegularExpression>
#include <vector>

#include "models/spec/knobs.h"

namespace elbo {
namespace {

/// A symbol that has an index, and how it is found in a text.
struct Indexed {
    const KnobName* knob;
    QRegularExpression found;
};

/// The text with every symbol that has an index, such as "w_D", written in another way.
template <typename Write>
QString withSymbols(QString text, const Write& write) {
    static const std::vector<Indexed> kIndexed = [] {
        std::vector<Indexed> indexed;
        for (const KnobName& knob : kKnobNames) {
            if (const QString symbol = QString::fromUtf8(knob.symbol); symbol.contains('_')) {
                indexed.push_back({&knob, QRegularExpression("\\b" + symbol + "\\b")});
            }
        }
        return indexed;
    }();
    if (text.contains('_')) {
        for (const Indexed& symbol : kIndexed) {
            text.replace(symbol.found, write(*symbol.knob));
        }
    }
    return text;
}

QString plainSymbol(const KnobName& knob) {
    static const QHash<QString, QString> kLowered{{"2", QString::fromUtf8("\u2082")},
                                                  {"x", QString::fromUtf8("\u2093")}};
    const QString symbol = QString::fromUtf8(knob.symbol), index = symbol.section('_', 1);
    return symbol.section('_', 0, 0) + kLowered.value(index, '(' + index + ')');
}

}  // namespace

QString richSymbol(const char* symbol) {
    const QString whole = QString::fromUtf8(symbol);
    const QString letter = "<i>" + whole.section('_', 0, 0) + "</i>";
    const QString index = whole.section('_', 1);
    if (index.isEmpty()) {
        return letter;
    }
    return letter + "<sub>" + (index.front().isDigit() ? index : "<i>" + index + "</i>") + "</sub>";
}

QString richSymbols(const QString& label) {
    return withSymbols(label, [](const KnobName& knob) { return richSymbol(knob.symbol); });
}

QString plainSymbols(const QString& text) {
    return withSymbols(text, plainSymbol);
}

}  // namespace elbo
