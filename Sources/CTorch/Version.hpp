// The versions of LibTorch that SoftCord builds with: 2.OLDEST to 2.NEWEST. The declarations in gloo/ follow c10d's headers of these
// versions, so another one could compile and then misbehave. `scripts/bootstrap` reads the two numbers here; `make torch-versions`
// builds and tests both ends, which is to be done before a number is changed.
#pragma once

#define CT_TORCH_OLDEST 11
#define CT_TORCH_NEWEST 15

#if __has_include(<torch/headeronly/version.h>)
#include <torch/headeronly/version.h>
#elif __has_include(<torch/csrc/api/include/torch/version.h>)
#include <torch/csrc/api/include/torch/version.h>
#endif

#if TORCH_VERSION_MAJOR != 2 || TORCH_VERSION_MINOR < CT_TORCH_OLDEST || TORCH_VERSION_MINOR > CT_TORCH_NEWEST
#define CT_TEXT(x) #x
#define CT_EXPANDED(x) CT_TEXT(x)
#ifndef TORCH_VERSION
#define TORCH_VERSION "of unknown version"
#endif
#pragma GCC error "found LibTorch " TORCH_VERSION "; SoftCord needs 2." CT_EXPANDED(CT_TORCH_OLDEST) " to 2." CT_EXPANDED(CT_TORCH_NEWEST) ": set LIBTORCH to such a folder and run scripts/bootstrap again, or remove .libtorch and run it"
#endif
