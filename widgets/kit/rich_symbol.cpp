#include "widgets/kit/rich_symbol.h"

namespace elbo {

QString richSymbol(const char* symbol) {
    const QString whole = QString::fromUtf8(symbol);
    const QString letter = "<i>" + whole.section('_', 0, 0) + "</i>";
    const QString index = whole.section('_', 1);
    if (index.isEmpty()) {
        return letter;
    }
    return letter + "<sub>" + (index.front().isDigit() ? index : "<i>" + index + "</i>") + "</sub>";
}

}  // namespace elbo
