// Symbols of the objective as Qt rich text.
#pragma once

#include <QString>

namespace elbo {

/// "w_xz", the symbol of a knob, as a slanted letter with a subscript; letters are slanted and digits upright.
QString richSymbol(const char* symbol);

}  // namespace elbo
