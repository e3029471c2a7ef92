// The tables of the levels in this build; kernel_table.cpp chooses among them. The argument only selects the precision.
#pragma once

#include "models/kernels/kernel_table.h"

namespace elbo {

const KernelTable<float>& kernelsPlain(float);
const KernelTable<double>& kernelsPlain(double);
#if defined(__x86_64__)
const KernelTable<float>& kernelsV2(float);
const KernelTable<double>& kernelsV2(double);
const KernelTable<float>& kernelsV3(float);
const KernelTable<double>& kernelsV3(double);
const KernelTable<float>& kernelsV4(float);
const KernelTable<double>& kernelsV4(double);
#endif

}  // namespace elbo
