#include "Normalization.hpp"

#include <vector>

// One sample in float32 on a processor: what a scan's windows are, one at a time. LibTorch then uses oneDNN only where channels and planes are
// many; elsewhere it lays patches out one by one, up to three times as slowly, and undoes the order of channels in memory.
static bool is_single(const at::Tensor &t) {
  return t.size(0) == 1 && t.is_cpu() && t.scalar_type() == at::kFloat && at::hasMKLDNN() && at::globalContext().userEnabledMkldnn();
}

ct_tensor *ct_conv3d(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias, const int64_t *stride, const int64_t *padding,
                     int64_t groups) {
  const int64_t dilation[] = {1, 1, 1};
  CT_GUARD(nullptr, {
    const bool single = is_single(t->value) && weight->value[0][0].numel() > 1;
    return seam::wrap(single ? at::mkldnn_convolution(t->value, weight->value, seam::optional(bias), seam::three(padding),
                                                      seam::three(stride), seam::three(dilation), groups)
                             : at::conv3d(t->value, weight->value, seam::optional(bias), seam::three(stride), seam::three(padding),
                                          seam::three(dilation), groups));
  })
}

ct_tensor *ct_conv_transpose3d(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias, const int64_t *stride) {
  CT_GUARD(nullptr, {
    const at::IntArrayRef kernel = weight->value.sizes().slice(2);
    if (!is_single(t->value) || kernel != seam::three(stride)) {
      return seam::wrap(at::conv_transpose3d(t->value, weight->value, seam::optional(bias), seam::three(stride)));
    }
    // Kernels that do not overlap: each voxel becomes a block, a product of matrices.
    const at::IntArrayRef size = t->value.sizes().slice(2);
    const int64_t channels = weight->value.size(1);
    at::Tensor blocks = at::matmul(t->value.permute({0, 2, 3, 4, 1}).reshape({-1, t->value.size(1)}),
                                   weight->value.permute({0, 2, 3, 4, 1}).reshape({weight->value.size(0), -1}));
    blocks = blocks.view({size[0], size[1], size[2], kernel[0], kernel[1], kernel[2], channels}).permute({0, 3, 1, 4, 2, 5, 6});
    if (bias) blocks = blocks + bias->value;
    return seam::wrap(blocks.reshape({1, size[0] * kernel[0], size[1] * kernel[1], size[2] * kernel[2], channels}).permute({0, 4, 1, 2, 3}));
  })
}

ct_tensor *ct_instance_norm(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias, double epsilon) {
  if (t->value.size(0) == 1) CT_TENSOR(seam::normalized_sample(t->value, seam::optional(weight), seam::optional(bias), epsilon))
  CT_TENSOR(at::instance_norm(t->value, seam::optional(weight), seam::optional(bias), std::nullopt, std::nullopt, true, 0.0, epsilon,
                              true))
}

ct_tensor *ct_instance_norm_leaky_relu(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias, double epsilon, double slope) {
  // As at::instance_norm does it: a batch of one with a channel for each sample and channel. Changing that in place, before it is seen
  // in its own shape again, spares autograd the copies that it makes for a view that is changed.
  CT_GUARD(nullptr, {
    const int64_t samples = t->value.size(0);
    // One sample is such a batch already, whatever the order of its channels in memory.
    if (samples == 1) {
      at::Tensor normalized = seam::normalized_sample(t->value, seam::optional(weight), seam::optional(bias), epsilon);
      return seam::wrap(at::leaky_relu_(normalized, slope));
    }
    std::vector<int64_t> shape = t->value.sizes().vec();
    shape[1] *= samples;
    shape[0] = 1;
    const auto repeated = [&](const ct_tensor *p) { return p ? std::optional<at::Tensor>(p->value.repeat({samples})) : std::nullopt; };
    at::Tensor normalized = at::batch_norm(t->value.contiguous().view(shape), repeated(weight), repeated(bias), std::nullopt,
                                           std::nullopt, true, 0.0, epsilon, true);
    return seam::wrap(at::leaky_relu_(normalized, slope).view(t->value.sizes()));
  })
}

ct_tensor *ct_group_norm(const ct_tensor *t, int64_t groups, const ct_tensor *weight, const ct_tensor *bias, double epsilon) {
  CT_TENSOR(at::group_norm(t->value, groups, seam::optional(weight), seam::optional(bias), epsilon))
}

ct_tensor *ct_avg_pool3d(const ct_tensor *t, const int64_t *kernel, const int64_t *stride) {
  CT_TENSOR(at::avg_pool3d(t->value, seam::three(kernel), seam::three(stride)))
}

ct_tensor *ct_adaptive_avg_pool3d(const ct_tensor *t, const int64_t *size) {
  CT_TENSOR(at::adaptive_avg_pool3d(t->value, seam::three(size)))
}

ct_tensor *ct_interpolate(const ct_tensor *t, const int64_t *size, int linear) {
  CT_TENSOR(linear ? at::upsample_trilinear3d(t->value, seam::three(size), false) : at::upsample_nearest3d(t->value, seam::three(size)))
}

ct_tensor *ct_grid_sample(const ct_tensor *t, const ct_tensor *grid, int border, int align_corners) {
  const int64_t linear = 0;
  CT_TENSOR(at::grid_sampler(t->value, grid->value, linear, border ? 1 : 0, align_corners != 0))
}

ct_tensor *ct_bce_with_logits(const ct_tensor *logits, const ct_tensor *target) {
  CT_TENSOR(at::binary_cross_entropy_with_logits(logits->value, target->value))
}
