/// What this house uses of LibTorch: tensors, gradients of them, devices and linear algebra.
///
/// <torch/torch.h> brings modules, optimisers, data loaders and their serialisers besides, which nothing here uses and
/// every file would read (7 s of compiling before the first line of one's own, against 2 s).
#pragma once

#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>
