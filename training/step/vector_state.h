// A trap of x86-64 processors that costs a twentyfold.
#pragma once

namespace elbo {

/// Marks the upper halves of the calling thread's vector registers as unused. Code that leaves them in use (Qt 6.4 when
/// an application object is made) makes every later mix of SSE and AVX instructions wait: the exact sums of
/// training/study took 4 s in place of 0.2 s. Does nothing on other processors.
void clearVectorState();

}  // namespace elbo
