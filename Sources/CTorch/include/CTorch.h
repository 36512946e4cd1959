// LibTorch as plain C.
//
// A tensor is an opaque handle that the caller owns: every function that returns `ct_tensor *` returns a new handle, freed with
// `ct_free`. On failure such a function returns NULL, and one that returns `int` for a status returns nonzero; `ct_last_error` then
// says why on the same thread. No C++ exception crosses this header. Handles are not safe to use from two threads at once.
// Sizes, dimensions and strides are 64-bit; a dimension may be negative and then counts from the last.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor ct_tensor;

// Element types and devices, by number.
enum { CT_FLOAT32, CT_FLOAT64, CT_BFLOAT16, CT_FLOAT16, CT_INT32, CT_INT64, CT_UINT8 };
enum { CT_CPU, CT_CUDA, CT_MPS };

// ── Library.cpp: errors, devices, threads ──
const char *ct_last_error(void);
// Handles that were made and not yet freed, over all threads.
int64_t ct_live_tensors(void);
// Whether tensors can live there. The first question about CUDA opens LibTorch's CUDA library where it lies beside the CPU one.
int ct_device_available(int kind, int index);
// Whether bfloat16 convolutions have instructions of their own there, and so are faster than float32.
int ct_fast_bfloat16(int kind);
// CUDA times its ways to compute a convolution at the first tensor of each shape, from now on. Returns whether it did before.
int ct_tune_convolutions(void);
int ct_threads(void);
int ct_set_threads(int count);
// From now on threads that wait for each other soon sleep instead of spinning, unless OMP_WAIT_POLICY or GOMP_SPINCOUNT says how. Returns whether
// they do: not where OpenMP is not GNU's.
int ct_wait_asleep(void);

// ── Storage.cpp: making, describing, copying ──
// Copies `length` bytes of contiguous elements, last dimension fastest.
ct_tensor *ct_from_bytes(const void *bytes, int64_t length, int dtype, const int64_t *shape, int64_t rank);
// Copies the elements in the same order to `bytes`, which has room for exactly all of them.
int ct_copy_bytes(const ct_tensor *t, void *bytes, int64_t length);
void ct_free(ct_tensor *t);
int64_t ct_rank(const ct_tensor *t);
int64_t ct_size(const ct_tensor *t, int64_t dim);
// The element type's number, or -1 for one without a number.
int ct_dtype(const ct_tensor *t);
int ct_device_kind(const ct_tensor *t);
int ct_device_index(const ct_tensor *t);
ct_tensor *ct_full(const int64_t *shape, int64_t rank, double value, int dtype, int device, int index);
// 0, 1, ... count - 1 as float32 on the CPU.
ct_tensor *ct_arange(int64_t count);
// Standard normal and uniform [0, 1) numbers, float32 on the CPU, from a generator of their own: the same seed, the same numbers.
ct_tensor *ct_normal(const int64_t *shape, int64_t rank, uint64_t seed);
ct_tensor *ct_uniform(const int64_t *shape, int64_t rank, uint64_t seed);
ct_tensor *ct_to_dtype(const ct_tensor *t, int dtype);
ct_tensor *ct_to_device(const ct_tensor *t, int device, int index);
ct_tensor *ct_contiguous(const ct_tensor *t);
// The same five-dimensional values with the channels of a voxel side by side in memory.
ct_tensor *ct_channels_last(const ct_tensor *t);
ct_tensor *ct_clone(const ct_tensor *t);
ct_tensor *ct_detach(const ct_tensor *t);

// ── Arithmetic.cpp: element by element; shapes broadcast; comparisons are 0 or 1 in the left side's float type (else float32) ──
ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_sub(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_mul(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_div(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_pow(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_maximum(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_minimum(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_lt(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_le(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_gt(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_ge(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_eq(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_add_scalar(const ct_tensor *a, double b);
ct_tensor *ct_mul_scalar(const ct_tensor *a, double b);
ct_tensor *ct_div_scalar(const ct_tensor *a, double b);
ct_tensor *ct_pow_scalar(const ct_tensor *a, double b);
// b - a and b / a.
ct_tensor *ct_rsub_scalar(const ct_tensor *a, double b);
ct_tensor *ct_rdiv_scalar(const ct_tensor *a, double b);
ct_tensor *ct_lt_scalar(const ct_tensor *a, double b);
ct_tensor *ct_le_scalar(const ct_tensor *a, double b);
ct_tensor *ct_gt_scalar(const ct_tensor *a, double b);
ct_tensor *ct_ge_scalar(const ct_tensor *a, double b);
ct_tensor *ct_eq_scalar(const ct_tensor *a, double b);
ct_tensor *ct_neg(const ct_tensor *t);
ct_tensor *ct_abs(const ct_tensor *t);
ct_tensor *ct_exp(const ct_tensor *t);
ct_tensor *ct_log(const ct_tensor *t);
ct_tensor *ct_log1p(const ct_tensor *t);
ct_tensor *ct_sqrt(const ct_tensor *t);
ct_tensor *ct_sigmoid(const ct_tensor *t);
ct_tensor *ct_relu(const ct_tensor *t);
ct_tensor *ct_leaky_relu(const ct_tensor *t, double slope);
ct_tensor *ct_clamp(const ct_tensor *t, double low, double high);
ct_tensor *ct_softmax(const ct_tensor *t, int64_t dim);
// a where the condition (any type, nonzero is true) holds, else b.
ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b);

// ── Reduction.cpp: over the named dimensions, or over all where `count` is 0; matrix product ──
ct_tensor *ct_sum(const ct_tensor *t, const int64_t *dims, int64_t count, int keep);
ct_tensor *ct_mean(const ct_tensor *t, const int64_t *dims, int64_t count, int keep);
ct_tensor *ct_amax(const ct_tensor *t, const int64_t *dims, int64_t count, int keep);
ct_tensor *ct_amin(const ct_tensor *t, const int64_t *dims, int64_t count, int keep);
ct_tensor *ct_matmul(const ct_tensor *a, const ct_tensor *b);

// ── Shaping.cpp ──
ct_tensor *ct_reshape(const ct_tensor *t, const int64_t *shape, int64_t rank);
ct_tensor *ct_permute(const ct_tensor *t, const int64_t *order, int64_t rank);
ct_tensor *ct_expand(const ct_tensor *t, const int64_t *shape, int64_t rank);
ct_tensor *ct_narrow(const ct_tensor *t, int64_t dim, int64_t start, int64_t length);
ct_tensor *ct_flip(const ct_tensor *t, const int64_t *dims, int64_t count);
ct_tensor *ct_cat(const ct_tensor *const *tensors, int64_t count, int64_t dim);
ct_tensor *ct_stack(const ct_tensor *const *tensors, int64_t count, int64_t dim);
ct_tensor *ct_index_select(const ct_tensor *t, int64_t dim, const ct_tensor *index);
ct_tensor *ct_gather(const ct_tensor *t, int64_t dim, const ct_tensor *index);
// Amounts as in PyTorch: before and after the last dimension, then the one before it, and so on; negative crops.
ct_tensor *ct_pad_constant(const ct_tensor *t, const int64_t *amounts, int64_t count, double value);
ct_tensor *ct_pad_replicate(const ct_tensor *t, const int64_t *amounts, int64_t count);

// ── Layers.cpp: [N, C, X, Y, Z]; stride, padding, kernel and size are three numbers; weight and bias may be NULL where named so ──
ct_tensor *ct_conv3d(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias_or_null, const int64_t *stride,
                     const int64_t *padding, int64_t groups);
ct_tensor *ct_conv_transpose3d(const ct_tensor *t, const ct_tensor *weight, const ct_tensor *bias_or_null, const int64_t *stride);
// Statistics of each sample and channel on their own. Weight and bias keep their type where the input is a 16-bit float.
ct_tensor *ct_instance_norm(const ct_tensor *t, const ct_tensor *weight_or_null, const ct_tensor *bias_or_null, double epsilon);
// The same and then a leaky ReLU in place: gradients need the result alone, not the normalized values as well. The slope is not negative.
ct_tensor *ct_instance_norm_leaky_relu(const ct_tensor *t, const ct_tensor *weight_or_null, const ct_tensor *bias_or_null, double epsilon,
                                       double slope);
ct_tensor *ct_group_norm(const ct_tensor *t, int64_t groups, const ct_tensor *weight_or_null, const ct_tensor *bias_or_null,
                         double epsilon);
ct_tensor *ct_avg_pool3d(const ct_tensor *t, const int64_t *kernel, const int64_t *stride);
ct_tensor *ct_adaptive_avg_pool3d(const ct_tensor *t, const int64_t *size);
// Half-pixel centers (align_corners = false); nearest where `linear` is 0.
ct_tensor *ct_interpolate(const ct_tensor *t, const int64_t *size, int linear);
// Linear sampling at grid [N, X', Y', Z', 3] in [-1, 1], last axis of the volume first; outside is zero, or the border's value.
ct_tensor *ct_grid_sample(const ct_tensor *t, const ct_tensor *grid, int border, int align_corners);
// Mean over all elements.
ct_tensor *ct_bce_with_logits(const ct_tensor *logits, const ct_tensor *target);

// ── Gradients.cpp: autograd, and the in-place operations, which never record a gradient ──
int ct_set_requires_grad(ct_tensor *t, int on);
int ct_requires_grad(const ct_tensor *t);
int ct_backward(const ct_tensor *scalar);
int ct_has_grad(const ct_tensor *t);
ct_tensor *ct_grad(const ct_tensor *t);
int ct_clear_grad(ct_tensor *t);
int ct_grad_enabled(void);
void ct_set_grad_enabled(int on);
// t += scale * other
int ct_accumulate(ct_tensor *t, const ct_tensor *other, double scale);
int ct_scale(ct_tensor *t, double factor);
int ct_multiply(ct_tensor *t, const ct_tensor *other);
int ct_copy(ct_tensor *t, const ct_tensor *source);
int ct_fill(ct_tensor *t, double value);
// t += scale * a * b
int ct_addcmul(ct_tensor *t, const ct_tensor *a, const ct_tensor *b, double scale);
// t += scale * a / b
int ct_addcdiv(ct_tensor *t, const ct_tensor *a, const ct_tensor *b, double scale);
// t += weight * (end - t)
int ct_lerp(ct_tensor *t, const ct_tensor *end, double weight);

// ── Collectives.cpp: processes that work together over TCP (c10d with Gloo) ──
typedef struct ct_group ct_group;
// Waits until all processes have joined. One of them serves the meeting point at host and port, unless a launcher does.
ct_group *ct_group_join(const char *host, int port, int rank, int size, int serves, double timeout_seconds);
void ct_group_leave(ct_group *group);
// t = sum over all processes; contiguous, on the CPU.
int ct_all_reduce(ct_group *group, ct_tensor *t);

#ifdef __cplusplus
}
#endif
