#include "Seam.hpp"

#include <vector>

namespace {

std::vector<at::Tensor> list(const ct_tensor *const *tensors, int64_t count) {
  std::vector<at::Tensor> values;
  values.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) values.push_back(tensors[i]->value);
  return values;
}

}  // namespace

ct_tensor *ct_reshape(const ct_tensor *t, const int64_t *shape, int64_t rank) { CT_TENSOR(t->value.reshape(seam::array(shape, rank))) }

ct_tensor *ct_permute(const ct_tensor *t, const int64_t *order, int64_t rank) { CT_TENSOR(t->value.permute(seam::array(order, rank))) }

ct_tensor *ct_expand(const ct_tensor *t, const int64_t *shape, int64_t rank) { CT_TENSOR(t->value.expand(seam::array(shape, rank))) }

ct_tensor *ct_narrow(const ct_tensor *t, int64_t dim, int64_t start, int64_t length) {
  CT_TENSOR(t->value.narrow(dim, start, length))
}

ct_tensor *ct_flip(const ct_tensor *t, const int64_t *dims, int64_t count) { CT_TENSOR(t->value.flip(seam::array(dims, count))) }

ct_tensor *ct_cat(const ct_tensor *const *tensors, int64_t count, int64_t dim) { CT_TENSOR(at::cat(list(tensors, count), dim)) }

ct_tensor *ct_stack(const ct_tensor *const *tensors, int64_t count, int64_t dim) { CT_TENSOR(at::stack(list(tensors, count), dim)) }

ct_tensor *ct_index_select(const ct_tensor *t, int64_t dim, const ct_tensor *index) {
  CT_TENSOR(t->value.index_select(dim, index->value))
}

ct_tensor *ct_gather(const ct_tensor *t, int64_t dim, const ct_tensor *index) { CT_TENSOR(t->value.gather(dim, index->value)) }

ct_tensor *ct_pad_constant(const ct_tensor *t, const int64_t *amounts, int64_t count, double value) {
  CT_TENSOR(at::constant_pad_nd(t->value, seam::array(amounts, count), value))
}

ct_tensor *ct_pad_replicate(const ct_tensor *t, const int64_t *amounts, int64_t count) {
  CT_TENSOR(at::pad(t->value, seam::array(amounts, count), "replicate"))
}
