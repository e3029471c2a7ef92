// Which instruction set the kernels use.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// The micro-architecture levels of x86-64; Plain is what the compiler assumes anyway, on any machine.
enum class CpuLevel {
    Plain,
    V2,  ///< SSE4.2
    V3,  ///< AVX2 and FMA
    V4,  ///< AVX-512 F, BW, CD, DQ, VL
};

/// The highest level that this processor and this build can run.
CpuLevel highestCpuLevel();

/// Every level up to the highest, in rising order: what a test goes through.
std::vector<CpuLevel> availableCpuLevels();

/// The level that training uses: the highest, or a lower one named by the environment variable ELBOROOM_CPU_LEVEL
/// ("plain", "v2", "v3", "v4"; other values and levels beyond the processor's are ignored). Read once, any thread.
CpuLevel cpuLevel();

std::string cpuLevelName(CpuLevel level);

}  // namespace elbo
