// What LibTorch says when something fails, in words for people.
#pragma once

#include <exception>
#include <string>

namespace elbo {

/// Whether memory was asked for that there is not: std::bad_alloc, or LibTorch's own error for it.
bool isOutOfMemory(const std::exception& error);

/// The message of an error for people: its own, but of LibTorch's errors the first line without its stack trace, and of
/// memory that there is not what to do.
std::string failureWords(const std::exception& error);

}  // namespace elbo
