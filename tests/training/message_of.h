// What a refusal says.
#pragma once

#include <QString>

#include "training/experiment/input_error.h"

namespace elbo {

/// The message of the InputError that `action` throws; empty when it throws none.
template <typename Action>
QString messageOf(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace elbo
