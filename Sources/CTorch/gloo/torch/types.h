// LibTorch keeps this header in a folder of its own, which the build does not search; see ../README.
#pragma once
#include <torch/csrc/api/include/torch/types.h>
