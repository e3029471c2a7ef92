// Numbers as people read and write them: the one place of the floors without Qt (widgets have kit/numbers.h).
#pragma once

#include <string>

namespace elbo {

/// Six significant digits, "0.25", "1e-05": for eyes. "nan" and "inf" as such.
std::string shortNumber(double value);

/// The shortest text that reads back as the same number: for files, folders and the command line.
std::string exactNumber(double value);

/// Whether the number is closer to 0 than any normal one, without being 0. Looks at its bits: on threads that train, a
/// comparison takes such numbers for 0 (training/step/worker_thread.h).
bool isSubnormal(double value);

}  // namespace elbo
