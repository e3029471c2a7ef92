// SIGINT, SIGTERM and SIGHUP as a flag that a loop may read.
#pragma once

namespace elbo {

/// Catches the first SIGINT, SIGTERM or SIGHUP (a terminal that was closed); a second one ends the program at once.
/// Call once, from the main thread.
void catchInterruption();

/// Whether one was caught. Any thread.
bool interrupted();

}  // namespace elbo
