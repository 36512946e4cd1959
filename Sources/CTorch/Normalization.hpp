#pragma once

#include "Seam.hpp"

namespace seam {

// Instance normalization of one sample [1, C, X, Y, Z]. This is batch normalization, which leaves channels in memory as they lie;
// at::instance_norm would lay them out anew.
at::Tensor normalized_sample(const at::Tensor &t, const std::optional<at::Tensor> &weight, const std::optional<at::Tensor> &bias,
                             double epsilon);

}  // namespace seam
