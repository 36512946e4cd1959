// What every file of the seam shares: the handle, and the one place where exceptions stop.
#pragma once

#include "Version.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <ATen/ATen.h>
#pragma clang diagnostic pop

#include <atomic>
#include <exception>
#include <optional>

#include "CTorch.h"

struct ct_tensor {
  at::Tensor value;
};

namespace seam {

void set_last_error(const char *message) noexcept;
ct_tensor *wrap(at::Tensor value);

at::ScalarType scalar_type(int dtype);
at::Device device(int kind, int index);

inline at::IntArrayRef array(const int64_t *values, int64_t count) { return at::IntArrayRef(values, static_cast<size_t>(count)); }
inline at::IntArrayRef three(const int64_t *values) { return array(values, 3); }

inline std::optional<at::Tensor> optional(const ct_tensor *t) { return t ? std::optional<at::Tensor>(t->value) : std::nullopt; }

}  // namespace seam

// The body of a function of the seam: runs the statements; any exception becomes the last error and `failure` is returned.
// LibTorch's own errors are cut before their C++ stack trace.
#define CT_GUARD(failure, ...)                         \
  try {                                                \
    __VA_ARGS__                                        \
  } catch (const c10::Error &error) {                  \
    seam::set_last_error(error.what_without_backtrace()); \
    return failure;                                    \
  } catch (const std::exception &error) {              \
    seam::set_last_error(error.what());                \
    return failure;                                    \
  } catch (...) {                                      \
    seam::set_last_error("unknown C++ exception");     \
    return failure;                                    \
  }

// A function that returns a new tensor, and one that changes a tensor in place without recording a gradient.
#define CT_TENSOR(expression) CT_GUARD(nullptr, return seam::wrap(expression);)
#define CT_IN_PLACE(statement) CT_GUARD(1, at::NoGradGuard no_gradient; statement; return 0;)
