// Who may use the processor: the training thread first, then the window, then the analyst, then measuring.
#pragma once

#include <string>

namespace elbo {

/// Sets what libgomp, OpenBLAS and the software rasteriser read when they are loaded, and starts the program again once
/// if one of those libraries has already read it. Call before any thread exists. `arguments` is argv, ended by null.
void adoptThreadBudget(char** arguments);

/// What is to be said where `wanted` threads are more than the cores of this machine: how many are used instead. Empty
/// where they are not.
std::string threadRemark(int wanted);

/// Says it on standard error.
void remarkOnThreads(int wanted);

/// Lowers the priority of the calling thread only, by `nice` (0 ... 19). Does nothing where the system has no such
/// notion.
void lowerThreadPriority(int nice);

}  // namespace elbo
