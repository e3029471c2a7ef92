#include "app/process/freed_memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace elbo {

void keepFreedMemory() {
#ifdef __GLIBC__
    constexpr int kOneGigabyte = 1 << 30;
    constexpr int kOldLimit = 1 << 25;  // of C libraries before 2.35
    if (mallopt(M_MMAP_THRESHOLD, kOneGigabyte) == 0) {
        mallopt(M_MMAP_THRESHOLD, kOldLimit);
    }
    mallopt(M_TRIM_THRESHOLD, kOneGigabyte);
#endif
}

}  // namespace elbo
