// Normalization of single samples whose bytes do not depend on the number of threads. LibTorch adds each thread's share of a channel up by
// itself where channels lie last, and the shares are other ones for other numbers of threads.
#include "Normalization.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#pragma clang diagnostic pop

#include <bit>
#include <vector>

// The same source for wider registers, chosen when the program starts. Channels lie beside each other in them, so the sums are the same.
#if defined(__x86_64__) && defined(__linux__)
#define CT_EVERY_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CT_EVERY_PROCESSOR
#endif

namespace {

// Voxels that one thread adds up at a time; few enough to be read twice from the cache.
constexpr int64_t part = 256;

inline float value(float x) { return x; }
// The upper half of a float32.
inline float value(uint16_t x) { return std::bit_cast<float>(static_cast<uint32_t>(x) << 16); }

// Mean of each channel, and its sum of squared differences from that mean; voxels [voxels, channels].
template <typename Number>
__attribute__((always_inline)) inline void statistics(const Number *x, int64_t voxels, int64_t channels, float *mean, float *squares) {
#pragma clang fp contract(off)
  for (int64_t c = 0; c < channels; c++) mean[c] = squares[c] = 0;
  int64_t i = 0;
  for (; i + 4 <= voxels; i += 4) {
    const Number *a = x + i * channels, *b = a + channels, *d = b + channels, *e = d + channels;
    for (int64_t c = 0; c < channels; c++) mean[c] += (value(a[c]) + value(b[c])) + (value(d[c]) + value(e[c]));
  }
  for (; i < voxels; i++) {
    for (int64_t c = 0; c < channels; c++) mean[c] += value(x[i * channels + c]);
  }
  const float count = static_cast<float>(voxels);
  for (int64_t c = 0; c < channels; c++) mean[c] /= count;
  for (i = 0; i + 4 <= voxels; i += 4) {
    const Number *a = x + i * channels, *b = a + channels, *d = b + channels, *e = d + channels;
    for (int64_t c = 0; c < channels; c++) {
      const float p = value(a[c]) - mean[c], q = value(b[c]) - mean[c], r = value(d[c]) - mean[c], s = value(e[c]) - mean[c];
      squares[c] += (p * p + q * q) + (r * r + s * s);
    }
  }
  for (; i < voxels; i++) {
    for (int64_t c = 0; c < channels; c++) {
      const float p = value(x[i * channels + c]) - mean[c];
      squares[c] += p * p;
    }
  }
}

CT_EVERY_PROCESSOR void part_statistics(const float *x, int64_t voxels, int64_t channels, float *mean, float *squares) {
  statistics(x, voxels, channels, mean, squares);
}

CT_EVERY_PROCESSOR void part_statistics(const uint16_t *x, int64_t voxels, int64_t channels, float *mean, float *squares) {
  statistics(x, voxels, channels, mean, squares);
}

// Mean and variance of each channel, float32.
template <typename Number>
std::pair<at::Tensor, at::Tensor> moments(const Number *x, int64_t voxels, int64_t channels) {
  const int64_t parts = (voxels + part - 1) / part;
  std::vector<float> means(static_cast<size_t>(parts * channels)), squares(means.size());
  at::parallel_for(0, parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; k++) {
      part_statistics(x + k * part * channels, std::min(part, voxels - k * part), channels, means.data() + k * channels,
                      squares.data() + k * channels);
    }
  });
  const at::Tensor mean = at::empty({channels}, at::kFloat), variance = at::empty({channels}, at::kFloat);
  float *mean_out = mean.data_ptr<float>(), *variance_out = variance.data_ptr<float>();
  for (int64_t c = 0; c < channels; c++) {
    // Parts joined one after the other: Chan, Golub, LeVeque 1979.
    double middle = 0, sum = 0, count = 0;
    for (int64_t k = 0; k < parts; k++) {
      const double more = static_cast<double>(std::min(part, voxels - k * part));
      const double away = means[static_cast<size_t>(k * channels + c)] - middle;
      count += more;
      middle += away * more / count;
      sum += squares[static_cast<size_t>(k * channels + c)] + away * away * more * (count - more) / count;
    }
    mean_out[c] = static_cast<float>(middle);
    variance_out[c] = static_cast<float>(sum / count);
  }
  return {mean, variance};
}

}  // namespace

at::Tensor seam::normalized_sample(const at::Tensor &t, const std::optional<at::Tensor> &weight, const std::optional<at::Tensor> &bias,
                                   double epsilon) {
  const bool learns = c10::GradMode::is_enabled() && (t.requires_grad() || (weight && weight->requires_grad()));
  const bool is_last = t.is_cpu() && t.dim() == 5 && t.is_contiguous(at::MemoryFormat::ChannelsLast3d);
  if (learns || !is_last || t.numel() == 0 || (t.scalar_type() != at::kFloat && t.scalar_type() != at::kBFloat16)) {
    return at::batch_norm(t, weight, bias, std::nullopt, std::nullopt, true, 0.0, epsilon, true);
  }
  const int64_t channels = t.size(1), voxels = t.numel() / channels;
  const auto [mean, variance] = t.scalar_type() == at::kFloat
                                    ? moments(t.const_data_ptr<float>(), voxels, channels)
                                    : moments(static_cast<const uint16_t *>(t.const_data_ptr()), voxels, channels);
  return at::batch_norm(t, weight, bias, mean, variance, false, 0.0, epsilon, true);
}
