#include "models/kernels/cpu_level.h"

#include <cstdlib>

namespace elbo {

CpuLevel highestCpuLevel() {
#if defined(__x86_64__)
    // One feature per group that came to market together; the compiler's level names are newer than the compilers we
    // accept.
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
        const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl");
        return wide ? CpuLevel::V4 : CpuLevel::V3;
    }
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt")) {
        return CpuLevel::V2;
    }
#endif
    return CpuLevel::Plain;
}

std::vector<CpuLevel> availableCpuLevels() {
    std::vector<CpuLevel> levels;
    for (const CpuLevel level : {CpuLevel::Plain, CpuLevel::V2, CpuLevel::V3, CpuLevel::V4}) {
        if (level <= highestCpuLevel()) {
            levels.push_back(level);
        }
    }
    return levels;
}

std::string cpuLevelName(CpuLevel level) {
    switch (level) {
        case CpuLevel::Plain:
            return "plain";
        case CpuLevel::V2:
            return "v2";
        case CpuLevel::V3:
            return "v3";
        case CpuLevel::V4:
            return "v4";
    }
    return "plain";
}

CpuLevel cpuLevel() {
    static const CpuLevel chosen = [] {
        const char* wanted = std::getenv("ELBOROOM_CPU_LEVEL");
        for (const CpuLevel level : availableCpuLevels()) {
            if (wanted != nullptr && cpuLevelName(level) == wanted) {
                return level;
            }
        }
        return highestCpuLevel();
    }();
    return chosen;
}

}  // namespace elbo
