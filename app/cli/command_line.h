// The program's command line: what was asked for, and the exit code it ends with.
#pragma once

namespace elbo {

/// Parses the arguments and runs the command. All errors end here: one line on standard error and an exit code
/// (exit_codes.h). Main thread.
int runCommandLine(int argc, char** argv);

}  // namespace elbo
