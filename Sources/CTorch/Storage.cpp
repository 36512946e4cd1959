#include "Seam.hpp"

#include <cstring>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <ATen/CPUGeneratorImpl.h>
#pragma clang diagnostic pop

ct_tensor *ct_from_bytes(const void *bytes, int64_t length, int dtype, const int64_t *shape, int64_t rank) {
  CT_GUARD(nullptr, {
    at::Tensor t = at::empty(seam::array(shape, rank), seam::scalar_type(dtype));
    TORCH_CHECK(static_cast<int64_t>(t.nbytes()) == length, "the shape ", seam::array(shape, rank), " needs ", t.nbytes(),
                " bytes, but ", length, " were given");
    if (length > 0) std::memcpy(t.data_ptr(), bytes, static_cast<size_t>(length));
    return seam::wrap(std::move(t));
  })
}

int ct_copy_bytes(const ct_tensor *t, void *bytes, int64_t length) {
  CT_GUARD(1, {
    at::Tensor host = t->value.detach().to(at::kCPU).contiguous();
    TORCH_CHECK(static_cast<int64_t>(host.nbytes()) == length, "the tensor holds ", host.nbytes(), " bytes, but there is room for ",
                length);
    if (length > 0) std::memcpy(bytes, host.const_data_ptr(), static_cast<size_t>(length));
    return 0;
  })
}

int64_t ct_rank(const ct_tensor *t) { return t->value.dim(); }

int64_t ct_size(const ct_tensor *t, int64_t dim) { CT_GUARD(-1, return t->value.size(dim);) }

int ct_dtype(const ct_tensor *t) {
  switch (t->value.scalar_type()) {
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    case at::kBFloat16: return CT_BFLOAT16;
    case at::kHalf: return CT_FLOAT16;
    case at::kInt: return CT_INT32;
    case at::kLong: return CT_INT64;
    case at::kByte: return CT_UINT8;
    default: return -1;
  }
}

int ct_device_kind(const ct_tensor *t) { return t->value.is_cuda() ? CT_CUDA : t->value.is_mps() ? CT_MPS : CT_CPU; }

int ct_device_index(const ct_tensor *t) { return t->value.is_cuda() ? t->value.get_device() : 0; }

ct_tensor *ct_full(const int64_t *shape, int64_t rank, double value, int dtype, int device, int index) {
  CT_TENSOR(at::full(seam::array(shape, rank), value,
                     at::TensorOptions().dtype(seam::scalar_type(dtype)).device(seam::device(device, index))))
}

ct_tensor *ct_arange(int64_t count) { CT_TENSOR(at::arange(count, at::kFloat)) }

ct_tensor *ct_normal(const int64_t *shape, int64_t rank, uint64_t seed) {
  CT_TENSOR(at::randn(seam::array(shape, rank), at::detail::createCPUGenerator(seed), at::TensorOptions(at::kFloat)))
}

ct_tensor *ct_uniform(const int64_t *shape, int64_t rank, uint64_t seed) {
  CT_TENSOR(at::rand(seam::array(shape, rank), at::detail::createCPUGenerator(seed), at::TensorOptions(at::kFloat)))
}

ct_tensor *ct_to_dtype(const ct_tensor *t, int dtype) { CT_TENSOR(t->value.to(seam::scalar_type(dtype))) }

ct_tensor *ct_to_device(const ct_tensor *t, int device, int index) { CT_TENSOR(t->value.to(seam::device(device, index))) }

ct_tensor *ct_contiguous(const ct_tensor *t) { CT_TENSOR(t->value.contiguous()) }

ct_tensor *ct_channels_last(const ct_tensor *t) { CT_TENSOR(t->value.contiguous(at::MemoryFormat::ChannelsLast3d)) }

ct_tensor *ct_clone(const ct_tensor *t) { CT_TENSOR(t->value.clone()) }

ct_tensor *ct_detach(const ct_tensor *t) { CT_TENSOR(t->value.detach()) }
