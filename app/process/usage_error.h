// What was asked for in a way that the command does not understand.
#pragma once

#include "training/experiment/input_error.h"

namespace elbo {

/// An option whose value cannot be read, or two that exclude each other: the input may be fine. Exit code 2.
class UsageError : public InputError {
  public:
    using InputError::InputError;
};

}  // namespace elbo
